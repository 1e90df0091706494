#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/plugins/caption/pipeline_run.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

using Documentation = ElementTest;

constexpr const char* kElements[] = {"blipencoder", "blipfilter", "blipdecoder", "blipcaption", "blipmeta2json"};

std::string page(const std::string& element) {
  std::ifstream in(BLIP_SOURCE_DIR "/docs/elements/" + element + ".md");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// The first of the shapes' MP4 clips: short and small.
std::string clip() {
  std::vector<std::string> clips;
  for (const auto& file : std::filesystem::directory_iterator(shapes_dir() / "clips")) {
    if (file.path().extension() == ".mp4") clips.push_back(file.path().string());
  }
  return clips.empty() ? "no clip" : *std::min_element(clips.begin(), clips.end());
}

// What follows "gst-launch-1.0" and its options, with the placeholders filled in.
std::vector<std::string> launch_lines(const std::string& element, const std::string& out) {
  std::vector<std::string> lines;
  std::istringstream in(page(element));
  const std::string command = "gst-launch-1.0 ";
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(command)) continue;
    line.erase(0, line.find_first_not_of("-m ", command.size()));
    replace_all(line, "$VIDEO", clip());
    for (const char* model : {"$MODEL", "$MATCHER", "$VQA", "$BLIP2"}) replace_all(line, model, "fake");
    replace_all(line, "$OUT", out);
    lines.push_back(line);
  }
  return lines;
}

TEST_F(Documentation, EveryLaunchLineOfThePagesRuns) {
  for (const char* element : kElements) {
    const TempDir out;
    const auto lines = launch_lines(element, out.path().string());
    EXPECT_GE(lines.size(), 2u) << element;
    for (const std::string& line : lines) {
      const auto pipeline = parse_pipeline(line);
      EXPECT_EQ(play(pipeline.get()), "") << line;
    }
    // A fake model sees no star, so nothing need match.
    for (const auto& file : std::filesystem::directory_iterator(out.path())) {
      EXPECT_TRUE(file.file_size() > 0 || std::string(element) == "blipfilter") << file.path();
    }
  }
}

TEST_F(Documentation, NamesEveryProperty) {
  for (const char* name : kElements) {
    const ElementPtr element(gst_element_factory_make(name, nullptr));
    gst_object_ref_sink(element.get());
    guint count = 0;
    GParamSpec** specs = g_object_class_list_properties(G_OBJECT_GET_CLASS(element.get()), &count);
    const std::string text = page(name);
    for (guint i = 0; i < count; ++i) {
      if (!std::string(g_type_name(specs[i]->owner_type)).starts_with("GstBlip")) continue;
      std::string row = "| `";
      row.append(specs[i]->name).append("` |");
      EXPECT_NE(text.find(row), std::string::npos) << name << ": " << specs[i]->name;
    }
    g_free(specs);
  }
}

}  // namespace
}  // namespace blip::test
