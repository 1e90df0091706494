#include "training/distributed/process_group_communicator.h"

#include <gmock/gmock.h>

#include <chrono>
#include <csignal>

#include "core/base/error.h"
#include "tests/training/distributed/ranks.h"

namespace blip {
namespace {

using test::Ranks;
using testing::HasSubstr;

std::vector<double> numbers(const torch::Tensor& tensor) {
  const auto flat = tensor.detach().to(torch::kFloat64).contiguous().view(-1);
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

std::string message_of(const std::function<void()>& call, ErrorKind kind) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

TEST(ProcessGroupCommunicator, CollectivesGiveWhatTheirNamesSay) {
  Ranks ranks(2, [](Communicator& communicator) {
    const int rank = communicator.rank();
    ASSERT_EQ(communicator.size(), 2);

    auto mean = torch::tensor({1.0F + static_cast<float>(rank), 10.0F * static_cast<float>(rank)});  // {1, 0}, {2, 10}
    communicator.average_(mean);
    EXPECT_EQ(numbers(mean), (std::vector<double>{1.5, 5}));

    auto count = torch::full({3}, 5 + rank, torch::kInt64);
    communicator.sum_(count);
    EXPECT_EQ(numbers(count), (std::vector<double>{11, 11, 11}));
    auto exact = torch::tensor({0.1 * (rank + 1)}, torch::kFloat64);
    communicator.sum_(exact);
    EXPECT_DOUBLE_EQ(exact.item<double>(), 0.1 + 0.2);

    auto weights = torch::full({2, 2}, rank == 0 ? 7.0 : 9.0).requires_grad_();
    communicator.broadcast_(weights);
    EXPECT_EQ(numbers(weights), (std::vector<double>{7, 7, 7, 7}));
    EXPECT_TRUE(weights.requires_grad());

    const auto rows = torch::arange(6, torch::kFloat32).view({2, 3}) + 100 * rank;
    const auto all = communicator.gather(rows);
    EXPECT_EQ(all.sizes(), (std::vector<std::int64_t>{4, 3}));
    EXPECT_EQ(numbers(all), (std::vector<double>{0, 1, 2, 3, 4, 5, 100, 101, 102, 103, 104, 105}));
    EXPECT_FALSE(communicator.gather(rows.clone().requires_grad_()).requires_grad());
    EXPECT_EQ(numbers(communicator.gather(torch::full({1}, 40 + rank, torch::kInt64))), (std::vector<double>{40, 41}));
    EXPECT_EQ(communicator.gather(torch::empty({0, 3})).sizes(), (std::vector<std::int64_t>{0, 3}));
    communicator.barrier();
  });
  ranks.expect_all_succeed();
}

TEST(ProcessGroupCommunicator, TensorsNeedNotBeContiguous) {
  Ranks ranks(2, [](Communicator& communicator) {
    const double rank = communicator.rank();
    auto whole = torch::arange(6, torch::kFloat32).view({2, 3}) + 10 * rank;
    auto column = whole.select(1, 1);  // {1, 4}, {11, 14}
    communicator.sum_(column);
    EXPECT_EQ(numbers(whole), (std::vector<double>{10 * rank, 12, 2 + 10 * rank, 3 + 10 * rank, 18, 5 + 10 * rank}));
    column.fill_(rank + 3);
    communicator.broadcast_(column);
    EXPECT_EQ(numbers(column), (std::vector<double>{3, 3}));
    EXPECT_EQ(numbers(communicator.gather((torch::arange(4, torch::kFloat32).view({2, 2}) + 10 * rank).t())),
              (std::vector<double>{0, 2, 1, 3, 10, 12, 11, 13}));
  });
  ranks.expect_all_succeed();
}

// Each rank r has x_r [1, 2] and the loss sum(w_r * all), all = [x_0; x_1]: the gradient of x_r is w_0[r] + w_1[r].
TEST(ProcessGroupCommunicator, GradientsOfGatheredRowsComeFromAllRanks) {
  Ranks ranks(2, [](Communicator& communicator) {
    const bool first = communicator.rank() == 0;
    const auto x = torch::full({1, 2}, first ? 3.0 : 4.0).requires_grad_();
    const auto w = first ? torch::tensor({{1.0, 2.0}, {3.0, 4.0}}) : torch::tensor({{10.0, 20.0}, {30.0, 40.0}});
    const auto all = communicator.gather_with_grad(x);
    EXPECT_EQ(numbers(all), (std::vector<double>{3, 3, 4, 4}));
    (w.to(torch::kFloat32) * all).sum().backward();
    EXPECT_EQ(numbers(x.grad()), first ? (std::vector<double>{11, 22}) : (std::vector<double>{33, 44}));
  });
  ranks.expect_all_succeed();
}

// A linear model and a loss that looks at all pairs of the global batch, as hard negatives from all ranks do.
TEST(ProcessGroupCommunicator, TrainingEqualsOneProcessAtTheGlobalBatch) {
  Ranks ranks(2, [](Communicator& communicator) {
    const auto options = torch::TensorOptions(torch::kFloat64);
    const auto data = torch::sin(torch::arange(8 * 5, options)).view({8, 5});
    const auto goals = torch::cos(torch::arange(8, options));
    const auto start = torch::sin(torch::arange(5, options) * 3);
    const auto loss_of = [&](const torch::Tensor& own, const torch::Tensor& own_goals, const torch::Tensor& all) {
      return ((own.unsqueeze(1) * all.unsqueeze(0)).mean(1) + own - own_goals).square().mean();
    };

    auto single = start.clone().requires_grad_(), shared = start.clone().requires_grad_();
    const int rank = communicator.rank();
    for (int step = 0; step < 3; ++step) {
      const auto all = data.mv(single);
      loss_of(all, goals, all).backward();
      const auto own = data.narrow(0, 4 * rank, 4).mv(shared);
      loss_of(own, goals.narrow(0, 4 * rank, 4), communicator.gather_with_grad(own)).backward();
      communicator.average_(shared.mutable_grad());
      const torch::NoGradGuard no_grad;
      for (auto* weights : {&single, &shared}) {
        weights->sub_(weights->grad() * 0.1);
        weights->mutable_grad().zero_();
      }
    }
    EXPECT_LT((single - shared).abs().max().item<double>(), 1e-12);
    EXPECT_GT((start - shared).abs().max().item<double>(), 1e-2);
    const auto both = communicator.gather(shared.detach());
    EXPECT_TRUE(torch::equal(both.narrow(0, 0, 5), both.narrow(0, 5, 5)));
  });
  ranks.expect_all_succeed();
}

TEST(ProcessGroupCommunicator, RanksOutOfStepAreToldSo) {
  Ranks shapes(2, [](Communicator& communicator) {
    const auto rows = torch::zeros({2 + communicator.rank(), 3});
    const auto message = message_of([&] { communicator.gather(rows); }, ErrorKind::kFailed);
    EXPECT_THAT(message,
                HasSubstr("rank 0 does gather of Float [2, 3], call 1, rank 1 gather of Float [3, 3], call 1"));
    EXPECT_EQ(message_of([&] { communicator.barrier(); }, ErrorKind::kFailed), message);
  });
  Ranks kinds(2, [](Communicator& communicator) {
    auto one = torch::ones({1});
    const auto call = [&] { communicator.rank() == 0 ? communicator.barrier() : communicator.sum_(one); };
    EXPECT_THAT(message_of(call, ErrorKind::kFailed),
                HasSubstr("rank 0 does barrier, call 1, rank 1 sum_ of Float [1]"));
  });
  shapes.expect_all_succeed();
  kinds.expect_all_succeed();
}

TEST(ProcessGroupCommunicator, AKilledRankEndsTheOthersWithAnError) {
  const auto start = std::chrono::steady_clock::now();
  Ranks ranks(3, [](Communicator& communicator) {
    auto one = torch::ones({1});
    communicator.sum_(one);
    if (communicator.rank() == 1) ::raise(SIGKILL);
    const auto x = torch::ones({1}).requires_grad_();
    const auto step = [&] { communicator.gather_with_grad(x).sum().backward(); };
    const auto message = message_of(step, ErrorKind::kFailed);
    EXPECT_THAT(message, HasSubstr("rank " + std::to_string(communicator.rank()) +
                                   " of 3 waited for the other ranks in gather of Float [1], call 2: one of them has"));
  });
  EXPECT_EQ(ranks.wait(0), 0);
  EXPECT_EQ(ranks.wait(1), 128 + SIGKILL);
  EXPECT_EQ(ranks.wait(2), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

// The error appears in the middle of backward, where LibTorch's engine calls.
TEST(ProcessGroupCommunicator, AnErrorPassesThroughBackward) {
  Ranks ranks(2, [](Communicator& communicator) {
    const auto x = torch::ones({1}).requires_grad_();
    const auto loss = communicator.gather_with_grad(x).sum();
    if (communicator.rank() == 1) ::raise(SIGKILL);
    EXPECT_THAT(message_of([&] { loss.backward(); }, ErrorKind::kFailed), HasSubstr("sum_ of Float [2], call 2"));
  });
  EXPECT_EQ(ranks.wait(0), 0);
  EXPECT_EQ(ranks.wait(1), 128 + SIGKILL);
}

TEST(ProcessGroupCommunicator, AStoppedRankIsNotWaitedForForEver) {
  CommunicatorOptions options;
  options.heartbeat_period = std::chrono::milliseconds(20);
  options.patience = std::chrono::milliseconds(400);
  Ranks ranks(
      2,
      [](Communicator& communicator) {
        communicator.barrier();
        if (communicator.rank() == 1) ::raise(SIGSTOP);
        const auto message = message_of([&] { communicator.barrier(); }, ErrorKind::kFailed);
        EXPECT_THAT(message, HasSubstr("barrier, call 2: rank 1 has been silent for 0.4 s"));
        EXPECT_EQ(message_of([&] { communicator.barrier(); }, ErrorKind::kFailed), message);
      },
      options);
  EXPECT_EQ(ranks.wait(0), 0);
}

}  // namespace
}  // namespace blip
