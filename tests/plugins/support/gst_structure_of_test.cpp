#include "plugins/support/gst_structure_of.h"

#include <gtest/gtest.h>

#include "plugins/support/gst_handles.h"

namespace blip {
namespace {

TEST(StructureOf, HasTimesSourceAndFields) {
  const FrameTimes times{1, 2, 3, 4};
  const StructurePtr structure(
      structure_of("blip-text", times, "door \xff",
                   {{"text", std::string("a dog")}, {"confidence", 0.5}, {"count", std::int64_t{7}}, {"sure", true}}));
  EXPECT_STREQ(gst_structure_get_name(structure.get()), "blip-text");
  for (const auto& [name, expected] :
       {std::pair<const char*, guint64>{"timestamp", 1}, {"stream-time", 2}, {"running-time", 3}, {"duration", 4}}) {
    guint64 value = 0;
    EXPECT_TRUE(gst_structure_get_uint64(structure.get(), name, &value)) << name;
    EXPECT_EQ(value, expected) << name;
  }
  EXPECT_STREQ(gst_structure_get_string(structure.get(), "source"), "door \xef\xbf\xbd");
  EXPECT_STREQ(gst_structure_get_string(structure.get(), "text"), "a dog");
  gboolean sure = FALSE;
  EXPECT_TRUE(gst_structure_get_boolean(structure.get(), "sure", &sure));
  EXPECT_TRUE(sure);
}

TEST(StructureOf, RecordsAreAnArrayOfStructuresAndEmbeddingsBytes) {
  const StructurePtr structure(
      structure_of("blip-itc", {}, "s",
                   {{"scores", std::vector<Record>{{{"query", std::string("red")}}, {{"query", std::string("blue")}}}},
                    {"embedding", std::vector<float>{0.25F, -1.F}},
                    {"token_ids", std::vector<std::int64_t>{1, 2}}}));
  const GValue* scores = gst_structure_get_value(structure.get(), "scores");
  ASSERT_TRUE(GST_VALUE_HOLDS_ARRAY(scores));
  ASSERT_EQ(gst_value_array_get_size(scores), 2u);
  const GstStructure* second = gst_value_get_structure(gst_value_array_get_value(scores, 1));
  EXPECT_STREQ(gst_structure_get_string(second, "query"), "blue");
  const GValue* embedding = gst_structure_get_value(structure.get(), "embedding");
  auto* bytes = static_cast<GBytes*>(g_value_get_boxed(embedding));
  gsize size = 0;
  const auto* numbers = static_cast<const float*>(g_bytes_get_data(bytes, &size));
  ASSERT_EQ(size, 2 * sizeof(float));
  EXPECT_EQ(numbers[1], -1.F);
  EXPECT_FALSE(gst_structure_has_field(structure.get(), "token_ids"));
}

}  // namespace
}  // namespace blip
