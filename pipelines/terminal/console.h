#pragma once

#include <set>
#include <string>

namespace blip {

// What the user reads while a program works: lines on stderr and, only when stderr is a terminal, a progress line below
// them. One a program, used by its main thread.
class Console {
 public:
  explicit Console(std::string program);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // "program: message", one line whatever the message holds.
  void line(const std::string& message);
  // The same message is shown once only.
  void line_once(const std::string& message);

  bool shows_progress() const { return terminal_; }
  // Replaces the progress line; cut to the terminal's width. Nothing when stderr is no terminal.
  void progress(const std::string& text);
  // Takes the progress line away: before something else is written to the same terminal.
  void clear_progress();

 private:
  std::string program_;
  bool terminal_;
  bool drawn_ = false;
  std::set<std::string> shown_once_;
};

}  // namespace blip
