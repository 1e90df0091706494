#include "pipelines/serve/access_control.h"

#include <gtest/gtest.h>

#include "tests/pipelines/serve/serve_support.h"

namespace blip {
namespace {

using test::Answer;
using test::ask;
using test::ServedIndex;

const std::string kReader = "reader-0123456789", kAdmin = "admin-0123456789";

std::map<std::string, std::string> bearer(const std::string& token) {
  return {{"Authorization", "Bearer " + token}};
}
std::string cookie_of(const Answer& answer) {
  const std::string cookie = answer.header("set-cookie");
  return cookie.substr(0, cookie.find(';'));
}

// What each role gets at each kind of route.
TEST(AccessControl, RolesMayWhatTheyMay) {
  ServedIndex served(kReader, kAdmin);
  const auto status = [&](const std::string& method, const std::string& target, const std::string& token) {
    test::Asked asked{method, target, token.empty() ? std::map<std::string, std::string>() : bearer(token), ""};
    asked.headers["Content-Type"] = "application/json";
    if (method == "POST") asked.body = R"({"text":"x","source":"rtsp://a/"})";
    return ask(served.port(), asked).status;
  };
  for (const char* open : {"/", "/healthz", "/openapi.yaml"}) EXPECT_EQ(status("GET", open, ""), 200) << open;
  for (const char* read : {"/api/v1/status", "/api/v1/videos", "/api/v1/videos/1", "/api/v1/videos/1/segments",
                           "/api/v1/videos/1/captions.vtt", "/api/v1/segments/1/thumbnail.jpg", "/media/1", "/metrics",
                           "/api/v1/search?q=x", "/api/v1/streams", "/api/v1/queries"}) {
    EXPECT_EQ(status("GET", read, ""), 401) << read;
    EXPECT_EQ(status("HEAD", read, ""), 401) << read;
    EXPECT_EQ(status("GET", read, kReader), 200) << read;
    EXPECT_EQ(status("GET", read, kAdmin), 200) << read;
  }
  EXPECT_EQ(status("GET", "/api/v1/events", ""), 401);
  for (const char* admin : {"/api/v1/streams", "/api/v1/queries"}) {
    EXPECT_EQ(status("POST", admin, ""), 401) << admin;
    EXPECT_EQ(status("POST", admin, kReader), 403) << admin;
    EXPECT_EQ(status("POST", admin, kAdmin), 201) << admin;
  }
  for (const char* admin : {"/api/v1/streams/1", "/api/v1/queries/1", "/api/v1/videos/1"}) {
    EXPECT_EQ(status("DELETE", admin, ""), 401) << admin;
    EXPECT_EQ(status("DELETE", admin, kReader), 403) << admin;
    EXPECT_EQ(status("DELETE", admin, kAdmin), 200) << admin;
  }
}

TEST(AccessControl, OneTokenAloneHasBothRoles) {
  ServedIndex served(kReader);
  EXPECT_EQ(served.get("/api/v1/status", bearer(kReader)).json()["role"], "admin");
  ServedIndex two(kReader, kAdmin);
  EXPECT_EQ(two.get("/api/v1/status", bearer(kReader)).json()["role"], "read");
  EXPECT_EQ(two.get("/api/v1/status", bearer(kAdmin)).json()["role"], "admin");
  ServedIndex none;
  EXPECT_EQ(none.get("/api/v1/status").json()["role"], "admin");
  EXPECT_EQ(none.get("/api/v1/status").json()["login"], false);
}

TEST(AccessControl, AWrongTokenOpensNothing) {
  ServedIndex served(kReader, kAdmin);
  for (const std::string header : {"Bearer ", "Bearer x", "Bearer reader-012345678", "Bearer reader-0123456789 ",
                                   "Basic cmVhZGVyLTAxMjM0NTY3ODk6", "reader-0123456789", "Bearer Reader-0123456789"}) {
    const Answer answer = served.get("/api/v1/status", {{"Authorization", header}});
    EXPECT_EQ(answer.status, header == "Bearer reader-0123456789 " ? 200 : 401) << header;
  }
  EXPECT_EQ(served.get("/api/v1/status", {{"Authorization", "bearer " + kReader}}).status, 200)
      << "schemes are the same in any case";
}

TEST(AccessControl, LoggingInGivesACookieThatScriptsCannotRead) {
  ServedIndex served(kReader, kAdmin);
  const Answer answer = served.post("/login", {{"token", kReader}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json()["role"], "read");
  const std::string cookie = answer.header("set-cookie");
  for (const char* part : {"; HttpOnly", "; SameSite=Strict", "; Path=/"})
    EXPECT_NE(cookie.find(part), std::string::npos) << cookie;
  EXPECT_EQ(cookie.find(kReader), std::string::npos) << "the token itself is not in it";
  EXPECT_EQ(cookie.find("Secure"), std::string::npos);
  EXPECT_EQ(served.get("/api/v1/status", {{"Cookie", "a=b; " + cookie_of(answer) + "; c=d"}}).status, 200);
  EXPECT_EQ(served.get("/api/v1/status", {{"Cookie", "x" + cookie_of(answer)}}).status, 401);

  EXPECT_NE(served.post("/login", {{"token", kReader}}, {{"X-Forwarded-Proto", "https"}})
                .header("set-cookie")
                .find("; Secure"),
            std::string::npos);
  const Answer out = served.post("/logout", {}, {{"Cookie", cookie_of(answer)}});
  EXPECT_EQ(out.status, 200);
  EXPECT_NE(out.header("set-cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(served.get("/api/v1/status", {{"Cookie", cookie_of(answer)}}).status, 401);
}

TEST(AccessControl, LoggingInNeedsJsonWithTheToken) {
  ServedIndex served(kReader);
  EXPECT_EQ(served.post("/login", {{"token", 1}}).status, 400);
  EXPECT_EQ(served.post("/login", {{"tok", kReader}}).status, 400);
  EXPECT_EQ(served.post("/login", nlohmann::json::array()).status, 400);
  EXPECT_EQ(served.post("/login", {{"token", kReader}}, {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(ask(served.port(), {"POST", "/login", {{"Content-Type", "application/json"}}, "{"}).status, 400);
  EXPECT_EQ(
      ask(served.port(), {"POST", "/login", {{"Content-Type", "application/json"}}, std::string(70000, ' ')}).status,
      413);
}

TEST(AccessControl, GuessingIsHeldBack) {
  ServedIndex served(kReader);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(served.post("/login", {{"token", "wrong"}}).status, 401);
  const Answer answer = served.post("/login", {{"token", kReader}});
  EXPECT_EQ(answer.status, 429);
  EXPECT_GT(std::stoi(answer.header("retry-after")), 0);
  EXPECT_EQ(served.get("/api/v1/status", bearer(kReader)).status, 429) << "by either way";
}

TEST(AccessControl, KnowsLoopbackAddresses) {
  for (const char* host : {"localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1"}) EXPECT_TRUE(is_loopback(host));
  for (const char* host : {"0.0.0.0", "::", "192.168.0.1", "127.evil.com", "example.com", "", "localhost.evil.com"})
    EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(AccessControl, AForeignNameForThisMachineIsRefused) {
  EXPECT_TRUE(host_is_local("localhost:8080", "127.0.0.1"));
  EXPECT_TRUE(host_is_local("[::1]:8080", "::1"));
  EXPECT_TRUE(host_is_local("127.0.0.1", "localhost"));
  for (const char* host : {"evil.com", "evil.com:8080", "localhost.evil.com", "127.0.0.1.evil.com", "", ":8080", "[",
                           "[::1", "192.168.0.7"})
    EXPECT_FALSE(host_is_local(host, "127.0.0.1") && std::string(host) != "[::1") << host;
  ServedIndex served;
  EXPECT_EQ(served.get("/", {{"Host", "evil.com"}}).status, 421);
  EXPECT_EQ(served.get("/", {{"Host", "LocalHost:1"}}).status, 200);
}

TEST(AccessControl, PagesFromElsewhereChangeNothing) {
  ServedIndex served;
  const nlohmann::json query = {{"text", "x"}};
  const std::string here = "localhost:" + std::to_string(served.port());
  EXPECT_EQ(served.post("/api/v1/queries", query, {{"Origin", "http://evil.com"}}).status, 403);
  EXPECT_EQ(served.post("/api/v1/queries", query, {{"Origin", "null"}}).status, 403);
  EXPECT_EQ(served.post("/api/v1/queries", query, {{"Sec-Fetch-Site", "cross-site"}}).status, 403);
  EXPECT_EQ(served.post("/api/v1/queries", query, {{"Sec-Fetch-Site", "same-site"}}).status, 403);
  EXPECT_EQ(served.post("/api/v1/queries", query, {{"Content-Type", "text/plain"}}).status, 415)
      << "what a form can send without asking first";
  EXPECT_EQ(ask(served.port(), {"DELETE", "/api/v1/videos/1", {{"Origin", "http://evil.com"}}, ""}).status, 403);
  EXPECT_EQ(served
                .post("/api/v1/queries", query,
                      {{"Host", here}, {"Origin", "http://" + here}, {"Sec-Fetch-Site", "same-origin"}})
                .status,
            201);
}

}  // namespace
}  // namespace blip
