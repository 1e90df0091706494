// How exact each precision is on BLIP-base with random weights, held against the LibTorch backend: token ids of
// captions (3 beams, 20 tokens) of random pictures, and logits along the reference's tokens.
// usage: precision_bench FOLDER CASES RECORDS (FOLDER: of speed_bench prepare). A line of JSON a case goes to RECORDS;
// cases that are there are not run again. Prints Markdown.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/error.h"
#include "core/generate/log_softmax.h"
#include "core/generate/run_searches.h"
#include "tests/bench/bench_backend.h"
#include "tests/bench/workloads.h"

namespace blip::bench {
namespace {

using Json = nlohmann::json;
using Ids = std::vector<std::int64_t>;

constexpr unsigned kFirstSeed = 1000;  // of the pictures
constexpr std::size_t kPrompt = 4;

Ids caption(Backend& backend, const Clip& clip, const Ids& prompt) {
  const DecodeInput input{clip, {}, prompt};
  return generate(*backend.start_decoding(), std::span(&input, 1), fixed_length(3, 20), kSep).at(0).at(0).ids;
}

// Logits of every token of `ids` after the prompt, each given those before it: [tokens - 4, vocabulary].
Matrix forced_logits(Backend& backend, const Clip& clip, const Ids& ids) {
  const auto decoding = backend.start_decoding();
  const SequenceId sequence = decoding->join({clip, {}, {ids.begin(), ids.begin() + kPrompt}});
  Matrix all;
  for (std::size_t position = kPrompt; position < ids.size(); ++position) {
    const RowStep row{sequence, 0, ids[position - 1]};
    const Matrix logits = decoding->step(std::span(&row, 1));
    all.columns = logits.columns;
    ++all.rows;
    all.values.insert(all.values.end(), logits.values.begin(), logits.values.end());
  }
  decoding->leave(sequence);
  return all;
}

double log_probability(const Matrix& logits, std::size_t step, std::int64_t token) {
  const auto row = logits.row(static_cast<std::int64_t>(step));
  return LogNormaliser(row)(row[static_cast<std::size_t>(token)]);
}

double summed_log_probability(const Matrix& logits, const Ids& ids) {
  double sum = 0;
  for (std::size_t step = 0; step + kPrompt < ids.size(); ++step)
    sum += log_probability(logits, step, ids[step + kPrompt]);
  return sum;
}

// How far `found` lies from `expected`: the largest error and, a step, the RMS error over the deviation of the
// expected logits; in how many steps both prefer the same token.
Json compare(const Matrix& expected, const Matrix& found) {
  double largest = 0, relative = 0;
  int same = 0;
  for (std::int64_t step = 0; step < expected.rows; ++step) {
    const auto a = expected.row(step), b = found.row(step);
    double sum = 0, squares = 0, errors = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double error = static_cast<double>(b[i]) - a[i];
      largest = std::max(largest, std::abs(error));
      errors += error * error;
      sum += a[i];
      squares += static_cast<double>(a[i]) * a[i];
    }
    const auto count = static_cast<double>(a.size());
    const double variance = squares / count - sum / count * sum / count;
    relative += std::sqrt(errors / count / variance) / static_cast<double>(expected.rows);
    same += std::max_element(a.begin(), a.end()) - a.begin() == std::max_element(b.begin(), b.end()) - b.begin();
  }
  return {{"max", largest}, {"relative", relative}, {"same_best", same}, {"steps", expected.rows}};
}

class Cases {
 public:
  explicit Cases(const std::filesystem::path& folder) : prompt_(read_bench_inputs(folder).prompt) {
    CheckpointOptions options;
    options.model = (folder / "captioner").string();
    const Checkpoint checkpoint = open_checkpoint(options);
    reference_ = open_bench_backend(checkpoint, "libtorch");
    for (const char* precision : {"float32", "bfloat16", "int8"}) {
      try {
        backends_.emplace(precision, open_bench_backend(checkpoint, precision));
      } catch (const Error& error) {
        std::fprintf(stderr, "without %s: %s\n", precision, error.what());
      }
    }
  }

  Json run(int number) {
    const auto pixels = random_pixels(kFirstSeed + static_cast<unsigned>(number));
    const PixelBatch batch{pixels.data(), 1, kSide};
    const Clip seen{reference_->encode_images(batch)};
    const Ids ids = caption(*reference_, seen, prompt_);
    const Matrix expected = forced_logits(*reference_, seen, ids);
    Json record{{"case", number}, {"ids", ids}};
    for (const auto& [precision, backend] : backends_) {
      const Clip clip{backend->encode_images(batch)};
      const Ids own = caption(*backend, clip, prompt_);
      Json result = compare(expected, forced_logits(*backend, clip, ids));
      result["same_ids"] = own == ids;
      if (own != ids) {
        const auto step =
            static_cast<std::size_t>(std::mismatch(ids.begin(), ids.end(), own.begin()).first - ids.begin());
        result["position"] = step;
        result["gap"] =
            log_probability(expected, step - kPrompt, ids[step]) - log_probability(expected, step - kPrompt, own[step]);
        result["sum_gap"] =
            summed_log_probability(expected, ids) - summed_log_probability(forced_logits(*reference_, seen, own), own);
      }
      record["precisions"][precision] = result;
    }
    return record;
  }

 private:
  Ids prompt_;
  std::unique_ptr<Backend> reference_;
  std::map<std::string, std::unique_ptr<Backend>> backends_;
};

std::map<int, Json> read_records(const std::filesystem::path& file) {
  std::map<int, Json> records;
  std::ifstream input(file);
  for (std::string line; std::getline(input, line);) {
    const Json record = Json::parse(line, nullptr, /*allow_exceptions=*/false);  // the last line may be cut off
    if (!record.is_discarded()) records[record.at("case").get<int>()] = record;
  }
  return records;
}

void print_summary(const std::map<int, Json>& records) {
  std::set<Ids> captions;
  std::map<std::string, std::vector<std::pair<int, Json>>> by_precision;
  for (const auto& [number, record] : records) {
    captions.insert(record.at("ids").get<Ids>());
    for (const auto& [precision, result] : record.at("precisions").items())
      by_precision[precision].emplace_back(number, result);
  }
  std::printf("%zu random pictures, %zu different captions. Logits along the LibTorch backend's tokens.\n\n",
              records.size(), captions.size());
  std::printf(
      "| | token ids equal | largest error of a logit | RMS error, of the logits' deviation | same best token |\n");
  std::printf("|---|---:|---:|---:|---:|\n");
  for (const char* precision : {"float32", "bfloat16", "int8"}) {
    const auto found = by_precision.find(precision);
    if (found == by_precision.end()) continue;
    double largest = 0, relative = 0;
    int equal = 0, best = 0, steps = 0;
    for (const auto& [number, result] : found->second) {
      largest = std::max(largest, result.at("max").get<double>());
      relative += result.at("relative").get<double>() / static_cast<double>(found->second.size());
      equal += result.at("same_ids").get<bool>() ? 1 : 0;
      best += result.at("same_best").get<int>();
      steps += result.at("steps").get<int>();
    }
    std::printf("| %s | %d of %zu | %.1e | %.1e | %.2f %% |\n", precision, equal, found->second.size(), largest,
                relative, 100. * best / steps);
  }
  std::printf("\nCases in which float32 says something else:\n\n");
  int others = 0;
  for (const auto& [number, result] : by_precision["float32"]) {
    if (result.at("same_ids").get<bool>()) continue;
    ++others;
    std::printf(
        "- case %d, from token %d: the reference's own gap between the two there %.1e, between the whole captions "
        "%.1e\n",
        number, result.at("position").get<int>(), result.at("gap").get<double>(), result.at("sum_gap").get<double>());
  }
  if (others == 0) std::printf("- none\n");
}

void run(const std::filesystem::path& folder, int count, const std::filesystem::path& file) {
  auto records = read_records(file);
  std::unique_ptr<Cases> cases;
  std::ofstream output(file, std::ios::app);
  for (int number = 0; number < count; ++number) {
    if (records.contains(number)) continue;
    if (cases == nullptr) cases = std::make_unique<Cases>(folder);
    records[number] = cases->run(number);
    output << "\n" << records[number].dump() << std::flush;
    std::fprintf(stderr, "%d of %d\n", number + 1, count);
  }
  if (!output.flush()) throw Error(ErrorKind::kFailed, "cannot write " + file.string());
  print_summary(records);
}

}  // namespace
}  // namespace blip::bench

int main(int argc, char** argv) try {
  if (argc != 4) {
    std::fprintf(stderr, "usage: precision_bench FOLDER CASES RECORDS\n");
    return 2;
  }
  blip::bench::run(argv[1], std::atoi(argv[2]), argv[3]);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "precision_bench: %s\n", error.what());
  return 1;
}
