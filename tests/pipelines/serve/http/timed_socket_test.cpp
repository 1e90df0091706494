#include "pipelines/serve/http/timed_socket.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

namespace blip {
namespace {

using Clock = TimedSocket::Clock;

class TimedSocketTest : public testing::Test {
 protected:
  TimedSocketTest() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends_), 0);
    socket_.emplace(ends_[0], stop_);
  }
  ~TimedSocketTest() override {
    if (ends_[1] >= 0) close(ends_[1]);
    close(stop_);
  }
  static Clock::time_point soon() { return Clock::now() + std::chrono::milliseconds(5); }
  static Clock::time_point late() { return Clock::now() + std::chrono::seconds(30); }

  int stop_ = eventfd(0, EFD_NONBLOCK);
  int ends_[2];
  std::optional<TimedSocket> socket_;
};

TEST_F(TimedSocketTest, ReadsWhatIsThereAndKnowsTheEnd) {
  ASSERT_EQ(write(ends_[1], "abc", 3), 3);
  char data[8];
  EXPECT_EQ(socket_->read(data, sizeof data, late()), 3);
  EXPECT_EQ(std::string(data, 3), "abc");
  EXPECT_EQ(socket_->read(data, sizeof data, soon()), -1) << "nothing came in time";
  EXPECT_TRUE(socket_->is_open());
  close(std::exchange(ends_[1], -1));
  EXPECT_EQ(socket_->read(data, sizeof data, late()), 0);
  EXPECT_FALSE(socket_->is_open());
}

TEST_F(TimedSocketTest, WaitsEndByTimeByStopAndByTheOtherSide) {
  EXPECT_EQ(socket_->wait_readable(soon(), true), TimedSocket::Wait::kTimeout);
  const std::uint64_t one = 1;
  ASSERT_EQ(write(stop_, &one, sizeof one), static_cast<ssize_t>(sizeof one));
  EXPECT_EQ(socket_->wait_readable(late(), true), TimedSocket::Wait::kStopped);
  EXPECT_EQ(socket_->wait_readable(soon(), false), TimedSocket::Wait::kTimeout) << "a stop is not looked at";
  ASSERT_EQ(write(ends_[1], "a", 1), 1);
  EXPECT_EQ(socket_->wait_readable(late(), true), TimedSocket::Wait::kReady) << "what is there is read first";
}

TEST_F(TimedSocketTest, AReaderThatDoesNotReadEndsTheWriting) {
  const std::string much(16 << 20, 'x');
  EXPECT_FALSE(socket_->write(much, Clock::now() + std::chrono::milliseconds(20)));
  close(std::exchange(ends_[1], -1));
  EXPECT_FALSE(socket_->write("a", late())) << "and no signal ends the process";
}

TEST_F(TimedSocketTest, FinishingLetsTheOtherSideReadTheEnd) {
  ASSERT_EQ(write(ends_[1], "unread", 6), 6);
  ASSERT_TRUE(socket_->write("last words", late()));
  socket_->finish(std::chrono::milliseconds(5));
  socket_.reset();
  char data[32];
  EXPECT_EQ(read(ends_[1], data, sizeof data), 10);
}

}  // namespace
}  // namespace blip
