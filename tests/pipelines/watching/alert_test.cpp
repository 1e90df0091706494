#include "pipelines/watching/alert.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace blip {
namespace {

Alert example() {
  Alert alert;
  alert.number = 7;
  alert.query.text = "a \"red\" car";
  alert.source = "talk.mp4";
  alert.start = 3'000'400'000;
  alert.end = 6'500'000'000;
  alert.probability = 0.93456;
  return alert;
}

TEST(Alert, IsOneJsonObjectALine) {
  Alert alert = example();
  EXPECT_EQ(alert_json(alert),
            R"({"event":"start","alert":7,"query":"a \"red\" car","source":"talk.mp4","start":3.0,"end":null,)"
            R"("probability":0.9346,"similarity":null,"clip":null,"thumbnail":null})");
  alert.event = Alert::Event::kEnd;
  alert.query.id = 4;
  alert.similarity = 0.41;
  alert.date = 1'700'000'000'250'000'000;
  alert.clip = "c.mp4";
  const auto json = nlohmann::json::parse(alert_json(alert));
  EXPECT_EQ(json.at("end"), 6.5);
  EXPECT_EQ(json.at("query_id"), 4);
  EXPECT_EQ(json.at("similarity"), 0.41);
  EXPECT_EQ(json.at("date"), "2023-11-14T22:13:20.250Z");
  EXPECT_EQ(json.at("clip"), "c.mp4");
}

TEST(Alert, StaysJsonWhateverTheNamesHold) {
  Alert alert = example();
  alert.source = "caf\xe9\n.mp4";
  const std::string json = alert_json(alert);
  EXPECT_EQ(json.find('\n'), std::string::npos);
  EXPECT_TRUE(nlohmann::json::accept(json));
}

TEST(Alert, IsALineForPeople) {
  Alert alert = example();
  alert.query.text = "a red car";
  EXPECT_EQ(alert_text(alert), "00:00:03.000 begins            a red car  (0.93)");
  alert.event = Alert::Event::kEnd;
  alert.clip = "clips/x.mp4";
  EXPECT_EQ(alert_text(alert), "00:00:03.000 --> 00:00:06.500  a red car  (best 0.93)  clips/x.mp4");
}

}  // namespace
}  // namespace blip
