#include "core/checkpoint/torch_storages.h"

#include <numeric>

#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;

// One storage "s" with the floats 0, 1, 2, ...
class TorchStoragesTest : public ::testing::Test {
 protected:
  TorchStoragesTest() {
    std::vector<float> values(12);
    std::iota(values.begin(), values.end(), 0.0F);
    bytes_ = test::bytes_of({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
  }

  TensorView view(const PickleTensor& tensor) { return storages_.view(tensor, "t"); }
  std::string error(const PickleTensor& tensor) {
    return error_of([&] { view(tensor); });
  }
  static PickleTensor tensor(std::int64_t offset, std::vector<std::int64_t> shape, std::vector<std::int64_t> strides) {
    return {{DType::kFloat32, "s", 12, 0}, offset, std::move(shape), std::move(strides)};
  }

  ByteView bytes_;
  TorchStorages storages_{[this](std::string_view key) {
                            if (key != "s") throw Error(ErrorKind::kInvalidData, "no storage " + std::string(key));
                            return bytes_;
                          },
                          1000, "x.pth"};
};

TEST_F(TorchStoragesTest, ContiguousTensorsAreViewsOfOneStorage) {
  const TensorView first = view(tensor(0, {2, 3}, {3, 1})), second = view(tensor(6, {6}, {1}));
  EXPECT_EQ(first.data, bytes_.data);
  EXPECT_EQ(second.data, bytes_.data + 24);
  EXPECT_EQ(test::floats_of(second), (std::vector<float>{6, 7, 8, 9, 10, 11}));
}

TEST_F(TorchStoragesTest, StridesOfSingleRowsDoNotMatter) {
  EXPECT_EQ(view(tensor(0, {1, 3}, {999, 1})).data, bytes_.data);
  EXPECT_EQ(view(tensor(5, {1}, {7})).data, bytes_.data + 20);
}

TEST_F(TorchStoragesTest, TransposedTensorsAreCopiedInTheirOwnOrder) {
  EXPECT_EQ(test::floats_of(view(tensor(0, {3, 2}, {1, 3}))), (std::vector<float>{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(test::floats_of(view(tensor(1, {2, 2}, {6, 2}))), (std::vector<float>{1, 3, 7, 9}));
  EXPECT_EQ(test::floats_of(view(tensor(0, {1, 2}, {INT64_MAX, 2}))), (std::vector<float>{0, 2}));
  // [a, b, c] with strides that permute all three axes: element (i, j, k) is i + 6 j + 2 k.
  EXPECT_EQ(test::floats_of(view(tensor(0, {2, 2, 3}, {1, 6, 2}))),
            (std::vector<float>{0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}));
}

TEST_F(TorchStoragesTest, ScalarsAndEmptyTensors) {
  EXPECT_EQ(test::floats_of(view(tensor(11, {}, {}))), std::vector<float>{11});
  EXPECT_EQ(view(tensor(0, {0, 5}, {5, 1})).element_count(), 0);
}

TEST_F(TorchStoragesTest, RefusesToReachOutsideTheStorage) {
  for (const PickleTensor& bad :
       {tensor(0, {13}, {1}), tensor(12, {1}, {1}), tensor(-1, {1}, {1}), tensor(0, {2}, {-1}),
        tensor(0, {3, 4}, {5, 1}), tensor(0, {2}, {INT64_MAX}), tensor(INT64_MAX, {1}, {1}), tensor(12, {}, {})}) {
    EXPECT_THAT(error(bad), HasSubstr("reaches outside its storage of 12 elements"));
  }
}

TEST_F(TorchStoragesTest, RefusesImpossibleShapes) {
  EXPECT_THAT(error(tensor(0, {-1}, {1})), HasSubstr("impossible shape"));
  EXPECT_THAT(error(tensor(0, {INT64_MAX, 2}, {0, 0})), HasSubstr("impossible shape"));
}

TEST_F(TorchStoragesTest, RefusesToExpandTensorsBeyondTheFile) {
  EXPECT_EQ(test::floats_of(view(tensor(3, {2, 2}, {0, 0}))), (std::vector<float>{3, 3, 3, 3}));
  EXPECT_THAT(error(tensor(0, {100'000'000}, {0})), HasSubstr("expanded far beyond the file"));
  // The budget is for all tensors together.
  for (int i = 0; i < 4; ++i) view(tensor(0, {60}, {0}));
  EXPECT_THAT(error(tensor(0, {60}, {0})), HasSubstr("expanded far beyond the file"));
}

TEST_F(TorchStoragesTest, HoldsTheStoragesClaimAgainstItsBytes) {
  PickleTensor big = tensor(0, {12}, {1});
  big.storage.size = 13;
  EXPECT_THAT(error(big), HasSubstr("too few for 13 elements"));
  big.storage = {DType::kFloat64, "s", 12, 0};
  EXPECT_THAT(error(big), HasSubstr("too few for 12 elements of float64"));
  big.storage = {DType::kFloat32, "s", INT64_MAX, INT64_MAX};
  EXPECT_THAT(error(big), HasSubstr("too few"));
}

TEST_F(TorchStoragesTest, AViewOfAStorageBeginsAtItsOffset) {
  PickleTensor part = tensor(1, {2}, {1});
  part.storage = {DType::kFloat32, "s", 4, 6};
  EXPECT_EQ(test::floats_of(view(part)), (std::vector<float>{7, 8}));
}

}  // namespace
}  // namespace blip
