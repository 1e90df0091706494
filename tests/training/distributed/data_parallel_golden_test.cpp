#include <functional>
#include <map>

#include "tests/training/distributed/ranks.h"
#include "tests/training/model/golden_run.h"
#include "training/model/blip_pretrain.h"
#include "training/model/blip_retrieval.h"

namespace blip::test {
namespace {

constexpr std::int64_t kGlobalBatch = 4, kSteps = 3;
constexpr double kLearningRate = 0.002;
using State = std::map<std::string, torch::Tensor>;

// ITC compares each query with the momentum features of all ranks and the queue, LM is weighted by the ranks' tokens,
// ITM and the rest are means over equal parts: so two processes do what one does at the global batch. Only the wrong
// partners of ITM are fixed here, as pre-training draws them from the own rank's pairs.
struct Setup {
  std::string task;
  bool negative_all_rank = false;
};

// Picks the same wrong partners, whichever rank asks: within the halves, or from the other half.
torch::Tensor wrong_partners(std::int64_t rank, std::int64_t rows, bool from_all) {
  std::vector<std::int64_t> chosen;
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto global = rank * rows + i;
    chosen.push_back(from_all ? kGlobalBatch - 1 - global : (rows == kGlobalBatch ? global ^ 1 : i ^ 1));
  }
  return torch::tensor(chosen);
}

Batch batch_of(const GoldenRun& run, std::int64_t step, std::int64_t begin, std::int64_t size) {
  constexpr std::int64_t kLengths[] = {5, 9, 8, 4}, kLongest = 9, kWords = 150, kFirstWord = 20;
  Batch batch;
  batch.size = size;
  batch.texts = {size, kLongest, {}, {}};
  std::vector<std::int64_t> places;
  for (std::int64_t i = begin; i < begin + size; ++i) {
    const auto sample = step * kGlobalBatch + i;
    places.push_back(sample);
    batch.image_indices.push_back(100 + sample);
    for (std::int64_t t = 0; t < kLongest; ++t) {
      const bool there = t < kLengths[i];
      batch.texts.mask.push_back(there ? 1 : 0);
      batch.texts.ids.push_back(there ? kFirstWord + (sample * 31 + t * 17) % kWords : 0);
    }
  }
  batch.images = run.pictures(nlohmann::json(places), batch.side);
  return batch;
}

std::unique_ptr<TrainingTask> new_task(const GoldenRun& run, const Setup& setup) {
  auto options = run.options(setup.task);
  options.queue_size = 4 * kGlobalBatch;
  options.negative_all_rank = setup.negative_all_rank;
  torch::manual_seed(0);  // draws the queues where the checkpoint has none
  std::string not_found;
  return make_task(options, run.checkpoint, not_found);
}

template <class Task>
void fix_negatives(TrainingTask& task, std::int64_t rank, std::int64_t rows, bool from_all) {
  dynamic_cast<Task&>(task).set_negatives([=](const torch::Tensor& weights) {
    EXPECT_EQ(weights.size(0), rows);
    EXPECT_EQ(weights.size(1), from_all ? kGlobalBatch : rows);
    return wrong_partners(rank, rows, from_all);
  });
}

// Gradient descent; the optimisers that trainers use are a function of gradients, but blow up their rounding.
State train(const GoldenRun& run, const Setup& setup, Communicator* communicator) {
  const auto task = new_task(run, setup);
  const std::int64_t rank = communicator != nullptr ? communicator->rank() : 0;
  const std::int64_t rows = communicator != nullptr ? kGlobalBatch / communicator->size() : kGlobalBatch;
  const auto fix = setup.task == "pretrain" ? &fix_negatives<BlipPretrain> : &fix_negatives<BlipRetrieval>;
  fix(*task, rank, rows, setup.negative_all_rank);
  auto& flat = task->flat_parameters();
  for (std::int64_t step = 0; step < kSteps; ++step) {
    const auto losses =
        task->step(batch_of(run, step, rank * rows, rows), {.alpha = 0.4, .communicator = communicator});
    flat.zero_gradients();
    losses.total.backward();
    if (communicator != nullptr) communicator->average_(flat.gradients());
    const torch::NoGradGuard no_grad;
    flat.values().sub_(flat.gradients() * kLearningRate);
  }
  State state;
  for (const auto& [name, tensor] : task->state()) state[name] = tensor.detach().clone();
  return state;
}

void expect_same_as_one_process(const Setup& setup) {
  Ranks ranks(2, [&](Communicator& communicator) {
    const GoldenRun run(setup.task, LinearProduct::kLibTorch);
    const auto before = new_task(run, setup)->state();
    const State shared = train(run, setup, &communicator);
    std::vector<torch::Tensor> values;
    for (const auto& [name, tensor] : shared) values.push_back(tensor.to(torch::kFloat64).flatten());
    const auto both = communicator.gather(torch::cat(values).unsqueeze(0));
    EXPECT_TRUE(torch::equal(both[0], both[1])) << "ranks differ";
    if (communicator.rank() != 0) return;

    const State single = train(run, setup, nullptr);
    ASSERT_EQ(shared.size(), single.size());
    double moved = 0;
    for (const auto& [name, tensor] : before) {
      EXPECT_LE((shared.at(name) - single.at(name)).abs().max().item<double>(), 2e-6) << name;
      moved = std::max(moved, (shared.at(name) - tensor).abs().max().item<double>());
    }
    EXPECT_GT(moved, 1e-2);
  });
  ranks.expect_all_succeed();
}

TEST(DataParallelGolden, PretrainingEqualsOneProcess) {
  expect_same_as_one_process({"pretrain", false});
}

TEST(DataParallelGolden, RetrievalWithOwnNegativesEqualsOneProcess) {
  expect_same_as_one_process({"retrieval", false});
}

TEST(DataParallelGolden, RetrievalWithEveryonesNegativesEqualsOneProcess) {
  expect_same_as_one_process({"retrieval", true});
}

}  // namespace
}  // namespace blip::test
