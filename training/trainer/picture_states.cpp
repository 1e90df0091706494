#include "training/trainer/picture_states.h"

#include <algorithm>
#include <limits>
#include <system_error>
#include <vector>

#include "core/base/error.h"
#include "training/data/random_stream.h"
#include "training/data/transform.h"

namespace blip {
namespace {

constexpr std::int64_t kPicturesAtOnce = 64;

void write_states(const Dataset& dataset, const PictureStatesRequest& request) {
  const torch::NoGradGuard no_grad;
  TransformOptions options;
  options.side = request.side;
  const Transform transform(options);
  const std::int64_t pictures = dataset.picture_count();
  StateStoreWriter writer(request.file, request.key, pictures, request.size);
  RandomStream unused{{0}};
  std::int64_t broken = 0;
  for (std::int64_t begin = 0; begin < pictures; begin += kPicturesAtOnce) {
    const std::int64_t count = std::min(kPicturesAtOnce, pictures - begin);
    auto pixels = torch::zeros({count, 3, request.side, request.side});
    std::vector<std::int64_t> unreadable;
    for (std::int64_t i = 0; i < count; ++i) {
      try {
        transform.apply(dataset.read_picture(begin + i), unused, pixels[i].data_ptr<float>());
      } catch (const Error&) {
        unreadable.push_back(i);
      }
    }
    auto states = request.encode(pixels).to(torch::kCPU).to(torch::kHalf).contiguous();
    TORCH_CHECK(states.dim() == 3 && states.size(1) == request.size.tokens && states.size(2) == request.size.width,
                "picture_states: ", states.sizes(), " for ", request.size.tokens, " tokens of ", request.size.width);
    if (!states.isfinite().all().item<bool>())
      throw Error(ErrorKind::kFailed, "the image encoder's states do not fit into float16; set data.features to ''");
    for (const std::int64_t i : unreadable) states[i].fill_(std::numeric_limits<float>::quiet_NaN());
    broken += static_cast<std::int64_t>(unreadable.size());
    writer.add({static_cast<const std::uint16_t*>(states.data_ptr()), static_cast<std::size_t>(states.numel())});
  }
  writer.finish();
  if (broken > 0 && request.report)
    request.report(std::to_string(broken) + " of " + std::to_string(pictures) + " pictures cannot be read");
}

}  // namespace

std::shared_ptr<const StateStore> picture_states(const Dataset& dataset, const PictureStatesRequest& request) {
  std::string why;
  auto store = StateStore::open(request.file, request.key, why);
  const bool fits = store && store->pictures() == dataset.picture_count() && store->size() == request.size;
  if (fits) return store;
  if (store) why = request.file.string() + " is of another size";
  if (request.report)
    request.report((why.empty() ? std::string() : why + "; ") + "writing the states of " +
                   std::to_string(dataset.picture_count()) + " pictures to '" + request.file.string() + "'");
  std::error_code code;
  if (!request.file.parent_path().empty()) std::filesystem::create_directories(request.file.parent_path(), code);
  write_states(dataset, request);
  store = StateStore::open(request.file, request.key, why);
  if (!store) throw Error(ErrorKind::kFailed, "cannot read back what was just written: " + why);
  return store;
}

}  // namespace blip
