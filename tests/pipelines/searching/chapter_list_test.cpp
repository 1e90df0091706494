#include "pipelines/searching/chapter_list.h"

#include <gtest/gtest.h>

#include <vector>

namespace blip {
namespace {

TimedRecord record(std::int64_t start, std::int64_t end, const std::string& text) {
  TimedRecord made;
  made.start = start;
  made.end = end;
  made.text = text;
  return made;
}

TEST(ChapterList, IsFfmpegsMetadata) {
  const std::vector<TimedRecord> records = {record(0, 1'999'600'000, "a = b; # \\\nsecond"),
                                            record(2'000'000'000, 2'000'000'000, "end"),
                                            record(3'000'000'000, 4'000'000'000, "")};
  EXPECT_EQ(chapters_of(records),
            ";FFMETADATA1\n"
            "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=a \\= b\\; \\# \\\\ second\n"
            "[CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=2001\ntitle=end\n");
}

}  // namespace
}  // namespace blip
