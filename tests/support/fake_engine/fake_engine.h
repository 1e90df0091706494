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
  CaptionOptions options;
};

// The test's hand on libblip-engine-fake.so. A caption is the next of the script, else "a C picture" with C the colour
// that the picture is on average: black, gray, white, red, green, blue, yellow, cyan or magenta. All calls are
// thread-safe.
class FakeEngineControl {
 public:
  virtual void reset() = 0;  // nothing held, scripted or counted
  // While held, an analysis waits inside caption() until it is released.
  virtual void hold() = 0;
  virtual void release(std::size_t analyses) = 0;
  virtual void release_all() = 0;
  virtual void hold_open() = 0;  // the same for opening a model; release_all() ends it, too
  // Waits until so many analyses have begun since reset(); false after ten seconds.
  virtual bool wait_begun(std::size_t analyses) = 0;
  virtual bool wait_opening() = 0;
  virtual void script(std::vector<std::string> captions) = 0;
  virtual void fail_next(std::size_t analyses, ErrorKind kind, std::string message) = 0;
  virtual void fail_open(ErrorKind kind, std::string message) = 0;
  virtual void warn_on_open(std::vector<std::string> warnings) = 0;
  virtual void refuse_abi(bool refuse) = 0;
  virtual std::size_t begun() const = 0;
  virtual std::size_t opened() const = 0;
  virtual std::vector<SeenImage> seen() const = 0;
  virtual ModelOptions last_model() const = 0;

 protected:
  ~FakeEngineControl() = default;
};

inline constexpr const char* kFakeControlName = "blip_fake_engine_control";
using FakeControlFunction = FakeEngineControl* (*)();

// Loads the fake engine and makes $GST_BLIP_ENGINE name it; throws std::runtime_error when it is not there.
FakeEngineControl& fake_engine();

}  // namespace blip::test
