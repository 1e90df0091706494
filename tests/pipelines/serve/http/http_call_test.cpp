#include "pipelines/serve/http/http_call.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace blip {
namespace {

TEST(HttpCall, AnErrorsBodyIsJsonWhateverTheTextHolds) {
  const auto body = nlohmann::json::parse(error_body("a \"quoted\"\nline \xff and \x01"));
  EXPECT_EQ(body.size(), 1u);
  EXPECT_EQ(body["error"], "a \"quoted\"\nline \xEF\xBF\xBD and \x01");
}

}  // namespace
}  // namespace blip
