#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/tasks/engine_api.h"

namespace blip {

// What was asked and answered about a clip. Each question goes to the model with the newest turns before it.
class Conversation {
 public:
  // `turns`: how many of them; `options` without a history.
  Conversation(Stream& stream, AnswerOptions options, std::size_t turns)
      : stream_(stream), options_(std::move(options)), turns_(turns) {}

  // The clip that is talked about from here on; the conversation goes on.
  void look_at(Clip clip) { clip_ = std::move(clip); }
  // The answer, on one line; it becomes a turn. Throws Error, and is then as before.
  Answer ask(const std::string& question);
  void clear() { said_.clear(); }
  // All turns since the beginning, or since clear().
  const std::vector<ChatTurn>& said() const { return said_; }

 private:
  Stream& stream_;
  const AnswerOptions options_;
  const std::size_t turns_;
  Clip clip_;
  std::vector<ChatTurn> said_;
};

}  // namespace blip
