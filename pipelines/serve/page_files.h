#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace blip {

struct PageFile {
  std::string name;  // relative to pipelines/serve/web, such as "index.html"
  std::string content;
  std::string entity_tag;  // in quotes, of the content
  std::string type;
};

// The files of the page. Asked by name, and the name is only ever looked up among those that are there.
class PageFiles {
 public:
  PageFiles();                                          // those that are built into the program
  explicit PageFiles(std::filesystem::path directory);  // read anew each time, for people who work on the page

  std::optional<PageFile> find(const std::string& name) const;
  static std::string_view interface_description();  // openapi.yaml

 private:
  std::optional<std::filesystem::path> directory_;
};

}  // namespace blip
