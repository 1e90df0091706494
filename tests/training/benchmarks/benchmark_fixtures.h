#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"
#include "training/benchmarks/benchmark.h"

namespace blip::test {

// A folder to lay a small data set out in.
class BenchmarkFolder : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& text) {
    const auto file = dir_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
  // Files of which only the names count.
  void touch(std::initializer_list<const char*> names) {
    for (const char* name : names) write(name, "x");
  }

  TempDir dir_;
};

struct Failure {
  ErrorKind kind = ErrorKind::kCancelled;
  std::string message;  // empty = nothing was thrown
};

template <class Body>
Failure failure_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return {error.kind(), error.what()};
  }
  return {};
}

inline std::vector<std::string> ids_of(const std::vector<Medium>& media) {
  std::vector<std::string> ids;
  for (const Medium& medium : media) ids.push_back(medium.id);
  return ids;
}

}  // namespace blip::test
