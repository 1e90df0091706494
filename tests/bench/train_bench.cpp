// Samples/s of a pre-training step: ours, ours without each of its savings, and the original's algorithm in PyTorch
// (peers/pretrain_step.py), in turn. usage: train_bench CONFIG BATCH STEPS ROUNDS [PYTHON [peer]]
// CONFIG: sizes as config.json. Without PYTHON the peer is left out; with "peer" all but ours and the peer, and the
// answer is JSON.
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/base/error.h"
#include "core/base/heap.h"
#include "core/checkpoint/config_reader.h"
#include "core/model/compute_threads.h"
#include "core/model/torch_compat.h"
#include "tests/bench/pretrain_variant.h"
#include "training/model/make_task.h"
#include "training/optim/adamw.h"

namespace blip::bench {
namespace {

constexpr std::int64_t kLength = 30, kQueue = 1024, kWarmUp = 2;

struct Setup {
  std::string config_file;
  ModelConfig config;
  std::int64_t batch = 0, steps = 0, rounds = 0;
  std::string python;
  bool peer_only = false;  // ours and the peer, as JSON
  SpecialTokens tokens;
};

ModelConfig read_config(const std::string& file) {
  const DeclaredConfig declared = read_config_file(file);
  const auto& v = declared.vision;
  const auto& t = declared.text;
  ModelConfig config;
  config.vision = {v.width.value(),      v.depth.value(),      v.heads.value(),         v.mlp_width.value(),
                   v.image_size.value(), v.patch_size.value(), v.layer_norm_eps.value()};
  config.text = {t.vocab_size.value(), t.width.value(),         t.depth.value(),         t.heads.value(),
                 t.ffn_width.value(),  t.max_positions.value(), t.layer_norm_eps.value()};
  config.embed_width = declared.embed_width.value();
  config.encoder_cross_width = config.decoder_cross_width = config.vision.width;
  return config;
}

// Texts of 8 to 20 tokens, padded to 30, the lengths that the peer takes.
Batch random_batch(const Setup& setup, std::int64_t number) {
  Batch batch;
  batch.size = setup.batch;
  batch.side = setup.config.vision.image_size;
  const auto pixels = torch::randn({batch.size * 3 * batch.side * batch.side});
  batch.images.assign(pixels.data_ptr<float>(), pixels.data_ptr<float>() + pixels.numel());
  batch.texts = {batch.size, kLength, {}, {}};
  for (std::int64_t i = 0; i < batch.size; ++i) {
    const auto length = 8 + 5 * (number * batch.size + i) % 13;
    for (std::int64_t t = 0; t < kLength; ++t) {
      batch.texts.mask.push_back(t < length ? 1 : 0);
      batch.texts.ids.push_back(t < length ? 5 + (i * 7919 + t * 104729) % (setup.config.text.vocab_size - 7) : 0);
    }
  }
  return batch;
}

double samples_per_second(const Setup& setup, const std::function<void(const Batch&)>& step) {
  std::vector<Batch> batches;
  for (std::int64_t number = 0; number < kWarmUp + setup.steps; ++number)
    batches.push_back(random_batch(setup, number));
  std::chrono::steady_clock::time_point start;
  for (std::int64_t number = 0; number < kWarmUp + setup.steps; ++number) {
    if (number == kWarmUp) start = std::chrono::steady_clock::now();
    step(batches[static_cast<std::size_t>(number)]);
  }
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  return static_cast<double>(setup.batch * setup.steps) / time.count();
}

double measure_ours(const Setup& setup, LinearProduct linear) {
  TaskOptions options;
  options.linear = linear;
  options.queue_size = kQueue;
  options.tokens = setup.tokens;
  const auto task = make_task(options, setup.config);
  AdamW adamw(task->flat_parameters(), AdamWOptions{.lr_scales = {}});
  return samples_per_second(setup, [&](const Batch& batch) {
    const auto losses = task->step(batch, {.alpha = 0.4});
    task->flat_parameters().zero_gradients();
    losses.total.backward();
    adamw.step(1e-4);
  });
}

double measure_variant(const Setup& setup, VariantOptions options) {
  options.queue_size = kQueue;
  options.encode_token = setup.tokens.encode;
  options.decode_token = setup.tokens.decode;
  PretrainVariant variant(setup.config, options);
  return samples_per_second(setup, [&](const Batch& batch) { variant.step(batch); });
}

double measure_peer(const Setup& setup) {
  const std::string command = setup.python + " " + BLIP_SOURCE_DIR + "/tests/bench/peers/pretrain_step.py --config '" +
                              setup.config_file + "' --batch " + std::to_string(setup.batch) + " --queue " +
                              std::to_string(kQueue) + " --warm-up " + std::to_string(kWarmUp) + " --steps " +
                              std::to_string(setup.steps) + " --threads " + std::to_string(at::get_num_threads());
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  double rate = 0;
  if (!pipe || std::fscanf(pipe.get(), "%lf", &rate) != 1)
    throw Error(ErrorKind::kFailed, "no figure from the peer: " + command);
  return rate;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Row {
  std::string name;
  std::function<double()> measure;
  std::vector<double> rates = {}, ratios = {};  // a round each; ratio: ours / this
};

void add_variants(const Setup& setup, std::vector<Row>& rows) {
  rows.push_back({"LibTorch's linear layers", [&] { return measure_ours(setup, LinearProduct::kLibTorch); }});
  rows.push_back({"LibTorch's linear layers", [&] { return measure_ours(setup, LinearProduct::kLibTorch); }});
  rows.push_back(
      {"keys and values anew for every batch of pairs", [&] { return measure_variant(setup, {.keys_once = false}); }});
  rows.push_back({"texts padded to 30", [&] { return measure_variant(setup, {.unpadded = false}); }});
  rows.push_back({"momentum and AdamW by parameter", [&] { return measure_variant(setup, {.one_pass = false}); }});
  rows.push_back({"all three (naive)",
                  [&] { return measure_variant(setup, {.keys_once = false, .unpadded = false, .one_pass = false}); }});
}

void print_json(const std::vector<Row>& rows) {
  const Row& peer = rows.back();
  std::printf("{\"ratios\": [");
  for (std::size_t i = 0; i < peer.ratios.size(); ++i) std::printf("%s%.4f", i == 0 ? "" : ", ", peer.ratios[i]);
  std::printf("], \"ours\": %.4f, \"peer\": %.4f}\n", median(rows.front().rates), median(peer.rates));
}

void run(const Setup& setup) {
  std::vector<Row> rows;
  rows.push_back({"ours", [&] { return measure_ours(setup, LinearProduct::kOneDnn); }});
  if (!setup.peer_only) add_variants(setup, rows);
  if (!setup.python.empty()) rows.push_back({"the original's algorithm, PyTorch", [&] { return measure_peer(setup); }});
  for (std::int64_t round = 0; round < setup.rounds; ++round) {
    for (Row& row : rows) {
      row.rates.push_back(row.measure());
      row.ratios.push_back(rows.front().rates.back() / row.rates.back());
    }
  }
  if (setup.peer_only) return print_json(rows);
  std::printf("%s: batch %ld, %d threads, medians of %ld rounds of %ld steps\n", setup.config_file.c_str(),
              static_cast<long>(setup.batch), at::get_num_threads(), static_cast<long>(setup.rounds),
              static_cast<long>(setup.steps));
  std::printf("| %-46s | samples/s | ours is faster by |\n", "");
  for (const Row& row : rows)
    std::printf("| %-46s | %9.2f | %17.2f |\n", row.name.c_str(), median(row.rates), median(row.ratios));
}

}  // namespace
}  // namespace blip::bench

int main(int argc, char** argv) {
  using namespace blip;
  if (argc < 5 || argc > 7) {
    std::fprintf(stderr, "usage: train_bench CONFIG BATCH STEPS ROUNDS [PYTHON [peer]]\n");
    return 2;
  }
  try {
    keep_freed_memory();
    set_compute_threads(static_cast<int>(std::thread::hardware_concurrency()));
    bench::Setup setup;
    setup.config_file = argv[1];
    setup.config = bench::read_config(argv[1]);
    setup.batch = std::atol(argv[2]);
    setup.steps = std::atol(argv[3]);
    setup.rounds = std::atol(argv[4]);
    if (argc >= 6) setup.python = argv[5];
    setup.peer_only = argc == 7 && std::string(argv[6]) == "peer";
    setup.tokens.decode = setup.config.text.vocab_size - 2;
    setup.tokens.encode = setup.config.text.vocab_size - 1;
    bench::run(setup);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "train_bench: %s\n", error.what());
    return 1;
  }
}
