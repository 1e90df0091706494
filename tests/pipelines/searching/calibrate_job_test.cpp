// gst-blip index calibrate.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "pipelines/searching/calibrate_command.h"
#include "pipelines/searching/calibration.h"
#include "tests/pipelines/searching/color_program.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string labels(const test::ColorProgram& program) {
  const auto file = program.file("labels.jsonl");
  std::ofstream out(file);
  for (const char* text : {"red", "a red thing"})
    out << R"({"text": ")" << text << R"(", "matches": [{"video": "a.mp4", "start": 0, "end": 1}, )"
        << R"({"video": "a.mp4", "start": 2, "end": 3}, {"video": "b.mp4", "start": 1, "end": 2}]})"
        << "\n";
  out << R"({"text": "green", "matches": [{"video": "b.mp4", "start": 0, "end": 1}]})"
      << "\n"
      << R"({"text": "blue", "matches": [{"video": "a.mp4", "start": 1, "end": 2}]})"
      << "\n";
  return file;
}

TEST(CalibrateJob, MeasuresAndFits) {
  const test::ColorProgram program;
  const auto result = program.run({"index", "calibrate", labels(program), "--write"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("4 texts about moments: 20 results judged, 8 of 8 that match"),
                                HasSubstr("comes first for 100.0 %"), HasSubstr("100.0 %  100.0 %  <- the default"),
                                HasSubstr("fitted:")));
  const SearchCalibration calibration = read_calibration(calibration_beside_index(program.index()));
  EXPECT_EQ(calibration.embedder, "fake");
  EXPECT_EQ(calibration.segments.pairs, 20);
  EXPECT_FALSE(calibration.videos);
  const auto found = program.run({"search", "red", "--format", "json", "--explain", "--merge-gap", "off"});
  EXPECT_TRUE(test::json_records(found).back().at("search").at("calibrated"));
  EXPECT_EQ(test::json_records(found).size(), 4U);
}

TEST(CalibrateJob, ChecksWithoutFittingAndDraws) {
  const test::ColorProgram program;
  const auto figure = program.file("figure.svg");
  const auto result = program.run({"index", "calibrate", labels(program), "--check", "--figure", figure});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("50.0 %       8      8"), testing::Not(HasSubstr("fitted"))));
  std::ifstream in(figure);
  const std::string svg{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(svg, AllOf(testing::StartsWith("<svg "), testing::EndsWith("</svg>\n")));
  EXPECT_FALSE(std::filesystem::exists(calibration_beside_index(program.index())));
}

TEST(CalibrateJob, NamesALabelsVideoThatIsNotIndexed) {
  const test::ColorProgram program;
  const auto file = program.file("labels.jsonl");
  std::ofstream(file) << R"({"text": "red", "matches": [{"video": "c.mp4", "start": 0, "end": 1}]})";
  const auto result = program.run({"index", "calibrate", file});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err_lines(), ElementsAre(AllOf(HasSubstr("c.mp4"), HasSubstr("red"))));
}

TEST(CalibrateJob, OptionsMustGoTogether) {
  const test::ColorProgram program;
  for (const std::vector<std::string>& more : {std::vector<std::string>{"--check", "--write"}, {"-o", "x.json"}}) {
    std::vector<std::string> arguments = {"index", "calibrate", labels(program)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(program.run(arguments).exit_code, 2);
  }
}

}  // namespace
}  // namespace blip
