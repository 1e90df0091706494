#include "pipelines/asking/answer_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

class AnswerList : public testing::Test {
 protected:
  std::vector<std::string> read(const std::string& content) const {
    std::ofstream(directory_ / "a.txt", std::ios::binary) << content;
    return read_answer_list(directory_ / "a.txt");
  }
  test::TempDir directory_;
};

TEST_F(AnswerList, TakesALineAnAnswer) {
  EXPECT_THAT(read("red\r\n\n  dark blue \n# not this\ngrün"), ElementsAre("red", "dark blue", "grün"));
}

TEST_F(AnswerList, NamesWhatIsWrong) {
  EXPECT_THAT([&] { read("red\ncaf\xE9\n"); }, ThrowsMessage<Error>(HasSubstr("a.txt:2: ")));
  EXPECT_THAT([&] { read(" \n#x\n"); }, ThrowsMessage<Error>(HasSubstr("holds no answer")));
  EXPECT_THAT([&] { read(""); }, ThrowsMessage<Error>(HasSubstr("holds no answer")));
  EXPECT_THROW(read_answer_list(directory_ / "missing.txt"), Error);
  EXPECT_THROW(read_answer_list(directory_.path()), Error);
}

TEST_F(AnswerList, TakesTenThousandLines) {
  std::string content;
  for (int i = 0; i < 10'000; ++i) content += "answer " + std::to_string(i) + "\n";
  EXPECT_EQ(read(content).size(), 10'000u);
}

}  // namespace
}  // namespace blip
