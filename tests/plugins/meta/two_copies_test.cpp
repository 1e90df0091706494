// The library twice in one process: linked here, and inside a module that hides its own, as the plug-in does.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "plugins/meta/gst_blip_result_meta.h"
#include "plugins/meta/gst_blip_vision_meta.h"
#include "tests/plugins/meta/meta_copy.h"

namespace blip::test {
namespace {

class TwoCopies : public ::testing::Test {
 protected:
  void SetUp() override {
    void* module = ::dlopen(BLIP_META_COPY, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    ASSERT_NE(module, nullptr) << ::dlerror();
    const auto function = reinterpret_cast<MetaCopyFunction>(::dlsym(module, kMetaCopyName));
    ASSERT_NE(function, nullptr);
    copy_ = function();
    ASSERT_NE(reinterpret_cast<gpointer>(copy_->new_features), reinterpret_cast<gpointer>(gst_blip_features_new))
        << "not a copy of its own";
  }

  void expect_one_set_of_types() const {
    EXPECT_NE(GST_TYPE_BLIP_FEATURES, G_TYPE_INVALID);
    EXPECT_EQ(copy_->features_type(), GST_TYPE_BLIP_FEATURES);
    ASSERT_NE(gst_blip_vision_meta_get_info(), nullptr);
    EXPECT_EQ(copy_->vision_info(), gst_blip_vision_meta_get_info());
  }

  const MetaCopy* copy_ = nullptr;
};

// CTest gives each test a process of its own, so the order of registration is each time what the name says.
TEST_F(TwoCopies, TheModuleMayRegisterFirst) {
  copy_->features_type();
  copy_->vision_info();
  copy_->register_results();
  gst_blip_register_result_metas();
  expect_one_set_of_types();
}

TEST_F(TwoCopies, TheLibraryMayRegisterFirst) {
  gst_blip_features_get_type();
  gst_blip_vision_meta_get_info();
  gst_blip_register_result_metas();
  copy_->register_results();
  expect_one_set_of_types();
}

TEST_F(TwoCopies, BothMayRegisterAtOnce) {
  const auto all_of_copy = [this] {
    copy_->register_results();
    copy_->vision_info();
    copy_->features_type();
  };
  const auto all_of_library = [] {
    gst_blip_register_result_metas();
    gst_blip_vision_meta_get_info();
    gst_blip_features_get_type();
  };
  std::thread one(all_of_copy), other(all_of_library);
  one.join();
  other.join();
  expect_one_set_of_types();
}

TEST_F(TwoCopies, WhatOnePutsTheOtherFinds) {
  GstBuffer* buffer = gst_buffer_new();
  GstBlipFeatures* features = copy_->new_features();
  copy_->put(buffer, features, "a dog");
  const GstBlipVisionMeta* meta = gst_buffer_get_blip_vision_meta(buffer);
  ASSERT_NE(meta, nullptr);
  EXPECT_EQ(meta->features, features);
  const GstStructure* text = gst_blip_buffer_get_result(buffer, GST_BLIP_TEXT_META);
  ASSERT_NE(text, nullptr);
  EXPECT_STREQ(gst_structure_get_string(text, "text"), "a dog");
  gst_blip_features_unref(features);

  GstBuffer* second = gst_buffer_copy(buffer);
  features = gst_blip_features_new();
  gst_buffer_add_blip_vision_meta(second, features);
  gst_blip_buffer_set_result(second, gst_structure_new(GST_BLIP_TEXT_META, "text", G_TYPE_STRING, "a cat", nullptr));
  EXPECT_EQ(copy_->features_on(second), features);
  EXPECT_STREQ(copy_->text_on(second), "a cat");
  gst_blip_features_unref(features);
  gst_buffer_unref(second);
  gst_buffer_unref(buffer);
}

TEST_F(TwoCopies, WhatOneSettlesTheOtherWaitsFor) {
  GstBlipFeatures* features = gst_blip_features_new();
  std::thread settler([&] { copy_->complete(features); });
  EXPECT_EQ(gst_blip_features_wait(features, GST_CLOCK_TIME_NONE), GST_BLIP_FEATURES_READY);
  settler.join();
  EXPECT_STREQ(gst_blip_features_get_weights_id(features), "copy");
  gst_blip_features_unref(features);
}

}  // namespace
}  // namespace blip::test
