#include "pipelines/serve/clip_questions.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <thread>
#include <utility>

#include "core/base/error.h"
#include "core/checkpoint/checkpoint.h"
#include "core/media/frame_at.h"
#include "core/media/video_reader.h"
#include "pipelines/elements/engine_model.h"

namespace blip {
namespace {

constexpr double kPicturesPerSecond = 2;
constexpr double kMostPictures = 16;               // as in the paper's video question answering
constexpr double kMostPicturesOfConversation = 4;  // BLIP-2, of which each is 32 tokens before the question
constexpr std::size_t kEncodedTogether = 8;

template <class T>
T value_of(Outcome<T>&& outcome) {
  if (!outcome.ok()) throw Error(outcome.failure().kind, outcome.failure().message);
  return std::move(outcome.value());
}

// Cancels a stream's calls once the time is over.
class TimeLimit {
 public:
  TimeLimit(Stream& stream, std::chrono::seconds limit)
      : thread_([this, &stream, limit] {
          std::unique_lock lock(mutex_);
          if (!changed_.wait_for(lock, limit, [this] { return done_; })) stream.cancel();
        }) {}
  ~TimeLimit() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

Clip encode(Stream& stream, const std::vector<VideoFrame>& frames) {
  Clip clip;
  for (std::size_t i = 0; i < frames.size(); i += kEncodedTogether) {
    std::vector<ImageView> views;
    for (std::size_t j = i; j < std::min(frames.size(), i + kEncodedTogether); ++j) views.push_back(frames[j].view);
    for (auto& features : value_of(stream.encode(views))) clip.frames.push_back(std::move(features));
  }
  return clip;
}

}  // namespace

std::vector<double> question_times(double start, double end, double most) {
  const double length = std::max(end - start, 0.0);
  const auto count = static_cast<int>(std::clamp(std::ceil(length * kPicturesPerSecond), 1.0, most));
  std::vector<double> times;
  for (int i = 0; i < count; ++i) times.push_back(start + length * (i + 0.5) / count);
  return times;
}

ClipQuestions::ClipQuestions(ModelSettings model, std::chrono::seconds limit)
    : settings_(with_model(std::move(model), ModelTask::kAnswer)), limit_(limit) {
  look_up_model();
}

void ClipQuestions::look_up_model() {
  try {
    const LayoutParts parts = layout_parts(open_checkpoint({.model = settings_.model}).layout);
    converses_ = parts.language_model;
    if (!parts.answers)
      missing_ = "'" + settings_.model +
                 "' answers no questions; start gst-blip serve with --answer-model and a VQA checkpoint or a BLIP-2";
  } catch (const Error& e) {
    missing_ = std::string("there is no model that answers questions: ") + e.what();
  }
}

ClipAnswer ClipQuestions::ask(const ClipQuestion& question) {
  const std::lock_guard turn(turn_);
  if (!missing_.empty()) throw Error(ErrorKind::kUnsupported, missing_);
  const double end = question.end > question.start ? question.end : VideoReader::open(question.path).info().duration;
  ClipAnswer answer;
  answer.frames = question_times(question.start, end, converses_ ? kMostPicturesOfConversation : kMostPictures);
  Stream& model = stream();
  const TimeLimit limit(model, limit_);
  const Clip clip = encode(model, read_frames_at(question.path, answer.frames));
  AnswerOptions options;
  options.history = question.history;
  const Answer found = value_of(model.answer({&clip, 1}, question.question, options)).at(0);
  answer.answer = found.text;
  answer.confidence = found.confidence;
  return answer;
}

Stream& ClipQuestions::stream() {
  const std::lock_guard lock(stream_mutex_);
  if (!model_) model_ = open_engine_model(settings_);
  if (!stream_) stream_ = value_of(model_->open_stream({}));
  if (cancelled_)
    stream_->cancel();
  else
    stream_->resume();  // after a question that took too long
  return *stream_;
}

void ClipQuestions::cancel() {
  const std::lock_guard lock(stream_mutex_);
  cancelled_ = true;
  if (stream_) stream_->cancel();
}

}  // namespace blip
