#include "training/data/state_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <numeric>
#include <vector>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class StateStoreTest : public testing::Test {
 protected:
  StateStoreTest() : file_(folder_ / "x.states") {}

  // Three pictures of 2 tokens, 2 wide: 0 1 2 3, 4 5 6 7, …
  void write(const std::string& key = "key") {
    std::vector<std::uint16_t> numbers(12);
    std::iota(numbers.begin(), numbers.end(), 0);
    StateStoreWriter writer(file_, key, 3, {2, 2});
    writer.add(std::span(numbers).first(4));
    writer.add(std::span(numbers).subspan(4));
    writer.finish();
  }
  std::string why_not(const std::string& key = "key") {
    std::string why;
    EXPECT_EQ(StateStore::open(file_, key, why), nullptr);
    return why;
  }

  test::TempDir folder_;
  std::filesystem::path file_;
};

TEST_F(StateStoreTest, GivesEachPictureItsOwn) {
  write();
  std::string why = "before";
  const auto store = StateStore::open(file_, "key", why);
  ASSERT_NE(store, nullptr);
  EXPECT_EQ(why, "");
  EXPECT_EQ(store->pictures(), 3);
  EXPECT_EQ(store->size(), (StateSize{2, 2}));
  EXPECT_THAT(store->states(0), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(store->states(2), ElementsAre(8, 9, 10, 11));
}

TEST_F(StateStoreTest, AnotherKeyOrNoFileIsNone) {
  EXPECT_EQ(why_not(), "");
  write("other weights");
  EXPECT_THAT(why_not(), HasSubstr("of another image encoder"));
}

TEST_F(StateStoreTest, DamageIsFound) {
  write();
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file_));
  for (const std::streamoff at : {std::streamoff{0}, size - 6, size - 1}) {
    write();
    std::fstream(file_, std::ios::in | std::ios::out | std::ios::binary).seekp(at).put('\x7f');
    EXPECT_THAT(why_not(), HasSubstr("is damaged")) << at;
  }
  for (const std::streamoff length : {size - 1, size - 8, std::streamoff{100}, std::streamoff{4096}}) {
    write();
    std::filesystem::resize_file(file_, static_cast<std::uintmax_t>(length));
    EXPECT_THAT(why_not(), HasSubstr("is cut short")) << length;
  }
}

TEST_F(StateStoreTest, AFileThatIsNotFinishedIsNone) {
  {
    StateStoreWriter writer(file_, "key", 2, {1, 1});
    const std::vector<std::uint16_t> one{1};
    writer.add(one);
    EXPECT_THAT(test::error_of([&] { writer.finish(); }), HasSubstr("too few"));
    const std::vector<std::uint16_t> two{1, 2};
    EXPECT_THAT(test::error_of([&] { writer.add(two); }), HasSubstr("more states"));
  }
  EXPECT_EQ(why_not(), "");
}

}  // namespace
}  // namespace blip
