#include "tests/pipelines/serve/browser/webdriver.h"

#include <httplib.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/pipelines/serve/browser/running_program.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr const char* kElement = "element-6066-11e4-a52e-4f735466cecf";  // as the protocol names it
constexpr int kLongestAnswer = 60;                                       // seconds

bool holds(const json& value) {
  if (value.is_null()) return false;
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>() != 0;
  if (value.is_string()) return !value.get<std::string>().empty();
  return true;
}

}  // namespace

struct WebDriver::Session {
  TempDir profile;
  RunningProgram driver{{"chromedriver", "--port=0", "--log-level=SEVERE"}};
  httplib::Client client{"127.0.0.1", driver.wait_for_number("successfully on port ")};
  std::string path;
};

std::string WebDriver::missing() {
  if (!in_path("chromium")) return "there is no chromium (Debian: apt-get install chromium)";
  if (!in_path("chromedriver")) return "there is no chromedriver (Debian: apt-get install chromium-driver)";
  return {};
}

WebDriver::WebDriver() : session_(std::make_unique<Session>()) {
  session_->client.set_keep_alive(true);
  session_->client.set_tcp_nodelay(true);
  session_->client.set_read_timeout(kLongestAnswer);
  json arguments = {"--headless=new",          "--disable-gpu",
                    "--disable-dev-shm-usage", "--mute-audio",
                    "--no-first-run",          "--disable-background-networking",
                    "--window-size=1280,800",  "--user-data-dir=" + session_->profile.path().string()};
  if (geteuid() == 0) arguments.push_back("--no-sandbox");  // Chromium's sandbox refuses root
  const json answer =
      command("POST", "/session",
              {{"capabilities",
                {{"alwaysMatch",
                  {{"goog:chromeOptions", {{"args", arguments}}}, {"goog:loggingPrefs", {{"browser", "ALL"}}}}}}}});
  session_->path = "/session/" + answer.at("sessionId").get<std::string>();
  set_size(1280, 800);
}

WebDriver::~WebDriver() {
  try {
    command("DELETE", "");
  } catch (const std::exception&) {  // the driver ends its browser, too
  }
}

json WebDriver::command(const std::string& method, const std::string& path, const json& body) {
  httplib::Request request;
  request.method = method;
  request.path = session_->path + path;
  if (method == "POST") {
    request.body = (body.is_null() ? json::object() : body).dump();
    request.set_header("Content-Type", "application/json");
  }
  const auto response = session_->client.send(request);
  if (!response) throw std::runtime_error("chromedriver does not answer: " + httplib::to_string(response.error()));
  json value = json::parse(response->body).at("value");
  if (response->status != 200)
    throw std::runtime_error(method + " " + path + ": " + value.value("error", "") + ": " + value.value("message", ""));
  return value;
}

void WebDriver::tool(const std::string& name, const json& parameters) {
  command("POST", "/goog/cdp/execute", {{"cmd", name}, {"params", parameters}});
}

void WebDriver::open(const std::string& address) {
  command("POST", "/url", {{"url", address}});
}
void WebDriver::back() {
  command("POST", "/back");
}

json WebDriver::run(const std::string& script, const json& arguments) {
  return command("POST", "/execute/sync", {{"script", script}, {"args", arguments}});
}

json WebDriver::wait_for(const std::string& expression, int seconds) {
  const auto deadline = Clock::now() + std::chrono::seconds(seconds);
  while (true) {
    json value = run("return " + expression);
    if (holds(value)) return value;
    if (Clock::now() > deadline) {
      const json seen = run("return location.href + '\\n' + document.body.innerText.slice(0, 1500)");
      throw std::runtime_error("never: " + expression + "\nat " + seen.get<std::string>());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

json WebDriver::element(const std::string& selector) {
  return command("POST", "/element", {{"using", "css selector"}, {"value", selector}});
}

void WebDriver::click(const std::string& selector) {
  command("POST", "/element/" + element(selector).at(kElement).get<std::string>() + "/click");
}

void WebDriver::click_at(const std::string& selector, double x, double y) {
  const json at =
      run("const box = document.querySelector(arguments[0]).getBoundingClientRect();"
          "return {x: Math.round(box.left + box.width * arguments[1]), y: Math.round(box.top + box.height * "
          "arguments[2])};",
          {selector, x, y});
  command("POST", "/actions",
          {{"actions",
            {{{"type", "pointer"},
              {"id", "mouse"},
              {"actions",
               {{{"type", "pointerMove"}, {"duration", 0}, {"x", at["x"]}, {"y", at["y"]}, {"origin", "viewport"}},
                {{"type", "pointerDown"}, {"button", 0}},
                {{"type", "pointerUp"}, {"button", 0}}}}}}}});
}

void WebDriver::type(const std::string& selector, const std::string& text) {
  command("POST", "/element/" + element(selector).at(kElement).get<std::string>() + "/value", {{"text", text}});
}

void WebDriver::press(const std::string& key) {
  command("POST", "/actions",
          {{"actions",
            {{{"type", "key"},
              {"id", "keyboard"},
              {"actions", {{{"type", "keyDown"}, {"value", key}}, {{"type", "keyUp"}, {"value", key}}}}}}}});
}

void WebDriver::set_size(int width, int height) {
  tool("Emulation.setDeviceMetricsOverride",
       {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", width < 500}});
}

void WebDriver::prefer(const std::string& feature, const std::string& value) {
  tool("Emulation.setEmulatedMedia", {{"features", {{{"name", feature}, {"value", value}}}}});
}

std::vector<std::string> WebDriver::errors() {
  std::vector<std::string> lines;
  for (const json& line : command("POST", "/se/log", {{"type", "browser"}}))
    if (line.value("level", "") == "SEVERE" || line.value("message", "").find("Content Security") != std::string::npos)
      lines.push_back(line.value("message", ""));
  return lines;
}

}  // namespace blip::test
