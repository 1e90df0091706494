#include "core/engine/packed_backend/blip2/sequence_starts.h"

#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/engine/packed_backend/blip2/text_attention.h"

namespace blip {

std::int64_t SoftPrompts::count(const Clip& clip) const {
  std::int64_t tokens = 0;
  for (const Blip2Features* frame : blip2_frames(clip)) tokens += frame->tokens();
  return tokens;
}

void SoftPrompts::write(Workspace& workspace, const Clip& clip, float* x) const {
  for (const Blip2Features* frame : blip2_frames(clip)) {
    projection_->run(workspace, frame->states(), frame->tokens(), x);
    x += frame->tokens() * projection_->out();
  }
}

std::shared_ptr<PrefixStore> SoftPrompts::prefixes(const Clip& clip) const {
  return blip2_frames(clip).front()->prefixes(model_);
}

DecodeStart start_opt(Workspace& workspace, const PackedOpt& opt, const SoftPrompts& soft_prompts,
                      const DecodeInput& input, PrefillCounters& counters) {
  const std::int64_t soft = soft_prompts.count(input.clip), width = opt.shape().width;
  const auto length = static_cast<std::int64_t>(input.prompt.size());
  if (soft + length > opt.shape().positions) {
    throw Error(ErrorKind::kInvalidArgument,
                "a prompt of " + std::to_string(length) + " tokens behind " + std::to_string(soft) +
                    " of the pictures is longer than the language model's " + std::to_string(opt.shape().positions) +
                    " positions; shorten it or give fewer frames");
  }
  const auto ids = std::span(input.prompt).first(static_cast<std::size_t>(length - 1));
  const auto store = soft_prompts.prefixes(input.clip);
  const PrefixStore::Found found = store->longest(input.clip, ids);
  DecodeStart start;
  start.position = soft + length - 1;
  const std::int64_t shared = found.prefix ? soft + found.common_ids : 0;
  counters.shared += static_cast<std::uint64_t>(shared);
  if (shared > 0) start.before.push_back({found.prefix, shared});
  if (shared == start.position) return start;

  const Arena::Scope scope(workspace.shared);
  const std::int64_t rows = start.position - shared;
  auto* x = workspace.shared.take<float>(rows * width);
  float* to = x;
  if (shared == 0) {
    soft_prompts.write(workspace, input.clip, x);
    for (std::int64_t s = 0; s < soft; ++s, to += width) opt.add_position(s, to);
  }
  for (std::int64_t t = found.common_ids; t < length - 1; ++t, to += width)
    opt.embed(workspace, ids[static_cast<std::size_t>(t)], soft + t, to);
  auto made = take_in(workspace, opt, start, x, rows);
  if (shared > 0) made->stand_behind(found.prefix, shared);
  counters.made += static_cast<std::uint64_t>(rows);
  store->keep(input.clip, ids, made);
  start.before = {{std::move(made), start.position}};
  return start;
}

DecodeStart start_t5(Workspace& workspace, const PackedT5& t5, const SoftPrompts& soft_prompts,
                     const DecodeInput& input, PrefillCounters& counters) {
  const Arena::Scope scope(workspace.shared);
  const std::int64_t soft = soft_prompts.count(input.clip), width = t5.shape().width;
  const auto length = static_cast<std::int64_t>(input.question.size()), rows = soft + length;
  const auto store = soft_prompts.prefixes(input.clip);
  DecodeStart start;
  start.encoded = store->exact(input.clip, input.question);
  if (start.encoded) {
    counters.shared += static_cast<std::uint64_t>(rows);
  } else {
    auto* x = workspace.shared.take<float>(rows * width);
    soft_prompts.write(workspace, input.clip, x);
    for (std::int64_t t = 0; t < length; ++t)
      t5.embed_token(input.question[static_cast<std::size_t>(t)], x + (soft + t) * width);
    t5.encode(workspace, x, rows);
    start.encoded = t5.keys_values(workspace, x, rows);
    counters.made += static_cast<std::uint64_t>(rows);
    store->keep(input.clip, input.question, start.encoded);
  }
  return behind_text(workspace, t5, std::move(start), input.prompt);
}

}  // namespace blip
