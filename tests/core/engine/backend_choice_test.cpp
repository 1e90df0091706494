#include "core/engine/backend_choice.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip::test {
namespace {

#if defined(BLIP_HAS_ONEDNN)
TEST(BackendChoice, TheCpuIsThePackedBackendAndAutoIsFloat32) {
  BackendOptions options;
  options.device = "cpu";
  EXPECT_EQ(resolve_backend(options).precision, "float32");
  EXPECT_EQ(resolve_backend(options).device, "cpu");
  options.precision = "int8";
  EXPECT_EQ(resolve_backend(options).precision, "int8");
}
#endif

TEST(BackendChoice, APrecisionThatThereIsNotIsAnError) {
  BackendOptions options;
  options.device = "cpu";
  options.precision = "int3";
  try {
    resolve_backend(options);
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("int3"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace blip::test
