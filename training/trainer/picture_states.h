#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/model/torch_compat.h"
#include "training/data/dataset.h"
#include "training/data/state_store.h"

namespace blip {

// A frozen image encoder: pictures [B, 3, S, S] normalised -> states [B, N, V] float.
using EncodePictures = std::function<torch::Tensor(const torch::Tensor&)>;

struct PictureStatesRequest {
  std::filesystem::path file;  // where they are kept
  std::string key;             // see StateStore
  std::int64_t side = 0;       // S: pictures are resized to it, not augmented
  StateSize size;              // of one picture's states
  EncodePictures encode;
  std::function<void(const std::string&)> report;  // one line each: made anew, and why
};

// The states of all pictures of a data set, from the file where it holds them, else made and written. A picture that
// cannot be read is stored as not-a-number, which StoredStatesDataset refuses. Throws Error(kFailed) when the file
// cannot be written or states do not fit into float16.
std::shared_ptr<const StateStore> picture_states(const Dataset& dataset, const PictureStatesRequest& request);

}  // namespace blip
