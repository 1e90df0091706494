#include "core/engine/packed_backend/blip2/blip2_packed_backend.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <utility>

#include "core/base/error.h"
#include "core/engine/packed_backend/blip2/language_decoding.h"
#include "core/engine/packed_backend/blip2/text_attention.h"
#include "core/engine/packed_backend/token_loss.h"
#include "core/engine/packed_backend/unpadded_texts.h"

namespace blip {
namespace {

constexpr double kLabelSmoothing = 0.1;       // of the Q-Former's captioning loss
constexpr std::int64_t kRowsTogether = 512;   // tokens and queries that run together
constexpr std::int64_t kLogitsTogether = 64;  // rows of logits that are in memory at a time

std::uint64_t next_model() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

Blip2PackedBackend::Blip2PackedBackend(const Checkpoint& checkpoint, const PackedPrecision& precision, int threads)
    : precision_(precision),
      layout_(checkpoint.layout),
      parts_(layout_parts(checkpoint.layout)),
      name_(checkpoint.path.string()),
      vision_(checkpoint.config.vision),
      feature_size_(feature_size(checkpoint.layout, checkpoint.config)),
      model_(next_model()),
      workspace_(threads),
      late_vision_(checkpoint, precision.name, precision.packed, threads, warnings_,
                   [&](WeightStore& weights) { build_rest(weights, *checkpoint.config.blip2, threads); }) {}

void Blip2PackedBackend::build_rest(WeightStore& weights, const Blip2Config& config, int threads) {
  qformer_.emplace(weights, config.qformer, precision_.packed);
  // Small, and what they give is looked at directly.
  if (parts_.itc) {
    vision_proj_ = weights.linear("vision_proj", Precision::kFloat32);
    text_proj_ = weights.linear("text_proj", Precision::kFloat32);
  }
  if (parts_.itm) itm_head_ = weights.linear("itm_head", Precision::kFloat32);
  if (!parts_.language_model) return;
  soft_prompts_.emplace(weights, model_);
  LanguageWeights language(weights, precision_.language, precision_.language_head, threads);
  if (layout_ == Layout::kBlip2Opt) {
    opt_.emplace(language, config.language);
  } else {
    t5_.emplace(language, config.language);
  }
}

void Blip2PackedBackend::need(bool part, const char* what) const {
  if (part) return;
  throw Error(ErrorKind::kUnsupported,
              "'" + name_ + "' is a " + std::string(layout_name(layout_)) + " checkpoint, which has no " + what);
}

std::vector<std::shared_ptr<const ImageFeatures>> Blip2PackedBackend::encode_images(PixelBatch pixels) {
  const std::lock_guard lock(mutex_);
  if (pixels.side != vision_.image_size) {
    throw Error(ErrorKind::kInvalidArgument, "images of " + std::to_string(pixels.side) +
                                                 " pixels a side for a model of " + std::to_string(vision_.image_size));
  }
  std::vector<std::shared_ptr<const ImageFeatures>> features;
  for (std::int64_t i = 0; i < pixels.images; ++i) {
    Matrix states(vision_.tokens(), vision_.width);
    late_vision_.vit().encode(workspace_, pixels.values + i * 3 * pixels.side * pixels.side, states.values.data());
    if (parts_.language_model) {
      const auto image = qformer_->keys_values(workspace_, states.values.data(), states.rows);
      Matrix queries(qformer_->queries(), qformer_->width());
      qformer_->encode_queries(workspace_, {&image, 1}, queries.values.data(), /*kept=*/nullptr);
      states = std::move(queries);
    }
    features.push_back(std::make_shared<Blip2Features>(std::move(states)));
  }
  return features;
}

std::shared_ptr<const ImageFeatures> Blip2PackedBackend::restore_features(const Matrix& tokens) {
  expect_feature_size(tokens, feature_size_);
  return std::make_shared<Blip2Features>(tokens);
}

// What the queries make of a picture: once, until it is dropped.
std::shared_ptr<const QueriedImage> Blip2PackedBackend::queried(const Blip2Features& frame) {
  if (auto kept = frame.queried(model_)) return kept;
  auto image = frame.keys_values(model_);
  if (!image) image = qformer_->keys_values(workspace_, frame.states(), frame.tokens());  // large, and not needed again
  auto made = std::make_shared<QueriedImage>();
  made->queries.resize(static_cast<std::size_t>(qformer_->queries() * qformer_->width()));
  const DecoderShape& shape = qformer_->shape();
  std::shared_ptr<Prefix> prefix;
  if (parts_.captions) prefix = std::make_shared<Prefix>(shape.layers, qformer_->queries(), shape.kept_width());
  qformer_->encode_queries(workspace_, {&image, 1}, made->queries.data(), prefix.get());
  made->prefix = std::move(prefix);
  frame.keep(model_, made);
  return made;
}

// Of all frames, for queries that read texts, too.
std::vector<std::shared_ptr<const StoredKeyValues>> Blip2PackedBackend::image_of(const Clip& clip) {
  std::vector<std::shared_ptr<const StoredKeyValues>> image;
  for (const Blip2Features* frame : blip2_frames(clip)) {
    auto kept = frame->keys_values(model_);
    if (!kept) {
      kept = qformer_->keys_values(workspace_, frame->states(), frame->tokens());
      frame->keep(model_, kept);
    }
    image.push_back(std::move(kept));
  }
  return image;
}

Matrix Blip2PackedBackend::project_images(std::span<const Clip> clips) {
  need(vision_proj_ != nullptr, "image-text contrastive head (ITC)");
  const std::lock_guard lock(mutex_);
  const std::int64_t queries = qformer_->queries(), size = queries * vision_proj_->out();
  Matrix rows(static_cast<std::int64_t>(clips.size()) * queries, vision_proj_->out());
  std::vector<float> projected(static_cast<std::size_t>(size));
  for (std::size_t c = 0; c < clips.size(); ++c) {
    float* sum = rows.row(static_cast<std::int64_t>(c) * queries).data();
    const auto frames = blip2_frames(clips[c]);
    for (const Blip2Features* frame : frames) {
      vision_proj_->run(workspace_, queried(*frame)->queries.data(), queries, projected.data());
      workspace_.loops.add(sum, projected.data(), size, sum);
    }
    workspace_.loops.multiply(sum, 1.0f / static_cast<float>(frames.size()), size, sum);
  }
  return rows;
}

Matrix Blip2PackedBackend::project_texts(const TokenBatch& texts) {
  need(text_proj_ != nullptr, "image-text contrastive head (ITC)");
  const std::lock_guard lock(mutex_);
  const std::int64_t width = qformer_->width();
  Matrix rows(texts.texts, text_proj_->out());
  for (std::int64_t begin = 0; begin < texts.texts;) {
    const UnpaddedTexts some = unpadded_texts(texts, begin, kRowsTogether);
    std::vector<float> states(some.ids.size() * static_cast<std::size_t>(width)), first;
    qformer_->encode_texts(workspace_, {some.ids, some.starts}, states.data());
    for (std::int64_t t = 0; t < some.texts(); ++t) {
      const auto state = states.begin() + some.starts[static_cast<std::size_t>(t)] * width;
      first.insert(first.end(), state, state + width);
    }
    text_proj_->run(workspace_, first.data(), some.texts(), rows.row(begin).data());
    begin += some.texts();
  }
  return rows;
}

Matrix Blip2PackedBackend::encode_text(std::span<const std::int64_t> ids, const Clip* clip) {
  need(parts_.itm, "Q-Former that reads texts");
  const std::lock_guard lock(mutex_);
  const std::int64_t queries = clip == nullptr ? 0 : qformer_->queries();
  Matrix states(queries + static_cast<std::int64_t>(ids.size()), qformer_->width());
  const std::int64_t starts[] = {0, static_cast<std::int64_t>(ids.size())};
  float* of_text = states.values.data() + queries * states.columns;
  if (clip == nullptr) {
    qformer_->encode_texts(workspace_, {ids, starts}, of_text);
  } else {
    qformer_->encode_pairs(workspace_, {ids, starts}, image_of(*clip), states.values.data(), of_text);
  }
  return states;
}

// The pairs with the numbers `members`, all on one clip.
void Blip2PackedBackend::match_clip(const Clip& clip, std::span<const ClipText> pairs,
                                    std::span<const std::size_t> members, Matrix& logits) {
  const auto image = image_of(clip);
  const std::int64_t queries = qformer_->queries(), width = qformer_->width(), classes = logits.columns;
  for (std::size_t begin = 0; begin < members.size();) {
    std::vector<std::int64_t> ids, starts{0};
    std::size_t end = begin;
    for (; end < members.size() && starts.back() + static_cast<std::int64_t>(end - begin) * queries < kRowsTogether;
         ++end) {
      ids.insert(ids.end(), pairs[members[end]].ids.begin(), pairs[members[end]].ids.end());
      starts.push_back(static_cast<std::int64_t>(ids.size()));
    }
    const auto texts = static_cast<std::int64_t>(end - begin);
    std::vector<float> of_queries(static_cast<std::size_t>(texts * queries * width)),
        of_texts(ids.size() * static_cast<std::size_t>(width)),
        found(static_cast<std::size_t>(texts * queries * classes));
    qformer_->encode_pairs(workspace_, {ids, starts}, image, of_queries.data(), of_texts.data());
    itm_head_->run(workspace_, of_queries.data(), texts * queries, found.data());
    for (std::int64_t t = 0; t < texts; ++t) {
      const auto row = logits.row(static_cast<std::int64_t>(members[begin + static_cast<std::size_t>(t)]));
      for (std::int64_t q = 0; q < queries; ++q)
        workspace_.loops.add(row.data(), found.data() + (t * queries + q) * classes, classes, row.data());
      workspace_.loops.multiply(row.data(), 1.0f / static_cast<float>(queries), classes, row.data());
    }
    begin = end;
  }
}

Matrix Blip2PackedBackend::match(std::span<const ClipText> pairs) {
  need(itm_head_ != nullptr, "image-text matching head (ITM)");
  const std::lock_guard lock(mutex_);
  std::map<const Clip*, std::vector<std::size_t>> by_clip;
  for (std::size_t i = 0; i < pairs.size(); ++i) by_clip[pairs[i].clip].push_back(i);
  Matrix logits(static_cast<std::int64_t>(pairs.size()), itm_head_->out());
  for (const auto& [clip, members] : by_clip) match_clip(*clip, pairs, members, logits);
  return logits;
}

Matrix Blip2PackedBackend::classify_pairs(std::span<const ClipPairText>) {
  need(false, "two-image classifier (NLVR2)");
  return {};
}

const PackedDecoder& Blip2PackedBackend::decoder() const {
  need(parts_.captions, "part that writes texts");
  if (opt_) return *opt_;
  if (t5_) return *t5_;
  return *qformer_;
}

DecodeStart Blip2PackedBackend::start(const DecodeInput& input) {
  if (opt_) return start_opt(workspace_, *opt_, *soft_prompts_, input, prefill_);
  if (t5_) return start_t5(workspace_, *t5_, *soft_prompts_, input, prefill_);
  DecodeStart queries;
  for (const Blip2Features* frame : blip2_frames(input.clip))
    queries.before.push_back({queried(*frame)->prefix, qformer_->queries()});
  return behind_text(workspace_, *qformer_, std::move(queries), input.prompt);
}

std::vector<float> Blip2PackedBackend::continuation_losses(const DecodeInput& input, const TokenBatch& answers) {
  const PackedDecoder& writer = decoder();
  const std::lock_guard lock(mutex_);
  const DecodeStart behind = start(input);
  const DecoderShape& shape = writer.shape();
  const double smoothing = parts_.language_model ? 0 : kLabelSmoothing;
  std::vector<float> losses(static_cast<std::size_t>(answers.texts)), logits;
  for (std::int64_t begin = 0; begin < answers.texts;) {
    const Arena::Scope scope(workspace_.shared);
    const UnpaddedTexts some = unpadded_texts(answers, begin, kLogitsTogether);
    const auto rows = static_cast<std::int64_t>(some.ids.size());
    auto* x = workspace_.shared.take<float>(rows * shape.width);
    for (std::int64_t a = 0; a < some.texts(); ++a) {
      const std::int64_t first = some.starts[static_cast<std::size_t>(a)];
      for (std::int64_t t = first; t < some.starts[static_cast<std::size_t>(a + 1)]; ++t) {
        writer.embed(workspace_, some.ids[static_cast<std::size_t>(t)], behind.position + t - first,
                     x + t * shape.width);
      }
    }
    TextAttention attention(workspace_, shape, behind, some.starts, /*causal=*/true);
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) writer.run_layer(workspace_, layer, x, rows, attention);
    logits.resize(static_cast<std::size_t>(rows * shape.vocabulary));
    writer.run_head(workspace_, x, rows, logits.data());
    for (std::int64_t a = 0; a < some.texts(); ++a) {
      double loss = 0;
      for (std::int64_t t = some.starts[static_cast<std::size_t>(a)];
           t + 1 < some.starts[static_cast<std::size_t>(a + 1)]; ++t) {
        loss += token_loss(workspace_.loops, logits.data() + t * shape.vocabulary, shape.vocabulary,
                           some.ids[static_cast<std::size_t>(t + 1)], smoothing);
      }
      losses[static_cast<std::size_t>(begin + a)] = static_cast<float>(loss);
    }
    begin += some.texts();
  }
  return losses;
}

std::unique_ptr<Decoding> Blip2PackedBackend::start_decoding() {
  return std::make_unique<LanguageDecoding>(
      workspace_, decoder(), [this](const DecodeInput& input) { return start(input); }, mutex_);
}

}  // namespace blip
