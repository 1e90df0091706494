// What gst-blip's side of the comparison runs (compare.py has it run): BLIP-base at 384 px, random weights.
//   speed_bench prepare FOLDER                     writes models and inputs
//   speed_bench serve FOLDER LAYOUT PRECISION      "NAME SECONDS" on stdin: runs the workload NAME for at least SECONDS
//   speed_bench first MODEL PRECISION              captions one picture and reports its own peak of memory
//   speed_bench allocations FOLDER PRECISION       operator new a decoding step
// LAYOUT: captioner, retrieval, vqa. PRECISION: float32, bfloat16, int8, libtorch. Answers are JSON, one object a line.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "core/base/error.h"
#include "core/base/heap.h"
#include "core/engine/model_registry.h"
#include "core/generate/search_pool.h"
#include "core/tasks/captioner.h"
#include "core/tasks/frame_encoder.h"
#include "tests/bench/allocation_counter.h"
#include "tests/bench/bench_backend.h"
#include "tests/bench/workloads.h"

namespace blip::bench {
namespace {

void answer(const nlohmann::json& object) {
  std::printf("%s\n", object.dump().c_str());
  std::fflush(stdout);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

// GB = 1e9 bytes
double peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) * 1024 / 1e9;
  return 0;
}

std::unique_ptr<Backend> open_backend(const std::filesystem::path& model, const std::string& precision) {
  CheckpointOptions options;
  options.model = model.string();
  return open_bench_backend(open_checkpoint(options), precision);
}

void serve(const std::filesystem::path& folder, const std::string& layout, const std::string& precision) {
  const BenchInputs inputs = read_bench_inputs(folder);
  const auto backend = open_backend(folder / layout, precision);
  const Workloads workloads = layout == "captioner"   ? captioner_workloads(*backend, inputs)
                              : layout == "retrieval" ? retrieval_workloads(*backend, inputs)
                                                      : vqa_workloads(*backend, inputs);
  nlohmann::json names = nlohmann::json::array();
  for (const auto& [name, work] : workloads) names.push_back(name);
  answer({{"workloads", names}, {"version", backend->placement().precision}});
  std::set<std::string> warm;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string name;
    double wanted = 0;
    words >> name >> wanted;
    const auto& work = workloads.at(name);
    if (warm.insert(name).second) work();
    std::vector<double> times;
    double spent = 0;
    Run run;
    while (times.empty() || spent < wanted) {
      run = work();
      times.push_back(run.seconds);
      spent += run.seconds * (name == "caption8" ? 8 : 1);
    }
    answer({{"seconds", median(times)}, {"runs", times.size()}, {"ids", run.ids}, {"values", run.values}});
  }
}

void first_caption(const std::string& path, const std::string& precision) {
  ModelRegistry registry{
      [&](const Checkpoint& checkpoint, const BackendOptions&) { return open_bench_backend(checkpoint, precision); }};
  CheckpointOptions options;
  options.model = path;
  const auto model = registry.open(options, {});
  const std::vector<std::uint8_t> picture(640 * 480 * 3, 128);
  ImageView view;
  view.width = 640;
  view.height = 480;
  view.planes[0] = picture.data();
  view.strides[0] = 640 * 3;
  const Clip clip{encode_frames(*model, std::span(&view, 1))};
  CaptionOptions caption_options;
  caption_options.generation.min_length = caption_options.generation.max_length;
  const auto captions = caption(*model, std::span(&clip, 1), caption_options);
  answer({{"tokens", captions.at(0).token_ids.size()}});  // whoever started this process takes the time now
  answer({{"peak_gb", peak_memory()}});
}

void count_allocations(const std::filesystem::path& folder, const std::string& precision) {
  const BenchInputs inputs = read_bench_inputs(folder);
  const auto backend = open_backend(folder / "captioner", precision);
  const DecodeInput input{{backend->encode_images({inputs.pixels.data(), 1, kSide})}, {}, inputs.prompt};
  constexpr int kFirst = 6, kLast = 15;  // steps counted, both ends included
  Allocations before, after;
  for (int round = 0; round < 2; ++round) {  // the first makes what is made once
    const auto decoding = backend->start_decoding();
    SearchPool pool(*decoding, kSep);
    pool.add(input, fixed_length(3, 20));
    for (int step = 1; !pool.empty(); ++step) {
      if (step == kFirst) before = allocations();
      pool.step();
      if (step == kLast) after = allocations();
    }
  }
  constexpr double kSteps = kLast - kFirst + 1;
  answer({{"own", static_cast<double>(after.own - before.own) / kSteps},
          {"onednn", static_cast<double>(after.onednn - before.onednn) / kSteps}});
}

int run(const std::vector<std::string>& arguments) {
  const std::string command = arguments.empty() ? "" : arguments[0];
  if (command == "prepare" && arguments.size() == 2) {
    write_bench_folder(arguments[1]);
  } else if (command == "serve" && arguments.size() == 4) {
    serve(arguments[1], arguments[2], arguments[3]);
  } else if (command == "first" && arguments.size() == 3) {
    first_caption(arguments[1], arguments[2]);
  } else if (command == "allocations" && arguments.size() == 3) {
    count_allocations(arguments[1], arguments[2]);
  } else {
    std::fprintf(stderr,
                 "usage: speed_bench prepare FOLDER | serve FOLDER LAYOUT PRECISION | first MODEL PRECISION | "
                 "allocations FOLDER PRECISION\n");
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace blip::bench

int main(int argc, char** argv) try {
  return blip::bench::run({argv + 1, argv + argc});
} catch (const std::exception& error) {
  std::fprintf(stderr, "speed_bench: %s\n", error.what());
  return 1;
}
