#include "pipelines/serve/http/work_gate.h"

#include <gtest/gtest.h>

#include <future>

#include "pipelines/serve/http/http_head.h"

namespace blip {
namespace {

TEST(WorkGate, LetsAsManyInAsMayRun) {
  WorkGate gate(2, 0, std::chrono::seconds(0));
  auto a = gate.enter();
  const auto b = gate.enter();
  EXPECT_THROW(gate.enter(), HttpRefusal);
  a.reset();
  EXPECT_NO_THROW(gate.enter());
}

TEST(WorkGate, OneThatWaitsComesInWhenOneLeaves) {
  WorkGate gate(1, 1, std::chrono::minutes(5));
  auto running = gate.enter();
  auto waiting = std::async(std::launch::async, [&] { return gate.enter() != nullptr; });
  running.reset();
  EXPECT_TRUE(waiting.get());
}

TEST(WorkGate, NobodyWaitsForEver) {
  WorkGate gate(1, 1, std::chrono::milliseconds(1));
  const auto running = gate.enter();
  try {
    gate.enter();
    FAIL();
  } catch (const HttpRefusal& refusal) {
    EXPECT_EQ(refusal.status(), 503);
  }
}

}  // namespace
}  // namespace blip
