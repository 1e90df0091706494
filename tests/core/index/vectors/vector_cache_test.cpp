#include "core/index/vectors/vector_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/core/index/vectors/row_list.h"
#include "tests/core/index/vectors/vector_files.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t kSize = 40;

class VectorCaches : public testing::Test {
 protected:
  void add(std::int64_t count, VideoId videos = 5) {
    for (std::int64_t i = 0; i < count; ++i) list_.add(test::random_row(random_, ++last_, videos, kSize));
  }
  std::string searched(const VectorCache& cache, std::size_t count = 40, const RowFilter& filter = {}) {
    return test::text_of(cache.search(std::span(&query_, 1), count, filter, 1).front());
  }
  std::string expected(std::size_t count = 40, const RowFilter& filter = {}) {
    return test::text_of(test::expected_hits(list_.answering(), query_, count, filter));
  }
  std::int64_t bytes() const { return static_cast<std::int64_t>(fs::file_size(file_)); }

  std::mt19937_64 random_{1};
  const std::vector<float> query_ = test::random_query(random_, kSize);
  SegmentId last_ = 0;
  test::RowList list_{kSize};
  const test::TempDir folder_;
  const fs::path file_ = folder_ / "index.db.vectors";
};

TEST_F(VectorCaches, AnIndexWithoutModelsIsEmpty) {
  list_.resize(0);
  VectorCache cache(file_);
  cache.refresh(list_);
  EXPECT_EQ(cache.embedding_size(), 0);
  EXPECT_EQ(cache.state().rows, 0);
  EXPECT_EQ(searched(cache), "");
  EXPECT_FALSE(fs::exists(file_));
  list_.resize(kSize);
  add(3);
  cache.refresh(list_);
  EXPECT_EQ(searched(cache), expected());
}

TEST_F(VectorCaches, TheFileIsMadeOnceAndThenFollowed) {
  add(3000);
  {
    VectorCache cache(file_);
    cache.refresh(list_);
    EXPECT_TRUE(cache.state().rebuilt);
    EXPECT_EQ(cache.state().warning, "");
    EXPECT_EQ(cache.state().cached, 3000);
    EXPECT_EQ(searched(cache), expected());
  }
  list_.visited = 0;
  add(10);
  list_.remove(7);
  list_.remove(3005);
  VectorCache cache(file_);
  cache.refresh(list_);
  EXPECT_EQ(list_.visited, 9) << "only what came since is read from the index";
  EXPECT_FALSE(cache.state().rebuilt);
  EXPECT_EQ(cache.state().cached, 3000);
  EXPECT_EQ(cache.state().rows, 3008);
  EXPECT_EQ(searched(cache), expected());
  list_.visited = 0;
  cache.refresh(list_);
  EXPECT_EQ(list_.visited, 0);
}

TEST_F(VectorCaches, WritesItAnewWhenMuchIsNewOrGone) {
  add(3000);
  VectorCache cache(file_);
  cache.refresh(list_);
  add(2000);
  list_.visited = 0;
  cache.refresh(list_);
  EXPECT_TRUE(cache.state().rebuilt);
  EXPECT_EQ(cache.state().cached, 5000);
  EXPECT_EQ(list_.visited, 2000) << "the others come from the old file";
  for (SegmentId segment = 1; segment <= 2000; ++segment) list_.remove(segment);
  cache.refresh(list_);
  EXPECT_TRUE(cache.state().rebuilt);
  EXPECT_EQ(cache.state().cached, 3000);
  EXPECT_EQ(searched(cache), expected());
}

TEST_F(VectorCaches, AGenerationThatBeginsToAnswerLaterIsFound) {
  add(1500);
  std::vector<test::Row> hidden;
  for (int i = 0; i < 20; ++i) hidden.push_back(test::random_row(random_, ++last_, 5, kSize));
  add(100);
  VectorCache cache(file_);
  cache.refresh(list_);
  for (SegmentId segment = 1; segment <= 20; ++segment) list_.remove(segment);
  for (const test::Row& row : hidden) list_.add(row);
  cache.refresh(list_);
  EXPECT_EQ(cache.state().rows, 1600);
  EXPECT_EQ(searched(cache, 5000), expected(5000));
}

TEST_F(VectorCaches, WhateverHappensItIsAsIfMadeFromNothing) {
  auto cache = std::make_unique<VectorCache>(file_);
  std::vector<test::Row> hidden;
  int rebuilt = 0, followed = 0;
  for (int round = 0; round < 90; ++round) {
    switch (random_() % 8) {
      case 0:
        add(static_cast<std::int64_t>(random_() % 1500));
        break;
      case 1:
        for (int i = 0; i < 30; ++i) hidden.push_back(test::random_row(random_, ++last_, 5, kSize));
        break;
      case 2:
        for (const test::Row& row : hidden) list_.add(row);
        hidden.clear();
        break;
      case 3:
        for (int i = 0; i < 300; ++i) list_.remove(1 + static_cast<SegmentId>(random_() % 20000));
        break;
      case 4:
        if (random_() % 4 == 0) list_.restart();
        break;
      case 5:
        cache = std::make_unique<VectorCache>(file_);
        break;
      case 6:
        for (const test::Row& row : list_.answering()) {
          if (row.video == 3 && random_() % 2 == 0) list_.remove(row.segment);
        }
        break;
      default:
        add(20);
    }
    cache->refresh(list_);
    cache->state().rebuilt ? ++rebuilt : ++followed;
    ASSERT_EQ(cache->state().warning, "");
    ASSERT_EQ(cache->state().rows, std::ssize(list_.answering())) << "round " << round;
    const RowFilter filter = test::random_filter(random_, 5);
    ASSERT_EQ(searched(*cache, 60, filter), expected(60, filter)) << "round " << round;
  }
  EXPECT_GT(rebuilt, 5);
  EXPECT_GT(followed, 30);
}

TEST_F(VectorCaches, TheFileOfAnotherIndexIsMadeAnew) {
  add(2000);
  VectorCache(file_).refresh(list_);
  list_.restart();
  list_.remove(1);
  add(1);
  VectorCache cache(file_);
  cache.refresh(list_);
  EXPECT_TRUE(cache.state().rebuilt);
  EXPECT_EQ(searched(cache), expected());
}

TEST_F(VectorCaches, TheFileOfAnotherSizeIsMadeAnewWithAWarning) {
  add(2000);
  test::write_rows(file_, {}, 100, list_.place());
  VectorCache cache(file_);
  cache.refresh(list_);
  EXPECT_EQ(cache.state().warning,
            "'" + file_.string() + "' has embeddings of 100 numbers, expected 40; it is made anew");
  EXPECT_EQ(searched(cache), expected());
}

TEST_F(VectorCaches, DamageOfAnyKindIsMadeAnewWithAWarning) {
  add(3000);
  VectorCache(file_).refresh(list_);
  const std::int64_t size = bytes();
  const std::vector<std::pair<std::string, std::function<void()>>> damages = {
      {"empty", [&] { fs::resize_file(file_, 0); }},
      {"truncated", [&] { fs::resize_file(file_, static_cast<std::uintmax_t>(size / 2)); }},
      {"grown", [&] { fs::resize_file(file_, static_cast<std::uintmax_t>(size + 1)); }},
      {"foreign", [&] { test::write_text(file_, std::string(5000, 'x')); }},
      {"header", [&] { test::flip_bit(file_, 48); }},
      {"tables", [&] { test::flip_bit(file_, size - 3); }},
  };
  for (const auto& [name, damage] : damages) {
    damage();
    VectorCache cache(file_);
    cache.refresh(list_);
    EXPECT_TRUE(cache.state().rebuilt) << name;
    EXPECT_NE(cache.state().warning.find("'" + file_.string() + "' cannot be used: "), std::string::npos) << name;
    EXPECT_EQ(searched(cache), expected()) << name;
    cache.refresh(list_);
    EXPECT_EQ(cache.state().warning, "") << name;
    EXPECT_EQ(bytes(), size) << name;
  }
}

TEST_F(VectorCaches, DamageThatASearchFindsIsMadeAnewByTheNextRefresh) {
  add(3000);
  VectorCache(file_).refresh(list_);
  const std::vector<std::function<void()>> damages = {[&] { test::flip_bit(file_, 4096 + 17); },
                                                      [&] { fs::resize_file(file_, 4096); }};
  for (const auto& damage : damages) {
    VectorCache cache(file_);
    cache.refresh(list_);
    damage();
    EXPECT_THROW(searched(cache), DamagedFile);
    cache.refresh(list_);
    EXPECT_EQ(cache.state().warning, "'" + file_.string() + "' was damaged; it is made anew");
    EXPECT_EQ(searched(cache), expected());
  }
}

TEST_F(VectorCaches, DamageThatFollowingFindsIsMadeAnew) {
  add(3000);
  VectorCache(file_).refresh(list_);
  const auto layout = layout_of(kSize, 3000, 0);
  test::flip_bit(file_, layout->labels + 5);
  list_.remove(2000);
  VectorCache cache(file_);
  cache.refresh(list_);
  EXPECT_TRUE(cache.state().rebuilt);
  EXPECT_NE(cache.state().warning.find("block 0 is damaged; it is made anew"), std::string::npos);
  EXPECT_EQ(searched(cache), expected());
}

TEST_F(VectorCaches, WhereNothingCanBeWrittenTheRowsAreHeldInMemory) {
  VectorCache cache(folder_ / "no/such/folder/index.db.vectors");
  for (int round = 0; round < 4; ++round) {
    add(1500);
    list_.remove(1 + round);
    cache.refresh(list_);
    EXPECT_EQ(cache.state().cached, 0);
    EXPECT_FALSE(cache.state().rebuilt);
    EXPECT_NE(cache.state().warning.find("the embeddings are held in memory"), std::string::npos);
    EXPECT_EQ(searched(cache), expected());
  }
  fs::create_directories(folder_ / "no/such/folder");
  add(3000);
  cache.refresh(list_);
  EXPECT_TRUE(cache.state().rebuilt);
  EXPECT_EQ(cache.state().warning, "");
  EXPECT_EQ(cache.state().cached, std::ssize(list_.answering()));
  EXPECT_EQ(searched(cache), expected());
}

TEST_F(VectorCaches, DamagedRowsOfTheIndexAreTold) {
  add(10);
  list_.damaged = 2;
  VectorCache cache(file_);
  cache.refresh(list_);
  EXPECT_EQ(cache.state().warning,
            "2 segments have damaged embeddings and are left out; 'gst-blip index verify' names them");
  EXPECT_EQ(searched(cache), expected());
}

TEST_F(VectorCaches, TwoThatWriteAtOnceAreBothRight) {
  VectorCache one(file_), other(file_);
  for (int round = 0; round < 6; ++round) {
    add(1500);
    {
      const std::jthread beside([&] { other.refresh(test::RowList(list_)); });
      one.refresh(test::RowList(list_));
    }
    EXPECT_EQ(searched(one), expected());
    EXPECT_EQ(searched(other), expected());
    EXPECT_EQ(one.state().warning + other.state().warning, "");
  }
  VectorCache later(file_);
  later.refresh(list_);
  EXPECT_FALSE(later.state().rebuilt);
  EXPECT_EQ(searched(later), expected());
}

TEST_F(VectorCaches, SearchesWhileItIsRefreshedSeeOneStateOrTheNext) {
  add(500);
  VectorCache cache(file_);
  cache.refresh(list_);
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0, searches = 0;
  {
    const auto search = [&] {
      do {
        const auto hits = cache.search(std::span(&query_, 1), 1U << 20, {}, 1).front();
        // Rows come 100 at a time, and go so.
        if (hits.size() % 100 != 0 || !std::is_sorted(hits.begin(), hits.end(), is_better)) ++wrong;
        ++searches;
      } while (!done);
    };
    const std::jthread first(search), second(search);
    for (int round = 0; round < 24; ++round) {
      if (round % 3 == 2) {
        for (SegmentId segment = 0; segment < 100; ++segment) list_.remove(round * 100 - segment);
      } else {
        add(round % 10 == 0 ? 1200 : 100);
      }
      cache.refresh(list_);
    }
    done = true;
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_GE(searches, 2);
  EXPECT_EQ(searched(cache), expected());
}

}  // namespace
}  // namespace blip
