#include "core/engine/packed_backend/blip2/language_decoding.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr std::int64_t kFirstPlaces = 32;

}  // namespace

LanguageDecoding::LanguageDecoding(Workspace& workspace, const PackedDecoder& decoder, SequenceStarter starter,
                                   std::mutex& mutex)
    : workspace_(workspace), decoder_(decoder), starter_(std::move(starter)), mutex_(mutex) {}

SequenceId LanguageDecoding::join(const DecodeInput& input) {
  const std::lock_guard lock(mutex_);
  if (input.prompt.empty())
    throw Error(ErrorKind::kInvalidArgument, "decoding needs a prompt, at least the token that texts start with");
  Sequence sequence;
  sequence.start = starter_(input);
  sequence.before = sequence.start.tokens();
  sequence.past.resize(static_cast<std::size_t>(decoder_.shape().layers));
  sequences_.emplace(next_id_, std::move(sequence));
  return next_id_++;
}

void LanguageDecoding::leave(SequenceId id) {
  const std::lock_guard lock(mutex_);
  sequences_.erase(id);
}

void LanguageDecoding::group_rows(std::span<const RowStep> rows) {
  groups_.clear();
  for (std::size_t begin = 0; begin < rows.size();) {
    const auto found = sequences_.find(rows[begin].sequence);
    if (found == sequences_.end())
      throw Error(ErrorKind::kInvalidArgument, "no sequence " + std::to_string(rows[begin].sequence));
    const Sequence& sequence = found->second;
    std::size_t end = begin;
    for (; end < rows.size() && rows[end].sequence == rows[begin].sequence; ++end) {
      if (rows[end].parent < 0 || rows[end].parent >= sequence.rows)
        throw Error(ErrorKind::kInvalidArgument, "no row " + std::to_string(rows[end].parent) + " in sequence " +
                                                     std::to_string(rows[end].sequence));
    }
    const std::int64_t positions = decoder_.shape().positions;
    if (positions > 0 && sequence.start.position + sequence.length >= positions)
      throw Error(ErrorKind::kInvalidArgument,
                  "a sequence cannot be longer than the model's " + std::to_string(positions) + " positions");
    groups_.push_back({&found->second, static_cast<std::int64_t>(begin), static_cast<std::int64_t>(end - begin)});
    begin = end;
  }
}

// At least `count` free places: those that no row refers to, and more where these are too few.
void LanguageDecoding::find_places(Sequence& sequence, std::int64_t count) const {
  if (static_cast<std::int64_t>(sequence.free.size()) >= count) return;
  std::vector<bool> used(static_cast<std::size_t>(sequence.places));
  for (std::int64_t r = 0; sequence.length > 0 && r < sequence.rows; ++r) {
    const auto list = sequence.seen.begin() + r * sequence.places;
    for (auto place = list; place != list + sequence.length; ++place) used[static_cast<std::size_t>(*place)] = true;
  }
  sequence.free.clear();
  for (std::int64_t place = sequence.places; place-- > 0;) {
    if (!used[static_cast<std::size_t>(place)]) sequence.free.push_back(static_cast<std::int32_t>(place));
  }
  // Half of them, so that they are not looked for at every step.
  if (static_cast<std::int64_t>(sequence.free.size()) >= std::max(count, sequence.places / 2)) return;
  const std::int64_t grown = std::max({sequence.places + count, 2 * sequence.places, kFirstPlaces});
  for (auto& layer : sequence.past) layer.resize(static_cast<std::size_t>(grown * 2 * decoder_.shape().kept_width()));
  std::vector<std::int32_t> wider(static_cast<std::size_t>(sequence.rows * grown));
  for (std::int64_t r = 0; sequence.length > 0 && r < sequence.rows; ++r)
    std::copy_n(sequence.seen.begin() + r * sequence.places, sequence.length, wider.begin() + r * grown);
  sequence.seen = std::move(wider);
  for (std::int64_t place = grown; place-- > sequence.places;)
    sequence.free.insert(sequence.free.begin(), static_cast<std::int32_t>(place));
  sequence.places = grown;
}

// Each row gets its parent's list and a place of its own.
void LanguageDecoding::take_in(const Group& group, std::span<const RowStep> rows) const {
  Sequence& sequence = *group.sequence;
  find_places(sequence, group.count);
  sequence.next.resize(static_cast<std::size_t>(group.count * sequence.places));
  for (std::int64_t r = 0; r < group.count; ++r) {
    const std::int64_t parent = rows[static_cast<std::size_t>(group.begin + r)].parent;
    auto to = sequence.next.begin() + r * sequence.places;
    std::copy_n(sequence.seen.begin() + parent * sequence.places, sequence.length, to);
    to[sequence.length] = sequence.free.back();
    sequence.free.pop_back();
  }
  std::swap(sequence.seen, sequence.next);
  sequence.rows = group.count;
  ++sequence.length;
}

class LanguageDecoding::StepAttention final : public RowAttention {
 public:
  explicit StepAttention(const LanguageDecoding& decoding) : decoding_(decoding), shape_(decoding.decoder_.shape()) {}

  bool attend_self(std::int64_t layer, const QkvRows& rows, float* context) override {
    Workspace& workspace = decoding_.workspace_;
    const Arena::Scope scope(workspace.shared);
    const std::int64_t width = shape_.kept_width();
    std::int64_t count = 0, tokens = 0;
    for (const Group& group : decoding_.groups_) {
      count += group.count;
      tokens += group.count * (group.sequence->before + group.sequence->length);
    }
    auto* gathered = workspace.shared.take<GatheredRow>(count);
    auto* seen = workspace.shared.take<const float*>(tokens);
    for (const Group& group : decoding_.groups_) {
      Sequence& sequence = *group.sequence;
      float* past = sequence.past[static_cast<std::size_t>(layer)].data();
      const float** before = seen;
      for (std::int64_t r = 0; r < group.count; ++r) {
        const std::int64_t row = group.begin + r;
        const std::int32_t* places = sequence.seen.data() + r * sequence.places;
        float* own = past + places[sequence.length - 1] * 2 * width;
        std::copy_n(rows.keys + row * rows.stride, width, own);
        std::copy_n(rows.values + row * rows.stride, width, own + width);
        if (r == 0) {
          sequence.start.gather(layer, seen);
        } else {
          std::copy_n(before, sequence.before, seen);
        }
        const std::int64_t all = sequence.before + sequence.length;
        for (std::int64_t t = 0; t < sequence.length; ++t) seen[sequence.before + t] = past + places[t] * 2 * width;
        gathered[row] = {
            rows.queries + row * rows.stride, {seen, static_cast<std::size_t>(all)}, all - 1, context + row * width};
        seen += all;
      }
    }
    attend_gathered(workspace, shape_.self, width, {gathered, static_cast<std::size_t>(count)});
    return true;
  }

  void attend_cross(std::int64_t layer, const float* queries, float* context) override {
    Workspace& workspace = decoding_.workspace_;
    const Arena::Scope scope(workspace.shared);
    const std::int64_t width = shape_.kept_width();
    std::int64_t count = 0, tokens = 0;
    for (const Group& group : decoding_.groups_) {
      count += group.count;
      tokens += group.sequence->start.encoded->tokens();
    }
    auto* gathered = workspace.shared.take<GatheredRow>(count);
    auto* seen = workspace.shared.take<const float*>(tokens);
    for (const Group& group : decoding_.groups_) {
      const Prefix& encoded = *group.sequence->start.encoded;
      encoded.gather(layer, encoded.tokens(), seen);
      for (std::int64_t row = group.begin; row < group.begin + group.count; ++row) {
        gathered[row] = {
            queries + row * width, {seen, static_cast<std::size_t>(encoded.tokens())}, 0, context + row * width};
      }
      seen += encoded.tokens();
    }
    attend_gathered(workspace, shape_.cross, width, {gathered, static_cast<std::size_t>(count)});
  }

 private:
  const LanguageDecoding& decoding_;
  const DecoderShape& shape_;
};

void LanguageDecoding::step_into(std::span<const RowStep> rows, Matrix& logits) {
  const std::lock_guard lock(mutex_);
  const Arena::Scope scope(workspace_.shared);
  const DecoderShape& shape = decoder_.shape();
  const auto count = static_cast<std::int64_t>(rows.size());
  group_rows(rows);
  auto* x = workspace_.shared.take<float>(count * shape.width);
  for (const Group& group : groups_) {
    for (std::int64_t r = group.begin; r < group.begin + group.count; ++r) {
      decoder_.embed(workspace_, rows[static_cast<std::size_t>(r)].token,
                     group.sequence->start.position + group.sequence->length, x + r * shape.width);
    }
  }
  for (const Group& group : groups_) take_in(group, rows);
  StepAttention attention(*this);
  for (std::int64_t layer = 0; layer < shape.layers; ++layer)
    decoder_.run_layer(workspace_, layer, x, count, attention);
  logits.resize(count, shape.vocabulary);
  decoder_.run_head(workspace_, x, count, logits.values.data());
}

}  // namespace blip
