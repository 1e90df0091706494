#include "pipelines/serve/http/connection_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace blip {
namespace {

TEST(ConnectionQueue, ServesBesideEachOtherUpToItsThreads) {
  std::promise<void> both, go;
  const auto released = go.get_future().share();
  std::atomic<int> running{0};
  ConnectionQueue queue(2, 0, [](const ConnectionQueue::Task&) { FAIL() << "nothing is refused"; });
  for (int i = 0; i < 2; ++i)
    queue.enqueue([&] {
      if (++running == 2) both.set_value();
      released.wait();
    });
  both.get_future().wait();  // would not return if they came one after the other
  go.set_value();
  queue.shutdown();
}

TEST(ConnectionQueue, KeepsSomeWaitingAndRefusesTheRest) {
  std::promise<void> begun, go;
  std::atomic<int> served{0}, refused{0};
  ConnectionQueue queue(1, 1, [&](const ConnectionQueue::Task&) { ++refused; });
  queue.enqueue([&] {
    begun.set_value();
    go.get_future().wait();
    ++served;
  });
  begun.get_future().wait();
  EXPECT_FALSE(queue.crowded());
  queue.enqueue([&] { ++served; });
  EXPECT_TRUE(queue.crowded());
  queue.enqueue([&] { ++served; });
  EXPECT_EQ(refused, 1);
  go.set_value();
  queue.shutdown();  // what waits is served first
  EXPECT_EQ(served, 2);
}

}  // namespace
}  // namespace blip
