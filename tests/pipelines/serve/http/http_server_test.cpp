#include "pipelines/serve/http/http_server.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "core/base/error.h"
#include "tests/pipelines/serve/http_support.h"

namespace blip {
namespace {

using test::Answer;
using test::ask;
using test::RawClient;
using test::read_answer;
using test::RunningServer;
using test::spell_request;

constexpr std::chrono::seconds kPatience{20};  // so that a failure is seen
constexpr const char* kRequest = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

HttpLimits quick_limits() {
  HttpLimits limits;
  limits.request = limits.body = limits.response = limits.stall = std::chrono::milliseconds(100);
  return limits;
}

void echo(HttpCall& call) {
  call.json(call.request.method == "POST" ? call.body(100) : call.request.path);
}

TEST(HttpServer, AnswersSeveralRequestsOfAConnection) {
  RunningServer server({}, echo);
  RawClient client(server.port());
  client.send(std::string(kRequest) + kRequest);
  EXPECT_EQ(read_answer(client).body, "/x\n");
  EXPECT_EQ(read_answer(client).body, "/x\n");
  client.send("\r\nPOST /y HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + std::string(kRequest));
  EXPECT_EQ(read_answer(client).body, "abc\n");
  EXPECT_EQ(read_answer(client).body, "/x\n");
}

TEST(HttpServer, AnswersOfHeadHaveNoBody) {
  RunningServer server({}, echo);
  RawClient client(server.port());
  client.send("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n" + std::string(kRequest));
  const Answer head = read_answer(client, true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-length"), "5");
  EXPECT_EQ(read_answer(client).body, "/x\n");
}

TEST(HttpServer, HeadersReachTheHandlerAsTheyWereSent) {
  std::string seen;
  RunningServer server({}, [&](HttpCall& call) {
    seen = call.header("X-Mark") + "|" + call.header("range");
    call.json("1");
  });
  ask(server.port(), {"GET", "/", {{"X-Mark", "100%25%0d%0a"}, {"Range", "bytes=nonsense"}}, ""});
  EXPECT_EQ(seen, "100%25%0d%0a|bytes=nonsense");
}

TEST(HttpServer, WhatAHandlerThrowsBecomesAnError) {
  RunningServer server({}, [](HttpCall& call) {
    if (call.request.path == "/busy") throw HttpRefusal(503, "busy");
    throw std::runtime_error("it \"broke\"");
  });
  const Answer busy = ask(server.port(), {"GET", "/busy", {}, ""});
  EXPECT_EQ(busy.status, 503);
  EXPECT_NE(busy.header("retry-after"), "");
  const Answer broken = ask(server.port(), {"GET", "/", {}, ""});
  EXPECT_EQ(broken.status, 500);
  EXPECT_EQ(broken.json(), nlohmann::json({{"error", "it \"broke\""}}));
}

TEST(HttpServer, ABodyThatIsTooLongIsNotRead) {
  RunningServer server({}, echo);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000000\r\n\r\nabc");
  const Answer answer = read_answer(client);
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_EQ(answer.header("keep-alive"), "");
  client.end();
  client.read_all();
  EXPECT_TRUE(client.closed());
}

TEST(HttpServer, ABodyThatNobodyReadsIsNoSecondRequest) {
  int count = 0;
  RunningServer server({}, [&](HttpCall& call) {
    ++count;
    call.json("1");
  });
  RawClient client(server.port());
  const std::string smuggled = kRequest;
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(smuggled.size()) + "\r\n\r\n" +
              smuggled);
  EXPECT_EQ(read_answer(client).status, 200);
  client.end();
  EXPECT_EQ(client.read_all(), "");
  EXPECT_EQ(count, 1);
}

TEST(HttpServer, BodiesNeedTheirLength) {
  RunningServer server({}, echo);
  for (const char* headers : {"", "Transfer-Encoding: chunked\r\n"}) {
    RawClient client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(headers) + "\r\n3\r\nabc\r\n0\r\n\r\n");
    EXPECT_EQ(read_answer(client).status, 411) << headers;
  }
}

TEST(HttpServer, AClientMayWaitToBeAskedForItsBody) {
  RunningServer server({}, echo);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  client.read_until("100 Continue\r\n\r\n");
  client.take(25);
  client.send("abc");
  EXPECT_EQ(read_answer(client).body, "abc\n");
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(read_answer(client).status, 413) << "it is not asked for what is too long";
}

// However slowly the bytes come, and however many connections do so.
TEST(HttpServer, ASlowRequestHasAnEnd) {
  RunningServer server(quick_limits(), echo);
  for (const char* begun : {"G", "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "}) {
    RawClient client(server.port());
    client.send(begun);
    auto drip = std::async(std::launch::async, [&] {
      while (client.send("a")) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    });
    EXPECT_EQ(read_answer(client).status, 408) << begun;
    client.read_all();
    EXPECT_TRUE(client.closed());
    shutdown(client.descriptor(), SHUT_RDWR);
  }
}

TEST(HttpServer, ASlowBodyHasAnEnd) {
  RunningServer server(quick_limits(), echo);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
  EXPECT_EQ(read_answer(client).status, 408);
  client.read_all();
  EXPECT_TRUE(client.closed());
}

TEST(HttpServer, AConnectionWithoutARequestIsClosedWithoutAWord) {
  RunningServer server(quick_limits(), echo);
  RawClient client(server.port());
  EXPECT_EQ(client.read_all(), "");
  EXPECT_TRUE(client.closed());
}

// A client that asks and does not read holds a thread for the time of a stall, not longer.
TEST(HttpServer, AClientThatDoesNotReadIsDropped) {
  std::promise<bool> over;
  RunningServer server(quick_limits(), [&](HttpCall& call) {
    call.answer_at_length();
    call.response.set_content_provider(
        std::size_t{1} << 40, "video/mp4",
        [](std::size_t, std::size_t, httplib::DataSink& sink) {
          static const std::string kPiece(1 << 16, 'x');
          return sink.write(kPiece.data(), kPiece.size());
        },
        [&](bool success) { over.set_value(success); });
  });
  RawClient client(server.port(), 4096);
  client.send(kRequest);
  EXPECT_FALSE(over.get_future().get());
}

TEST(HttpServer, ConnectionsBeyondTheLimitAreToldToComeBack) {
  HttpLimits limits;
  limits.connections = 1;
  limits.waiting = 1;
  std::promise<void> begun, go;
  RunningServer server(limits, [&](HttpCall& call) {
    begun.set_value();
    go.get_future().wait_for(kPatience);
    call.json("1");
  });
  RawClient running(server.port());
  running.send(kRequest);
  begun.get_future().wait_for(kPatience);
  const RawClient waiting(server.port());
  RawClient refused(server.port());
  const Answer answer = read_answer(refused);
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.header("retry-after"), "");
  go.set_value();
  EXPECT_EQ(read_answer(running).status, 200);
}

// One that idles makes room for one that waits.
TEST(HttpServer, IdleConnectionsMakeRoom) {
  HttpLimits limits;
  limits.connections = 1;
  limits.idle = std::chrono::minutes(10);
  RunningServer server(limits, echo);
  RawClient idle(server.port());
  idle.send(kRequest);
  EXPECT_EQ(read_answer(idle).status, 200);
  EXPECT_EQ(ask(server.port(), {}).status, 200);
}

TEST(HttpServer, ServesManyClientsBesideEachOther) {
  RunningServer server({}, echo);
  std::vector<std::future<int>> clients;
  for (int i = 0; i < 32; ++i)
    clients.push_back(std::async(std::launch::async, [&server, i] {
      RawClient client(server.port());
      int right = 0;
      for (int j = 0; j < 20; ++j) {
        const std::string path = "/" + std::to_string(i) + "-" + std::to_string(j);
        client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        right += read_answer(client).body == path + "\n" ? 1 : 0;
      }
      return right;
    }));
  for (auto& client : clients) EXPECT_EQ(client.get(), 20);
}

TEST(HttpServer, AnswersInProgressAreFinishedWhenItStops) {
  std::promise<void> begun, go;
  RunningServer server({}, [&](HttpCall& call) {
    begun.set_value();
    go.get_future().wait_for(kPatience);
    call.json("\"whole\"");
  });
  RawClient client(server.port()), idle(server.port());
  client.send(kRequest);
  begun.get_future().wait_for(kPatience);
  server.server().stop();
  EXPECT_EQ(idle.read_all(), "");
  go.set_value();
  EXPECT_EQ(read_answer(client).body, "\"whole\"\n");
  EXPECT_TRUE(server.ends());
}

TEST(HttpServer, StopsBeforeItHasBegun) {
  HttpServer server({}, {}, echo, [](auto&&...) {});
  server.bind("127.0.0.1", 0);
  server.stop();
  server.run();
}

TEST(HttpServer, APortThatIsTakenIsAnError) {
  RunningServer server({}, echo);
  HttpServer second({}, {}, echo, [](auto&&...) {});
  try {
    second.bind("127.0.0.1", server.port());
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("another program has this port"), std::string::npos) << e.what();
  }
}

TEST(HttpServer, AnAddressOfNoneIsAnError) {
  HttpServer server({}, {}, echo, [](auto&&...) {});
  EXPECT_THROW(server.bind("203.0.113.7", 0), Error);
  EXPECT_THROW(server.bind("not an address", 0), Error);
}

TEST(HttpServer, CountsWhatItRefused) {
  std::promise<int> status;
  RunningServer server({}, echo, [&](const std::string& route, const std::string&, int code, double) {
    EXPECT_EQ(route, "");
    status.set_value(code);
  });
  RawClient client(server.port());
  client.send("BREW / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status.get_future().get(), 501);
}

}  // namespace
}  // namespace blip
