#include "core/text/decoded_text.h"

#include <array>
#include <string_view>
#include <utility>

namespace blip {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  std::size_t read = text.find(from);
  if (read == std::string::npos) return;
  std::string result(text, 0, read);
  while (true) {
    result += to;
    read += from.size();
    const std::size_t next = text.find(from, read);
    result.append(text, read, next == std::string::npos ? next : next - read);
    if (next == std::string::npos) break;
    read = next;
  }
  text = std::move(result);
}

}  // namespace

// The order matters: each rule sees what the ones before it left.
void clean_up_spaces(std::string& text) {
  using Rule = std::pair<std::string_view, std::string_view>;
  constexpr std::array<Rule, 10> kRules{Rule{" .", "."}, {" ?", "?"},     {" !", "!"},   {" ,", ","},
                                        {" ' ", "'"},    {" n't", "n't"}, {" 'm", "'m"}, {" 's", "'s"},
                                        {" 've", "'ve"}, {" 're", "'re"}};
  for (const auto& [from, to] : kRules) replace_all(text, from, to);
}

}  // namespace blip
