#include "training/eval/sample_reader.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr std::size_t kTogether = 32;

}  // namespace

SampleReader::SampleReader(std::shared_ptr<const Dataset> dataset, std::int64_t limit)
    : dataset_(std::move(dataset)), count_(limit > 0 ? std::min(limit, dataset_->size()) : dataset_->size()) {}

void SampleReader::for_each(const std::function<void(std::span<Sample>)>& take) const {
  std::vector<Sample> samples;
  bool any = false;
  std::string reason;
  for (std::int64_t i = 0; i < count_; ++i) {
    try {
      samples.push_back(dataset_->read(i, /*choice=*/0));
      any = true;
    } catch (const Error& e) {
      reason = e.what();
    }
    if (samples.size() == kTogether || (i + 1 == count_ && !samples.empty())) {
      take(samples);
      samples.clear();
    }
  }
  if (!any) throw Error(ErrorKind::kInvalidData, "no sample of the validation set can be read: " + reason);
}

}  // namespace blip
