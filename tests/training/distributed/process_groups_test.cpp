#include "training/distributed/process_groups.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/training/distributed/ranks.h"

namespace blip {
namespace {

using testing::HasSubstr;

std::string start_error(int rank, int port) {
  test::set_rank(rank, 3, port);
  CommunicatorOptions options;
  options.start_timeout = std::chrono::milliseconds(300);
  try {
    communicator_from_environment(options);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kFailed);
    return error.what();
  }
  return "nothing was thrown";
}

TEST(ProcessGroups, RanksThatDoNotComeAreNamed) {
  const int port = test::free_port();
  EXPECT_THAT(start_error(0, port), HasSubstr("at 127.0.0.1:" + std::to_string(port) + " for rank 1, 2"));
  EXPECT_THAT(start_error(1, port),
              HasSubstr("rank 1 of 3 waited 0.3 s for rank 0 at 127.0.0.1:" + std::to_string(port)));
}

TEST(ProcessGroups, APortInUseIsNamed) {
  const int listener = ::socket(AF_INET6, SOCK_STREAM, 0);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  socklen_t length = sizeof(address);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length), 0);
  const int port = ntohs(address.sin6_port);
  EXPECT_THAT(start_error(0, port), HasSubstr("rank 0 cannot listen on port " + std::to_string(port)));
  ::close(listener);
}

}  // namespace
}  // namespace blip
