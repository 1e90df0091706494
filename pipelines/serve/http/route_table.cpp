#include "pipelines/serve/http/route_table.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace blip {
namespace {

constexpr std::size_t kMostDigits = 18;  // fits 63 bits

// The part before the next '/', which is taken away with it.
std::string_view next_part(std::string_view& path) {
  const std::size_t end = std::min(path.find('/', 1), path.size());
  const std::string_view part = path.substr(0, end);
  path.remove_prefix(end);
  return part;
}

// "/{id}" or "/{id}.jpg" against "/12" or "/12.jpg".
bool matches_number(std::string_view pattern, std::string_view part, std::int64_t& id) {
  const std::string_view tail = pattern.substr(pattern.find('}') + 1);
  if (part.size() < 1 + tail.size() || part.substr(part.size() - tail.size()) != tail) return false;
  const std::string_view digits = part.substr(1, part.size() - 1 - tail.size());
  if (digits.empty() || digits.size() > kMostDigits) return false;
  id = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    id = id * 10 + (c - '0');
  }
  return true;
}

bool is_file_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-' || c == '/';
  });
}

std::optional<RouteTable::Found> match(const Route& route, std::string_view path) {
  RouteTable::Found found{&route, {}, {}};
  std::string_view pattern = route.path;
  while (!pattern.empty() && !path.empty()) {
    if (pattern == "/{file}") {
      if (!is_file_name(path.substr(1))) return std::nullopt;
      found.file = path.substr(1);
      return found;
    }
    const std::string_view expected = next_part(pattern);
    const std::string_view part = next_part(path);
    if (expected.substr(0, 2) != "/{") {
      if (expected != part) return std::nullopt;
      continue;
    }
    std::int64_t id = 0;
    if (!matches_number(expected, part, id)) return std::nullopt;
    found.ids.push_back(id);
  }
  return pattern.empty() && path.empty() ? std::optional(found) : std::nullopt;
}

bool serves(const Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

}  // namespace

void RouteTable::add(std::string method, std::string path, Access access, std::function<void(HttpCall&)> handler) {
  routes_.push_back({std::move(method), std::move(path), access, std::move(handler)});
}

RouteTable::Found RouteTable::find(std::string_view method, std::string_view path) const {
  bool known = false;
  for (const Route& route : routes_) {
    auto found = match(route, path);
    if (!found) continue;
    known = true;
    if (serves(route, method)) return std::move(*found);
  }
  if (known) throw HttpRefusal(405, "this address does not take " + std::string(method));
  throw HttpRefusal(404, "there is nothing at this address");
}

std::string RouteTable::allowed(std::string_view path) const {
  std::string methods;
  for (const Route& route : routes_)
    if (match(route, path))
      methods += (methods.empty() ? "" : ", ") + route.method + (route.method == "GET" ? ", HEAD" : "");
  return methods;
}

}  // namespace blip
