#include "training/trainer/training_checkpoint.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "core/checkpoint/crc32.h"
#include "core/checkpoint/directory_output.h"
#include "core/checkpoint/json_text.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/safetensors_reader.h"
#include "core/checkpoint/safetensors_writer.h"
#include "training/trainer/sizes_json.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kFormat = 1;

void write_text(const fs::path& path, const std::string& text) {
  FileOutput file(path);
  file.write(text);
  file.finish();
}

std::string read_text(const fs::path& path) {
  const ByteView bytes = map_file(path);
  return {reinterpret_cast<const char*>(bytes.data), bytes.size};
}

// Waits until the file's or directory's bytes are on the disk.
void sync_path(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const int result = file < 0 ? -1 : ::fsync(file);
  const int code = errno;
  if (file >= 0) ::close(file);
  if (result != 0 && code != EINVAL)
    throw Error(ErrorKind::kFailed, "cannot write '" + path.string() + "': " + std::strerror(code));
}

Layout layout_of(const std::string& name) {
  for (const Layout layout : {Layout::kCaptioner, Layout::kVqa, Layout::kMatcher, Layout::kNlvr, Layout::kPretrain,
                              Layout::kBlip2Qformer, Layout::kBlip2Matcher, Layout::kBlip2Opt, Layout::kBlip2T5})
    if (name == layout_name(layout)) return layout;
  throw Error(ErrorKind::kInvalidData, "layout is '" + name + "'");
}

std::uint32_t checksum(const fs::path& file) {
  const ByteView bytes = map_file(file);
  return crc32(bytes.data, bytes.size);
}

void read_state(const json& state, TrainingCheckpoint& checkpoint) {
  if (state.at("format") != kFormat)
    throw Error(ErrorKind::kUnsupported,
                "format is " + state.at("format").dump() + ", but this program reads " + std::to_string(kFormat));
  checkpoint.step = state.at("step");
  checkpoint.epoch = state.at("epoch");
  checkpoint.batch = state.at("batch");
  checkpoint.optimizer_steps = state.at("optimizer_steps");
  checkpoint.processes = state.at("processes");
  checkpoint.task = state.at("task");
  checkpoint.layout = layout_of(state.at("layout"));
  checkpoint.config = model_sizes_from_json(state.at("sizes"));
  checkpoint.ties = state.at("ties").get<std::map<std::string, std::string>>();
  checkpoint.has_best = !state.at("best").is_null();
  if (!checkpoint.has_best) return;
  checkpoint.best_metric = state.at("best").at("metric");
  checkpoint.best_step = state.at("best").at("step");
}

}  // namespace

TensorMap model_tensors(const TrainingCheckpoint& checkpoint) {
  constexpr std::string_view kPrefix = "model.";
  TensorMap tensors;
  for (const auto& [name, view] : checkpoint.tensors)
    if (name.starts_with(kPrefix)) tensors.emplace(name.substr(kPrefix.size()), view);
  for (const auto& [name, first] : checkpoint.ties) {
    const auto found = tensors.find(first);
    if (found == tensors.end())
      throw Error(ErrorKind::kInvalidData, "the checkpoint has no '" + first + "', which '" + name + "' is tied to");
    tensors.emplace(name, found->second);
  }
  return tensors;
}

void write_training_checkpoint(const TrainingCheckpoint& checkpoint, const fs::path& directory) {
  DirectoryOutput output(directory);
  const fs::path tensors = output.part() / "state.safetensors";
  write_safetensors(checkpoint.tensors, tensors);
  json state = {{"format", kFormat},
                {"step", checkpoint.step},
                {"epoch", checkpoint.epoch},
                {"batch", checkpoint.batch},
                {"optimizer_steps", checkpoint.optimizer_steps},
                {"processes", checkpoint.processes},
                {"task", checkpoint.task},
                {"layout", layout_name(checkpoint.layout)},
                {"sizes", model_sizes_json(checkpoint.config)},
                {"best", nullptr},
                {"ties", checkpoint.ties},
                {"crc32", checksum(tensors)}};
  if (checkpoint.has_best) state["best"] = {{"metric", checkpoint.best_metric}, {"step", checkpoint.best_step}};
  write_text(output.part() / "state.json", state.dump(1) + "\n");
  write_text(output.part() / "recipe.yaml", checkpoint.recipe);
  if (!checkpoint.vocabulary.empty()) write_text(output.part() / "vocab.txt", checkpoint.vocabulary);
  for (const auto& file : fs::directory_iterator(output.part())) sync_path(file.path());
  sync_path(output.part());
  output.finish();
  sync_path(fs::absolute(directory).parent_path());
}

TrainingCheckpoint read_training_checkpoint(const fs::path& directory) {
  const fs::path state_file = directory / "state.json", tensors = directory / "state.safetensors";
  TrainingCheckpoint checkpoint;
  const json state = parse_json(read_text(state_file), state_file.string());
  try {
    read_state(state, checkpoint);
    if (const std::uint32_t expected = state.at("crc32"), found = checksum(tensors); found != expected)
      throw Error(ErrorKind::kInvalidData, "its checksum does not fit '" + tensors.string() + "', which is damaged");
  } catch (const json::exception& e) {
    throw Error(ErrorKind::kInvalidData, "'" + state_file.string() + "' is no state of a training: " + e.what());
  } catch (const Error& e) {
    throw Error(e.kind(), "'" + state_file.string() + "': " + e.what());
  }
  checkpoint.recipe = read_text(directory / "recipe.yaml");
  if (std::error_code ignored; fs::exists(directory / "vocab.txt", ignored))
    checkpoint.vocabulary = read_text(directory / "vocab.txt");
  checkpoint.tensors = read_safetensors_file(tensors);
  return checkpoint;
}

}  // namespace blip
