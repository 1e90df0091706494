#include "training/model/feature_queue.h"

namespace blip {
namespace {

torch::Tensor random_unit_columns(std::int64_t width, std::int64_t count, const torch::Device& device) {
  const auto columns = torch::randn({width, count});
  return (columns / columns.norm(2, /*dim=*/0, /*keepdim=*/true)).to(device);
}

}  // namespace

FeatureQueue::FeatureQueue(std::int64_t embed_width, std::int64_t size, bool with_idx, const torch::Device& device)
    : images_(random_unit_columns(embed_width, size, device)),
      texts_(random_unit_columns(embed_width, size, device)),
      pointer_(torch::zeros({1}, torch::kInt64)) {
  if (with_idx) idx_ = torch::full({1, size}, -100, torch::dtype(torch::kInt64).device(device));
}

void FeatureQueue::enqueue(const torch::Tensor& image, const torch::Tensor& text, const torch::Tensor& idx) {
  const torch::NoGradGuard no_grad;
  const auto size = images_.size(1), batch = image.size(0);
  TORCH_CHECK(batch > 0 && size % batch == 0, "the queue's ", size, " keys are no multiple of the global batch of ",
              batch);
  const auto begin = pointer_.item<std::int64_t>();
  TORCH_CHECK(begin >= 0 && begin % batch == 0 && begin < size, "the queue's pointer ", begin,
              " is no multiple of the global batch of ", batch, " below ", size);
  images_.narrow(1, begin, batch).copy_(image.t());
  texts_.narrow(1, begin, batch).copy_(text.t());
  if (idx_.defined()) idx_.narrow(1, begin, batch).copy_(idx.view({1, -1}));
  pointer_.fill_((begin + batch) % size);
}

std::vector<NamedTensor> FeatureQueue::state() const {
  std::vector<NamedTensor> tensors{{"image_queue", images_}, {"text_queue", texts_}};
  if (idx_.defined()) tensors.push_back({"idx_queue", idx_});
  tensors.push_back({idx_.defined() ? "ptr_queue" : "queue_ptr", pointer_});
  return tensors;
}

}  // namespace blip
