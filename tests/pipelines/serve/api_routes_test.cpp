#include <gtest/gtest.h>

#include "tests/pipelines/serve/serve_support.h"

namespace blip {
namespace {

using test::Answer;
using test::ask;
using test::ServedIndex;

TEST(ApiRoutes, UnknownAddressesAndMethodsAreJsonErrors) {
  ServedIndex served;
  const Answer none = served.get("/api/v1/nothing");
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(none.header("content-type"), "application/json");
  EXPECT_TRUE(none.json().contains("error"));
  const Answer method = ask(served.port(), {"PUT", "/api/v1/videos/1", {}, ""});
  EXPECT_EQ(method.status, 405);
  EXPECT_EQ(method.header("allow"), "GET, HEAD, DELETE");
}

TEST(ApiRoutes, ErrorsHaveTheStatusOfTheirKind) {
  ServedIndex served;
  const std::vector<std::pair<ErrorKind, int>> kinds = {
      {ErrorKind::kInvalidArgument, 400}, {ErrorKind::kNotFound, 404},    {ErrorKind::kUnsupported, 501},
      {ErrorKind::kCancelled, 503},       {ErrorKind::kInvalidData, 500}, {ErrorKind::kFailed, 500}};
  for (const auto& [kind, status] : kinds) {
    served.search.fail = Error(kind, "why");
    const Answer answer = served.get("/api/v1/search?q=x");
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.json()["error"], "why");
  }
}

TEST(ApiRoutes, EveryAnswerHasTheSecurityHeaders) {
  ServedIndex served;
  test::RawClient client(served.port());
  client.send("nonsense\r\n\r\n");
  for (const Answer& answer : {served.get("/"), served.get("/nothing"), test::read_answer(client)}) {
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
    EXPECT_NE(answer.header("content-security-policy").find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(answer.header("content-security-policy").find("unsafe"), std::string::npos);
    EXPECT_NE(answer.header("date").find(" GMT"), std::string::npos);
    EXPECT_EQ(answer.header("access-control-allow-origin"), "");
  }
}

// No name from a request ever becomes part of a path that is opened.
TEST(ApiRoutes, HostilePathsFindNothing) {
  ServedIndex served;
  const std::string secret = served.path("secret.txt");
  ServedIndex::write_file(secret, "the secret");
  const std::vector<std::string> paths = {"/assets/../../../../../../etc/passwd",
                                          "/assets/%2e%2e/%2e%2e/etc/passwd",
                                          "/assets/..%2f..%2fetc%2fpasswd",
                                          "/assets/..%5c..%5cetc%5cpasswd",
                                          "/assets/..\\..\\etc\\passwd",
                                          "/assets//etc/passwd",
                                          "/assets/" + secret,
                                          "/assets/%252e%252e/x",
                                          "/media/../../etc/passwd",
                                          "/media/1/../../etc/passwd",
                                          "/media/" + secret,
                                          "/media/1%00.mp4",
                                          "/media/-1",
                                          "/media/0",
                                          "/media/999999999999999999",
                                          "/media/1e0",
                                          "/media/%31%2f",
                                          "/api/v1/alerts/../../secret.txt",
                                          "/api/v1/alerts/..%2fsecret.txt",
                                          "/api/v1/alerts/" + secret,
                                          "/api/v1/segments/1/../../../../secret.txt",
                                          "/..",
                                          "/.",
                                          "//",
                                          "/%c0%ae%c0%ae/etc/passwd",
                                          "/" + std::string(4000, 'a'),
                                          "/assets/" + std::string(4000, '.'),
                                          "/web/index.html",
                                          "/openapi.yaml/",
                                          "/index.html"};
  for (const std::string& path : paths) {
    const Answer answer = served.get(path);
    EXPECT_TRUE(answer.status == 404 || answer.status == 400) << path << ": " << answer.status;
    EXPECT_EQ(answer.body.find("the secret"), std::string::npos) << path;
    EXPECT_EQ(answer.body.find("root:"), std::string::npos) << path;
  }
  EXPECT_EQ(served.get("/" + std::string(5000, 'a')).status, 414);
}

TEST(ApiRoutes, PreflightsOfOtherSitesGetNoLeave) {
  ServedIndex served;
  const Answer answer = ask(served.port(), {"OPTIONS", "/api/v1/queries", {{"Origin", "http://evil.com"}}, ""});
  EXPECT_GE(answer.status, 400);
  EXPECT_EQ(answer.header("access-control-allow-origin"), "");
}

}  // namespace
}  // namespace blip
