#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/image_view.h"
#include "core/tasks/engine_api.h"

namespace blip::test {

// A picture as the fake model was shown it.
struct SeenImage {
  PixelFormat format = PixelFormat::kRgb;
  int width = 0, height = 0;
  Orientation orientation = Orientation::kUpright;
  ColorMatrix matrix = ColorMatrix::kBt601;
  ColorRange range = ColorRange::kLimited;
};

// What a text was asked for with.
struct SeenRequest {
  std::string kind;  // "caption", "answer", "rank", "match"
  std::size_t frames = 0;
  CaptionOptions caption;
  AnswerOptions answer;
  std::vector<std::string> texts;  // question, or what is matched
};

// The test's hand on libblip-engine-fake.so. The fake model sees nothing of a picture but the colour that it is on
// average: black, gray, white, red, green, blue, yellow, cyan or magenta.
//   caption: the next of the script, else "a C picture"; of a window "a C then D picture", equal neighbours once
//   answer: the next of the script, else the colours, "C then D"; rank: the first answer that names a colour of the
//   clip
//   match: probability 0.1 + 0.8 x the share of the clip's frames whose colour the text names
//   embeddings: a unit vector along the colour, of several a clip the last one, the others are along magenta; of a
//   text, along the colours it names
// An analysis is one clip's caption, answer, ranking or match. All calls are thread-safe.
class FakeEngineControl {
 public:
  virtual void reset() = 0;  // nothing held, scripted or counted
  // While held, an analysis waits until it is released.
  virtual void hold() = 0;
  virtual void release(std::size_t analyses) = 0;
  virtual void release_all() = 0;
  virtual void hold_open() = 0;  // the same for opening a model; release_all() ends it, too
  // The same, independent of hold_open(): for harnesses, whose element must not fail before it plays.
  virtual void pause_open(bool paused) = 0;
  virtual void hold_encode() = 0;  // the same for encoding images, one by one with release_encode()
  virtual void release_encode(std::size_t images) = 0;
  // Waits until so many analyses have begun since reset(); false after ten seconds.
  virtual bool wait_begun(std::size_t analyses) = 0;
  virtual bool wait_encoding(std::size_t images) = 0;
  virtual bool wait_opening() = 0;
  virtual void script(std::vector<std::string> captions) = 0;
  virtual void fail_next(std::size_t analyses, ErrorKind kind, std::string message) = 0;
  virtual void fail_encode(std::size_t images, ErrorKind kind, std::string message) = 0;
  virtual void fail_open(ErrorKind kind, std::string message) = 0;
  virtual void warn_on_open(std::vector<std::string> warnings) = 0;
  virtual void refuse_abi(bool refuse) = 0;
  // What models opened from now on can do; their vision_id is "weights of MODEL" in any case.
  virtual void set_abilities(const ModelAbilities& abilities) = 0;
  virtual std::size_t begun() const = 0;
  virtual std::size_t encoded() const = 0;  // images, begun
  virtual std::size_t embedded_texts() const = 0;
  virtual std::size_t opened() const = 0;
  virtual std::vector<SeenImage> seen() const = 0;
  virtual std::vector<SeenRequest> requests() const = 0;
  virtual ModelOptions last_model() const = 0;
  virtual StreamOptions last_stream() const = 0;

 protected:
  ~FakeEngineControl() = default;
};

inline constexpr const char* kFakeControlName = "blip_fake_engine_control";
using FakeControlFunction = FakeEngineControl* (*)();

// Loads the fake engine and makes $GST_BLIP_ENGINE name it; throws std::runtime_error when it is not there.
FakeEngineControl& fake_engine();
// The same engine as those see it who open it at run time.
Engine& fake_engine_api();

}  // namespace blip::test
