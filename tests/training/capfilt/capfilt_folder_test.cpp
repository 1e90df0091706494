#include "training/capfilt/capfilt_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::HasSubstr;

const nlohmann::ordered_json kSettings{{"program", "p"}, {"units", 2}, {"threshold", 0.5}};

UnitSummary some_summary() {
  UnitSummary summary{"in/000000.tar", {}};
  summary.counts.add(failed_outcome("f", {kBrokenPicture, ""}));
  return summary;
}

void make_unit(const CapFiltFolder& folder, std::int64_t unit, const std::string& content, bool with_shard) {
  std::filesystem::create_directories(folder.work(unit) / "shards");
  std::ofstream(folder.work(unit) / "pairs.jsonl") << content;
  if (with_shard) std::ofstream(folder.work(unit) / "shards/000000.tar") << content;
}

TEST(CapFiltFolder, AUnitIsFinishedWhenItIsPublished) {
  const test::TempDir dir;
  {
    const CapFiltFolder folder = CapFiltFolder::open(dir / "out", kSettings);
    EXPECT_EQ(folder.units(), 2);
    EXPECT_FALSE(folder.summary(1));
    make_unit(folder, 1, "one", true);
    folder.publish(1, some_summary());
    EXPECT_EQ(folder.summary(1).value().name, "in/000000.tar");
    EXPECT_EQ(test::read_file(dir / "out/shards/000001.tar"), "one");
    EXPECT_EQ(test::read_file(dir / "out/pairs/000001.jsonl"), "one");
    EXPECT_FALSE(std::filesystem::exists(folder.work(1)));
    make_unit(folder, 1, "two", false);
    folder.publish(1, some_summary());
    EXPECT_FALSE(std::filesystem::exists(dir / "out/shards/000001.tar")) << "nothing is kept any more";
  }
  EXPECT_TRUE(CapFiltFolder::open(dir / "out", kSettings).summary(1)) << "goes on";
  EXPECT_TRUE(CapFiltFolder::read(dir / "out").summary(1));
}

TEST(CapFiltFolder, WhatAKilledProcessLeftInWorkGoes) {
  const test::TempDir dir;
  make_unit(CapFiltFolder::open(dir / "out", kSettings), 0, "half", true);
  const CapFiltFolder folder = CapFiltFolder::open(dir / "out", kSettings);
  EXPECT_FALSE(std::filesystem::exists(folder.work(0)));
  EXPECT_FALSE(folder.summary(0));
}

TEST(CapFiltFolder, BelongsToOneRunAndOneProcess) {
  const test::TempDir dir;
  {
    const CapFiltFolder folder = CapFiltFolder::open(dir / "out", kSettings);
    EXPECT_THAT(error_of([&] { CapFiltFolder::open(dir / "out", kSettings); }), HasSubstr("another process"));
  }
  auto other = kSettings;
  other["threshold"] = 0.4;
  EXPECT_THAT(error_of([&] { CapFiltFolder::open(dir / "out", other); }),
              AllOf(HasSubstr("threshold is 0.5 there and 0.4 now")));
  other = kSettings;
  other.erase("threshold");
  EXPECT_THAT(error_of([&] { CapFiltFolder::open(dir / "out", other); }), HasSubstr("threshold"));
  std::filesystem::create_directories(dir / "mine");
  std::ofstream(dir / "mine/thesis.txt") << "x";
  EXPECT_THAT(error_of([&] { CapFiltFolder::open(dir / "mine", kSettings); }), HasSubstr("no run of capfilt"));
  EXPECT_THAT(error_of([&] { CapFiltFolder::read(dir / "mine"); }), HasSubstr("run.json"));
}

TEST(CapFiltFolder, ADamagedSummaryIsNamed) {
  const test::TempDir dir;
  const CapFiltFolder folder = CapFiltFolder::open(dir / "out", kSettings);
  for (const char* content : {"", "{", "{}", "{\"unit\": \"u\", \"counts\": {}}"}) {
    std::ofstream(folder.summary_file(0)) << content;
    EXPECT_THAT(error_of([&] { folder.summary(0); }), HasSubstr("000000.json")) << content;
  }
}

}  // namespace
}  // namespace blip
