// BLIP-2 at its published size with random weights on the packed backend: how long it takes to start, to the first
// token (a prompt of 12 tokens on a new picture, then another on the same) and from token to token, greedily and with 5
// beams, against the bytes of weights that a token has to read, and the largest memory. Prints a line of a table.
// usage: blip2_bench write FOLDER opt-2.7b|flan-t5-xl | blip2_bench run FOLDER PRECISION [THREADS]
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/packed_backend/packed_backend.h"
#include "core/engine/packed_backend/packed_precision.h"
#include "core/kernels/stored_weights.h"
#include "tests/bench/random_blip2.h"

namespace {

using namespace blip;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kQuestionTokens = 12, kSteps = 24;

template <class Work>
double seconds_of(Work&& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

WeightForm stored_form(DType dtype) {
  return dtype == DType::kFloat32   ? WeightForm::kFloat32
         : dtype == DType::kFloat16 ? WeightForm::kFloat16
                                    : WeightForm::kBFloat16;
}

// Weights that one step of a decoder reads: all matrices but tables that are looked up, the encoder, and keys and
// values of what it encoded. The embeddings count once, as the head.
std::int64_t bytes_a_token(const Checkpoint& checkpoint, const PackedPrecision& precision) {
  const bool tied = checkpoint.config.blip2->language.tied_head;
  std::int64_t bytes = 0;
  for (const auto& [name, view] : checkpoint.tensors) {
    if (!name.starts_with("language_model.") || view.shape.size() != 2) continue;
    const bool table = name.ends_with("embed_tokens.weight") || name.ends_with("shared.weight");
    const bool head = name.ends_with("lm_head.weight") || (tied && table);
    if ((table && !head) || name.find("embed_positions") != std::string::npos ||
        name.find("relative_attention_bias") != std::string::npos || name.starts_with("language_model.encoder.") ||
        name.ends_with("EncDecAttention.k.weight") || name.ends_with("EncDecAttention.v.weight")) {
      continue;
    }
    const auto wanted = head ? precision.language_head : precision.language;
    bytes += form_bytes(wanted.value_or(stored_form(view.dtype)), view.shape[0], view.shape[1]);
  }
  return bytes;
}

// Seconds a step of `rows` beams.
double step_seconds(Decoding& decoding, const DecodeInput& input, std::int64_t rows) {
  const SequenceId sequence = decoding.join(input);
  Matrix logits;
  std::vector<RowStep> beams{{sequence, 0, input.prompt.back()}};
  decoding.step_into(beams, logits);
  beams.clear();
  for (std::int64_t r = 0; r < rows; ++r) beams.push_back({sequence, 0, 10 + r});
  decoding.step_into(beams, logits);
  for (std::int64_t r = 0; r < rows; ++r) beams[static_cast<std::size_t>(r)].parent = r;
  const double all = seconds_of([&] {
    for (std::int64_t s = 0; s < kSteps; ++s) decoding.step_into(beams, logits);
  });
  decoding.leave(sequence);
  return all / kSteps;
}

// What of a table's line is measured.
struct Figures {
  double open = 0, load = 0, picture = 0, first_token = 0, second_question = 0, step = 0, step_of_five = 0;  // seconds
};

int run(const std::string& folder, const std::string& precision, int threads) {
  CheckpointOptions options;
  options.model = folder;
  options.vocab_required = false;
  Checkpoint checkpoint;
  std::unique_ptr<Backend> backend;
  Figures figures;
  figures.open = seconds_of([&] { checkpoint = open_checkpoint(options); });
  figures.load = seconds_of([&] {
    backend = make_packed_backend(checkpoint, {.device = "cpu", .precision = precision, .num_threads = threads});
  });
  for (const std::string& warning : backend->warnings()) std::fprintf(stderr, "%s\n", warning.c_str());
  const std::int64_t side = checkpoint.config.vision.image_size;
  std::vector<float> pixels(static_cast<std::size_t>(3 * side * side));
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(i % 251) / 125 - 1;
  const auto encode = [&] { return Clip{backend->encode_images({pixels.data(), 1, side})}; };
  encode();  // pages of the weights, threads and products made ready
  Clip clip;
  figures.picture = seconds_of([&] { clip = encode(); });

  std::vector<std::int64_t> question(kQuestionTokens);
  std::iota(question.begin(), question.end(), 20);
  const bool t5 = checkpoint.layout == Layout::kBlip2T5;
  const auto asked = [&](std::int64_t last) {
    auto ids = question;
    ids[kQuestionTokens - 2] = last;
    return t5 ? DecodeInput{clip, ids, {0}} : DecodeInput{clip, {}, ids};
  };
  const auto decoding = backend->start_decoding();
  const auto first_token = [&](const DecodeInput& input) {
    return seconds_of([&] {
      const SequenceId sequence = decoding->join(input);
      const RowStep step{sequence, 0, input.prompt.back()};
      decoding->step(std::span(&step, 1));
      decoding->leave(sequence);
    });
  };
  first_token(asked(50));
  clip = encode();
  figures.first_token = first_token(asked(51));
  figures.second_question = first_token(asked(52));
  figures.step = step_seconds(*decoding, asked(51), 1);
  figures.step_of_five = step_seconds(*decoding, asked(51), 5);
  const double gigabytes = static_cast<double>(bytes_a_token(checkpoint, packed_precision(precision))) / 1e9;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("| %s | %s | %.1f s | %.2f s | %.2f s | %.2f s | %.2f | %.2f | %.2f GB | %.1f GB/s | %.1f GB |\n",
              std::filesystem::path(folder).filename().c_str(), precision.c_str(), figures.open + figures.load,
              figures.picture, figures.first_token, figures.second_question, 1 / figures.step, 1 / figures.step_of_five,
              gigabytes, gigabytes / figures.step, static_cast<double>(usage.ru_maxrss) * 1024 / 1e9);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  try {
    if (args.size() == 3 && args[0] == "write") return blip::bench::write_random_blip2(args[1], args[2]), 0;
    if ((args.size() == 3 || args.size() == 4) && args[0] == "run")
      return run(args[1], args[2], args.size() == 4 ? std::atoi(args[3].c_str()) : 0);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "blip2_bench: %s\n", error.what());
    return 1;
  }
  std::fprintf(stderr,
               "usage: blip2_bench write FOLDER opt-2.7b|flan-t5-xl | blip2_bench run FOLDER PRECISION [THREADS]\n");
  return 2;
}
