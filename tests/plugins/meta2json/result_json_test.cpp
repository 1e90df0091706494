#include "plugins/meta2json/result_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/plugins/meta2json/results.h"

namespace blip::test {
namespace {

TEST(ResultJson, IsARecordOnALine) {
  EXPECT_EQ(result_json(text_result("a red circle", 3 * GST_SECOND / 2).get(), {}),
            "{\"source\": \"cam\", \"start\": 1.500, \"end\": 2.500, \"kind\": \"text\", \"timestamp\": 1.500, "
            "\"running-time\": 1.500, \"text\": \"a red circle\", \"score\": -0.5}\n");
}

TEST(ResultJson, WritesStructuresInArraysAsObjectsInAList) {
  const auto result = text_result("x", 0);
  gst_structure_set_name(result.get(), "blip-itm");
  set_scores(result.get(), {gst_structure_new("scores", "query", G_TYPE_STRING, "a dog", "probability", G_TYPE_DOUBLE,
                                              0.75, "matched", G_TYPE_BOOLEAN, TRUE, nullptr),
                            gst_structure_new("scores", "query", G_TYPE_STRING, "a cat", "probability", G_TYPE_DOUBLE,
                                              0.25, "matched", G_TYPE_BOOLEAN, FALSE, nullptr)});
  const auto record = nlohmann::json::parse(result_json(result.get(), {}));
  EXPECT_EQ(record["kind"], "itm");
  EXPECT_EQ(record["scores"], nlohmann::json::parse(R"([{"query": "a dog", "probability": 0.75, "matched": true},
                                                        {"query": "a cat", "probability": 0.25, "matched": false}])"));
}

TEST(ResultJson, KeepsFieldsOfInnerStructuresWhateverTheirNames) {
  const auto result = text_result("x", 0);
  set_scores(result.get(), {gst_structure_new("scores", "source", G_TYPE_STRING, "inner", "duration", G_TYPE_UINT64,
                                              guint64{5}, nullptr)});
  const auto record = nlohmann::json::parse(result_json(result.get(), {}));
  EXPECT_EQ(record["scores"], nlohmann::json::parse(R"([{"source": "inner", "duration": 5}])"));
}

TEST(ResultJson, WritesEmbeddingsOnDemandOnly) {
  const auto result = text_result("x", 0);
  set_embedding(result.get(), {0.1F, -1, 0, 1e-30F});
  EXPECT_FALSE(nlohmann::json::parse(result_json(result.get(), {})).contains("embedding"));
  const std::string with = result_json(result.get(), {.source = "", .embeddings = true});
  EXPECT_NE(with.find("\"embedding\": [0.1, -1, 0, 1e-30]"), std::string::npos) << with;
}

TEST(ResultJson, FloatsComeBackAsTheyWere) {
  const std::vector<float> values{1.0F / 3, std::nextafter(1.0F, 2.0F), std::numeric_limits<float>::max(),
                                  std::numeric_limits<float>::denorm_min()};
  const auto result = text_result("x", 0);
  set_embedding(result.get(), values);
  const auto record = nlohmann::json::parse(result_json(result.get(), {.source = "", .embeddings = true}));
  EXPECT_EQ(record["embedding"].get<std::vector<float>>(), values);
}

TEST(ResultJson, UnknownTimesAndWhatIsNoNumberAreNull) {
  const auto result = text_result("x", GST_CLOCK_TIME_NONE);
  gst_structure_set(result.get(), "score", G_TYPE_DOUBLE, std::nan(""), "age", G_TYPE_UINT64, GST_CLOCK_TIME_NONE,
                    nullptr);
  set_embedding(result.get(), {std::numeric_limits<float>::infinity()});
  const auto record = nlohmann::json::parse(result_json(result.get(), {.source = "", .embeddings = true}));
  for (const char* field : {"start", "end", "timestamp", "running-time", "score", "age"})
    EXPECT_TRUE(record.at(field).is_null()) << field;
  EXPECT_TRUE(record.at("embedding").at(0).is_null());
}

TEST(ResultJson, AnUnknownDurationLeavesTheEndOpen) {
  const auto result = text_result("x", GST_SECOND);
  gst_structure_set(result.get(), "duration", G_TYPE_UINT64, GST_CLOCK_TIME_NONE, nullptr);
  const auto record = nlohmann::json::parse(result_json(result.get(), {}));
  EXPECT_EQ(record["start"], 1.0);
  EXPECT_TRUE(record["end"].is_null());
}

TEST(ResultJson, AgeIsInSeconds) {
  const auto result = text_result("x", 0);
  gst_structure_set(result.get(), "age", G_TYPE_UINT64, guint64{250 * GST_MSECOND}, nullptr);
  EXPECT_NE(result_json(result.get(), {}).find("\"age\": 0.250"), std::string::npos);
}

TEST(ResultJson, TheLabelGivenTakesThePlaceOfTheSource) {
  const auto record =
      nlohmann::json::parse(result_json(text_result("x", 0).get(), {.source = "gate", .embeddings = false}));
  EXPECT_EQ(record["source"], "gate");
}

TEST(ResultJson, WhateverTheTextTheRecordIsValidAndOnOneLine) {
  for (const std::string text : {"quote \" and \\ backslash", "two\nlines\r\n\ttab", "not utf8: \xff\xc3(", "\x01\x1f",
                                 "emoji \xf0\x9f\x90\xb6", "--> arrow", ""}) {
    const std::string line = result_json(text_result(text, 0, text).get(), {});
    EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
    const auto record = nlohmann::json::parse(line);
    if (g_utf8_validate(text.c_str(), -1, nullptr)) {
      EXPECT_EQ(record["text"], text);
      EXPECT_EQ(record["source"], text);
    }
  }
}

TEST(ResultJson, NullTextsAreNull) {
  const auto result = text_result("x", 0);
  gst_structure_set(result.get(), "text", G_TYPE_STRING, nullptr, "source", G_TYPE_STRING, nullptr, nullptr);
  const auto record = nlohmann::json::parse(result_json(result.get(), {}));
  EXPECT_TRUE(record["text"].is_null());
  EXPECT_TRUE(record["source"].is_null());
}

TEST(ResultJson, WritesFieldsOfEveryPlainType) {
  const StructurePtr result(gst_structure_new("blip-text", "a", G_TYPE_INT, -1, "b", G_TYPE_UINT, 4'000'000'000U, "c",
                                              G_TYPE_INT64, G_MININT64, "d", G_TYPE_UINT64, G_MAXUINT64, "e",
                                              G_TYPE_BOOLEAN, FALSE, "f", GST_TYPE_FRACTION, 25, 2, nullptr));
  const auto record = nlohmann::json::parse(result_json(result.get(), {}));
  EXPECT_EQ(record["a"], -1);
  EXPECT_EQ(record["b"], 4'000'000'000U);
  EXPECT_EQ(record["c"], G_MININT64);
  EXPECT_EQ(record["d"], G_MAXUINT64);
  EXPECT_EQ(record["e"], false);
  EXPECT_EQ(record["f"], "25/2");
}

}  // namespace
}  // namespace blip::test
