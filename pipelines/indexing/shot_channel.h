#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/indexing/frame_analysis.h"

namespace blip {

// What is known of a frame once the first encoder has seen it.
struct EncodedFrame {
  std::vector<float> embedding;
  std::shared_ptr<const ImageFeatures> features;
};

// Stretches on their way through the models: three threads meet here, that of the decoder, that of the models and the
// one that runs the analysis. Few are on their way at a time, so that decoded frames do not pile up.
class ShotChannel {
 public:
  explicit ShotChannel(const AnalysisRun& run) : sampler_(run.sampling), known_(run.known) {}

  // The decoder's thread. `send` gives a frame to the models; it is not called for stretches that are passed over.
  // Waits while enough are on their way. Return false when the run is over.
  using Send = std::function<void(const SampledShot&)>;
  bool decoded(DecodedFramePtr frame, const Send& send);
  bool finish(const Send& send);

  // The models' threads.
  void encoded(std::int64_t time, EncodedFrame frame);
  void described(std::int64_t time, std::optional<std::string> caption);  // the frame has come out at the end

  // The thread of the run.
  std::vector<AnalysedShot> take_done();
  void drop_open();           // the stretch that is not complete yet will not be
  void close();               // nobody waits any more
  AnalysisEnd end() const;    // when the stream is over
  bool all_came_out() const;  // of what was sent

 private:
  bool pass_on(std::vector<SampledShot> complete, const Send& send);

  mutable std::mutex mutex_;
  std::condition_variable room_;
  ShotSampler sampler_;  // the decoder's thread
  std::int64_t known_, found_ = 0;
  std::deque<SampledShot> sent_;
  std::map<std::int64_t, EncodedFrame> encoded_;
  std::vector<AnalysedShot> done_;
  bool drop_open_ = false, closed_ = false;
  int width_ = 0, height_ = 0;
};

}  // namespace blip
