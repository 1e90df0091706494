#include "core/engine/torch_backend/torch_device.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/base/error.h"

namespace blip::test {
namespace {

ErrorKind kind_of(const BackendOptions& options) {
  try {
    torch_placement(options);
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no error for device '" << options.device << "', precision '" << options.precision << "'";
  return ErrorKind::kFailed;
}

TEST(TorchDevice, CpuComputesInFloat32ByDefault) {
  const TorchPlacement placement = torch_placement({.device = "cpu"});
  EXPECT_TRUE(placement.device.is_cpu());
  EXPECT_EQ(placement.dtype, torch::kFloat32);
  EXPECT_EQ(torch_placement({.device = "cpu", .precision = "bfloat16"}).dtype, torch::kBFloat16);
}

TEST(TorchDevice, WordsThatAreNoDeviceOrPrecisionAreRefused) {
  for (const char* device : {"gpu", "cuda:", "cuda:x", "cuda:-1", "cuda1", "cpu:0", "CPU"}) {
    EXPECT_EQ(kind_of({.device = device}), ErrorKind::kInvalidArgument) << device;
  }
  EXPECT_EQ(kind_of({.device = "cpu", .precision = "int4"}), ErrorKind::kInvalidArgument);
}

TEST(TorchDevice, WhatThisMachineLacksIsUnsupported) {
  EXPECT_EQ(kind_of({.device = "cuda:99"}), ErrorKind::kUnsupported);
  EXPECT_EQ(kind_of({.device = "cpu", .precision = "float16"}), ErrorKind::kUnsupported);
}

TEST(TorchDevice, ThreadsFollowTheOption) {
  set_torch_threads(1);
  EXPECT_EQ(at::get_num_threads(), 1);
  set_torch_threads(0);
  EXPECT_GE(at::get_num_threads(), 1);
  EXPECT_LE(at::get_num_threads(), static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace
}  // namespace blip::test
