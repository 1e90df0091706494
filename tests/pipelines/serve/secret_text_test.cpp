#include "pipelines/serve/secret_text.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

TEST(SecretText, AreTheSameWhenAllBytesAre) {
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_TRUE(same_secret("", ""));
  for (const char* other : {"", "ab", "abd", "abcabc", "Abc"}) {
    EXPECT_FALSE(same_secret("abc", other)) << other;
    EXPECT_FALSE(same_secret(other, "abc")) << other;
  }
}

TEST(SecretText, RandomOnesDiffer) {
  std::set<std::string> secrets;
  for (int i = 0; i < 100; ++i) secrets.insert(random_secret());
  EXPECT_EQ(secrets.size(), 100u);
  EXPECT_EQ(secrets.begin()->size(), 64u);
}

TEST(SecretText, ATokenIsOneLineOfAFile) {
  const test::TempDir folder;
  std::ofstream(folder / "token") << "  0123456789abcdef\r\n";
  EXPECT_EQ(read_token_file(folder / "token"), "0123456789abcdef");
}

TEST(SecretText, RefusesWhatIsNoToken) {
  const test::TempDir folder;
  EXPECT_THROW(read_token_file(folder / "none"), Error);
  for (const char* text :
       {"", "\n", "short", "0123456789 abcdef", "0123456789abcde\xc3\xa4", "0123456789abcdef\nsecond"})
    EXPECT_THROW(check_token(text, "it"), Error) << text;
  EXPECT_THROW(check_token(std::string(513, 'a'), "it"), Error);
}

}  // namespace
}  // namespace blip
