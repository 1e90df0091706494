#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/pipelines/serve/browser/served_demo.h"

namespace blip::test {

inline std::string encoded(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == ' ' ? '+' : c;
  return result;
}

inline constexpr const char* kResultsShown =
    "document.querySelector('.card[data-segment], .tail .notice') && !document.querySelector('.skeleton')";

// Tests of the page in one browser. Each begins at an address of its own, at the size of a desk, and ends with a
// console that holds no error.
class PageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string missing = WebDriver::missing(); !missing.empty()) GTEST_SKIP() << missing;
    browser().set_size(1280, 800);
    browser().prefer("prefers-color-scheme", "light");
    browser().errors();
  }
  void TearDown() override {
    if (IsSkipped()) return;
    EXPECT_EQ(browser().errors(), std::vector<std::string>{});
    if (HasFailure()) browser().open("about:blank");
  }

  static WebDriver& browser() {
    static WebDriver browser;
    return browser;
  }
  static DemoIndex& index() {
    static DemoIndex index;
    return index;
  }
  static DemoServer& server() {
    static DemoServer server(index().file());
    return server;
  }
  static const std::vector<DemoShot>& shots() {
    static const std::vector<DemoShot> shots = DemoIndex::shots();
    return shots;
  }
  static void open(const std::string& path) { browser().open(server().address(path)); }
  static int demo_id() {
    static const int id = browser().wait_for(
        "fetch('/api/v1/videos').then(r => r.json()).then(a => a.videos.find(v => v.name === 'demo.mp4').id)");
    return id;
  }

  // Searches by hand for the second shot of the clip and waits for results.
  static void search(const std::string& text) {
    browser().run("document.getElementById('q').value = ''");
    browser().type("#q", text + kKeyEnter);
    wait_for_results();
  }
  static void wait_for_results() { browser().wait_for(kResultsShown); }
  static nlohmann::json captions() {
    return browser().run(
        "return [...document.querySelectorAll('.card[data-segment] .caption')].map(c => c.textContent)");
  }
  static nlohmann::json names() {
    return browser().run("return [...document.querySelectorAll('.card[data-segment] .name')].map(c => c.textContent)");
  }
};

inline constexpr const char* kTime = "document.getElementById('video').currentTime";
inline constexpr const char* kSeekable =
    "document.getElementById('video').readyState >= 2 && !document.getElementById('video').seeking";

}  // namespace blip::test
