#include "pipelines/watching/clip_names.h"

#include <algorithm>
#include <cctype>
#include <mutex>
#include <set>
#include <system_error>

#include "pipelines/media_input/url_source.h"
#include "pipelines/terminal/clock_text.h"

namespace blip {
namespace {

constexpr std::size_t kLongestWord = 40;

// "camera/1" of "rtsp://me:***@camera:554/1?x=y", "talk" of "/videos/talk.mp4".
std::string source_word(const std::string& source) {
  if (const std::string path = local_path(source); !is_url(path))
    return file_word(std::filesystem::path(path).stem().string());
  std::string rest = source.substr(source.find("://") + 3);
  const std::size_t at = rest.find('@');
  if (at < rest.find('/')) rest.erase(0, at + 1);
  return file_word(rest.substr(0, rest.find('?')));
}

std::string time_word(const Alert& alert) {
  std::string text = alert.date ? date_text(*alert.date) : clock_text(alert.start, '.');
  if (alert.date)
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  else
    std::replace(text.begin(), text.end(), ':', '-');
  return text;
}

bool is_free(const std::filesystem::path& name) {
  std::error_code error;
  for (const char* ending : {".mp4", ".jpg"})
    if (std::filesystem::exists(name.string() + ending, error)) return false;
  return true;
}

}  // namespace

std::string file_word(const std::string& text) {
  std::string word;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!word.empty() && word.back() != '-')
      word += '-';
    if (word.size() == kLongestWord) break;
  }
  while (!word.empty() && word.back() == '-') word.pop_back();
  return word.empty() ? "x" : word;
}

std::filesystem::path new_clip_name(const std::filesystem::path& directory, const Alert& alert) {
  static std::mutex mutex;
  static std::set<std::filesystem::path> given;
  const std::string base = source_word(alert.source) + "_" + time_word(alert) + "_" + file_word(alert.query.text);
  const std::lock_guard lock(mutex);
  std::filesystem::path name = directory / base;
  for (int number = 2; !is_free(name) || given.count(name) > 0; ++number)
    name = directory / (base + "-" + std::to_string(number));
  given.insert(name);
  return name;
}

}  // namespace blip
