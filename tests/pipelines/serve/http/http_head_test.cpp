#include "pipelines/serve/http/http_head.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

int refusal_of(const std::string& text, const HeadLimits& limits = {}) {
  try {
    if (!head_end(text, limits)) return -1;
    parse_head(text, limits);
  } catch (const HttpRefusal& refusal) {
    EXPECT_EQ(std::string(refusal.what()).find('\n'), std::string::npos);
    return refusal.status();
  }
  return 0;
}
int refusal_of_headers(const std::string& headers) {
  return refusal_of("GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
}
int refusal_of_target(const std::string& target) {
  return refusal_of("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST(HttpHead, ReadsMethodTargetAndHeaders) {
  const HttpHead head = parse_head(
      "POST /a/b?c=%20d HTTP/1.1\r\nHost: x:80\r\nCONTENT-Length:  12 \r\nX-Empty:\r\nRange: bytes=0-%41\r\n\r\n", {});
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/a/b?c=%20d");
  EXPECT_EQ(head.minor, 1);
  EXPECT_EQ(*head.header("host"), "x:80");
  EXPECT_EQ(*head.header("x-empty"), "");
  EXPECT_EQ(*head.header("range"), "bytes=0-%41") << "values stay as they were sent";
  EXPECT_EQ(head.header("cookie"), nullptr);
  EXPECT_TRUE(head.has_content_length);
  EXPECT_EQ(head.content_length, 12u);
  EXPECT_TRUE(head.keep_alive);
}

TEST(HttpHead, KnowsWhetherTheConnectionStays) {
  const auto keeps = [](const std::string& version, const std::string& headers) {
    return parse_head("GET / HTTP/" + version + "\r\nHost: a\r\n" + headers + "\r\n", {}).keep_alive;
  };
  EXPECT_TRUE(keeps("1.1", ""));
  EXPECT_FALSE(keeps("1.1", "Connection: Close\r\n"));
  EXPECT_FALSE(keeps("1.0", ""));
  EXPECT_FALSE(keeps("1.0", "Connection: Keep-Alive\r\n")) << "an answer without a length ends with the connection";
}

TEST(HttpHead, WaitsForTheEmptyLine) {
  EXPECT_FALSE(head_end("GET / HTTP/1.1\r\nHost: a\r\n", {}));
  EXPECT_EQ(head_end("GET / HTTP/1.1\r\n\r\nbody", {}), 18u);
}

TEST(HttpHead, RefusesWhatIsTooLong) {
  const HeadLimits limits{.bytes = 100, .target = 20, .headers = 2};
  EXPECT_EQ(refusal_of("GET /" + std::string(200, 'a'), limits), 414);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nA: " + std::string(200, 'a'), limits), 431);
  EXPECT_EQ(refusal_of("GET /" + std::string(20, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", limits), 414);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\nB: b\r\nC: c\r\n\r\n", limits), 431);
}

TEST(HttpHead, RefusesRequestLinesThatAreNone) {
  for (const char* line : {"", "GET", "GET /", "GET  HTTP/1.1", "get / HTTP/1.1", "GET / HTP/1.1", "GET / a b HTTP/1.1",
                           "G\tT / HTTP/1.1", " GET / HTTP/1.1"})
    EXPECT_EQ(refusal_of(std::string(line) + "\r\nHost: a\r\n\r\n"), 400) << line;
  EXPECT_EQ(refusal_of("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), 501);
  EXPECT_EQ(refusal_of("CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n"), 501);
  EXPECT_EQ(refusal_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
}

TEST(HttpHead, RefusesTargetsThatCouldMeanTwoThings) {
  for (const char* target :
       {"http://a/", "*", "a", "//%", "/%", "/%4", "/%zz", "/%00", "/a%00b", "/\x01", "/\xc3\xa4", "/\x7f"})
    EXPECT_EQ(refusal_of_target(target), 400) << target;
  EXPECT_EQ(refusal_of_target("/%2e%2e/"), 0) << "well-formed; it is the router's to find nothing there";
}

TEST(HttpHead, RefusesHeadersThatCouldMeanTwoThings) {
  for (const char* headers :
       {"A\r\n", ": b\r\n", "A : b\r\n", "A: b\n\r\n", "A: b\rc\r\n", "A: b\x01\r\n", "A: b\r\n c\r\n", "Host: b\r\n",
        "Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: -1\r\n", "Content-Length: 1x\r\n",
        "Content-Length: \r\n", "Content-Length: 9999999999999999999\r\n", "Content-Length: 1, 1\r\n",
        "Range: bytes=0-1\r\nRange: bytes=2-3\r\n"})
    EXPECT_EQ(refusal_of_headers(headers), 400) << headers;
  EXPECT_EQ(refusal_of_headers("Transfer-Encoding: chunked\r\n"), 411);
  EXPECT_EQ(refusal_of_headers("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), 411);
  EXPECT_EQ(refusal_of_headers("Content-Encoding: gzip\r\n"), 415);
  EXPECT_EQ(refusal_of_headers("Expect: miracles\r\n"), 417);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nA: b\r\n\r\n"), 400) << "no host";
}

TEST(HttpHead, HasNoZeroBytes) {
  EXPECT_EQ(refusal_of(std::string("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 28)), 400);
  EXPECT_EQ(refusal_of(std::string("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 29)), 400);
}

}  // namespace
}  // namespace blip
