#include "core/engine/request.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/core/engine/request_support.h"

namespace blip::test {
namespace {

class RequestTest : public testing::Test {
 protected:
  static ErrorKind kind_of_wait(Request& request) {
    try {
      request.wait();
    } catch (const Error& error) {
      return error.kind();
    }
    ADD_FAILURE() << "expected an error";
    return ErrorKind::kFailed;
  }
  const std::shared_ptr<Caller> caller_ = caller_of(serve(std::make_shared<FakeBackend>()));
};

TEST_F(RequestTest, IsDoneAfterItsLastItem) {
  const auto request = vision(caller_, {1, 2, 3});
  request->progress(2);
  EXPECT_FALSE(request->done());
  request->progress(1);
  EXPECT_TRUE(request->done());
  EXPECT_NO_THROW(request->wait());
}

TEST_F(RequestTest, TheFirstFailureIsTheOne) {
  const auto request = vision(caller_, {1, 2});
  request->fail({ErrorKind::kInvalidData, "first"});
  EXPECT_TRUE(request->stale());
  request->fail({ErrorKind::kFailed, "second"});
  request->progress(2);
  try {
    request->wait();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
    EXPECT_STREQ(error.what(), "first");
  }
}

TEST_F(RequestTest, CancellingEndsTheWaitWithoutAnAnswer) {
  const auto request = vision(caller_, {1});
  std::thread waiting([&] { EXPECT_EQ(kind_of_wait(*request), ErrorKind::kCancelled); });
  caller_->cancel();
  waiting.join();
  EXPECT_TRUE(request->stale());
  request->progress(1);  // a result that comes later changes nothing
  EXPECT_EQ(kind_of_wait(*request), ErrorKind::kCancelled);
}

TEST_F(RequestTest, ResumingDoesNotReviveWhatWasCancelled) {
  const auto before = vision(caller_, {1});
  caller_->cancel();
  caller_->resume();
  const auto after = vision(caller_, {1});
  EXPECT_EQ(kind_of_wait(*before), ErrorKind::kCancelled);
  EXPECT_FALSE(after->stale());
  after->progress(1);
  EXPECT_NO_THROW(after->wait());
}

TEST_F(RequestTest, AnAnswerWakesItsCaller) {
  const auto request = vision(caller_, {1});
  std::thread worker([&] { request->progress(1); });
  EXPECT_NO_THROW(request->wait());
  worker.join();
}

}  // namespace
}  // namespace blip::test
