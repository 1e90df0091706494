#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/engine/request.h"
#include "tests/core/engine/fake_backend.h"
#include "tests/core/engine/gate.h"

namespace blip::test {

inline ServedModel serve(std::shared_ptr<FakeBackend> backend, const std::string& key = "vision") {
  ServedModel model;
  model.backend = std::move(backend);
  model.features_key = key;
  model.sep = FakeBackend::kSep;
  return model;
}

inline std::shared_ptr<Caller> caller_of(const ServedModel& model, const SessionOptions& options = {}) {
  return std::make_shared<Caller>(model, options);
}

// Pictures of one pixel: [value, 0, 0].
inline std::shared_ptr<VisionRequest> vision(const std::shared_ptr<Caller>& caller, const std::vector<float>& values) {
  auto request = std::make_shared<VisionRequest>(caller, values.size(), 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    request->pixels[3 * i] = values[i];
    request->hashes[i] = hash_pixels(std::span(request->pixels).subspan(3 * i, 3));
  }
  return request;
}

inline std::shared_ptr<EmbedTextsRequest> texts(const std::shared_ptr<Caller>& caller,
                                                std::vector<std::vector<std::int64_t>> ids) {
  return std::make_shared<EmbedTextsRequest>(caller, std::move(ids));
}

// Greedy, and long enough for every fake sequence.
inline GenerationOptions greedy() {
  GenerationOptions options;
  options.num_beams = 1;
  options.min_length = 0;
  options.max_length = 1000;
  return options;
}

inline std::shared_ptr<DecodeRequest> decode(const std::shared_ptr<Caller>& caller, std::vector<DecodeInput> inputs) {
  return std::make_shared<DecodeRequest>(caller, std::move(inputs), greedy());
}

inline Clip clip_of(float value) {
  return {{std::make_shared<FakeFeatures>(value)}};
}

}  // namespace blip::test
