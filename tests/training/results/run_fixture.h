#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "training/results/run_folder.h"

namespace blip::test {

inline Fingerprint some_fingerprint() {
  return {"retrieval",
          {{"name", "tiny"}, {"weights", "1f2e"}},
          {{"layout", "msrvtt-1ka"}, {"data_id", "abcd"}, {"limit", nullptr}},
          {{"k", 128}, {"frames", 8}},
          "blip-eval 0.1.0"};
}

// One sample a number: "video3" {"text": "number 3"}.
inline std::string key_of(int number) {
  return "video" + std::to_string(number);
}
inline nlohmann::json record_of(int number) {
  return {{"text", "number " + std::to_string(number)}, {"score", number / 7.0}};
}
inline void append_samples(RunFolder& run, const std::vector<int>& numbers) {
  for (const int number : numbers) run.append(number, key_of(number), record_of(number));
}

// A complete run of one metric over samples "video0" …, each of its own medium, with these scores.
inline void write_run(const std::filesystem::path& folder, const std::vector<double>& scores,
                      const Fingerprint& fingerprint = some_fingerprint(), const Shard& shard = {}) {
  RunFolder run = RunFolder::open(folder, fingerprint, shard, /*resume=*/false);
  RunResult result;
  double sum = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const int number = static_cast<int>(i);
    append_samples(run, {number});
    result.samples.push_back({key_of(number), key_of(number), {{"t2v.r1", scores[i]}}});
    sum += scores[i];
  }
  const auto count = static_cast<std::int64_t>(scores.size());
  result.metrics.push_back({"t2v.r1", "text to video R@1", sum / static_cast<double>(count), 40, 60, count});
  result.counts = {count + 1, count, 1, 0};
  result.missing = {"video99.mp4: not there"};
  run.finish(result);
}

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// What the error says that the call throws, with its kind before it; empty where it throws none.
template <class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const Error& e) {
    constexpr const char* kKinds[] = {
        "argument: ", "not found: ", "data: ", "unsupported: ", "failed: ", "cancelled: "};
    return kKinds[static_cast<int>(e.kind())] + std::string(e.what());
  }
  return {};
}

}  // namespace blip::test
