#include "core/index/vectors/vector_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstring>
#include <fstream>
#include <limits>

#include "tests/core/index/vectors/vector_files.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t kSize = 40;

class VectorFiles : public testing::Test {
 protected:
  VectorFiles() {
    std::mt19937_64 random(1);
    rows_ = test::random_rows(random, kBlockRows + 100, 3, kSize);
    test::write_rows(path_, rows_, kSize, {77, 8, 9});
  }

  // The kind and text of what opening says.
  std::string opening() const {
    try {
      const VectorFile file(path_);
    } catch (const Error& error) {
      return (error.kind() == ErrorKind::kInvalidData ? "data: " : "other: ") + std::string(error.what());
    }
    return "";
  }
  void expect_refused(const std::string& why) const {
    EXPECT_EQ(opening(), "data: '" + path_.string() + "' cannot be used: " + why);
  }

  const test::TempDir folder_;
  const fs::path path_ = folder_ / "index.db.vectors";
  std::vector<test::Row> rows_;
};

TEST_F(VectorFiles, GiveBackWhatWasWritten) {
  const VectorFile file(path_);
  EXPECT_EQ(file.place(), (VectorPlace{77, 8, 9}));
  EXPECT_EQ(file.embedding_size(), kSize);
  EXPECT_EQ(file.width(), 64);
  ASSERT_EQ(file.rows(), std::ssize(rows_));
  for (std::int64_t i = 0; i < file.rows(); ++i) {
    const test::Row& row = rows_[static_cast<std::size_t>(i)];
    const RowLabels labels = file.labels(i / kBlockRows);
    const std::int64_t at = i % kBlockRows;
    EXPECT_EQ(labels.segments[at], row.segment);
    EXPECT_EQ(labels.videos[at], row.video);
    EXPECT_EQ(labels.starts[at], row.start);
    EXPECT_EQ(labels.ends[at], row.end);
    const Half* values = file.values(i / kBlockRows) + at * 64;
    EXPECT_EQ(std::vector<Half>(values, values + kSize), row.values);
    EXPECT_EQ(std::count(values + kSize, values + 64, Half{0}), 64 - kSize);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(values) % 64, 0U);
  }
}

TEST_F(VectorFiles, FindTheRowsOfVideos) {
  const VectorFile file(path_);
  for (const std::vector<VideoId>& videos : {std::vector<VideoId>{2}, {1, 3}, {1, 2, 3}, {}, {-4, 0, 9}}) {
    std::vector<std::int64_t> found, expected;
    std::int64_t end = 0;
    for (const RowRange& range : file.rows_of(videos)) {
      EXPECT_GE(range.first, end);
      end = range.first + range.count;
      for (std::int64_t row = range.first; row < end; ++row) found.push_back(row);
    }
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (std::count(videos.begin(), videos.end(), rows_[row].video) > 0) {
        expected.push_back(static_cast<std::int64_t>(row));
      }
    }
    EXPECT_EQ(found, expected);
  }
}

TEST_F(VectorFiles, ALackingOneIsNotFound) {
  fs::remove(path_);
  EXPECT_THROW(
      try { const VectorFile file(path_); } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
        throw;
      },
      Error);
}

TEST_F(VectorFiles, ForeignFilesAreRefused) {
  test::write_text(path_, "");
  expect_refused("it is not a file of vectors");
  test::write_text(path_, "SQLite format 3");
  expect_refused("it is not a file of vectors");
  test::write_text(path_, std::string(100000, 'x'));
  expect_refused("it is not a file of vectors");
  test::write_text(path_, std::string(100000, '\0'));
  expect_refused("it is not a file of vectors");
  fs::remove(path_);
  fs::create_directory(path_);
  expect_refused("it is not a regular file");
  fs::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  expect_refused("it is not a regular file");
}

TEST_F(VectorFiles, OthersThanTheirHeaderSaysAreRefused) {
  const auto size = static_cast<std::int64_t>(fs::file_size(path_));
  const std::string expected = " bytes where its header says " + std::to_string(size);
  for (const std::int64_t other : {size - 1, size + 1, size - 4096, size / 2, kVectorFilePage}) {
    fs::resize_file(path_, static_cast<std::uintmax_t>(other));
    expect_refused("it has " + std::to_string(other) + expected);
    fs::resize_file(path_, static_cast<std::uintmax_t>(size));
  }
  fs::resize_file(path_, kVectorFilePage - 1);
  expect_refused("it is not a file of vectors");
}

TEST_F(VectorFiles, AFlippedBitOfHeaderOrTablesIsSeenAtOnce) {
  const auto layout = layout_of(kSize, std::ssize(rows_), 0);
  ASSERT_TRUE(layout);
  const auto size = static_cast<std::int64_t>(fs::file_size(path_));
  std::vector<std::int64_t> bytes;
  for (std::int64_t byte = 0; byte < static_cast<std::int64_t>(sizeof(VectorFileHeader)); ++byte) bytes.push_back(byte);
  for (std::int64_t byte = layout->sums; byte < size; byte += 13) bytes.push_back(byte);
  bytes.push_back(size - 1);
  for (const std::int64_t byte : bytes) {
    test::flip_bit(path_, byte, static_cast<int>(byte % 8));
    EXPECT_EQ(opening().substr(0, 6), "data: ") << "byte " << byte;
    test::flip_bit(path_, byte, static_cast<int>(byte % 8));
  }
  EXPECT_EQ(opening(), "");
}

TEST_F(VectorFiles, RowsThatAFileDoesNotHaveAreRefusedAlsoWithTheRightChecksums) {
  const auto layout = layout_of(kSize, std::ssize(rows_), 0);
  ASSERT_TRUE(layout);
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  VectorFileHeader header;
  file.read(reinterpret_cast<char*>(&header), sizeof(header));
  const auto expect_refused_run = [&](VideoRun run) {
    std::string tables(static_cast<std::size_t>(fs::file_size(path_)) - static_cast<std::size_t>(layout->sums), '\0');
    file.seekg(layout->sums);
    file.read(tables.data(), static_cast<std::streamsize>(tables.size()));
    std::memcpy(tables.data() + (layout->runs - layout->sums), &run, sizeof(run));
    header.tables_sum = sum_of(tables.data(), tables.size());
    header.header_sum = header_sum_of(header);
    file.seekp(0);
    file.write(reinterpret_cast<const char*>(&header), sizeof(header));
    file.seekp(layout->sums);
    file.write(tables.data(), static_cast<std::streamsize>(tables.size()));
    file.flush();
    expect_refused("its tables are damaged");
  };
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  const std::int64_t rows = std::ssize(rows_);
  for (const VideoRun& run : {VideoRun{1, rows, 1}, {1, -1, 1}, {1, 0, rows + 1}, {1, 5, 0}, {1, 1, kMost}}) {
    expect_refused_run(run);
  }
}

TEST_F(VectorFiles, AFlippedBitOfABlockIsSeenWhenTheBlockIsUsed) {
  const auto layout = layout_of(kSize, std::ssize(rows_), 0);
  ASSERT_TRUE(layout);
  struct Region {
    std::int64_t first, bytes, block;
    bool labels;
  };
  for (const Region& region :
       {Region{kVectorFilePage, layout->values_bytes, 0, false},
        Region{kVectorFilePage + layout->values_bytes, layout->values_bytes, 1, false},
        Region{layout->labels, kLabelsBytes, 0, true}, Region{layout->labels + kLabelsBytes, kLabelsBytes, 1, true}}) {
    for (const std::int64_t byte : {region.first, region.first + region.bytes / 3, region.first + region.bytes - 1}) {
      test::flip_bit(path_, byte, 6);
      const VectorFile file(path_);
      EXPECT_FALSE(file.is_damaged());
      for (const std::int64_t block : {std::int64_t{0}, std::int64_t{1}}) {
        const bool hit = block == region.block;
        const auto refuses = [](const auto& use) {
          try {
            use();
          } catch (const DamagedFile&) {
            return true;
          }
          return false;
        };
        EXPECT_EQ(refuses([&] { file.values(block); }), hit && !region.labels) << byte;
        EXPECT_EQ(refuses([&] { file.labels(block); }), hit && region.labels) << byte;
      }
      EXPECT_TRUE(file.is_damaged());
      test::flip_bit(path_, byte, 6);
    }
  }
}

TEST_F(VectorFiles, OneThatWasCutOffIsNotReadAnyMore) {
  const VectorFile file(path_);
  fs::resize_file(path_, kVectorFilePage);
  EXPECT_THROW(file.expect_whole(), DamagedFile);
  EXPECT_THROW(file.values(0), DamagedFile);
  EXPECT_THROW(file.labels(1), DamagedFile);
  EXPECT_TRUE(file.is_damaged());
}

TEST_F(VectorFiles, OneThatWasReplacedStaysAsItWas) {
  const VectorFile file(path_);
  std::mt19937_64 random(2);
  test::write_rows(path_, test::random_rows(random, 1, 1, 32), 32);
  fs::remove(path_);
  file.expect_whole();
  EXPECT_EQ(file.values(1)[99 * 64], rows_.back().values[0]);
  EXPECT_EQ(file.labels(1).segments[99], rows_.back().segment);
}

}  // namespace
}  // namespace blip
