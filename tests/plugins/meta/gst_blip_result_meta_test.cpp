#include "plugins/meta/gst_blip_result_meta.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace blip::test {
namespace {

struct BufferUnref {
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
};
using OwnedBuffer = std::unique_ptr<GstBuffer, BufferUnref>;

OwnedBuffer new_buffer() {
  return OwnedBuffer(gst_buffer_new_allocate(nullptr, 64, nullptr));
}

GstStructure* text_result(const char* text) {
  return gst_structure_new(GST_BLIP_TEXT_META, "text", G_TYPE_STRING, text, "timestamp", G_TYPE_UINT64,
                           guint64{5'000'000'000}, "score", G_TYPE_DOUBLE, -0.5, nullptr);
}

std::string text_on(GstBuffer* buffer) {
  const GstStructure* result = gst_blip_buffer_get_result(buffer, GST_BLIP_TEXT_META);
  return result == nullptr ? "none" : gst_structure_get_string(result, "text");
}

TEST(ResultMeta, IsFoundByTheCustomMetaFunctionsOfEveryLanguage) {
  const OwnedBuffer buffer = new_buffer();
  gst_blip_buffer_set_result(buffer.get(), text_result("a dog"));
  GstCustomMeta* meta = gst_buffer_get_custom_meta(buffer.get(), "blip-text");
  ASSERT_NE(meta, nullptr);
  const GstStructure* structure = gst_custom_meta_get_structure(meta);
  EXPECT_STREQ(gst_structure_get_name(structure), "blip-text");
  EXPECT_STREQ(gst_structure_get_string(structure, "text"), "a dog");
  guint64 timestamp = 0;
  EXPECT_TRUE(gst_structure_get_uint64(structure, "timestamp", &timestamp));
  EXPECT_EQ(timestamp, 5'000'000'000u);
}

TEST(ResultMeta, TakesThePlaceOfAnEarlierOneOfItsName) {
  const OwnedBuffer buffer = new_buffer();
  gst_blip_buffer_set_result(buffer.get(), text_result("a dog"));
  gst_blip_buffer_set_result(buffer.get(), gst_structure_new_empty(GST_BLIP_ITM_META));
  gst_blip_buffer_set_result(buffer.get(), text_result("a cat"));
  EXPECT_EQ(text_on(buffer.get()), "a cat");
  int metas = 0;
  gst_buffer_foreach_meta(
      buffer.get(),
      [](GstBuffer*, GstMeta**, gpointer count) -> gboolean {
        ++*static_cast<int*>(count);
        return TRUE;
      },
      &metas);
  EXPECT_EQ(metas, 2);
}

TEST(ResultMeta, IsNotThereUnlessSet) {
  const OwnedBuffer buffer = new_buffer();
  for (const char* name : {GST_BLIP_ITC_META, GST_BLIP_ITM_META, GST_BLIP_TEXT_META})
    EXPECT_EQ(gst_blip_buffer_get_result(buffer.get(), name), nullptr);
}

TEST(ResultMeta, CopiesAreIndependent) {
  const OwnedBuffer original = new_buffer();
  gst_blip_buffer_set_result(original.get(), text_result("a dog"));
  const OwnedBuffer shallow(gst_buffer_copy(original.get())), deep(gst_buffer_copy_deep(original.get()));
  gst_blip_buffer_set_result(original.get(), text_result("a cat"));
  EXPECT_EQ(text_on(shallow.get()), "a dog");
  EXPECT_EQ(text_on(deep.get()), "a dog");
}

TEST(ResultMeta, AnEmbeddingIsShared) {
  const float values[] = {0.5F, -0.5F};
  GBytes* embedding = g_bytes_new(values, sizeof values);
  const OwnedBuffer original = new_buffer();
  gst_blip_buffer_set_result(original.get(),
                             gst_structure_new(GST_BLIP_ITC_META, "embedding", G_TYPE_BYTES, embedding, nullptr));
  const OwnedBuffer copy(gst_buffer_copy(original.get()));
  const GValue* value = gst_structure_get_value(gst_blip_buffer_get_result(copy.get(), GST_BLIP_ITC_META), "embedding");
  EXPECT_EQ(g_value_get_boxed(value), embedding);
  g_bytes_unref(embedding);
}

TEST(ResultMeta, RegisteringAgainIsHarmless) {
  gst_blip_register_result_metas();
  const GstMetaInfo* first = gst_meta_get_info(GST_BLIP_TEXT_META);
  gst_blip_register_result_metas();
  EXPECT_NE(first, nullptr);
  EXPECT_EQ(gst_meta_get_info(GST_BLIP_TEXT_META), first);
  EXPECT_TRUE(gst_meta_info_is_custom(first));
}

}  // namespace
}  // namespace blip::test
