#include "core/engine/packed_backend/packed_precision.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip::test {
namespace {

TEST(PackedPrecision, QuantisesTheLanguageModelAsItsNameSays) {
  EXPECT_EQ(packed_precision("auto").name, "float32");
  EXPECT_EQ(packed_precision("float32").language, std::nullopt);
  EXPECT_EQ(packed_precision("int8").language, WeightForm::kInt8);
  const PackedPrecision four_bits = packed_precision("int4");
  EXPECT_EQ(four_bits.packed, Precision::kInt8);
  EXPECT_EQ(four_bits.language, WeightForm::kInt4);
  EXPECT_EQ(four_bits.language_head, WeightForm::kInt8);
}

TEST(PackedPrecision, NamesThatThereAreNotAreErrors) {
  for (const auto& [name, kind] :
       {std::pair{"int2", ErrorKind::kInvalidArgument}, std::pair{"float16", ErrorKind::kUnsupported}}) {
    try {
      packed_precision(name);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind) << error.what();
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace blip::test
