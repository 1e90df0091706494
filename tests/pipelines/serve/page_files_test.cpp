#include "pipelines/serve/page_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

TEST(PageFiles, ThePageIsBuiltInByteByByte) {
  const std::filesystem::path web = std::filesystem::path(BLIP_SOURCE_DIR) / "pipelines/serve/web";
  for (const char* name : {"index.html", "icon.svg"}) {
    std::ifstream in(web / name, std::ios::binary);
    const std::string content(std::istreambuf_iterator<char>(in), {});
    const auto file = PageFiles().find(name);
    ASSERT_TRUE(file) << name;
    EXPECT_TRUE(file->content == content) << name;
  }
}

TEST(PageFiles, OnlyNamesThatAreThereAreFound) {
  for (const char* name : {"", "..", "../openapi.yaml", "/index.html", "index.htm", "web/index.html"})
    EXPECT_FALSE(PageFiles().find(name)) << name;
}

TEST(PageFiles, AFolderIsReadAnewEachTime) {
  const test::TempDir folder;
  std::filesystem::create_directory(folder / "sub");
  std::ofstream(folder / "index.html") << "one";
  std::ofstream(folder / "sub/a.js") << "script";
  const PageFiles page(folder.path());
  const auto first = page.find("index.html");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->content, "one");
  std::ofstream(folder / "index.html") << "two";
  EXPECT_EQ(page.find("index.html")->content, "two");
  EXPECT_NE(page.find("index.html")->entity_tag, first->entity_tag);
  EXPECT_EQ(page.find("sub/a.js")->type, "text/javascript; charset=utf-8");
  for (const char* name : {"../x", "sub/../index.html", "./index.html", "sub", "/etc/passwd"})
    EXPECT_FALSE(page.find(name)) << name;
  EXPECT_THROW(PageFiles(folder / "none"), Error);
}

}  // namespace
}  // namespace blip
