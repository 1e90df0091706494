#include "training/data/shard_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"
#include "training/data/shard_reader.h"

namespace blip {
namespace {

using test::error_of;
using test::ShardFiles;
using testing::HasSubstr;

// Field of a tar header, spelled out by POSIX.1-1988: name at 0, size in octal at 124, magic at 257.
TEST(ShardWriter, WritesPlainTar) {
  const test::TempDir dir;
  ShardWriter writer(dir / "out", 10);
  writer.add("k", ShardFiles{{"txt", "hello"}, {"seg.json", "{}"}});
  writer.finish();
  const std::string tar = test::read_file(dir / "out/000000.tar");
  ASSERT_GE(tar.size(), 2048u);
  EXPECT_EQ(tar.substr(0, 6), std::string("k.txt\0", 6));
  EXPECT_EQ(tar.substr(124, 11), "00000000005");
  EXPECT_EQ(tar.substr(257, 5), "ustar");
  EXPECT_EQ(tar.substr(512, 5), "hello");
  EXPECT_EQ(tar.substr(1024, 10), "k.seg.json");
  EXPECT_EQ(test::read_file(dir / "out/000000.json"), "{\"samples\": 1, \"failed\": 0}\n");
}

TEST(ShardWriter, BeginsANewShardWhenOneIsFull) {
  const test::TempDir dir;
  ShardWriter writer(dir / "out", 2);
  for (int i = 0; i < 5; ++i) {
    if (i == 3) writer.add_failure();
    writer.add("k" + std::to_string(i), ShardFiles{{"txt", "x"}});
    EXPECT_EQ(std::filesystem::exists(dir / "out/000000.tar"), i >= 1);
  }
  EXPECT_FALSE(std::filesystem::exists(dir / "out/000002.tar"));
  writer.finish();
  EXPECT_EQ(writer.samples(), 5);
  EXPECT_EQ(writer.shards(), 3);
  EXPECT_EQ(writer.failures(), 1);
  EXPECT_EQ(index_shard(dir / "out/000001.tar").positions.size(), 2u);
  EXPECT_EQ(index_shard(dir / "out/000002.tar").positions.size(), 1u);
  EXPECT_EQ(test::read_file(dir / "out/000001.json"), "{\"samples\": 2, \"failed\": 1}\n");
}

TEST(ShardWriter, LeavesNoPartOfAShardThatWasNotFinished) {
  const test::TempDir dir;
  {
    ShardWriter writer(dir / "out", 2);
    for (int i = 0; i < 3; ++i) writer.add("k" + std::to_string(i), ShardFiles{{"txt", "x"}});
  }
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir / "out")) names.push_back(entry.path().filename());
  EXPECT_THAT(names, testing::UnorderedElementsAre("000000.tar", "000000.json"));
}

TEST(ShardWriter, GivesEqualBytesForEqualSamples) {
  const test::TempDir dir;
  test::write_numbered_shards(dir / "a", 3, 10);
  test::write_numbered_shards(dir / "b", 3, 10);
  EXPECT_EQ(test::read_file(dir / "a/000000.tar"), test::read_file(dir / "b/000000.tar"));
}

TEST(ShardWriter, KeepsLongNames) {
  const test::TempDir dir;
  const std::string key = std::string(150, 'f') + "/" + std::string(200, 'k');
  ShardWriter writer(dir / "out", 2);
  writer.add("first", ShardFiles{{"txt", "x"}});
  writer.add(key, ShardFiles{{"txt", "long"}});
  writer.finish();
  const ShardIndex index = index_shard(dir / "out/000000.tar");
  ASSERT_EQ(index.positions.size(), 2u);
  const ShardSample sample = read_shard_sample(dir / "out/000000.tar", index.positions[1]);
  EXPECT_EQ(sample.key, key);
  ASSERT_NE(sample.find("txt"), nullptr);
  EXPECT_EQ(*sample.find("txt"), "long");
}

TEST(ShardWriter, RefusesWhatWouldNotBeReadAgain) {
  const test::TempDir dir;
  ShardWriter writer(dir / "out", 2);
  const ShardFiles files{{"txt", "x"}};
  for (const char* key : {"", "a.b", "/a", "../a", "a/", "a/.."})
    EXPECT_THAT(error_of([&] { writer.add(key, files); }), HasSubstr("shard key '" + std::string(key) + "'"));
  EXPECT_THAT(error_of([&] { writer.add("a", ShardFiles{}); }), HasSubstr("has no files"));
  EXPECT_THAT(error_of([&] { writer.add("a", ShardFiles{{"", "x"}}); }), HasSubstr("extension ''"));
  EXPECT_THAT(error_of([&] { writer.add("a", ShardFiles{{"x/y", "x"}}); }), HasSubstr("extension 'x/y'"));
  writer.add("a", files);
  EXPECT_THAT(error_of([&] { writer.add("a", files); }), HasSubstr("twice in a row"));
  writer.finish();
  EXPECT_THAT(error_of([&] { writer.add("b", files); }), HasSubstr("finished"));
  EXPECT_THAT(error_of([&] { ShardWriter again(dir / "out", 2); }), HasSubstr("holds shards already"));
  EXPECT_THAT(error_of([&] { ShardWriter none(dir / "other", 0); }), HasSubstr("samples per shard is 0"));
}

TEST(ShardWriter, SaysThatTheDiskIsFull) {
  const test::TempDir dir;
  std::filesystem::create_directories(dir / "out");
  std::filesystem::create_symlink("/dev/full", dir / "out/000000.tar.part");
  ShardWriter writer(dir / "out", 1);
  EXPECT_THAT(error_of([&] {
                writer.add("a", ShardFiles{{"txt", std::string(1 << 16, 'x')}});
              }),
              testing::AllOf(HasSubstr("000000.tar"), HasSubstr("No space left")));
  EXPECT_FALSE(std::filesystem::exists(dir / "out/000000.tar"));
}

}  // namespace
}  // namespace blip
