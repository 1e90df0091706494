#include "core/checkpoint/message.h"

#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip {
namespace {

TEST(Message, QuotesKeepAnErrorOnOneLine) {
  EXPECT_EQ(in_quotes("a\nb\x01"), "'a?b?'");
  EXPECT_EQ(in_quotes("gr\xc3\xbcn"), "'gr\xc3\xbcn'");
  EXPECT_LT(in_quotes(std::string(5000, 'x')).size(), 400u);
}

TEST(Message, ListsTheFirstTenAndCountsTheRest) {
  std::vector<std::string> items;
  for (int i = 0; i < 10; ++i) items.push_back(std::to_string(i));
  EXPECT_EQ(first_ten(items), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9");
  items.insert(items.end(), 2, "x");
  EXPECT_EQ(first_ten(items), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ... (2 more)");
}

TEST(Message, WritesShapesAsPyTorchDoes) {
  EXPECT_EQ(shape_text({2, 768}), "[2, 768]");
  EXPECT_EQ(shape_text({}), "[]");
}

}  // namespace
}  // namespace blip
