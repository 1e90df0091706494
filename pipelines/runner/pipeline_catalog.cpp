#include "pipelines/runner/pipeline_catalog.h"

#include <algorithm>
#include <system_error>

#include "core/base/error.h"
#include "pipelines/elements/installation.h"

namespace blip {
namespace fs = std::filesystem;

std::vector<fs::path> list_catalog(const fs::path& program) {
  const auto folders = data_candidates(program, "pipelines", "pipelines/catalog");
  for (const fs::path& folder : folders) {
    std::error_code error;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    if (!files.empty()) return files;
  }
  std::string places;
  for (const fs::path& folder : folders) places += (places.empty() ? "'" : ", '") + folder.string() + "'";
  throw Error(ErrorKind::kNotFound, "no catalog of pipelines; looked in " + places + "; name a YAML file instead");
}

fs::path find_pipeline(const fs::path& program, const std::string& name_or_file) {
  std::error_code ignored;
  if (name_or_file.find('/') != std::string::npos || name_or_file.ends_with(".yaml") ||
      name_or_file.ends_with(".yml") || fs::is_regular_file(name_or_file, ignored))
    return name_or_file;
  std::string names;
  for (const fs::path& file : list_catalog(program)) {
    if (file.stem() == name_or_file) return file;
    names += (names.empty() ? "" : ", ") + file.stem().string();
  }
  throw Error(ErrorKind::kNotFound,
              "no file and no pipeline of the catalog is named '" + name_or_file + "'; the catalog has " + names);
}

}  // namespace blip
