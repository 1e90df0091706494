#include "training/metrics/java_tools.h"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "training/metrics/child_process.h"
#include "training/metrics/ngrams.h"

namespace blip {
namespace fs = std::filesystem;
namespace {

using json = nlohmann::json;

constexpr std::string_view kSeparator = " ||| ";  // METEOR's, between the parts of a line

struct FoundTool {
  fs::path java, jar;
  std::string reason;  // why it is not found
};

bool is_program(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

fs::path find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return is_program(name) ? fs::path(name) : fs::path();
  const char* set = std::getenv("PATH");
  for (std::string_view rest = set == nullptr ? "" : set; !rest.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (const fs::path path = fs::path(rest.substr(0, end)) / name; end > 0 && is_program(path)) return path;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

// needed: files beside the jar.
FoundTool find_tool(const JavaTools& tools, const char* folder, const char* jar,
                    std::initializer_list<const char*> needed) {
  FoundTool found;
  const char* set = std::getenv("BLIP_COCOEVAL_JARS");
  const fs::path jars = !tools.jars.empty() ? tools.jars : fs::path(set == nullptr ? "" : set);
  std::error_code ignored;
  if (jars.empty()) {
    found.reason = "no folder with " + std::string(jar) + " was given (BLIP_COCOEVAL_JARS)";
    return found;
  }
  found.jar = fs::exists(jars / folder / jar, ignored) ? jars / folder / jar : jars / jar;
  if (!fs::exists(found.jar, ignored)) {
    found.reason = "no " + std::string(jar) + " in '" + jars.string() + "'";
    return found;
  }
  found.jar = fs::absolute(found.jar);
  for (const char* name : needed)
    if (!fs::exists(found.jar.parent_path() / name, ignored)) {
      found.reason = "no " + std::string(name) + " beside '" + found.jar.string() + "'";
      return found;
    }
  found.java = find_program(tools.java);
  if (found.java.empty()) found.reason = "no program '" + tools.java + "'";
  return found;
}

// What separates parts and lines must not come from a text.
std::string meteor_part(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  for (std::size_t at = text.find("|||"); at != std::string::npos; at = text.find("|||", at)) text.erase(at, 3);
  for (std::size_t at = text.find("  "); at != std::string::npos; at = text.find("  ", at)) text.erase(at, 1);
  return text;
}

double number_of(const std::string& line, const char* tool) {
  double value = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (error != std::errc() || end != line.data() + line.size())
    throw Error(ErrorKind::kFailed, std::string(tool) + " answers '" + line.substr(0, 80) + "' where a number belongs");
  return value;
}

// A folder that is removed with what is in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (fs::temp_directory_path() / "blip-spice-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw Error(ErrorKind::kFailed, "cannot make the folder '" + pattern + "'");
    path_ = pattern;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

MetricScore read_spice(const fs::path& file, std::size_t captions) {
  std::ifstream in(file);
  const json items = json::parse(in, nullptr, /*allow_exceptions=*/false);
  std::vector<std::optional<double>> each(captions);
  std::size_t found = 0;
  try {
    for (const json& item : items) {
      const auto id = item.at("image_id").get<std::size_t>();
      if (!each.at(id)) ++found;
      each[id] = item.at("scores").at("All").at("f").get<double>();
    }
  } catch (const std::exception&) {
    found = 0;
  }
  if (!items.is_array() || found != captions)
    throw Error(ErrorKind::kFailed, "SPICE left no score for each of " + std::to_string(captions) + " captions");
  MetricScore score;
  for (const auto& value : each) {
    score.each.push_back(*value);
    score.corpus += *value / static_cast<double>(captions);
  }
  return score;
}

}  // namespace

ToolScore meteor(std::span<const ScoredCaption> captions, const JavaTools& tools) {
  expect_references(captions);
  const FoundTool tool = find_tool(tools, "meteor", "meteor-1.5.jar", {});
  if (!tool.reason.empty()) return {std::nullopt, tool.reason};
  if (captions.empty()) return {MetricScore{}, ""};

  ChildProcess process({tool.java, "-jar", "-Xmx2G", tool.jar, "-", "-", "-stdio", "-l", "en", "-norm"},
                       tool.jar.parent_path(), tools.patience);
  std::string evaluation = "EVAL";
  for (const ScoredCaption& one : captions) {
    std::string line = "SCORE";
    for (const std::string& reference : one.references) line.append(kSeparator).append(meteor_part(reference));
    line.append(kSeparator).append(meteor_part(one.candidate)).append("\n");
    process.write(line);
    evaluation.append(kSeparator).append(process.read_line());
  }
  process.write(evaluation + "\n");
  MetricScore score;
  for (std::size_t i = 0; i < captions.size(); ++i) score.each.push_back(number_of(process.read_line(), "METEOR"));
  score.corpus = number_of(process.read_line(), "METEOR");
  return {std::move(score), ""};
}

ToolScore spice(std::span<const ScoredCaption> captions, const JavaTools& tools) {
  expect_references(captions);
  const FoundTool tool = find_tool(tools, "spice", "spice-1.0.jar",
                                   {"lib/stanford-corenlp-3.6.0.jar", "lib/stanford-corenlp-3.6.0-models.jar"});
  if (!tool.reason.empty()) return {std::nullopt, tool.reason};
  if (captions.empty()) return {MetricScore{}, ""};

  const ScratchFolder scratch;
  const fs::path asked = scratch / "captions.json", answered = scratch / "scores.json";
  json items = json::array();
  for (std::size_t i = 0; i < captions.size(); ++i)
    items.push_back({{"image_id", i}, {"test", captions[i].candidate}, {"refs", captions[i].references}});
  FileOutput output(asked);
  output.write(items.dump(-1, ' ', false, json::error_handler_t::replace));
  output.finish();
  ChildProcess process({tool.java, "-jar", "-Xmx8G", tool.jar, asked, "-out", answered, "-subset", "-silent"},
                       tool.jar.parent_path(), tools.patience);
  process.finish();
  return {read_spice(answered, captions.size()), ""};
}

}  // namespace blip
