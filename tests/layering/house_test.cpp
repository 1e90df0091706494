// Holds this repository against its own rules.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/layering/house_rules.h"
#include "tests/layering/layering_check.h"
#include "tests/layering/source_tree.h"

namespace blip::layering {
namespace {

using Check = std::vector<std::string> (*)(const std::filesystem::path&, const Rules&);

void expect_kept(Check check) {
  for (const std::string& violation : check(BLIP_SOURCE_DIR, house_rules())) ADD_FAILURE() << violation;
}

TEST(House, HasSources) {
  EXPECT_GT(read_sources(BLIP_SOURCE_DIR, house_rules().code_folders).size(), 100u);
}
TEST(House, IncludesFollowTheArrows) {
  expect_kept(check_includes);
}
TEST(House, FilesAreSmall) {
  expect_kept(check_sizes);
}
TEST(House, NamesAreOwnAndSaySomething) {
  expect_kept(check_names);
}
TEST(House, EverySourceHasItsTest) {
  expect_kept(check_tests);
}
TEST(House, HoldsNoForbiddenWords) {
  expect_kept(check_words);
}
TEST(House, ExceptionsAreRealAndReasoned) {
  expect_kept(check_exceptions);
}

}  // namespace
}  // namespace blip::layering
