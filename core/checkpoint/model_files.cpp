#include "core/checkpoint/model_files.h"

#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <system_error>

#include "core/checkpoint/message.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

bool there_is(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

Error not_found(const std::string& what) {
  return {ErrorKind::kNotFound, what};
}

fs::path first_existing(const fs::path& folder, std::initializer_list<std::string> names) {
  for (const std::string& name : names) {
    if (there_is(folder / name)) return folder / name;
  }
  return {};
}

bool looks_like_hub_name(const std::string& model) {
  const std::size_t slash = model.find('/');
  return slash != std::string::npos && slash > 0 && slash + 1 < model.size() &&
         model.find('/', slash + 1) == std::string::npos && model.front() != '.' && model.front() != '~' &&
         !model.ends_with(".pth") && !model.ends_with(".safetensors");
}

fs::path hub_cache() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
  };
  if (const std::string cache = variable("HF_HUB_CACHE"); !cache.empty()) return cache;
  if (const std::string home = variable("HF_HOME"); !home.empty()) return fs::path(home) / "hub";
  return fs::path(variable("HOME")) / ".cache/huggingface/hub";
}

// hub/models--ORG--NAME/refs/main holds the hash H of hub/models--ORG--NAME/snapshots/H.
fs::path find_in_hub_cache(const std::string& model) {
  const std::size_t slash = model.find('/');
  const fs::path folder = hub_cache() / ("models--" + model.substr(0, slash) + "--" + model.substr(slash + 1));
  const std::string advice = "; download https://huggingface.co/" + model +
                             " (config.json, model.safetensors, vocab.txt, "
                             "preprocessor_config.json) and give its directory";
  if (!is_folder(folder))
    throw not_found("model " + in_quotes(model) + " is neither a path nor in the local cache: looked for " +
                    in_quotes(folder.string()) + advice);
  std::string hash;
  std::ifstream(folder / "refs/main") >> hash;
  fs::path snapshot = folder / "snapshots" / hash;
  if (hash.empty() || hash.find('/') != std::string::npos || hash == ".." || !is_folder(snapshot)) {
    throw not_found("model " + in_quotes(model) + " is incomplete in the local cache: no snapshot for " +
                    in_quotes((folder / "refs/main").string()) + advice);
  }
  return snapshot;
}

fs::path given(const std::string& path, const char* option) {
  if (!there_is(path)) throw not_found(std::string(option) + " " + in_quotes(path) + " does not exist");
  return path;
}

void find_directory_files(ModelFiles& files) {
  files.weights = find_weights(files.path);
  files.config = first_existing(files.path, {"config.json"});
}

void find_file_files(ModelFiles& files) {
  files.weights = {files.path, WeightsFormat::kTorch};
  const fs::path folder = files.path.parent_path();
  if (files.path.extension() == ".safetensors") {
    throw Error(ErrorKind::kInvalidArgument, "model " + in_quotes(files.path.string()) +
                                                 " is a part of a model: give its directory, " +
                                                 in_quotes(folder.empty() ? "." : folder.string()));
  }
  files.config = first_existing(folder, {files.path.stem().string() + ".config.json", "config.json"});
}

}  // namespace

ModelFiles find_model_files(const CheckpointOptions& options) {
  if (options.model.empty())
    throw Error(ErrorKind::kInvalidArgument, "no model: give a directory or a .pth file by --model or $GST_BLIP_MODEL");
  ModelFiles files;
  files.path = options.model;
  if (!there_is(files.path)) {
    if (!looks_like_hub_name(options.model)) throw not_found("model " + in_quotes(options.model) + " does not exist");
    files.path = find_in_hub_cache(options.model);
  }
  if (is_folder(files.path)) {
    find_directory_files(files);
  } else {
    find_file_files(files);
  }
  if (!options.config.empty()) files.config = given(options.config, "--config");
  if (files.config.empty() && is_folder(files.path)) {
    throw not_found("directory " + in_quotes(files.path.string()) + " holds no config.json; give one by --config");
  }
  const fs::path folder = is_folder(files.path) ? files.path : files.path.parent_path();
  files.vocab =
      options.vocab.empty() ? first_existing(folder, {"vocab.txt", "tokenizer.json"}) : given(options.vocab, "--vocab");
  return files;
}

}  // namespace blip
