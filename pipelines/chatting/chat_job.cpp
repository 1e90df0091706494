#include "pipelines/chatting/chat_job.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "core/base/error.h"
#include "pipelines/chatting/chat_clip.h"
#include "pipelines/chatting/chat_line.h"
#include "pipelines/chatting/conversation.h"
#include "pipelines/chatting/line_input.h"
#include "pipelines/elements/engine_model.h"
#include "pipelines/records/model_failure.h"
#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/interrupt.h"

namespace blip {
namespace {

using Kind = ChatLine::Kind;

constexpr int kInterrupted = 130;
constexpr const char* kHelp = "/history, /clear, /at TIME, /quit; anything else is a question";

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// Where the lines come from.
int open_lines(const std::string& script) {
  if (script.empty()) return STDIN_FILENO;
  const int fd = open(script.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw Error(ErrorKind::kNotFound, "cannot read the script '" + script + "'; expected a question a line");
  return fd;
}

// Cancels a stream's calls when the interrupt comes.
class CancelOnInterrupt {
 public:
  CancelOnInterrupt(Stream& stream, const InterruptWatch& interrupt)
      : stream_(stream), done_(eventfd(0, EFD_CLOEXEC)), thread_([this, interrupted = interrupt.descriptor()] {
          std::array<pollfd, 2> watched{{{interrupted, POLLIN, 0}, {done_.get(), POLLIN, 0}}};
          while (poll(watched.data(), watched.size(), -1) < 0) continue;
          if (watched[0].revents != 0) stream_.cancel();
        }) {}
  ~CancelOnInterrupt() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(done_.get(), &one, sizeof one);
    thread_.join();
    stream_.resume();
  }
  CancelOnInterrupt(const CancelOnInterrupt&) = delete;
  CancelOnInterrupt& operator=(const CancelOnInterrupt&) = delete;

 private:
  Stream& stream_;
  const Descriptor done_;
  std::thread thread_;
};

std::shared_ptr<Model> open_model(const ChatSettings& settings) {
  auto model = open_engine_model(with_model(settings, ModelTask::kConverse));
  const ModelAbilities& can = model->abilities();
  if (!can.instruct)
    throw ModelFailure(ErrorKind::kUnsupported,
                       "'" + model->name() + "' is a " + can.layout +
                           " checkpoint and cannot converse; use a BLIP-2 with a language model, such as "
                           "Salesforce/blip2-opt-2.7b" +
                           (can.answer ? ", or gst-blip ask for single questions" : ""));
  return model;
}

// One conversation at a terminal, or out of a script.
class Chat {
 public:
  Chat(const ChatSettings& settings, Console& console, ChatClip clip)
      : settings_(settings),
        console_(console),
        clip_(std::move(clip)),
        model_(open_model(settings)),
        stream_(open_stream()),
        talk_(*stream_, settings.answer_options(), static_cast<std::size_t>(settings.turns)),
        lines_(open_lines(settings.script)),
        input_(lines_.get()),
        on_terminal_(isatty(lines_.get()) == 1) {
    for (const std::string& warning : model_->warnings()) console_.line("warning: " + warning);
  }

  int run() {
    if (!look([&] { return clip_.look(*stream_); })) return kInterrupted;
    if (on_terminal_) console_.line("ask about '" + settings_.file + "'; /help names the commands, Ctrl-D ends");
    for (;;) {
      std::optional<std::string> line;
      {
        const InterruptWatch interrupt;
        if (on_terminal_) std::cerr << "> " << std::flush;
        line = input_.next(interrupt.descriptor());
        if (interrupt.requested()) return end_line(kInterrupted);
      }
      if (!line) return end_line(failed_ ? 1 : 0);
      const ChatLine meant = parse_chat_line(*line);
      if (meant.kind == Kind::kQuit) return failed_ ? 1 : 0;
      if (!follow(meant)) return kInterrupted;
    }
  }

 private:
  std::unique_ptr<Stream> open_stream() const {
    auto stream = model_->open_stream({});
    if (!stream.ok()) throw ModelFailure(stream.failure().kind, stream.failure().message);
    return std::move(stream.value());
  }

  // The prompt ends with the shell's on a line of its own.
  int end_line(int code) const {
    if (on_terminal_) std::cerr << '\n';
    return code;
  }

  // False when a script was interrupted.
  bool follow(const ChatLine& line) {
    switch (line.kind) {
      case Kind::kQuestion:
        return answer(line.text);
      case Kind::kAt:
        return look([&] { return clip_.look_at(*stream_, line.time); }) || on_terminal_;
      case Kind::kHistory:
        for (const ChatTurn& turn : talk_.said()) console_.line(turn.question + " — " + turn.answer);
        return true;
      case Kind::kClear:
        talk_.clear();
        return true;
      case Kind::kHelp:
        console_.line(kHelp);
        return true;
      case Kind::kUnknown:
        failed_ = failed_ || !on_terminal_;
        console_.line(line.text);
        return true;
      default:
        return true;
    }
  }

  // Does what can be interrupted. False when it was.
  template <class Work>
  bool interruptible(Work&& work) {
    const InterruptWatch interrupt;
    const CancelOnInterrupt cancel(*stream_, interrupt);
    try {
      work();
    } catch (const Error&) {
      if (!interrupt.requested()) throw;
    }
    return !interrupt.requested();
  }

  template <class Look>
  bool look(Look&& take) {
    const bool first = times_.empty() && talk_.said().empty();
    try {
      return interruptible([&] {
        ChatClip::Look seen = take();
        talk_.look_at(std::move(seen.clip));
        times_ = std::move(seen.times);
      });
    } catch (const Error& e) {
      if (first) throw;
      fail(e.what());
      return true;
    }
  }

  bool answer(const std::string& question) {
    std::optional<Answer> found;
    std::string why;
    try {
      if (!interruptible([&] { found = talk_.ask(question); })) return on_terminal_;
    } catch (const Error& e) {
      why = e.what();
      fail(why);
    }
    if (settings_.format == "json") {
      nlohmann::json record{{"question", question}};
      if (found) record.update({{"answer", found->text}, {"score", found->score}, {"confidence", found->confidence}});
      if (!found) record["error"] = why;
      if (!times_.empty()) record["frames"] = times_;
      print(record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
      print(found ? found->text : "");
    }
    return true;
  }

  static void print(const std::string& line) {
    if (!(std::cout << line << '\n' << std::flush))
      throw Error(ErrorKind::kFailed, "cannot write to stdout; is the disk full, or the reader gone?");
  }

  void fail(const std::string& why) {
    failed_ = failed_ || !on_terminal_;
    console_.line(why);
  }

  const ChatSettings& settings_;
  Console& console_;
  const ChatClip clip_;
  std::shared_ptr<Model> model_;
  std::unique_ptr<Stream> stream_;
  Conversation talk_;
  const Descriptor lines_;
  LineInput input_;
  const bool on_terminal_;
  std::vector<double> times_;
  bool failed_ = false;
};

}  // namespace

int run_chat_job(const ChatSettings& settings, Console& console) {
  settings.validate();
  // A wrong file name does not cost the loading of a model.
  ChatClip clip(settings);
  return Chat(settings, console, std::move(clip)).run();
}

}  // namespace blip
