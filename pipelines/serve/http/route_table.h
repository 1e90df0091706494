#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pipelines/serve/http/http_call.h"

namespace blip {

// Who may ask.
enum class Access {
  kOpen,   // anybody: the page itself, logging in
  kRead,   // with a token
  kAdmin,  // with the administrator's token
};

struct Route {
  std::string method;  // GET answers HEAD, too
  // "/api/v1/videos/{id}": what is in braces stands for a number of at most 18 digits, {file} at the end for names of
  // letters, digits, '.', '_' and '-' with '/' between them.
  std::string path;
  Access access = Access::kRead;
  std::function<void(HttpCall&)> handler;
};

class RouteTable {
 public:
  void add(std::string method, std::string path, Access access, std::function<void(HttpCall&)> handler);

  struct Found {
    const Route* route = nullptr;
    std::vector<std::int64_t> ids;
    std::string file;
  };
  // Throws HttpRefusal: 404, or 405 when the path is known with another method.
  Found find(std::string_view method, std::string_view path) const;
  // The methods that a path is known with, "GET, HEAD, POST"; empty for an unknown one.
  std::string allowed(std::string_view path) const;

  const std::vector<Route>& routes() const noexcept { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace blip
