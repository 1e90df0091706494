#include "training/trainer/training_monitor.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(TrainingMonitor, ProgressIsOneLine) {
  TrainingProgress progress{.step = 1200,
                            .steps = 20000,
                            .epoch = 3,
                            .lr = 3e-4,
                            .losses = {{"loss", 2.41234}, {"loss_ita", 1.2}, {"loss_lm", 1.21234}},
                            .samples_per_second = 412.34,
                            .seconds_left = 725};
  EXPECT_EQ(progress_line(progress),
            "step 1200/20000, epoch 3, loss 2.412 (ita 1.2, lm 1.212), lr 0.0003, 412.3 samples/s, ETA 12:05");
  progress.losses.resize(1);
  progress.seconds_left = 3723.6;
  EXPECT_EQ(progress_line(progress), "step 1200/20000, epoch 3, loss 2.412, lr 0.0003, 412.3 samples/s, ETA 1:02:04");
}

}  // namespace
}  // namespace blip
