#include "pipelines/serve/http/http_date.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

// The example of RFC 9110, section 5.6.7.
TEST(HttpDate, WritesAndReadsTheExampleOfTheStandard) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
}

TEST(HttpDate, ComesBackFromItsText) {
  for (const std::time_t time : {std::time_t{0}, std::time_t{951782400}, std::time_t{1795318824}})
    EXPECT_EQ(parse_http_date(http_date(time)), time);
}

TEST(HttpDate, ReadsNothingElse) {
  for (const char* text :
       {"", "yesterday", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 36 Nov 1994 08:49:37 GMT", "Sun, 06 Abc 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT "})
    EXPECT_FALSE(parse_http_date(text)) << text;
}

}  // namespace
}  // namespace blip
