#include "pipelines/watching/webhook_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/base/error.h"

namespace blip {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr milliseconds kLong{20'000};

// A receiver on this machine that answers as it is told.
class Receiver {
 public:
  explicit Receiver(std::vector<int> answers = {}) : answers_(std::move(answers)) {
    server_.Post(".*", [this](const httplib::Request& request, httplib::Response& response) {
      std::unique_lock lock(mutex_);
      bodies_.push_back(request.path + " " + request.body);
      type_ = request.get_header_value("Content-Type");
      authorization_ = request.get_header_value("Authorization");
      response.status = answers_.size() >= bodies_.size() ? answers_[bodies_.size() - 1] : 200;
      if (response.status / 100 == 3) response.set_header("Location", url("/elsewhere"));
      changed_.notify_all();
      changed_.wait(lock, [this] { return !held_; });
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~Receiver() {
    hold(false);
    server_.stop();
    thread_.join();
  }

  std::string url(const std::string& path = "/hook") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  void hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, kLong, [&] { return bodies_.size() >= count; }));
  }
  std::vector<std::string> bodies() const {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }
  std::string type() const {
    const std::lock_guard lock(mutex_);
    return type_;
  }
  std::string authorization() const {
    const std::lock_guard lock(mutex_);
    return authorization_;
  }

 private:
  const std::vector<int> answers_;
  httplib::Server server_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> bodies_;
  std::string type_, authorization_;
  bool held_ = false;
  std::thread thread_;
};

class WebhookSenderTest : public testing::Test {
 protected:
  WebhookLimits limits_{milliseconds(1000), milliseconds(1000), 3, milliseconds(1), milliseconds(4), 4, 2};
  std::mutex mutex_;
  std::vector<std::string> warnings_;

  WebhookSender make() {
    return WebhookSender(limits_, [this](const std::string& warning) {
      const std::lock_guard lock(mutex_);
      warnings_.push_back(warning);
    });
  }
  std::vector<std::string> warnings() {
    const std::lock_guard lock(mutex_);
    return warnings_;
  }
};

TEST_F(WebhookSenderTest, PostsJsonInOrder) {
  Receiver receiver;
  WebhookSender sender = make();
  sender.send(receiver.url("/a?b=c"), "{\"n\":1}");
  sender.send(receiver.url(), "{\"n\":2}");
  ASSERT_TRUE(sender.flush(kLong));
  EXPECT_THAT(receiver.bodies(), ElementsAre("/a {\"n\":1}", "/hook {\"n\":2}"));
  EXPECT_EQ(receiver.type(), "application/json");
  EXPECT_EQ(sender.counts().delivered, 2u);
  EXPECT_THAT(warnings(), IsEmpty());
}

TEST_F(WebhookSenderTest, SendsTheUserAndPasswordOfTheAddress) {
  Receiver receiver;
  WebhookSender sender = make();
  sender.send("http://me:secret@" + receiver.url().substr(7), "{}");
  ASSERT_TRUE(sender.flush(kLong));
  EXPECT_EQ(receiver.authorization(), "Basic bWU6c2VjcmV0");
}

TEST_F(WebhookSenderTest, TriesAgainWhereThatMayHelp) {
  Receiver receiver({500, 429, 200});
  WebhookSender sender = make();
  sender.send(receiver.url(), "{}");
  ASSERT_TRUE(sender.flush(kLong));
  EXPECT_THAT(receiver.bodies(), SizeIs(3));
  EXPECT_EQ(sender.counts().delivered, 1u);
  EXPECT_THAT(warnings(), IsEmpty());
}

TEST_F(WebhookSenderTest, GivesUpAfterItsAttempts) {
  Receiver receiver({503, 503, 503, 503});
  WebhookSender sender = make();
  sender.send(receiver.url(), "{}");
  ASSERT_TRUE(sender.flush(kLong));
  EXPECT_THAT(receiver.bodies(), SizeIs(3));
  EXPECT_EQ(sender.counts().failed, 1u);
  EXPECT_THAT(warnings(), ElementsAre(AllOf(HasSubstr(receiver.url("")), HasSubstr("503"))));
}

TEST_F(WebhookSenderTest, DoesNotInsistWhereItIsRefused) {
  Receiver receiver({404});
  WebhookSender sender = make();
  sender.send(receiver.url("/secret-path"), "{}");
  ASSERT_TRUE(sender.flush(kLong));
  EXPECT_THAT(receiver.bodies(), SizeIs(1));
  EXPECT_THAT(warnings(), ElementsAre(AllOf(HasSubstr("404"), Not(HasSubstr("secret-path")))));
}

TEST_F(WebhookSenderTest, DoesNotFollowRedirects) {
  Receiver receiver({307});
  WebhookSender sender = make();
  sender.send(receiver.url(), "{}");
  ASSERT_TRUE(sender.flush(kLong));
  EXPECT_THAT(receiver.bodies(), ElementsAre("/hook {}"));
  EXPECT_EQ(sender.counts().failed, 1u);
}

TEST_F(WebhookSenderTest, ADeadReceiverKeepsNobodyWaiting) {
  limits_.answer = kLong;
  Receiver stuck, alive;
  WebhookSender sender = make();
  stuck.hold(true);
  sender.send(stuck.url(), "0");
  stuck.wait_for(1);
  for (int i = 1; i <= 6; ++i) sender.send(stuck.url(), std::to_string(i));
  sender.send(alive.url(), "{}");
  alive.wait_for(1);
  EXPECT_FALSE(sender.flush(milliseconds(1)));
  EXPECT_EQ(sender.counts().dropped, 2u);
  stuck.hold(false);
  ASSERT_TRUE(sender.flush(kLong));
  EXPECT_THAT(stuck.bodies(), ElementsAre("/hook 0", "/hook 3", "/hook 4", "/hook 5", "/hook 6"));
}

TEST_F(WebhookSenderTest, LeavesAtOnce) {
  limits_.answer = std::chrono::minutes(10);
  limits_.first_pause = limits_.longest_pause = std::chrono::minutes(10);
  Receiver stuck, failing({500});
  stuck.hold(true);
  {
    WebhookSender sender = make();
    sender.send(stuck.url(), "{}");
    sender.send(failing.url(), "{}");
    stuck.wait_for(1);
    failing.wait_for(1);
  }
  EXPECT_THAT(stuck.bodies(), SizeIs(1));
}

TEST_F(WebhookSenderTest, AMachineThatDoesNotAnswerIsTriedAndGivenUp) {
  std::string url;
  {
    Receiver gone;
    url = gone.url();
  }
  WebhookSender sender = make();
  sender.send(url, "{}");
  ASSERT_TRUE(sender.flush(kLong));
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("not delivered: no connection")));
}

TEST_F(WebhookSenderTest, ServesOnlySoManyReceivers) {
  Receiver one, two, three;
  WebhookSender sender = make();
  for (const Receiver* receiver : {&one, &two, &three}) sender.send(receiver->url(), "{}");
  ASSERT_TRUE(sender.flush(kLong));
  EXPECT_EQ(sender.counts().delivered, 2u);
  EXPECT_EQ(sender.counts().dropped, 1u);
  EXPECT_THAT(three.bodies(), IsEmpty());
}

TEST_F(WebhookSenderTest, RefusesOtherAddresses) {
  WebhookSender sender = make();
  EXPECT_THROW(sender.send("file:///etc/passwd", "{}"), Error);
}

}  // namespace
}  // namespace blip
