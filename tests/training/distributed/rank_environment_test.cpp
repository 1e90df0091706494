#include "training/distributed/rank_environment.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <functional>
#include <map>

#include "core/base/error.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Variables = std::map<std::string, std::string>;

void set(const Variables& variables) {
  for (const char* name : {"RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"}) ::unsetenv(name);
  for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
}

std::string error_of(const Variables& variables) {
  set(variables);
  try {
    rank_environment();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    return error.what();
  }
  return "nothing was thrown";
}

const Variables kComplete = {
    {"RANK", "5"}, {"WORLD_SIZE", "8"}, {"LOCAL_RANK", "1"}, {"MASTER_ADDR", "node-0"}, {"MASTER_PORT", "29500"}};

std::string error_with(const std::string& name, const std::string& value) {
  auto variables = kComplete;
  variables[name] = value;
  return error_of(variables);
}

TEST(RankEnvironment, NothingSetMeansOneProcess) {
  set({});
  EXPECT_FALSE(rank_environment().has_value());
}

TEST(RankEnvironment, ReadsWhatTorchrunSets) {
  set(kComplete);
  const auto environment = rank_environment();
  ASSERT_TRUE(environment.has_value());
  EXPECT_EQ(environment->rank, 5);
  EXPECT_EQ(environment->size, 8);
  EXPECT_EQ(environment->local_rank, 1);
  EXPECT_EQ(environment->master_host, "node-0");
  EXPECT_EQ(environment->master_port, 29500);

  auto variables = kComplete;
  variables.erase("LOCAL_RANK");
  set(variables);
  EXPECT_EQ(rank_environment()->local_rank, 5);
}

TEST(RankEnvironment, MissingVariablesAreNamed) {
  EXPECT_THAT(error_of({{"RANK", "0"}, {"MASTER_PORT", "1"}}),
              HasSubstr("sets RANK, MASTER_PORT but not WORLD_SIZE, MASTER_ADDR"));
  EXPECT_THAT(error_of({{"LOCAL_RANK", "0"}}), HasSubstr("sets LOCAL_RANK but not RANK, WORLD_SIZE"));
}

TEST(RankEnvironment, WrongValuesAreNamed) {
  EXPECT_THAT(error_with("RANK", "8"), AllOf(HasSubstr("RANK='8'"), HasSubstr("from 0 to 7")));
  EXPECT_THAT(error_with("RANK", "-1"), HasSubstr("RANK='-1'"));
  EXPECT_THAT(error_with("RANK", "1x"), HasSubstr("RANK='1x'"));
  EXPECT_THAT(error_with("WORLD_SIZE", "0"), HasSubstr("WORLD_SIZE='0'"));
  EXPECT_THAT(error_with("WORLD_SIZE", "99999999999999999999"), HasSubstr("WORLD_SIZE='99999999999999999999'"));
  EXPECT_THAT(error_with("LOCAL_RANK", ""), HasSubstr("LOCAL_RANK=''"));
  EXPECT_THAT(error_with("MASTER_PORT", "65536"), HasSubstr("MASTER_PORT='65536'"));
  EXPECT_THAT(error_with("MASTER_PORT", "0"), HasSubstr("MASTER_PORT='0'"));
  EXPECT_THAT(error_with("MASTER_ADDR", ""), HasSubstr("MASTER_ADDR"));
}

}  // namespace
}  // namespace blip
