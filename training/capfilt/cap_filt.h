#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/engine/loaded_model.h"
#include "training/capfilt/capfilt_options.h"
#include "training/capfilt/found_picture.h"
#include "training/capfilt/judged_text.h"

namespace blip {

// CapFilt (arXiv 2201.12086, section 3.3) on a few pictures: the captioner writes texts for them, the filter holds the
// texts that came with them and those written each against its picture. Where the vision weights of both are equal
// (weights_id) and they compute in one place, a picture goes through the ViT once.
class CapFilt {
 public:
  // Without a captioner no texts are written, without a filter all are kept; one may be both. Throws
  // Error(kInvalidArgument) when neither is given or an option is out of range, Error(kUnsupported) for a captioner
  // that cannot caption or a filter without ITM head, naming it.
  CapFilt(std::shared_ptr<LoadedModel> captioner, std::shared_ptr<LoadedModel> filter, const CapFiltOptions& options);

  // The texts of each decoded picture: first those that came with it, in order, then those written, likeliest first.
  // What a picture gets depends on its pixels, its key and the seed alone. Throws what the models throw.
  std::vector<std::vector<JudgedText>> judge(std::span<const FoundPicture> pictures);

  int vision_passes() const noexcept { return shares_vision_ ? 1 : (captioner_ ? 1 : 0) + (filter_ ? 1 : 0); }

 private:
  std::vector<std::vector<std::string>> write_captions(std::span<const FoundPicture> pictures,
                                                       std::span<const Clip> clips);
  void hold_against(std::span<const Clip> clips, std::vector<std::vector<JudgedText>>& texts);

  std::shared_ptr<LoadedModel> captioner_, filter_;
  CapFiltOptions options_;
  bool shares_vision_ = false;
};

}  // namespace blip
