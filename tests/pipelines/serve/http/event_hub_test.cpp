#include "pipelines/serve/http/event_hub.h"

#include <gtest/gtest.h>

#include <future>

namespace blip {
namespace {

using Got = EventHub::Subscription::Got;
constexpr std::chrono::milliseconds kLong{10000}, kNow{0};

TEST(EventHub, EveryClientGetsEveryEventInOrder) {
  EventHub hub;
  const auto a = hub.subscribe(), b = hub.subscribe();
  hub.publish("caption", R"({"x":1})");
  hub.publish("alert", R"({"x":2})");
  for (const auto& client : {a, b}) {
    std::string text;
    EXPECT_EQ(client->take(text, kLong), Got::kEvents);
    EXPECT_EQ(text, "id: 1\nevent: caption\ndata: {\"x\":1}\n\nid: 2\nevent: alert\ndata: {\"x\":2}\n\n");
    EXPECT_EQ(client->take(text, kNow), Got::kNothing);
  }
}

TEST(EventHub, ANewClientGetsTheLatestOfWhatIsKept) {
  EventHub hub;
  hub.publish("progress", "1", true);
  hub.publish("progress", "2", true);
  hub.publish("caption", "3");
  std::string text;
  EXPECT_EQ(hub.subscribe()->take(text, kNow), Got::kEvents);
  EXPECT_EQ(text, "id: 2\nevent: progress\ndata: 2\n\n");
}

TEST(EventHub, ASlowClientIsDroppedAndTheOthersAreNot) {
  EventHub hub(4, 3);
  const auto slow = hub.subscribe(), quick = hub.subscribe();
  std::string text;
  for (int i = 0; i < 4; ++i) {
    hub.publish("caption", std::to_string(i));
    EXPECT_EQ(quick->take(text, kNow), Got::kEvents);
  }
  EXPECT_EQ(slow->take(text, kNow), Got::kEnd);
  EXPECT_EQ(hub.dropped(), 1u);
}

TEST(EventHub, TakesNoMoreClientsThanItMay) {
  EventHub hub(2, 3);
  auto a = hub.subscribe();
  const auto b = hub.subscribe();
  EXPECT_EQ(hub.subscribe(), nullptr);
  a.reset();
  EXPECT_EQ(hub.clients(), 1u);
  EXPECT_NE(hub.subscribe(), nullptr);
}

TEST(EventHub, AClosedHubWakesThoseWhoWait) {
  EventHub hub;
  const auto client = hub.subscribe();
  auto waiting = std::async(std::launch::async, [&] {
    std::string text;
    return client->take(text, std::chrono::minutes(5));
  });
  hub.close();
  EXPECT_EQ(waiting.get(), Got::kEnd);
  EXPECT_EQ(hub.subscribe(), nullptr);
}

}  // namespace
}  // namespace blip
