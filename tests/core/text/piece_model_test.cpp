#include "core/text/piece_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/golden.h"

namespace blip::test {
namespace {

std::string model_bytes() {
  std::ifstream in(golden2_dir() / "hf-blip2-t5-tiny/spiece.model", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(PieceModel, ComesFromALibraryOfItsOwn) {
  const auto model = make_piece_model();
  ASSERT_EQ(model->load(model_bytes()), "");
  EXPECT_EQ(model->pad(), 0);
  EXPECT_EQ(model->end(), 1);
  EXPECT_EQ(model->unknown(), 2);
  std::vector<int> ids;
  ASSERT_EQ(model->encode("a red dog", ids), "");
  ASSERT_FALSE(ids.empty());
  for (const int id : ids) EXPECT_THAT(id, testing::AllOf(testing::Ge(0), testing::Lt(model->size())));
  std::string joined, text;
  for (const int id : ids) joined += model->piece(id);
  EXPECT_EQ(joined, "\u2581a\u2581red\u2581dog");
  ASSERT_EQ(model->decode(ids, text), "");
  EXPECT_EQ(text, "a red dog");
}

TEST(PieceModel, ModelsAreEachTheirOwn) {
  const auto loaded = make_piece_model(), empty = make_piece_model();
  ASSERT_EQ(loaded->load(model_bytes()), "");
  std::vector<int> ids;
  EXPECT_NE(empty->encode("a", ids), "");
  EXPECT_EQ(loaded->encode("a", ids), "");
}

TEST(PieceModel, DamagedBytesAreToldOnOneLine) {
  for (const std::string& bytes : {std::string("no model"), std::string(64, '\xff')}) {
    const std::string why = make_piece_model()->load(bytes);
    EXPECT_NE(why, "");
    EXPECT_EQ(why.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace blip::test
