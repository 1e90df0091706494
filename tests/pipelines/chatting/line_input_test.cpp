#include "pipelines/chatting/line_input.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace blip {
namespace {

// A pipe, and one that interrupts.
class LineInputTest : public testing::Test {
 protected:
  static std::array<int, 2> new_pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    return ends;
  }
  ~LineInputTest() override {
    for (const int end : {lines_[0], lines_[1], interrupt_[0], interrupt_[1]})
      if (end >= 0) close(end);
  }
  static void put(int end, const std::string& text) {
    ASSERT_EQ(write(end, text.data(), text.size()), std::ssize(text));
  }
  void finish() { close(std::exchange(lines_[1], -1)); }
  std::optional<std::string> next() { return input_.next(interrupt_[0]); }

  std::array<int, 2> lines_ = new_pipe(), interrupt_ = new_pipe();
  LineInput input_{lines_[0]};
};

TEST_F(LineInputTest, GivesLineAfterLineAndTheLastWithoutItsEnd) {
  put(lines_[1], "one\n\ntwo\r\nthr");
  put(lines_[1], "ee");
  finish();
  std::vector<std::string> lines;
  while (const auto line = next()) lines.push_back(*line);
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "", "two\r", "three"}));
  EXPECT_FALSE(next());
}

TEST_F(LineInputTest, AnInterruptEndsTheWaiting) {
  put(lines_[1], "half a line");
  put(interrupt_[1], "x");
  EXPECT_FALSE(next());
}

TEST_F(LineInputTest, ALineWithoutAnEndIsRefusedBeforeItFillsTheMemory) {
  fcntl(lines_[1], F_SETPIPE_SZ, 1 << 18);
  put(lines_[1], std::string(100'000, 'a'));
  EXPECT_THROW(next(), Error);
}

}  // namespace
}  // namespace blip
