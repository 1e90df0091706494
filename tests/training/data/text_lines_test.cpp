#include "training/data/text_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::HasSubstr;

struct Written {
  explicit Written(const std::string& content) : file(folder / "texts.txt") { std::ofstream(file) << content; }
  test::TempDir folder;
  std::filesystem::path file;
};

TEST(TextLines, ALineATextAndEmptyLinesPassedOver) {
  const Written written("one red circle\r\n\n  \n two \n");
  const auto items = read_text_lines(written.file);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].text, "one red circle");
  EXPECT_EQ(items[1].text, " two ");
  EXPECT_EQ(items[1].id, "texts.txt:4");
  EXPECT_EQ(items[0].prompt + items[0].image, "");
}

TEST(TextLines, JsonLinesMayHoldAPromptAndAPicture) {
  const Written written(
      "{\"prompt\": \"Question: what?\", \"text\": \" red\", \"image\": \"a.jpg\"}\n{\"prompt\": \"\", "
      "\"text\": \"{x}\", \"more\": 1}\n");
  const auto items = read_text_lines(written.file);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].prompt, "Question: what?");
  EXPECT_EQ(items[0].text, " red");
  EXPECT_EQ(items[0].image, "a.jpg");
  EXPECT_EQ(items[1].prompt, "");
  EXPECT_EQ(items[1].text, "{x}");
}

TEST(TextLines, PromptAndTextAreJoinedByOneBlank) {
  EXPECT_EQ(joined({"", "red"}), "red");
  EXPECT_EQ(joined({"Answer:", "red"}), "Answer: red");
  EXPECT_EQ(joined({"Answer: ", "red"}), "Answer: red");
  EXPECT_EQ(joined({"Answer:", " red"}), "Answer: red");
}

TEST(TextLines, NamesFileAndLineOfWhatIsWrong) {
  const auto wrong = [](const std::string& content, const std::string& what) {
    const Written written(content);
    EXPECT_THAT(error_of([&] { read_text_lines(written.file); }), AllOf(HasSubstr("texts.txt'"), HasSubstr(what)))
        << content;
  };
  wrong("", "holds no text");
  wrong("fine\n\xff\n", "line 2 is not UTF-8");
  wrong("{\"text\": \"a\"}\nplain\n", "line 2 is not valid JSON");
  wrong("{\"prompt\": \"a\"}\n", "line 1");
  wrong("{\"text\": 3}\n", "'text' is number");
  wrong("{\"text\": \"a\", \"prompt\": 3}\n", "'prompt' is number");
  EXPECT_THAT(error_of([] { read_text_lines("/nowhere/x"); }), HasSubstr("does not exist"));
}

}  // namespace
}  // namespace blip
