#include "core/engine/packed_backend/packed_decoding.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/kernels/few_row_attention.h"
#include "core/kernels/parallel.h"

namespace blip {
namespace {

constexpr std::int64_t kFirstPlaces = 128;  // a caption of 20 tokens by 3 beams takes about 50
constexpr std::int64_t kWorthThreads = 96;  // tokens that all rows attend to among what they have seen

}  // namespace

PackedDecoding::PackedDecoding(Workspace& workspace, const PackedMed& med, const LmHead& head, CrossMaker cross,
                               std::mutex& mutex)
    : workspace_(workspace), med_(med), head_(head), cross_(std::move(cross)), mutex_(mutex) {}

void PackedDecoding::reserve(Sequence& sequence, std::int64_t places) const {
  if (places <= sequence.places) return;
  const std::int64_t grown = std::max({places, 2 * sequence.places, kFirstPlaces});
  for (auto& layer : sequence.past) layer.resize(static_cast<std::size_t>(grown * 2 * med_.width()));
  const auto widen = [&](std::vector<std::int32_t>& lists) {
    std::vector<std::int32_t> wider(static_cast<std::size_t>(sequence.rows * grown));
    for (std::int64_t r = 0; r < sequence.rows && sequence.places > 0; ++r)
      std::copy_n(lists.begin() + r * sequence.places, sequence.length, wider.begin() + r * grown);
    lists = std::move(wider);
  };
  widen(sequence.seen);
  sequence.next.clear();
  sequence.places = grown;
}

SequenceId PackedDecoding::join(const DecodeInput& input) {
  const std::lock_guard lock(mutex_);
  if (input.prompt.empty()) throw Error(ErrorKind::kInvalidArgument, "decoding needs a prompt, at least [DEC]");
  Sequence sequence;
  sequence.cross = cross_(input);
  sequence.past.resize(med_.layers().size());
  const auto length = static_cast<std::int64_t>(input.prompt.size()) - 1;
  reserve(sequence, length + 1);
  if (length > 0) {
    const std::int64_t starts[] = {0, length};
    std::vector<float*> layers;
    for (auto& layer : sequence.past) layers.push_back(layer.data());
    const CrossSource cross{sequence.cross, {}};
    med_.run(workspace_, {std::span(input.prompt).first(static_cast<std::size_t>(length)), starts}, {&cross, 1},
             /*causal=*/true, PackedMed::Last::kKeysValues, /*states=*/nullptr, layers);
    for (std::int64_t t = 0; t < length; ++t) sequence.seen[static_cast<std::size_t>(t)] = static_cast<std::int32_t>(t);
  }
  sequence.used = sequence.length = length;
  sequences_.emplace(next_id_, std::move(sequence));
  return next_id_++;
}

void PackedDecoding::leave(SequenceId id) {
  const std::lock_guard lock(mutex_);
  sequences_.erase(id);
}

void PackedDecoding::group_rows(std::span<const RowStep> rows) {
  groups_.clear();
  for (std::size_t begin = 0; begin < rows.size();) {
    const auto found = sequences_.find(rows[begin].sequence);
    if (found == sequences_.end())
      throw Error(ErrorKind::kInvalidArgument, "no sequence " + std::to_string(rows[begin].sequence));
    std::size_t end = begin;
    for (; end < rows.size() && rows[end].sequence == rows[begin].sequence; ++end) {
      if (rows[end].parent < 0 || rows[end].parent >= found->second.rows)
        throw Error(ErrorKind::kInvalidArgument, "no row " + std::to_string(rows[end].parent) + " in sequence " +
                                                     std::to_string(rows[end].sequence));
    }
    if (found->second.length >= med_.max_positions())
      throw Error(ErrorKind::kInvalidArgument, "a sequence cannot be longer than the model's " +
                                                   std::to_string(med_.max_positions()) + " positions");
    groups_.push_back({&found->second, static_cast<std::int64_t>(begin), static_cast<std::int64_t>(end - begin)});
    begin = end;
  }
  group_of_.resize(rows.size());
  for (const Group& group : groups_) std::fill_n(group_of_.begin() + group.begin, group.count, &group);
}

// Each row gets its parent's list and a place of its own.
void PackedDecoding::take_in(const Group& group, std::span<const RowStep> rows) {
  Sequence& sequence = *group.sequence;
  reserve(sequence, sequence.used + group.count);
  sequence.next.resize(static_cast<std::size_t>(group.count * sequence.places));
  for (std::int64_t r = 0; r < group.count; ++r) {
    const std::int64_t parent = rows[static_cast<std::size_t>(group.begin + r)].parent;
    auto to = sequence.next.begin() + r * sequence.places;
    std::copy_n(sequence.seen.begin() + parent * sequence.places, sequence.length, to);
    to[sequence.length] = static_cast<std::int32_t>(sequence.used + r);
  }
  std::swap(sequence.seen, sequence.next);
  sequence.rows = group.count;
  sequence.used += group.count;
  ++sequence.length;
}

void PackedDecoding::run_layer(std::size_t number, float* x, std::int64_t rows) {
  const Arena::Scope scope(workspace_.shared);
  const PackedMed::Layer& layer = med_.layers()[number];
  const std::int64_t width = med_.width();
  auto* qkv = workspace_.shared.take<float>(rows * 3 * width);
  auto* context = workspace_.shared.take<float>(rows * width);
  layer.qkv->run(workspace_, x, rows, qkv);
  for (std::int64_t r = 0; r < rows; ++r) {
    const Group& group = *group_of_[static_cast<std::size_t>(r)];
    const std::int64_t place = group.sequence->used - group.count + r - group.begin;
    std::copy_n(qkv + (r * 3 + 1) * width, 2 * width, group.sequence->past[number].data() + place * 2 * width);
  }
  std::int64_t seen = 0;
  for (const Group& group : groups_) seen += group.count * group.sequence->length;
  const int threads = seen < kWorthThreads ? 1 : workspace_.threads;
  parallel_for(threads, rows, [&](std::int64_t r, int slot) {
    const Group& group = *group_of_[static_cast<std::size_t>(r)];
    const Sequence& sequence = *group.sequence;
    const float* past = sequence.past[number].data();
    attend_row(workspace_, slot, med_.heads(), qkv + r * 3 * width, past, past + width, 2 * width,
               {sequence.seen.data() + (r - group.begin) * sequence.places, static_cast<std::size_t>(sequence.length)},
               context + r * width);
  });
  layer.self_output->run(workspace_, context, rows, x, After::kAdd);
  layer.self_norm.run(workspace_.loops, x, rows, x);

  const PackedMed::Cross& cross = layer.cross.front();
  auto* queries = qkv;
  cross.query->run(workspace_, x, rows, queries);
  auto* sources = workspace_.shared.take<SourceRows>(static_cast<std::int64_t>(groups_.size()));
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const Group& group = groups_[g];
    sources[g] = {
        {group.sequence->cross, {}}, queries + group.begin * width, group.count, context + group.begin * width};
  }
  attend_sources(workspace_, med_.heads(), cross, number, {sources, groups_.size()});
  cross.output->run(workspace_, context, rows, x, After::kAdd);
  layer.cross_norm.run(workspace_.loops, x, rows, x);
  med_.feed_forward(workspace_, layer, x, rows);
}

void PackedDecoding::step_into(std::span<const RowStep> rows, Matrix& logits) {
  const std::lock_guard lock(mutex_);
  const Arena::Scope scope(workspace_.shared);
  const auto count = static_cast<std::int64_t>(rows.size());
  const std::int64_t width = med_.width();
  group_rows(rows);
  auto* x = workspace_.shared.take<float>(count * width);
  for (std::int64_t r = 0; r < count; ++r) {
    med_.embed(workspace_.loops, rows[static_cast<std::size_t>(r)].token,
               group_of_[static_cast<std::size_t>(r)]->sequence->length, x + r * width);
  }
  for (const Group& group : groups_) take_in(group, rows);
  for (std::size_t i = 0; i < med_.layers().size(); ++i) run_layer(i, x, count);
  logits.resize(count, head_.vocabulary());
  head_.run(workspace_, x, count, logits.values.data());
}

}  // namespace blip
