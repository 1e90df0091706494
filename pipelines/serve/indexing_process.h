#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace blip {

// "gst-blip index add" as a process of its own beside the server: neither takes the other along when it fails. What it
// says goes to stderr. It ends with this process, however that ends.
class IndexingProcess {
 public:
  // Runs `program` with these arguments. Throws Error(kFailed).
  IndexingProcess(const std::string& program, const std::vector<std::string>& arguments);
  ~IndexingProcess();  // asks it to end, as Ctrl-C does, and waits; what is stored stays
  IndexingProcess(const IndexingProcess&) = delete;
  IndexingProcess& operator=(const IndexingProcess&) = delete;

  pid_t id() const noexcept { return process_; }
  // Waits for its end. Returns its exit code, or 128 and the signal's number.
  int wait();

 private:
  pid_t process_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

}  // namespace blip
