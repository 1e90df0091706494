#include <gtest/gtest.h>

#include <random>

#include "tests/pipelines/serve/serve_support.h"

namespace blip {
namespace {

using test::RawClient;
using test::ServedIndex;

std::vector<std::string> valid_requests() {
  return {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "GET /api/v1/videos?limit=2&path=%2a.mp4 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n",
          "GET /media/1 HTTP/1.1\r\nHost: localhost\r\nRange: bytes=5-100\r\nIf-Range: \"x\"\r\n\r\n",
          "GET /api/v1/search?q=a+dog&w=2:cat&not=x&from=1.5&mode=hybrid HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "POST /api/v1/videos/1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
          "Content-Length: 22\r\n\r\n{\"question\":\"how many\"}",
          "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 13\r\n"
          "Cookie: a=b; gst_blip_session=x\r\n\r\n{\"token\":\"x\"}",
          "DELETE /api/v1/queries/5 HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\r\n",
          "HEAD /api/v1/segments/1/thumbnail.jpg HTTP/1.0\r\nIf-None-Match: \"s1\", \"s2\"\r\n\r\n"};
}

// A request with a few bytes changed, doubled, cut out, or put in.
std::string mutated(std::string text, std::mt19937& random) {
  static const std::vector<std::string> kPieces = {"\r\n",
                                                   "\n",
                                                   "\r\n\r\n",
                                                   std::string(1, '\0'),
                                                   "%00",
                                                   "%",
                                                   "../",
                                                   " ",
                                                   "\t",
                                                   ":",
                                                   "\xff\xfe",
                                                   "bytes=",
                                                   "-",
                                                   "99999999999999999999",
                                                   "Content-Length: 5\r\n",
                                                   "Transfer-Encoding: chunked\r\n",
                                                   std::string(300, 'A'),
                                                   "HTTP/1.1",
                                                   "?",
                                                   "&&",
                                                   "#",
                                                   "{",
                                                   "\"",
                                                   "[[[[[[[["};
  const int changes = 1 + static_cast<int>(random() % 4);
  for (int i = 0; i < changes && !text.empty(); ++i) {
    const std::size_t at = random() % text.size();
    switch (random() % 4) {
      case 0:
        text[at] = static_cast<char>(random() & 0xff);
        break;
      case 1:
        text.erase(at, 1 + random() % 8);
        break;
      case 2:
        text.insert(at, kPieces[random() % kPieces.size()]);
        break;
      default:
        text.insert(at, text.substr(at, random() % 40));
    }
  }
  return text;
}

// Whatever comes: an answer that is HTTP, or the end of the connection; and the next one is served.
TEST(HostileRequests, AreAnsweredOrClosed) {
  HttpLimits limits;
  limits.request = limits.body = std::chrono::milliseconds(500);
  ServedIndex served("", "", limits);
  std::mt19937 random(20260301);
  const auto requests = valid_requests();
  for (int i = 0; i < 600; ++i) {
    const std::string request = mutated(requests[random() % requests.size()], random);
    RawClient client(served.port());
    client.send(request);
    client.end();
    const std::string& answer = client.read_all();
    ASSERT_TRUE(client.closed()) << request;
    ASSERT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 ")) << request << "\n" << answer;
    ASSERT_EQ(answer.find("HTTP/1.1 500"), std::string::npos) << request << "\n" << answer;
  }
  EXPECT_EQ(served.get("/healthz").status, 200);
}

TEST(HostileRequests, RandomBytesAreRefused) {
  ServedIndex served;
  std::mt19937 random(7);
  for (int i = 0; i < 100; ++i) {
    std::string noise(1 + random() % 2000, '\0');
    for (char& c : noise) c = static_cast<char>(random() & 0xff);
    RawClient client(served.port());
    client.send(noise);
    client.end();
    const std::string& answer = client.read_all();
    ASSERT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 4")) << answer;
  }
  EXPECT_EQ(served.get("/healthz").status, 200);
}

TEST(HostileRequests, DeepJsonIsAnError) {
  ServedIndex served;
  const std::string deep(60000, '[');
  EXPECT_EQ(test::ask(served.port(), {"POST", "/api/v1/queries", {{"Content-Type", "application/json"}}, deep}).status,
            400);
}

TEST(HostileRequests, ClientsThatLeaveEarlyDoNoHarm) {
  ServedIndex served;
  for (int i = 0; i < 50; ++i) {
    RawClient client(served.port(), 2048);
    client.send("GET /media/1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    linger abort{1, 0};
    setsockopt(client.descriptor(), SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  }
  EXPECT_EQ(served.get("/healthz").status, 200);
}

}  // namespace
}  // namespace blip
