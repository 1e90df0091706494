#include "pipelines/runner/message_line.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "pipelines/media_input/gst_owners.h"

namespace blip {
namespace {

nlohmann::json line_of(GstStructure* structure) {
  gst_init(nullptr, nullptr);
  const GstElementHandle element(GST_ELEMENT(gst_object_ref_sink(gst_bin_new("watcher"))));
  const GstMessageHandle message(gst_message_new_element(GST_OBJECT(element.get()), structure));
  const std::string line = message_line(message.get());
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  return nlohmann::json::parse(line);
}

TEST(MessageLine, TellsNameElementAndFields) {
  gst_init(nullptr, nullptr);
  const auto line = line_of(gst_structure_new(
      "blip-match", "query", G_TYPE_STRING, "a \"car\"\nx", "score", G_TYPE_DOUBLE, 0.5, "timestamp", G_TYPE_UINT64,
      guint64{3'000'000'000}, "duration", G_TYPE_UINT64, GST_CLOCK_TIME_NONE, "first", G_TYPE_BOOLEAN, TRUE, "count",
      G_TYPE_INT, -3, "nothing", G_TYPE_STRING, nullptr, "rate", GST_TYPE_FRACTION, 25, 1, nullptr));
  EXPECT_EQ(line, nlohmann::json::parse(R"({"message": "blip-match", "element": "watcher", "query": "a \"car\"\nx",
      "score": 0.5, "timestamp": 3000000000, "duration": null, "first": true, "count": -3, "nothing": null,
      "rate": "25/1"})"));
}

TEST(MessageLine, TellsListsOfStructures) {
  gst_init(nullptr, nullptr);
  GstStructure* inner = gst_structure_new("score", "query", G_TYPE_STRING, "a", nullptr);
  GValue item = G_VALUE_INIT, list = G_VALUE_INIT;
  g_value_init(&item, GST_TYPE_STRUCTURE);
  gst_value_set_structure(&item, inner);
  gst_structure_free(inner);
  gst_value_array_init(&list, 1);
  gst_value_array_append_and_take_value(&list, &item);
  GstStructure* outer = gst_structure_new_empty("m");
  gst_structure_take_value(outer, "scores", &list);
  EXPECT_EQ(line_of(outer).at("scores"), nlohmann::json::parse(R"([{"query": "a"}])"));
}

}  // namespace
}  // namespace blip
