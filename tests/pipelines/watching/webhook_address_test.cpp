#include "pipelines/watching/webhook_address.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip {
namespace {

TEST(WebhookAddress, IsTakenApart) {
  const WebhookAddress plain = parse_webhook("http://host");
  EXPECT_EQ(plain.origin, "http://host");
  EXPECT_EQ(plain.path, "/");
  const WebhookAddress full = parse_webhook("HTTPS://me:se:cret@[::1]:8443/hooks/1?key=2#x");
  EXPECT_EQ(full.origin, "https://[::1]:8443");
  EXPECT_EQ(full.path, "/hooks/1?key=2");
  EXPECT_EQ(full.user, "me");
  EXPECT_EQ(full.password, "se:cret");
  EXPECT_EQ(parse_webhook("http://host:80?a=b").path, "/?a=b");
}

TEST(WebhookAddress, MustBeHttpAndHaveAHost) {
  for (const char* url : {"", "host/hook", "ftp://host/", "file:///etc/passwd", "http://", "http:///path",
                          "http://a b/", "http://host:0/", "http://host:99999/", "http://host:x/", "http://ho%st/",
                          "http://h\r\nX: y/", "http://@/", "http://[::1/"})
    EXPECT_THROW(parse_webhook(url), Error) << url;
}

TEST(WebhookAddress, AnErrorDoesNotTellThePassword) {
  try {
    parse_webhook("http://me:secret@host:0/");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(std::string(e.what()).find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace blip
