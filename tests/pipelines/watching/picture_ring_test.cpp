#include "pipelines/watching/picture_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blip {
namespace {

using testing::ElementsAre;

std::vector<std::int64_t> times(const std::vector<KeptPicture>& pictures) {
  std::vector<std::int64_t> found;
  for (const KeptPicture& picture : pictures) found.push_back(picture.time);
  return found;
}

TEST(PictureRing, GivesWhatLiesBetweenTwoTimes) {
  PictureRing ring(1000);
  for (const std::int64_t time : {10, 20, 30, 40}) ring.add(time, "x");
  EXPECT_THAT(times(ring.between(20, 30)), ElementsAre(20, 30));
  EXPECT_THAT(times(ring.between(31, 39)), ElementsAre());
  EXPECT_EQ(ring.newest()->time, 40);
  EXPECT_EQ(ring.nearest(26)->time, 30);
  EXPECT_EQ(ring.nearest(-5)->time, 10);
}

TEST(PictureRing, KeepsToItsMemory) {
  PictureRing ring(10);
  for (const std::int64_t time : {1, 2, 3}) ring.add(time, "1234");
  EXPECT_THAT(times(ring.between(0, 9)), ElementsAre(2, 3));
  EXPECT_EQ(ring.bytes(), 8u);
  ring.add(4, std::string(100, 'x'));
  EXPECT_THAT(times(ring.between(0, 9)), ElementsAre(4));
}

TEST(PictureRing, ForgetsButNeverTheNewest) {
  PictureRing ring(1000);
  EXPECT_FALSE(ring.newest());
  EXPECT_FALSE(ring.nearest(0));
  for (const std::int64_t time : {1, 2, 3}) ring.add(time, "x");
  ring.forget_before(2);
  EXPECT_THAT(times(ring.between(0, 9)), ElementsAre(2, 3));
  ring.forget_before(100);
  EXPECT_THAT(times(ring.between(0, 9)), ElementsAre(3));
}

TEST(PictureRing, LeavesOutWhatIsNotNewer) {
  PictureRing ring(1000);
  for (const std::int64_t time : {5, 5, 4, 6}) ring.add(time, "x");
  EXPECT_THAT(times(ring.between(0, 9)), ElementsAre(5, 6));
}

TEST(PictureRing, PicturesThatWereTakenStay) {
  PictureRing ring(4);
  ring.add(1, "abcd");
  const auto taken = ring.between(0, 9);
  ring.add(2, "efgh");
  EXPECT_EQ(*taken.at(0).jpeg, "abcd");
}

}  // namespace
}  // namespace blip
