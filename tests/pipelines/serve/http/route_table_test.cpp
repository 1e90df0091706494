#include "pipelines/serve/http/route_table.h"

#include <gtest/gtest.h>

#include "pipelines/serve/http/http_head.h"

namespace blip {
namespace {

RouteTable table() {
  RouteTable routes;
  const auto nothing = [](HttpCall&) {};
  routes.add("GET", "/", Access::kOpen, nothing);
  routes.add("GET", "/videos", Access::kRead, nothing);
  routes.add("GET", "/videos/{id}", Access::kRead, nothing);
  routes.add("DELETE", "/videos/{id}", Access::kAdmin, nothing);
  routes.add("GET", "/videos/{id}/captions.vtt", Access::kRead, nothing);
  routes.add("GET", "/segments/{id}.jpg", Access::kRead, nothing);
  routes.add("GET", "/assets/{file}", Access::kOpen, nothing);
  return routes;
}

std::string found(const std::string& method, const std::string& path) {
  static const RouteTable routes = table();
  try {
    return routes.find(method, path).route->path;
  } catch (const HttpRefusal& refusal) {
    return std::to_string(refusal.status());
  }
}

TEST(RouteTable, FindsRoutesByMethodAndPath) {
  EXPECT_EQ(found("GET", "/"), "/");
  EXPECT_EQ(found("HEAD", "/videos"), "/videos");
  EXPECT_EQ(found("GET", "/videos/12"), "/videos/{id}");
  EXPECT_EQ(found("GET", "/videos/12/captions.vtt"), "/videos/{id}/captions.vtt");
  EXPECT_EQ(found("GET", "/segments/7.jpg"), "/segments/{id}.jpg");
  EXPECT_EQ(found("GET", "/assets/a/b-c_d.js"), "/assets/{file}");
}

TEST(RouteTable, ReadsNumbersAndNames) {
  const RouteTable routes = table();
  EXPECT_EQ(routes.find("GET", "/videos/999999999999999999").ids, std::vector<std::int64_t>{999999999999999999});
  EXPECT_EQ(routes.find("GET", "/assets/x/y.js").file, "x/y.js");
}

TEST(RouteTable, KnowsNothingElse) {
  for (const char* path : {"",
                           "videos",
                           "/videos/",
                           "/videos/a",
                           "/videos/-1",
                           "/videos/+1",
                           "/videos/1.5",
                           "/videos/ 1",
                           "/videos/1/",
                           "/videos/9999999999999999999",
                           "/videos/1/captions",
                           "/segments/.jpg",
                           "/segments/7",
                           "/segments/7.jpg/",
                           "/segments/x7.jpg",
                           "/assets/",
                           "/assets/a b",
                           "/assets/a\\b",
                           "//",
                           "/VIDEOS"})
    EXPECT_EQ(found("GET", path), "404") << path;
  EXPECT_EQ(found("GET", std::string("/videos/1\0", 10)), "404");
}

TEST(RouteTable, SaysWhichMethodsAPathTakes) {
  const RouteTable routes = table();
  EXPECT_EQ(found("POST", "/videos/1"), "405");
  EXPECT_EQ(found("HEAD", "/videos/1"), "/videos/{id}");
  EXPECT_EQ(routes.allowed("/videos/1"), "GET, HEAD, DELETE");
  EXPECT_EQ(routes.allowed("/nothing"), "");
}

}  // namespace
}  // namespace blip
