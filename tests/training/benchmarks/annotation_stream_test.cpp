#include "training/benchmarks/annotation_stream.h"

#include <gmock/gmock.h>

#include "tests/training/benchmarks/benchmark_fixtures.h"

namespace blip {
namespace {

using nlohmann::json;
using test::failure_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class AnnotationStream : public test::BenchmarkFolder {
 protected:
  std::vector<std::string> parts_of(const std::string& text, const std::vector<std::string>& paths) {
    std::vector<std::string> taken;
    std::vector<JsonPart> parts;
    for (const auto& path : paths)
      parts.push_back(
          {path, [&, path](const json& element, const std::string&) { taken.push_back(path + "=" + element.dump()); }});
    read_json_parts(write("a.json", text), parts);
    return taken;
  }
  void read_rows(const std::string& text) {
    taken_.clear();
    broken_.clear();
    read_json_rows(
        write("a.json", text),
        [&](const json& entry, const std::string& where) { taken_.emplace_back(entry.dump(), where); },
        [&](const std::string& what) { broken_.push_back(what); });
  }

  std::vector<std::pair<std::string, std::string>> taken_;
  std::vector<std::string> broken_;
};

TEST_F(AnnotationStream, HandsOutTheElementsOfTheListsAskedForAndNothingElse) {
  const std::string text =
      R"({"version": 1, "data": {"split": ["no"], "dialogs": [{"a": [1, {"b": []}]}, 7, [2]], "answers": ["x"]},
                              "answers": ["other place"], "deep": [{"data": {"answers": ["in a list"]}}]})";
  EXPECT_THAT(
      parts_of(text, {"data.dialogs", "data.answers"}),
      ElementsAre(R"(data.dialogs={"a":[1,{"b":[]}]})", "data.dialogs=7", "data.dialogs=[2]", R"(data.answers="x")"));
  EXPECT_THAT(parts_of(text, {"answers"}), ElementsAre(R"(answers="other place")"));
  EXPECT_THAT(parts_of(text, {"version"}), IsEmpty());
  EXPECT_THAT(parts_of(text, {""}), IsEmpty());
  EXPECT_THAT(parts_of(R"([{"a": {"b": [1]}}, 3])", {""}), ElementsAre(R"(={"a":{"b":[1]}})", "=3"));
}

TEST_F(AnnotationStream, SaysWhereAnElementStands) {
  std::vector<std::string> places;
  read_json_parts(write("a.json", R"({"x": {"y": [1, 2]}})"),
                  {{"x.y", [&](const json&, const std::string& where) { places.push_back(where); }}});
  EXPECT_THAT(places, ElementsAre(HasSubstr("a.json' x.y 0"), HasSubstr("a.json' x.y 1")));
}

TEST_F(AnnotationStream, ReadsListsAndLinesAlike) {
  read_rows(R"([{"a": 1}, {"a": [2]}])");
  ASSERT_EQ(taken_.size(), 2u);
  EXPECT_EQ(taken_[1].first, R"({"a":[2]})");
  EXPECT_THAT(taken_[1].second, HasSubstr("a.json' entry 1"));

  read_rows("\xEF\xBB\xBF\n{\"a\": 1}\r\n\n{\"a\": [2]}");
  ASSERT_EQ(taken_.size(), 2u);
  EXPECT_EQ(taken_[1].first, R"({"a":[2]})");
  EXPECT_THAT(broken_, IsEmpty());
}

TEST_F(AnnotationStream, GoesOnBehindALineThatIsNoJson) {
  read_rows("{\"a\": 1}\nnot json\n{\"a\": \"\xFF\"}\n{\"a\": 2}\n");
  EXPECT_EQ(taken_.size(), 2u);
  EXPECT_THAT(broken_, ElementsAre(HasSubstr("a.json' line 2"), HasSubstr("a.json' line 3")));
}

TEST_F(AnnotationStream, NamesFilesThatCannotBeRead) {
  const auto reading = [&](const std::string& text) { return failure_of([&] { read_rows(text); }); };
  EXPECT_THAT(reading("").message, HasSubstr("a.json' is empty"));
  EXPECT_THAT(reading(" \n\t").message, HasSubstr("is empty"));
  EXPECT_THAT(reading(R"([{"a": 1}, {"a")").message, HasSubstr("is not valid JSON after 1 entries"));
  EXPECT_THAT(reading("[{\"a\": \"\xC3\"}]").message, HasSubstr("is not valid JSON"));
  EXPECT_EQ(reading(R"([{"a": 1})").kind, ErrorKind::kInvalidData);
  EXPECT_EQ(failure_of([&] { read_json_parts(dir_ / "none.json", {}); }).kind, ErrorKind::kNotFound);
  EXPECT_EQ(failure_of([&] { read_json_parts(dir_.path(), {}); }).kind, ErrorKind::kFailed);
}

TEST_F(AnnotationStream, LetsErrorsOfTheReaderThrough) {
  const auto fail = [](const json&, const std::string&) { throw Error(ErrorKind::kFailed, "stop"); };
  const auto file = write("a.json", "[1, 2]");
  EXPECT_EQ(failure_of([&] { read_json_parts(file, {{"", fail}}); }).message, "stop");
}

TEST_F(AnnotationStream, TellsTheFieldsOfAFile) {
  EXPECT_THAT(fields_of_file(write("a.json", R"([{"a": 1, "b": {"c": [{"d": 1}]}}, {"e": 1}])")),
              ElementsAre("a", "b", "b.c"));
  EXPECT_THAT(fields_of_file(write("a.json", "{\"a\": 1}\n{\"e\": 1}\n")), ElementsAre("a"));
  EXPECT_THAT(fields_of_file(write("a.json", R"({"images": [{"id": 1}], "data": {"dialogs": []}})")),
              ElementsAre("data", "data.dialogs", "images"));
  EXPECT_THAT(fields_of_file(write("a.json", "video,caption")), IsEmpty());
  EXPECT_THAT(fields_of_file(write("a.json", "[]")), IsEmpty());
}

}  // namespace
}  // namespace blip
