#include "training/distributed/heartbeat.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <torch/csrc/distributed/c10d/HashStore.hpp>

namespace blip {
namespace {

constexpr std::chrono::milliseconds kPeriod{10};

Heartbeat::Options options_of(int rank) {
  return {rank, 2, kPeriod, 10 * kPeriod};
}

// Gives up after 5 s.
bool reaches(const Heartbeat& heartbeat, std::int64_t beats) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (heartbeat.beats() < beats && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  return heartbeat.beats() >= beats;
}

TEST(Heartbeat, RanksThatBeatHaveNoTrouble) {
  const auto store = c10::make_intrusive<c10d::HashStore>();
  const Heartbeat first(store, options_of(0)), second(store, options_of(1));
  EXPECT_TRUE(reaches(first, 20));
  EXPECT_EQ(first.trouble(), "");
  EXPECT_EQ(second.trouble(), "");
}

TEST(Heartbeat, ASilentRankIsNamed) {
  const auto store = c10::make_intrusive<c10d::HashStore>();
  const Heartbeat first(store, options_of(0));
  {
    const Heartbeat second(store, options_of(1));
    EXPECT_TRUE(reaches(second, 2));
  }
  EXPECT_TRUE(reaches(first, 10));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (first.trouble().empty() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_EQ(first.trouble(), "rank 1 has been silent for 0.1 s");
}

class BrokenStore final : public c10d::HashStore {
 public:
  std::int64_t add(const std::string&, std::int64_t) override { throw std::runtime_error("Connection reset by peer"); }
};

TEST(Heartbeat, AStoreThatIsGoneIsRankZeroGone) {
  const Heartbeat heartbeat(c10::make_intrusive<BrokenStore>(), options_of(1));
  EXPECT_TRUE(reaches(heartbeat, 1));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (heartbeat.trouble().empty() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_EQ(heartbeat.trouble(), "rank 0 is gone: its store does not answer");
}

// A store that does not answer must not keep the program from ending.
class SilentStore final : public c10d::HashStore {
 public:
  std::int64_t add(const std::string& key, std::int64_t value) override {
    answer.get_future().wait();
    return HashStore::add(key, value);
  }
  std::promise<void> answer;
};

TEST(Heartbeat, EndsThoughTheStoreIsSilent) {
  const auto store = c10::make_intrusive<SilentStore>();
  {
    const Heartbeat heartbeat(store, options_of(1));
    EXPECT_EQ(heartbeat.beats(), 0);
  }
  store->answer.set_value();
}

}  // namespace
}  // namespace blip
