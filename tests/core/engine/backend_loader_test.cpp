#include "core/engine/backend_loader.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

TEST(BackendLoader, TheFirstFolderThatHoldsTheLibraryWins) {
  const TempDir first, second, third;
  for (const TempDir* folder : {&second, &third}) std::ofstream(*folder / "libblip-torch.so") << "not empty";
  EXPECT_EQ(find_backend_library({first.path(), second.path(), third.path()}), second / "libblip-torch.so");
}

TEST(BackendLoader, AMissingLibraryIsNamedWithThePlacesTried) {
  const TempDir first, second;
  try {
    find_backend_library({first.path(), second.path()});
    FAIL() << "expected an error";
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound) << message;
    EXPECT_NE(message.find((first / "libblip-torch.so").string()), std::string::npos) << message;
    EXPECT_NE(message.find((second / "libblip-torch.so").string()), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace blip::test
