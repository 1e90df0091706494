#include "core/engine/backend_loader.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip::test {
namespace {

// The test program lies in no folder that holds the backend library, so that the search must fail and say where it looked.
TEST(BackendLoader, AMissingLibraryIsNamedWithThePlacesTried) {
  try {
    load_torch_backend(Checkpoint{}, {});
    GTEST_SKIP() << "the LibTorch backend is installed on this system";
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound) << message;
    EXPECT_NE(message.find("libblip-torch.so"), std::string::npos) << message;
    EXPECT_NE(message.find("looked at"), std::string::npos) << message;
    EXPECT_NE(message.find("/tests/"), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace blip::test
