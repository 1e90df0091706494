// The program as users run it, on the miniatures of tests/data/benchmarks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/pipelines/support/program.h"
#include "tests/support/golden_model.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::filesystem::path kData = std::filesystem::path(BLIP_SOURCE_DIR) / "tests/data/benchmarks";
const std::string kPretrain = test::shapes_dir() / "pretrain.pth", kVqa = test::shapes_dir() / "vqa.pth";

test::ProgramResult blip_eval(std::vector<std::string> arguments, const test::ProgramOptions& options = {}) {
  arguments.insert(arguments.begin(), std::string(BLIP_BUILD_DIR) + "/bin/blip-eval");
  return test::run_program(arguments, options);
}

std::vector<std::string> with(std::vector<std::string> first, const std::vector<std::string>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

TEST(BlipEval, WrongUsageIsOneLineAndExitCode2) {
  const test::TempDir folder;
  const std::vector<std::string> run = {"retrieval", "msrvtt-1ka", kData / "msrvtt", "--model",
                                        kPretrain,   "-o",         folder / "r"};
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"retrieval"},
      with(run, {"--shard", "3/2"}),
      with(run, {"--memory", "much"}),
      with(run, {"--memory", "1K"}),
      {"retrieval", "nlvr2", kData / "nlvr2", "--model", kPretrain, "-o", folder / "r"},
  };
  for (const auto& arguments : wrong) {
    const auto result = blip_eval(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_THAT(result.err_lines(), SizeIs(1)) << result.err;
    EXPECT_THAT(result.out, IsEmpty());
  }
  const auto missing =
      blip_eval({"retrieval", "msrvtt-1ka", folder / "none", "--model", kPretrain, "-o", folder / "r"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err_lines(), SizeIs(1)) << missing.err;
}

TEST(BlipEval, HelpHasExamples) {
  for (const char* command :
       {"retrieval", "videoqa", "vqa", "caption", "nlvr2", "visdial", "merge", "compare", "table", "check"}) {
    const auto help = blip_eval({command, "--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.out, AllOf(HasSubstr("Example"), HasSubstr(std::string("blip-eval ") + command)));
  }
}

TEST(BlipEval, ShardsMergeToWhatOneRunGives) {
  const test::TempDir folder;
  const std::vector<std::string> run = {"retrieval", "msrvtt-1ka",     kData / "msrvtt", "--model", kPretrain,
                                        "--cache",   folder / "cache", "--k-test",       "2",       "--threads",
                                        "1"};
  const auto whole = blip_eval(with(run, {"-o", folder / "whole"}));
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  EXPECT_THAT(whole.out, AllOf(HasSubstr("text to video R@1"), HasSubstr("video to text median rank")));
  for (const char* shard : {"0/2", "1/2"}) {
    const auto part = blip_eval(with(run, {"-o", folder / ("part" + std::string(1, shard[0])), "--shard", shard}));
    ASSERT_EQ(part.exit_code, 0) << part.err;
  }
  const auto merged = blip_eval({"merge", folder / "part1", folder / "part0", "-o", folder / "merged"});
  ASSERT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_EQ(merged.out, whole.out);
  const auto read = [&](const std::string& run_name, const char* file) {
    std::ifstream in(folder / run_name / file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  EXPECT_FALSE(read("whole", "scores.jsonl").empty());
  for (const char* file : {"scores.jsonl", "scores.safetensors"})
    EXPECT_EQ(read("merged", file), read("whole", file)) << file;

  const auto compared = blip_eval({"compare", folder / "whole", folder / "merged"});
  EXPECT_EQ(compared.exit_code, 0) << compared.err;
  EXPECT_THAT(compared.out, HasSubstr("text to video R@1 |"));
  const auto table = blip_eval({"table", folder / "whole"});
  EXPECT_EQ(table.exit_code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("43.3"));  // the paper's

  const auto twice = blip_eval(with(run, {"-o", folder / "whole"}));
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.err, HasSubstr("--resume"));
  const auto other = blip_eval(with(run, {"-o", folder / "whole", "--resume", "--max-words", "30"}));
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("max_words"));
}

TEST(BlipEval, MissingVideosAreNamedAndStrictFails) {
  const test::TempDir folder;
  std::filesystem::copy(kData / "generic", folder / "data", std::filesystem::copy_options::recursive);
  std::filesystem::remove(folder / "data/clips/shot1.mp4");
  std::ofstream(folder / "data/clips/shot0.mp4") << "broken";
  const std::vector<std::string> run = {"videoqa",  "json", folder / "data", "--model", kVqa,
                                        "--frames", "2",    "--threads",     "1"};
  const auto lenient = blip_eval(with(run, {"-o", folder / "lenient"}));
  EXPECT_EQ(lenient.exit_code, 0) << lenient.err;
  EXPECT_THAT(lenient.err, AllOf(HasSubstr("shot1.mp4"), HasSubstr("shot0.mp4")));
  const auto strict = blip_eval(with(run, {"-o", folder / "strict", "--strict"}));
  EXPECT_EQ(strict.exit_code, 1);
  EXPECT_THAT(strict.err_lines(), SizeIs(1));
  const auto checked = blip_eval({"check", "json-qa", folder / "data"});
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.out, HasSubstr("shot1.mp4"));
}

TEST(BlipEvalSlow, EveryCommandRunsOnAMiniature) {
  const test::TempDir folder;
  const auto nlvr = test::golden_dir() / "pth/nlvr.pth";
  const std::vector<std::vector<std::string>> commands = {
      {"retrieval", "coco", kData / "coco", "--model", kPretrain},
      {"retrieval", "flickr30k", kData / "flickr30k", "--model", kPretrain},
      {"videoqa", "msvd-qa", kData / "msvd", "--model", kVqa},
      {"vqa", "vqav2", kData / "coco", "--model", kVqa, "--split", "val"},
      {"vqa", "okvqa", kData / "coco", "--model", kVqa, "--lemmatize"},
      {"vqa", "gqa", kData / "gqa", "--model", kVqa, "--length-penalty", "-1"},
      {"caption", "coco", kData / "coco", "--model", kPretrain},
      {"caption", "nocaps", kData / "nocaps", "--model", kPretrain},
      {"caption", "msrvtt", kData / "msrvtt", "--model", kPretrain},
      {"nlvr2", "nlvr2", kData / "nlvr2", "--model", nlvr},
      {"visdial", "visdial", kData / "visdial", "--model", kVqa},
  };
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto result = blip_eval(with(commands[i], {"-o", folder / std::to_string(i), "--threads", "1"}));
    EXPECT_EQ(result.exit_code, 0) << commands[i][0] << " " << commands[i][1] << ": " << result.err;
    EXPECT_THAT(result.out, HasSubstr("samples"));
    const auto results = test::read_json(folder / std::to_string(i) / "results.json");
    EXPECT_FALSE(results.at("metrics").empty());
  }
}

// The first block of commands in docs/evaluation.md, in a folder that sees the repository's tests/.
TEST(BlipEvalSlow, DocumentedCommandsRun) {
  const test::TempDir folder;
  std::filesystem::create_directory_symlink(std::filesystem::path(BLIP_SOURCE_DIR) / "tests", folder / "tests");
  std::ifstream page(std::filesystem::path(BLIP_SOURCE_DIR) / "docs/evaluation.md");
  std::string line;
  while (std::getline(page, line) && line != "```sh") continue;
  int commands = 0;
  for (; std::getline(page, line) && line != "```"; ++commands) {
    std::istringstream words(line);
    std::vector<std::string> arguments;
    for (std::string word; words >> word;) arguments.push_back(word);
    ASSERT_EQ(arguments.at(0), "blip-eval") << line;
    arguments.erase(arguments.begin());
    const auto result =
        blip_eval(arguments, {.environment = {}, .terminal = false, .on_output = {}, .directory = folder.path()});
    EXPECT_EQ(result.exit_code, 0) << line << ": " << result.err;
    EXPECT_FALSE(result.out.empty()) << line;
  }
  EXPECT_GE(commands, 5);
}

}  // namespace
}  // namespace blip
