#include "plugins/meta/gst_blip_features.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "plugins/meta/registration_lock.h"

namespace {

constexpr const char* kTypeName = "GstBlipFeatures";
constexpr GstClockTime kForEver = GST_CLOCK_TIME_NONE / 4;  // longer waits than this (146 years) have no end

struct Listener {
  GstBlipFeaturesSettled settled;
  gpointer user_data;
  GDestroyNotify destroy;

  void release() const {
    if (destroy != nullptr) destroy(user_data);
  }
};

}  // namespace

struct _GstBlipFeatures {
  std::atomic<int> references{1};
  // Once it is not PENDING, nothing below it but the lock changes any more.
  std::atomic<GstBlipFeaturesState> state{GST_BLIP_FEATURES_PENDING};
  std::string weights_id;
  guint tokens = 0, width = 0;
  gpointer payload = nullptr;
  GDestroyNotify destroy = nullptr;

  std::mutex mutex;
  std::condition_variable settled;
  std::vector<Listener> listeners;

  ~_GstBlipFeatures() {
    for (const Listener& listener : listeners) listener.release();
    if (destroy != nullptr) destroy(payload);
  }

  bool is(GstBlipFeaturesState wanted) const { return state.load(std::memory_order_acquire) == wanted; }

  // False when settled before. `fill` runs under the lock, the listeners without it.
  template <class Fill>
  bool settle(GstBlipFeaturesState to, Fill&& fill) {
    std::vector<Listener> told;
    {
      const std::lock_guard lock(mutex);
      if (!is(GST_BLIP_FEATURES_PENDING)) return false;
      std::forward<Fill>(fill)();
      state.store(to, std::memory_order_release);
      told.swap(listeners);
      settled.notify_all();
    }
    for (const Listener& listener : told) {
      listener.settled(this, listener.user_data);
      listener.release();
    }
    return true;
  }
};

GType gst_blip_features_get_type(void) {
  static const GType type = [] {
    const blip::RegistrationLock lock;
    const GType found = g_type_from_name(kTypeName);
    return found != 0 ? found
                      : g_boxed_type_register_static(kTypeName, reinterpret_cast<GBoxedCopyFunc>(gst_blip_features_ref),
                                                     reinterpret_cast<GBoxedFreeFunc>(gst_blip_features_unref));
  }();
  return type;
}

GstBlipFeatures* gst_blip_features_new(void) {
  return new GstBlipFeatures;
}

GstBlipFeatures* gst_blip_features_ref(GstBlipFeatures* features) {
  g_return_val_if_fail(features != nullptr, nullptr);
  features->references.fetch_add(1, std::memory_order_relaxed);
  return features;
}

void gst_blip_features_unref(GstBlipFeatures* features) {
  g_return_if_fail(features != nullptr);
  if (features->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete features;
}

void gst_blip_features_complete(GstBlipFeatures* features, const gchar* weights_id, guint tokens, guint width,
                                gpointer payload, GDestroyNotify destroy) {
  g_return_if_fail(features != nullptr && weights_id != nullptr);
  const bool first = features->settle(GST_BLIP_FEATURES_READY, [&] {
    features->weights_id = weights_id;
    features->tokens = tokens;
    features->width = width;
    features->payload = payload;
    features->destroy = destroy;
  });
  if (!first && destroy != nullptr) destroy(payload);
}

void gst_blip_features_drop(GstBlipFeatures* features) {
  g_return_if_fail(features != nullptr);
  features->settle(GST_BLIP_FEATURES_DROPPED, [] {});
}

GstBlipFeaturesState gst_blip_features_get_state(GstBlipFeatures* features) {
  g_return_val_if_fail(features != nullptr, GST_BLIP_FEATURES_DROPPED);
  return features->state.load(std::memory_order_acquire);
}

GstBlipFeaturesState gst_blip_features_wait(GstBlipFeatures* features, GstClockTime timeout) {
  g_return_val_if_fail(features != nullptr, GST_BLIP_FEATURES_DROPPED);
  const auto is_settled = [features] { return !features->is(GST_BLIP_FEATURES_PENDING); };
  std::unique_lock lock(features->mutex);
  if (timeout > kForEver) {
    features->settled.wait(lock, is_settled);
  } else {
    features->settled.wait_for(lock, std::chrono::nanoseconds(timeout), is_settled);
  }
  return gst_blip_features_get_state(features);
}

const gchar* gst_blip_features_get_weights_id(GstBlipFeatures* features) {
  g_return_val_if_fail(features != nullptr, nullptr);
  return features->is(GST_BLIP_FEATURES_READY) ? features->weights_id.c_str() : nullptr;
}

guint gst_blip_features_get_tokens(GstBlipFeatures* features) {
  g_return_val_if_fail(features != nullptr, 0);
  return features->is(GST_BLIP_FEATURES_READY) ? features->tokens : 0;
}

guint gst_blip_features_get_width(GstBlipFeatures* features) {
  g_return_val_if_fail(features != nullptr, 0);
  return features->is(GST_BLIP_FEATURES_READY) ? features->width : 0;
}

gpointer gst_blip_features_get_payload(GstBlipFeatures* features) {
  g_return_val_if_fail(features != nullptr, nullptr);
  return features->is(GST_BLIP_FEATURES_READY) ? features->payload : nullptr;
}

void gst_blip_features_on_settled(GstBlipFeatures* features, GstBlipFeaturesSettled settled, gpointer user_data,
                                  GDestroyNotify destroy) {
  g_return_if_fail(features != nullptr && settled != nullptr);
  const Listener listener{settled, user_data, destroy};
  {
    const std::lock_guard lock(features->mutex);
    if (features->is(GST_BLIP_FEATURES_PENDING)) {
      features->listeners.push_back(listener);
      return;
    }
  }
  settled(features, user_data);
  listener.release();
}
