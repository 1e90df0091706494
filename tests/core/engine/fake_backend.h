#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/engine/backend.h"
#include "tests/core/engine/fake_features.h"

namespace blip::test {

// A model whose arithmetic is done in the head. A picture's features are its first pixel. It writes down what it is
// asked, can be held at any call, and fails on what it is told to fail on.
class FakeBackend : public Backend {
 public:
  static constexpr std::int64_t kSep = 1, kVocabulary = 20, kDecode = 0;
  struct Call {
    std::string what;  // "encode", "embed clips", "embed texts", "match", "losses", "join", "step"
    std::size_t items;
    bool operator==(const Call&) const = default;
  };

  // Called at the start of each call, on the thread that computes: may block and throw.
  std::function<void(const Call&)> before = [](const Call&) {};
  float bad_picture = -1;           // encoding a batch with it fails
  std::int64_t bad_token = -1;      // a batch of texts with it fails
  std::int64_t bad_decode = -1;     // every step fails while a sequence with this name runs
  std::int64_t nan_decode = -1;     // a sequence with this name gets logits that are no numbers
  std::int64_t rows_a_clip = 1;     // that embeddings of a clip have
  std::uint64_t derived_bytes = 0;  // that a frame keeps after match and join

  std::vector<Call> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  std::size_t count(const std::string& what) const {
    const auto all = calls();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const Call& c) { return c.what == what; }));
  }

  std::string device = "cpu";
  Placement placement() const override { return {device, "float32"}; }
  std::vector<std::shared_ptr<const ImageFeatures>> encode_images(PixelBatch pixels) override {
    note("encode", static_cast<std::size_t>(pixels.images));
    std::vector<std::shared_ptr<const ImageFeatures>> features;
    for (std::int64_t i = 0; i < pixels.images; ++i) {
      const float value = pixels.values[i * 3 * pixels.side * pixels.side];
      if (value == bad_picture) throw Error(ErrorKind::kFailed, "bad picture");
      features.push_back(std::make_shared<FakeFeatures>(value));
    }
    return features;
  }
  std::shared_ptr<const ImageFeatures> restore_features(const Matrix&) override { return nullptr; }
  Matrix project_images(std::span<const Clip> clips) override {
    note("embed clips", clips.size());
    Matrix rows(static_cast<std::int64_t>(clips.size()) * rows_a_clip, 2);
    for (std::int64_t r = 0; r < rows.rows; ++r) {
      const Clip& clip = clips[static_cast<std::size_t>(r / rows_a_clip)];
      rows.row(r)[0] = value_of(clip) + 100.f * static_cast<float>(r % rows_a_clip);
      rows.row(r)[1] = static_cast<float>(clip.frames.size());
    }
    return rows;
  }
  // [texts, 2]: sum and number of the ids that are not padding.
  Matrix project_texts(const TokenBatch& texts) override {
    note("embed texts", static_cast<std::size_t>(texts.texts));
    Matrix rows(texts.texts, 2);
    for (std::int64_t t = 0; t < texts.texts; ++t) {
      for (std::int64_t i = t * texts.length; i < (t + 1) * texts.length; ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (texts.mask[at] == 0) continue;
        if (texts.ids[at] == bad_token) throw Error(ErrorKind::kInvalidArgument, "bad token");
        rows.row(t)[0] += static_cast<float>(texts.ids[at]);
        rows.row(t)[1] += 1;
      }
    }
    return rows;
  }
  Matrix encode_text(std::span<const std::int64_t>, const Clip*) override { return {}; }
  // [pairs, 2]: the clip's value and the sum of the ids.
  Matrix match(std::span<const ClipText> pairs) override {
    note("match", pairs.size());
    Matrix rows(static_cast<std::int64_t>(pairs.size()), 2);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (std::find(pairs[i].ids.begin(), pairs[i].ids.end(), bad_token) != pairs[i].ids.end())
        throw Error(ErrorKind::kInvalidArgument, "bad token");
      derive(*pairs[i].clip);
      const auto row = rows.row(static_cast<std::int64_t>(i));
      row[0] = value_of(*pairs[i].clip);
      row[1] = std::accumulate(pairs[i].ids.begin(), pairs[i].ids.end(), 0.f);
    }
    return rows;
  }
  Matrix classify_pairs(std::span<const ClipPairText>) override { return {}; }
  // An answer's loss is the sum of its ids.
  std::vector<float> continuation_losses(const DecodeInput&, const TokenBatch& answers) override {
    note("losses", static_cast<std::size_t>(answers.texts));
    std::vector<float> losses;
    for (std::int64_t t = 0; t < answers.texts; ++t) {
      float sum = 0;
      for (std::int64_t i = t * answers.length; i < (t + 1) * answers.length; ++i) {
        const auto at = static_cast<std::size_t>(i);
        sum += static_cast<float>(answers.ids[at] * answers.mask[at]);
      }
      losses.push_back(sum);
    }
    return losses;
  }
  std::unique_ptr<Decoding> start_decoding() override;
  // A sequence that greedy search ends after `tokens` tokens, [SEP] included. Its `name`, 2 at least, is the first of
  // them; each further one is 1 higher, back to 2 behind the vocabulary.
  static DecodeInput sequence(std::int64_t name, std::int64_t tokens, Clip clip = {}) {
    return {std::move(clip), {name, tokens}, {kDecode}};
  }
  static std::vector<std::int64_t> expected_ids(std::int64_t name, std::int64_t tokens) {
    std::vector<std::int64_t> ids{kDecode};
    for (std::int64_t i = 0; i + 1 < tokens; ++i) ids.push_back(token_of(name, i));
    ids.push_back(kSep);
    return ids;
  }
  static std::int64_t token_of(std::int64_t name, std::int64_t position) {
    return 2 + (name - 2 + position) % (kVocabulary - 2);
  }
  int sequences_inside() const { return inside_; }

 private:
  class FakeDecoding;
  void note(const std::string& what, std::size_t items) {
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back({what, items});
    }
    before({what, items});
  }
  void derive(const Clip& clip) const {
    for (const auto& frame : clip.frames) static_cast<const FakeFeatures&>(*frame).derive(derived_bytes);
  }
  mutable std::mutex mutex_;
  std::vector<Call> calls_;
  std::atomic<int> inside_{0};
};

class FakeBackend::FakeDecoding final : public Decoding {
 public:
  explicit FakeDecoding(FakeBackend& backend) : backend_(backend) {}
  ~FakeDecoding() override { backend_.inside_ -= static_cast<int>(sequences_.size()); }

  SequenceId join(const DecodeInput& input) override {
    backend_.note("join", 1);
    backend_.derive(input.clip);
    sequences_[++last_] = {input.question.at(0), input.question.at(1), 0};
    ++backend_.inside_;
    return last_;
  }
  void step_into(std::span<const RowStep> rows, Matrix& logits) override {
    backend_.note("step", rows.size());
    for (const auto& [id, sequence] : sequences_) {
      if (sequence.name == backend_.bad_decode) throw Error(ErrorKind::kFailed, "bad sequence");
    }
    logits = Matrix(static_cast<std::int64_t>(rows.size()), kVocabulary);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      Sequence& sequence = sequences_.at(rows[r].sequence);
      const bool ends = ++sequence.made >= sequence.tokens;
      const std::int64_t token = ends ? kSep : token_of(sequence.name, sequence.made - 1);
      const auto row = logits.row(static_cast<std::int64_t>(r));
      row[static_cast<std::size_t>(token)] = 10;
      if (sequence.name == backend_.nan_decode) row[0] = std::numeric_limits<float>::quiet_NaN();
    }
  }
  void leave(SequenceId id) override {
    if (sequences_.erase(id) != 1) throw std::logic_error("left twice");
    --backend_.inside_;
  }

 private:
  struct Sequence {
    std::int64_t name, tokens, made;
  };
  FakeBackend& backend_;
  std::map<SequenceId, Sequence> sequences_;
  SequenceId last_ = 0;
};

inline std::unique_ptr<Decoding> FakeBackend::start_decoding() {
  return std::make_unique<FakeDecoding>(*this);
}

}  // namespace blip::test
