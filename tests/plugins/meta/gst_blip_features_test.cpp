#include "plugins/meta/gst_blip_features.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace blip::test {
namespace {

using FeaturesPtr = std::unique_ptr<GstBlipFeatures, void (*)(GstBlipFeatures*)>;

FeaturesPtr make_features() {
  return {gst_blip_features_new(), gst_blip_features_unref};
}

void count(gpointer counter) {
  ++*static_cast<std::atomic<int>*>(counter);
}

// What a listener of its address is told.
struct Listener {
  std::atomic<int> told{0}, released{0};
  GstBlipFeaturesState state = GST_BLIP_FEATURES_PENDING;

  void listen_to(GstBlipFeatures* features) {
    gst_blip_features_on_settled(
        features,
        [](GstBlipFeatures* settled, gpointer self) {
          auto* listener = static_cast<Listener*>(self);
          EXPECT_EQ(listener->released, 0);
          listener->state = gst_blip_features_get_state(settled);
          ++listener->told;
        },
        this, [](gpointer self) { ++static_cast<Listener*>(self)->released; });
  }
};

TEST(Features, ArePendingAndEmptyAtFirst) {
  const auto features = make_features();
  EXPECT_EQ(gst_blip_features_get_state(features.get()), GST_BLIP_FEATURES_PENDING);
  EXPECT_EQ(gst_blip_features_get_weights_id(features.get()), nullptr);
  EXPECT_EQ(gst_blip_features_get_tokens(features.get()), 0u);
  EXPECT_EQ(gst_blip_features_get_width(features.get()), 0u);
  EXPECT_EQ(gst_blip_features_get_payload(features.get()), nullptr);
}

TEST(Features, HoldWhatTheyWereCompletedWithUntilTheLastReferenceGoes) {
  std::atomic<int> freed{0};
  std::string id = "abc";
  {
    const auto features = make_features();
    gst_blip_features_complete(features.get(), id.c_str(), 577, 768, &freed, count);
    id = "changed";
    EXPECT_EQ(gst_blip_features_get_state(features.get()), GST_BLIP_FEATURES_READY);
    EXPECT_STREQ(gst_blip_features_get_weights_id(features.get()), "abc");
    EXPECT_EQ(gst_blip_features_get_tokens(features.get()), 577u);
    EXPECT_EQ(gst_blip_features_get_width(features.get()), 768u);
    EXPECT_EQ(gst_blip_features_get_payload(features.get()), &freed);
    gst_blip_features_unref(gst_blip_features_ref(features.get()));
    EXPECT_EQ(freed, 0);
  }
  EXPECT_EQ(freed, 1);
}

TEST(Features, OnlyTheFirstSettlingCounts) {
  std::atomic<int> first{0}, late{0};
  const auto completed = make_features();
  gst_blip_features_complete(completed.get(), "first", 1, 2, &first, count);
  gst_blip_features_complete(completed.get(), "late", 3, 4, &late, count);
  gst_blip_features_drop(completed.get());
  EXPECT_EQ(gst_blip_features_get_state(completed.get()), GST_BLIP_FEATURES_READY);
  EXPECT_STREQ(gst_blip_features_get_weights_id(completed.get()), "first");
  EXPECT_EQ(first, 0);
  EXPECT_EQ(late, 1) << "the payload that came too late is freed at once";

  const auto dropped = make_features();
  gst_blip_features_drop(dropped.get());
  gst_blip_features_complete(dropped.get(), "late", 3, 4, &late, count);
  EXPECT_EQ(gst_blip_features_get_state(dropped.get()), GST_BLIP_FEATURES_DROPPED);
  EXPECT_EQ(gst_blip_features_get_payload(dropped.get()), nullptr);
  EXPECT_EQ(late, 2);
}

TEST(Features, TellListenersOnceAndReleaseThemAfterwards) {
  for (const bool completes : {true, false}) {
    Listener before, after;
    const auto features = make_features();
    before.listen_to(features.get());
    EXPECT_EQ(before.told, 0);
    const auto settle = [&] {
      if (completes)
        gst_blip_features_complete(features.get(), "id", 1, 1, nullptr, nullptr);
      else
        gst_blip_features_drop(features.get());
    };
    settle();
    settle();
    after.listen_to(features.get());
    for (const Listener* listener : {&before, &after}) {
      EXPECT_EQ(listener->told, 1);
      EXPECT_EQ(listener->released, 1);
      EXPECT_EQ(listener->state, completes ? GST_BLIP_FEATURES_READY : GST_BLIP_FEATURES_DROPPED);
    }
  }
}

TEST(Features, ThatGoUnsettledReleaseTheirListenersUntold) {
  Listener listener;
  listener.listen_to(make_features().get());
  EXPECT_EQ(listener.told, 0);
  EXPECT_EQ(listener.released, 1);
}

TEST(Features, AListenerMayAskAndAddListeners) {
  static Listener inner;
  const auto features = make_features();
  gst_blip_features_on_settled(
      features.get(), [](GstBlipFeatures* settled, gpointer) { inner.listen_to(settled); }, nullptr, nullptr);
  gst_blip_features_drop(features.get());
  EXPECT_EQ(inner.told, 1);
}

TEST(Features, WaitingEndsWithTheTimeOrTheSettling) {
  const auto features = make_features();
  EXPECT_EQ(gst_blip_features_wait(features.get(), 0), GST_BLIP_FEATURES_PENDING);
  EXPECT_EQ(gst_blip_features_wait(features.get(), GST_MSECOND), GST_BLIP_FEATURES_PENDING);
  for (const GstClockTime timeout :
       {GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE - 1, GST_CLOCK_TIME_NONE / 4, GstClockTime{3600 * GST_SECOND}}) {
    const auto pending = make_features();
    std::thread settler([&] { gst_blip_features_drop(pending.get()); });
    EXPECT_EQ(gst_blip_features_wait(pending.get(), timeout), GST_BLIP_FEATURES_DROPPED);
    settler.join();
  }
}

TEST(Features, AreABoxedType) {
  EXPECT_TRUE(G_TYPE_IS_BOXED(GST_TYPE_BLIP_FEATURES));
  EXPECT_STREQ(g_type_name(GST_TYPE_BLIP_FEATURES), "GstBlipFeatures");
  std::atomic<int> freed{0};
  GValue value = G_VALUE_INIT;
  g_value_init(&value, GST_TYPE_BLIP_FEATURES);
  {
    const auto features = make_features();
    gst_blip_features_complete(features.get(), "id", 1, 1, &freed, count);
    g_value_set_boxed(&value, features.get());
    EXPECT_EQ(g_value_get_boxed(&value), features.get()) << "a copy is a reference";
  }
  EXPECT_EQ(freed, 0);
  g_value_unset(&value);
  EXPECT_EQ(freed, 1);
}

TEST(Features, ManyThreadsSettleListenAndLetGo) {
  constexpr int kThreads = 4, kRounds = 200;
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<int> freed{0};
    std::vector<Listener> listeners(kThreads);
    GstBlipFeatures* features = gst_blip_features_new();
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      gst_blip_features_ref(features);
      threads.emplace_back([&, i] {
        listeners[static_cast<std::size_t>(i)].listen_to(features);
        gst_blip_features_complete(features, std::to_string(i).c_str(), 1, 1, &freed, count);
        EXPECT_EQ(gst_blip_features_wait(features, GST_CLOCK_TIME_NONE), GST_BLIP_FEATURES_READY);
        EXPECT_EQ(std::string(gst_blip_features_get_weights_id(features)).size(), 1u);
        gst_blip_features_unref(features);
      });
    }
    gst_blip_features_unref(features);
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(freed, kThreads) << "one by the last reference, the others for being late";
    for (const Listener& listener : listeners) {
      EXPECT_EQ(listener.told, 1);
      EXPECT_EQ(listener.released, 1);
    }
  }
}

}  // namespace
}  // namespace blip::test
