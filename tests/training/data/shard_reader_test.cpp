#include "training/data/shard_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::HasSubstr;

TEST(ShardReader, ReadsAnySampleFromItsPlace) {
  const test::TempDir dir;
  test::write_numbered_shards(dir / "out", 5, 10);
  const auto shard = dir / "out/000000.tar";
  const ShardIndex index = index_shard(shard);
  ASSERT_EQ(index.positions.size(), 5u);
  EXPECT_TRUE(index.warnings.empty());
  for (const std::size_t i : {4u, 0u, 2u}) {
    const ShardSample sample = read_shard_sample(shard, index.positions[i]);
    EXPECT_EQ(sample.key, "s" + std::to_string(1000 + i));
    EXPECT_EQ(sample.files, test::numbered_sample(static_cast<int>(i)));
  }
}

// A header as POSIX spells it.
std::string tar_file(const std::string& name, const std::string& bytes) {
  std::string header(512, '\0');
  const auto put = [&](std::size_t at, const std::string& text) { header.replace(at, text.size(), text); };
  char size[16];
  std::snprintf(size, sizeof size, "%011o", static_cast<unsigned>(bytes.size()));
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, size);
  put(136, "00000000000");
  put(148, "        ");
  put(156, "0");
  put(257, std::string("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char check[8];
  std::snprintf(check, sizeof check, "%06o", sum);
  put(148, std::string(check, 6) + '\0' + ' ');
  return header + bytes + std::string((512 - bytes.size() % 512) % 512, '\0');
}

const std::string kEnd(1024, '\0');

TEST(ShardReader, PutsFilesTogetherUpToTheFirstDotOfTheLastName) {
  const test::TempDir dir;
  const auto shard = dir / "a.tar";
  test::write_file(shard, tar_file("v1.0/x.jpg", "1") + tar_file("v1.0/x.seg.txt", "2") + tar_file("v1.0/y.jpg", "3") +
                              tar_file("plain", "4") + kEnd);
  const ShardIndex index = index_shard(shard);
  EXPECT_EQ(index.positions, (std::vector<std::int64_t>{0, 2048, 3072}));
  const ShardSample sample = read_shard_sample(shard, 0);
  EXPECT_EQ(sample.key, "v1.0/x");
  EXPECT_EQ(sample.files, (test::ShardFiles{{"jpg", "1"}, {"seg.txt", "2"}}));
  EXPECT_EQ(sample.find("txt"), nullptr);
  EXPECT_EQ(read_shard_sample(shard, 3072).files, (test::ShardFiles{{"", "4"}}));
}

TEST(ShardReader, KeepsTheWholeSamplesOfAShardThatEndsEarly) {
  const test::TempDir dir;
  test::write_numbered_shards(dir / "out", 5, 10);
  const auto shard = dir / "out/000000.tar";
  const std::string whole = test::read_file(shard);
  const auto positions = index_shard(shard).positions;
  ASSERT_EQ(positions.size(), 5u);
  for (const std::size_t lost : {1u, 2u, 4u}) {
    // Anywhere within a sample's first file, its second header, or its second file.
    for (const std::int64_t into : {600, 1024 + 100, 1024 + 512 + 5}) {
      std::filesystem::resize_file(shard, 0);
      test::write_file(shard, whole.substr(0, static_cast<std::size_t>(positions[5 - lost] + into)));
      const ShardIndex index = index_shard(shard);
      EXPECT_EQ(index.positions.size(), 5 - lost) << into;
      ASSERT_EQ(index.warnings.size(), 1u);
      EXPECT_THAT(index.warnings[0], AllOf(HasSubstr("000000.tar"), HasSubstr("ends early"),
                                           HasSubstr(std::to_string(5 - lost) + " of 5 samples")));
      for (const std::int64_t position : index.positions)
        EXPECT_EQ(read_shard_sample(shard, position).files.size(), 2u);
    }
  }
}

TEST(ShardReader, MissesSamplesThatTheManifestCounts) {
  const test::TempDir dir;
  test::write_numbered_shards(dir / "out", 3, 10);
  test::write_file(dir / "out/000000.json", "{\"samples\": 4, \"failed\": 0}");
  const ShardIndex index = index_shard(dir / "out/000000.tar");
  EXPECT_EQ(index.positions.size(), 3u);
  ASSERT_EQ(index.warnings.size(), 1u);
  EXPECT_THAT(index.warnings[0], HasSubstr("holds 3 samples, its manifest counts 4"));
  test::write_file(dir / "out/000000.json", "no json");
  EXPECT_TRUE(index_shard(dir / "out/000000.tar").warnings.empty());
}

TEST(ShardReader, RefusesWhatIsNoShard) {
  const test::TempDir dir;
  EXPECT_THAT(error_of([&] { index_shard(dir / "none.tar"); }),
              AllOf(HasSubstr("none.tar"), HasSubstr("No such file")));
  test::write_file(dir / "text.tar", "This is a text. " + std::string(2000, 'x'));
  EXPECT_THAT(error_of([&] { index_shard(dir / "text.tar"); }), HasSubstr("text.tar' is no tar archive"));
  test::write_file(dir / "twice.tar", tar_file("a.jpg", "1") + tar_file("b.jpg", "2") + tar_file("a.txt", "3") + kEnd);
  EXPECT_THAT(error_of([&] { index_shard(dir / "twice.tar"); }), HasSubstr("sample 'a' is there twice"));
  test::write_file(dir / "good.tar", tar_file("a.jpg", std::string(600, 'x')) + kEnd);
  EXPECT_THAT(error_of([&] { read_shard_sample(dir / "good.tar", 512); }), HasSubstr("byte 512 is damaged"));
  EXPECT_THAT(error_of([&] { read_shard_sample(dir / "good.tar", 1 << 20); }), HasSubstr("is damaged"));
}

TEST(ShardReader, AFileThatClaimsToBeHugeIsNotRead) {
  const test::TempDir dir;
  std::string tar = tar_file("a.jpg", "1") + tar_file("b.jpg", "2");
  // 8 GiB in the size field, with its checksum.
  std::string huge = tar_file("c.jpg", "");
  huge.replace(124, 11, "77777777777");
  huge.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : huge) sum += static_cast<unsigned char>(c);
  char check[8];
  std::snprintf(check, sizeof check, "%06o", sum);
  huge.replace(148, 7, std::string(check, 6) + '\0');
  test::write_file(dir / "a.tar", tar + huge + kEnd);
  EXPECT_EQ(index_shard(dir / "a.tar").positions.size(), 2u);
  EXPECT_THAT(error_of([&] { read_shard_sample(dir / "a.tar", 2048); }), HasSubstr("is damaged"));
}

}  // namespace
}  // namespace blip
