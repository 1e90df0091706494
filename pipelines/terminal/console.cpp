#include "pipelines/terminal/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "pipelines/terminal/cue_text.h"

namespace blip {
namespace {

constexpr const char* kClearLine = "\r\x1b[K";

// Columns of the terminal behind stderr; 80 where it does not say.
std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// Cuts after `width` characters, never inside one.
std::string cut(const std::string& text, std::size_t width) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && characters++ == width) return text.substr(0, i);
  return text;
}

}  // namespace

Console::Console(std::string program) : program_(std::move(program)), terminal_(isatty(STDERR_FILENO) == 1) {}

Console::~Console() {
  clear_progress();
}

void Console::line(const std::string& message) {
  clear_progress();
  const std::string text = program_ + ": " + one_line(message) + '\n';
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

void Console::line_once(const std::string& message) {
  if (shown_once_.insert(message).second) line(message);
}

void Console::progress(const std::string& text) {
  if (!terminal_) return;
  std::fputs((kClearLine + cut(text, terminal_width() - 1)).c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

void Console::clear_progress() {
  if (!std::exchange(drawn_, false)) return;
  std::fputs(kClearLine, stderr);
  std::fflush(stderr);
}

}  // namespace blip
