#pragma once

#include <chrono>
#include <cstddef>

#include "pipelines/serve/http/http_head.h"

namespace blip {

// What one client may take. Defaults live here and nowhere else.
struct HttpLimits {
  std::size_t connections = 96;  // served at a time, a thread each
  std::size_t waiting = 96;      // connections that wait for one of them; further ones get 503
  std::size_t requests = 1000;   // on one connection
  HeadLimits head;
  std::chrono::milliseconds idle{15000};      // between two requests of a connection
  std::chrono::milliseconds request{10000};   // from a request's first byte to its head's last
  std::chrono::milliseconds body{30000};      // for the whole body
  std::chrono::milliseconds response{30000};  // for the whole response to be taken, but for long ones:
  std::chrono::milliseconds stall{30000};     // … of those, each 64 KiB
};

}  // namespace blip
