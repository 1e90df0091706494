#include "pipelines/serve/login_sessions.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

const LoginSessions::Clock::time_point kStart{std::chrono::hours(1000)};

TEST(LoginSessions, AreKnownByTheirSecret) {
  LoginSessions sessions;
  const std::string reader = sessions.begin(Access::kRead, kStart), admin = sessions.begin(Access::kAdmin, kStart);
  EXPECT_EQ(sessions.role(reader, kStart), Access::kRead);
  EXPECT_EQ(sessions.role(admin, kStart), Access::kAdmin);
  for (const std::string& other : {std::string(), reader.substr(1), reader + "0"})
    EXPECT_FALSE(sessions.role(other, kStart)) << other;
}

TEST(LoginSessions, EndWhenTheyAreEndedOrNotUsed) {
  LoginSessions sessions;
  const std::string ended = sessions.begin(Access::kRead, kStart), old = sessions.begin(Access::kRead, kStart);
  sessions.end(ended);
  EXPECT_FALSE(sessions.role(ended, kStart));
  EXPECT_TRUE(sessions.role(old, kStart + std::chrono::hours(24 * 6)));
  EXPECT_TRUE(sessions.role(old, kStart + std::chrono::hours(24 * 12))) << "it was used meanwhile";
  EXPECT_FALSE(sessions.role(old, kStart + std::chrono::hours(24 * 20)));
}

TEST(LoginSessions, TheOldestMakesRoom) {
  LoginSessions sessions;
  const std::string first = sessions.begin(Access::kRead, kStart), second = sessions.begin(Access::kRead, kStart);
  for (int i = 0; i < 1023; ++i) sessions.begin(Access::kRead, kStart);
  EXPECT_FALSE(sessions.role(first, kStart));
  EXPECT_TRUE(sessions.role(second, kStart));
}

}  // namespace
}  // namespace blip
