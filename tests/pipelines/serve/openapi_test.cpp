#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/pipelines/serve/serve_support.h"

namespace blip {
namespace {

YAML::Node description() {
  return YAML::Load(std::string(PageFiles::interface_description()));
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string what_of(const std::string& method, const std::string& path) {
  return lower_case(method) + " " + path;
}

TEST(OpenApi, DescribesExactlyWhatIsServed) {
  test::ServedIndex served;
  std::set<std::string> routes, described;
  for (const Route& route : served.routes.routes()) routes.insert(what_of(route.method, route.path));
  const YAML::Node paths = description()["paths"];
  for (const auto& path : paths)
    for (const auto& method : path.second)
      described.insert(what_of(method.first.as<std::string>(), path.first.as<std::string>()));
  EXPECT_EQ(routes, described);
}

TEST(OpenApi, SaysWhichRoutesNeedNoToken) {
  test::ServedIndex served;
  const YAML::Node paths = description()["paths"];
  for (const Route& route : served.routes.routes()) {
    const YAML::Node security = paths[route.path][lower_case(route.method)]["security"];
    const bool open = security.IsDefined() && security.size() == 0;
    EXPECT_EQ(open, route.access == Access::kOpen) << route.method << " " << route.path;
  }
}

void check_references(const YAML::Node& node, const YAML::Node& root) {
  if (node.IsMap() && node["$ref"].IsDefined()) {
    std::string rest = node["$ref"].as<std::string>();
    ASSERT_EQ(rest.substr(0, 2), "#/") << rest;
    YAML::Node at = YAML::Clone(root);
    for (rest = rest.substr(2); !rest.empty();) {
      const std::size_t end = std::min(rest.find('/'), rest.size());
      at.reset(at[rest.substr(0, end)]);
      ASSERT_TRUE(at.IsDefined()) << node["$ref"].as<std::string>();
      rest = end < rest.size() ? rest.substr(end + 1) : "";
    }
  }
  if (node.IsMap())
    for (const auto& member : node) check_references(member.second, root);
  if (node.IsSequence())
    for (const auto& member : node) check_references(member, root);
}

TEST(OpenApi, ItsReferencesLeadSomewhere) {
  const YAML::Node root = description();
  check_references(root, root);
}

// Each object of the interface has the members that its schema has.
TEST(OpenApi, SchemasNameTheMembersThatAreSent) {
  test::ServedIndex served;
  served.post("/api/v1/streams", {{"source", "rtsp://a/1"}});
  served.post("/api/v1/queries", {{"text", "x"}});
  SearchHit hit;
  hit.video = hit.best = 1;
  hit.path = served.media;
  served.search.result.hits = {hit};
  const nlohmann::json result = served.get("/api/v1/search?q=x&explain=1").json();
  const std::vector<std::pair<std::string, nlohmann::json>> sent = {
      {"Status", served.get("/api/v1/status").json()},
      {"Video", served.get("/api/v1/videos/1").json()},
      {"Segment", served.get("/api/v1/videos/1/segments").json()["segments"][0]},
      {"Result", result},
      {"Hit", result["hits"][0]},
      {"Stream", served.get("/api/v1/streams").json()["streams"][0]},
      {"Query", served.get("/api/v1/queries").json()["queries"][0]}};
  const YAML::Node schemas = description()["components"]["schemas"];
  for (const auto& [name, object] : sent) {
    std::set<std::string> members, named;
    for (const auto& member : object.items()) members.insert(member.key());
    for (const auto& member : schemas[name]["properties"]) named.insert(member.first.as<std::string>());
    EXPECT_EQ(members, named) << name;
  }
}

// Each parameter that is described is taken, and a search takes no others.
TEST(OpenApi, ParametersOfASearchAreTaken) {
  test::ServedIndex served;
  const YAML::Node root = description();
  for (const auto& parameter : root["paths"]["/api/v1/search"]["get"]["parameters"]) {
    std::string name;
    if (parameter["name"].IsDefined())
      name = parameter["name"].as<std::string>();
    else {
      const std::string reference = parameter["$ref"].as<std::string>();
      name = root["components"]["parameters"][reference.substr(reference.rfind('/') + 1)]["name"].as<std::string>();
    }
    const bool page = name == "rerank" || name == "offset" || name == "limit";
    EXPECT_EQ(served.get("/api/v1/search?q=x&" + name + "=" + (page ? "1" : "")).status, 200) << name;
  }
}

}  // namespace
}  // namespace blip
