#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/generate/clip.h"
#include "plugins/meta/gst_blip_features.h"

namespace blip {

// A query and how similar the frame is to it.
struct QueryScore {
  std::string query;
  double score = 0;  // cosine
  bool negative = false;
};

// The payload of GstBlipFeatures: what an encoder made of one frame.
struct FrameFeatures {
  std::shared_ptr<const ImageFeatures> image;
  std::vector<float> embedding;    // ITC, rows of unit length; empty when the checkpoint has none
  std::vector<QueryScore> scores;  // of the encoder's queries
  bool of_similar = false;         // all of it was made of an earlier frame that looks nearly the same
};
using FrameFeaturesPtr = std::shared_ptr<const FrameFeatures>;

// A reference to GstBlipFeatures.
class FeaturesHandle {
 public:
  FeaturesHandle() = default;
  static FeaturesHandle make() { return FeaturesHandle(gst_blip_features_new()); }
  static FeaturesHandle share(GstBlipFeatures* features) { return FeaturesHandle(gst_blip_features_ref(features)); }

  GstBlipFeatures* get() const { return features_.get(); }
  explicit operator bool() const { return features_ != nullptr; }
  GstBlipFeaturesState state() const { return gst_blip_features_get_state(get()); }
  std::string weights_id() const {
    const gchar* id = gst_blip_features_get_weights_id(get());
    return id == nullptr ? "" : id;
  }
  // Null unless ready.
  FrameFeaturesPtr content() const {
    const auto* kept = static_cast<const FrameFeaturesPtr*>(gst_blip_features_get_payload(get()));
    return kept == nullptr ? nullptr : *kept;
  }
  void complete(const std::string& weights_id, guint tokens, guint width, FrameFeaturesPtr content) const {
    gst_blip_features_complete(get(), weights_id.c_str(), tokens, width, new FrameFeaturesPtr(std::move(content)),
                               [](gpointer kept) { delete static_cast<FrameFeaturesPtr*>(kept); });
  }
  void drop() const { gst_blip_features_drop(get()); }

 private:
  struct Unref {
    void operator()(GstBlipFeatures* features) const noexcept { gst_blip_features_unref(features); }
  };
  explicit FeaturesHandle(GstBlipFeatures* features) : features_(features, Unref()) {}

  std::shared_ptr<GstBlipFeatures> features_;
};

// The encoder's duty to settle the features of a frame it has sampled: whatever becomes of the frame, those who wait
// for them learn of it.
class FeaturesPromise {
 public:
  FeaturesPromise() = default;
  explicit FeaturesPromise(FeaturesHandle handle) : handle_(std::move(handle)) {}
  FeaturesPromise(FeaturesPromise&&) noexcept = default;
  FeaturesPromise& operator=(FeaturesPromise&& other) noexcept {
    if (handle_) handle_.drop();
    handle_ = std::exchange(other.handle_, FeaturesHandle());
    return *this;
  }
  FeaturesPromise(const FeaturesPromise&) = delete;
  FeaturesPromise& operator=(const FeaturesPromise&) = delete;
  ~FeaturesPromise() {
    if (handle_) handle_.drop();
  }

  const FeaturesHandle& handle() const { return handle_; }

 private:
  FeaturesHandle handle_;
};

}  // namespace blip
