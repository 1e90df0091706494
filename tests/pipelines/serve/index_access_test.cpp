#include "pipelines/serve/index_access.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/core/index/index_support.h"

namespace blip {
namespace {

class IndexAccessTest : public testing::Test {
 protected:
  IndexAccessTest() {
    IndexWriter writer(folder_ / "index.db");
    writer.set_models(test::models_named("m"));
    test::add_video(writer, "/a.mp4", "hash", 2);
  }
  test::TempDir folder_;
};

TEST_F(IndexAccessTest, EachGetsAReaderOfItsOwn) {
  IndexAccess index(folder_ / "index.db");
  std::shared_ptr<IndexReader> a = index.reader(), b = index.reader();
  EXPECT_NE(a.get(), b.get());
  EXPECT_EQ(a->videos().size(), 1u);
  const IndexReader* first = a.get();
  a.reset();
  EXPECT_EQ(index.reader().get(), first) << "it is used again";
}

TEST_F(IndexAccessTest, AnIndexThatIsNotThereIsAnError) {
  EXPECT_THROW(IndexAccess(folder_ / "none.db"), Error);
}

TEST_F(IndexAccessTest, RemovedVideosAreGoneForAllReaders) {
  IndexAccess index(folder_ / "index.db");
  const auto reader = index.reader();
  const VideoId id = reader->videos().at(0).id;
  index.remove_video(id);
  EXPECT_TRUE(reader->videos().empty());
}

TEST_F(IndexAccessTest, TheMarkChangesWithTheIndex) {
  const IndexAccess index(folder_ / "index.db");
  const std::string before = index.change_mark();
  EXPECT_EQ(index.change_mark(), before);
  IndexWriter writer(folder_ / "index.db");
  test::add_video(writer, "/b.mp4", "other", 1);
  EXPECT_NE(index.change_mark(), before);
}

}  // namespace
}  // namespace blip
