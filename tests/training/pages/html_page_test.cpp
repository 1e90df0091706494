#include "training/pages/html_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blip {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(HtmlPage, Base64IsThatOfTheRfc) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64(std::string("\xff\xfe\x00", 3)), "//4A");
}

TEST(HtmlPage, TextCannotBecomeMarkup) {
  EXPECT_EQ(html_text("a<b>&\"c\""), "a&lt;b&gt;&amp;&quot;c&quot;");
  EXPECT_THAT(html_page_head("<1>"), AllOf(HasSubstr("<title>&lt;1&gt;</title>"), HasSubstr("<h1>&lt;1&gt;</h1>")));
}

TEST(HtmlPage, PicturesAreInThePage) {
  EXPECT_THAT(html_picture("foo"), HasSubstr("src=\"data:image/jpeg;base64,Zm9v\""));
  EXPECT_EQ(html_picture(""), "");
  EXPECT_THAT(html_page_head("t"), AllOf(HasSubstr("prefers-color-scheme: dark"), HasSubstr("width=device-width"),
                                         Not(HasSubstr("http")), Not(HasSubstr("<link")), Not(HasSubstr("<script"))));
}

}  // namespace
}  // namespace blip
