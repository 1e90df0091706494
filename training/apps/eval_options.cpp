#include "training/apps/eval_options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <system_error>

#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

// The number at the front of `text`, which is cut off. False when there is none.
template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

Shard parse_shard(std::string_view text) {
  Shard shard;
  std::string_view rest = text;
  bool good = take_number(rest, shard.index) && rest.starts_with('/');
  if (good) {
    rest.remove_prefix(1);
    good = take_number(rest, shard.count) && rest.empty();
  }
  if (!good || shard.count < 1 || shard.index < 0 || shard.index >= shard.count)
    throw UsageError("--shard '" + std::string(text) + "' is none; the first of eight is 0/8, the last 7/8");
  return shard;
}

std::uint64_t parse_memory(std::string_view text) {
  double number = 0;
  std::string_view rest = text;
  bool good = take_number(rest, number) && number > 0 && number < 1e15;
  double unit = 1;
  if (good && !rest.empty()) {
    constexpr std::string_view kUnits = "KMGT";
    const std::size_t which = kUnits.find(rest.front());
    good = which != std::string_view::npos && rest.size() == 1;
    for (std::size_t i = 0; good && i <= which; ++i) unit *= 1024;
  }
  if (!good || number * unit >= 1e18)
    throw UsageError("--memory '" + std::string(text) + "' is no size; give 4G, 512M or a number of bytes");
  return static_cast<std::uint64_t>(number * unit);
}

ReadOptions EvalOptions::read_options() const {
  ReadOptions options;
  options.annotations = annotations;
  options.media = media;
  options.split = split;
  options.limit = limit;
  return options;
}

Shard EvalOptions::shard_asked() const {
  return parse_shard(shard);
}

MediaOptions EvalOptions::media_options() const {
  MediaOptions options;
  options.cache = cache;
  options.half = cache_float16;
  options.memory = parse_memory(memory);
  return options;
}

void add_eval_options(CLI::App& command, EvalOptions& options) {
  const auto text = [&](const char* name, std::string& value, const char* what, const char* kind) {
    return command.add_option(name, value, what)->option_text(kind);
  };
  text("LAYOUT", options.layout, "how the data lies in DIR: see docs/evaluation.md", " ")->required();
  text("DIR", options.folder, "folder of the data set", " ")->required();
  text("--model", options.model, "a Hugging Face directory or a .pth file", "MODEL")->required();
  text("-o,--output", options.output, "folder for the results, made if need be", "RUN")->required();
  text("--vocab", options.vocab, "vocab.txt (default: beside the model)", "FILE");
  text("--config", options.config, "config.json (default: beside the model)", "FILE");
  text("--device", options.device, "auto, cpu, cuda, cuda:N or torch, LibTorch on the CPU (default: auto)", "DEVICE");
  text("--precision", options.precision, "auto (float32), float32, bfloat16, int8 or float16 (default: auto)", "TYPE");
  command.add_option("--image-size", options.image_size, "pixels a side (default: the checkpoint's)")
      ->option_text("N")
      ->check(CLI::Range(1, 4096));
  command.add_option("--threads", options.threads, "threads that compute (default: all cores)")
      ->option_text("N")
      ->check(CLI::Range(1, 1024));
  text("--annotations", options.annotations, "annotation file (default: where the layout has it)", "FILE");
  text("--media", options.media, "folder of videos or pictures (default: where the layout has it)", "FOLDER");
  text("--split", options.split, "part of the data set (default: the one that papers report)", "NAME");
  command.add_option("--limit", options.limit, "the first N samples alone")
      ->option_text("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40));
  text("--shard", options.shard, "this part of the work alone, as 0/8 … 7/8; then blip-eval merge", "I/N");
  command.add_flag("--resume", options.resume, "go on with what RUN holds");
  command.add_flag("--strict", options.strict, "fail when media are missing or cannot be read");
  text("--memory", options.memory, "for features, keys and values, beside the model (default: 4G)", "SIZE");
  text("--cache", options.cache, "folder of features that runs share (default: RUN, removed at the end)", "FOLDER");
  command.add_flag("--cache-float16", options.cache_float16, "half as large; scores change by about 1e-3");
}

void add_frame_options(CLI::App& command, std::int64_t& frames, std::string& frames_by) {
  command.add_option("--frames", frames, "frames of a video, evenly spaced")
      ->option_text("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  command
      .add_option("--frames-by", frames_by,
                  "decord: resized by the decoder, as the original; pillow: as pictures (default: decord)")
      ->option_text("WAY")
      ->check(CLI::IsMember({"decord", "pillow"}));
}

}  // namespace blip
