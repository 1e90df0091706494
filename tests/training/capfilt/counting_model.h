#pragma once

#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/engine/loaded_model.h"
#include "core/vision/image_preprocess.h"
#include "tests/core/engine/fake_features.h"
#include "tests/training/data/data_fixtures.h"

namespace blip::test {

// A model of pictures that show a number: the red of their first pixel, below 200. Its captioner writes "cat N" for
// number N (its last digit), or, where N is odd and it samples, "cat N+1" half of the time. Its filter gives a text
// with the right digit a probability above 0.98, others one below 0.02. A picture of 200 makes it fail, for one of 201
// the filter's logits are no numbers.
class CountingModel final : public Backend {
 public:
  static constexpr float kFails = 200, kNoNumber = 201;

  explicit CountingModel(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  std::atomic<int> images{0};  // through the ViT

  Placement placement() const override { return {"cpu", "float32"}; }
  std::vector<std::shared_ptr<const ImageFeatures>> encode_images(PixelBatch pixels) override {
    std::vector<std::shared_ptr<const ImageFeatures>> features;
    for (std::int64_t i = 0; i < pixels.images; ++i) {
      ++images;
      const float red = pixels.values[i * 3 * pixels.side * pixels.side];
      const float value = std::round((red * kPixelStd[0] + kPixelMean[0]) * 255);
      if (value == kFails) throw Error(ErrorKind::kFailed, "a picture of 200");
      features.push_back(std::make_shared<FakeFeatures>(value));
    }
    return features;
  }
  Matrix match(std::span<const ClipText> pairs) override {
    Matrix rows(static_cast<std::int64_t>(pairs.size()), 2);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const float value = value_of(*pairs[i].clip);
      bool right = false;
      for (const std::int64_t id : pairs[i].ids) right = right || id == digit(value);
      const auto row = rows.row(static_cast<std::int64_t>(i));
      row[right ? 1 : 0] = value == kNoNumber ? std::numeric_limits<float>::quiet_NaN() : 4;
    }
    return rows;
  }
  std::unique_ptr<Decoding> start_decoding() override { return std::make_unique<Writing>(*this); }

  std::shared_ptr<const ImageFeatures> restore_features(const Matrix&) override { return nullptr; }
  Matrix project_images(std::span<const Clip>) override { return {}; }
  Matrix project_texts(const TokenBatch&) override { return {}; }
  Matrix encode_text(std::span<const std::int64_t>, const Clip*) override { return {}; }
  Matrix classify_pairs(std::span<const ClipPairText>) override { return {}; }
  std::vector<float> continuation_losses(const DecodeInput&, const TokenBatch&) override { return {}; }

 private:
  class Writing final : public Decoding {
   public:
    explicit Writing(const CountingModel& model) : model_(model) {}
    SequenceId join(const DecodeInput& input) override {
      sequences_[++last_] = {value_of(input.clip), 0};
      return last_;
    }
    void step_into(std::span<const RowStep> rows, Matrix& logits) override {
      constexpr float kLikely = 20;
      logits = Matrix(static_cast<std::int64_t>(rows.size()), model_.tokenizer_.vocabulary().special().encode + 1);
      for (std::size_t r = 0; r < rows.size(); ++r) {
        auto& [value, made] = sequences_.at(rows[r].sequence);
        const bool first_row = r == 0 || rows[r - 1].sequence != rows[r].sequence;
        made += first_row ? 1 : 0;
        const auto row = logits.row(static_cast<std::int64_t>(r));
        if (made == 1) {
          row[static_cast<std::size_t>(model_.word("cat"))] = kLikely;
        } else if (made == 2) {
          row[static_cast<std::size_t>(model_.digit(value))] = kLikely;
          if (std::fmod(value, 2) == 1) row[static_cast<std::size_t>(model_.digit(value + 1))] = kLikely - 0.01F;
        } else {
          row[static_cast<std::size_t>(model_.tokenizer_.vocabulary().special().sep)] = kLikely;
        }
      }
    }
    void leave(SequenceId id) override { sequences_.erase(id); }

   private:
    struct Sequence {
      float value;
      int made;
    };
    const CountingModel& model_;
    std::map<SequenceId, Sequence> sequences_;
    SequenceId last_ = 0;
  };

  std::int64_t word(const std::string& text) const { return tokenizer_.encode(text).at(1); }
  std::int64_t digit(float value) const { return word(std::to_string(static_cast<int>(std::fmod(value, 10)))); }

  Tokenizer tokenizer_;
};

struct CountingSetup {
  std::shared_ptr<LoadedModel> model;
  CountingModel* backend = nullptr;
};

inline CountingSetup counting_model(Layout layout, const std::string& vision_id = "eyes") {
  constexpr std::int64_t kSide = 4;
  const Tokenizer tokenizer = small_tokenizer();
  auto backend = std::make_unique<CountingModel>(tokenizer);
  CountingSetup setup;
  setup.backend = backend.get();
  Checkpoint checkpoint;
  checkpoint.layout = layout;
  checkpoint.path = vision_id + "-model";
  checkpoint.weights_id = vision_id;
  checkpoint.config.vision.image_size = kSide;
  checkpoint.config.text.max_positions = 64;
  checkpoint.config.text.vocab_size = tokenizer.vocabulary().special().encode + 1;
  setup.model = std::make_shared<LoadedModel>(LoadedModel{std::move(checkpoint), tokenizer, std::move(backend)});
  return setup;
}

}  // namespace blip::test
