#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace blip::test {

// What tests do in a real, headless Chromium, through chromedriver and the W3C WebDriver protocol. Waiting is looking
// again until a deadline. Everything throws std::runtime_error with what the browser said.
class WebDriver {
 public:
  // Why there can be no browser here; empty: there can.
  static std::string missing();

  // Starts the driver and a browser of 1280x800 with a profile of its own.
  WebDriver();
  ~WebDriver();
  WebDriver(const WebDriver&) = delete;
  WebDriver& operator=(const WebDriver&) = delete;

  void open(const std::string& address);
  void back();
  // What the script returns; its `arguments` are at hand in it.
  nlohmann::json run(const std::string& script, const nlohmann::json& arguments = nlohmann::json::array());
  // Evaluates the expression again and again until it is neither false, null, 0 nor "", and returns it.
  nlohmann::json wait_for(const std::string& expression, int seconds = 20);

  // As a person does it: scrolled into view, and an error when something else lies over it.
  void click(const std::string& selector);
  // `x`, `y`: shares of the element's size from its left and upper border.
  void click_at(const std::string& selector, double x, double y);
  void type(const std::string& selector, const std::string& text);
  // Keys one after the other, to what has the focus: "a", or one of the kKey below.
  void press(const std::string& key);

  void set_size(int width, int height);
  void prefer(const std::string& feature, const std::string& value);  // "prefers-color-scheme", "dark"
  // Lines of the console since the last call that are errors, or violations of the page's policy.
  std::vector<std::string> errors();

 private:
  struct Session;
  nlohmann::json element(const std::string& selector);
  nlohmann::json command(const std::string& method, const std::string& path, const nlohmann::json& body = {});
  void tool(const std::string& name, const nlohmann::json& parameters);
  std::unique_ptr<Session> session_;
};

inline constexpr const char* kKeyEnter = "\uE007";
inline constexpr const char* kKeyEscape = "\uE00C";
inline constexpr const char* kKeyLeft = "\uE012";
inline constexpr const char* kKeyUp = "\uE013";
inline constexpr const char* kKeyRight = "\uE014";
inline constexpr const char* kKeyDown = "\uE015";

}  // namespace blip::test
