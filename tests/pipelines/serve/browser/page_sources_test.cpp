#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/index/index_writer.h"
#include "tests/pipelines/serve/browser/page_test.h"

namespace blip::test {
namespace {

namespace fs = std::filesystem;

TEST(PageSources, NeverMakeMarkupOfDataAndLoadNothingFromElsewhere) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(BLIP_SOURCE_DIR) / "pipelines/serve/web")) {
    std::ifstream in(entry.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    ++files;
    for (const char* word : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
                             "//cdn", "style=\"", "onclick=\"", "@import", "url("})
      EXPECT_EQ(text.find(word), std::string::npos) << entry.path() << " has " << word;
  }
  EXPECT_GT(files, 10);
}

class HostilePage : public PageTest {};

TEST_F(HostilePage, NamesAndCaptionsStayText) {
  const TempDir folder;
  const std::string bomb = "<img src=x onerror=\"document.title='broken into'\"><script>document.title='too'</script>";
  const std::string name = "<img src=x onerror=alert()>.mp4";
  {
    IndexWriter writer(folder / "hostile.db");
    writer.set_models({"embedder", "no model", 2, "", "", ""});
    const VideoWork work = writer.begin_video({"/films/" + name, "hash", 1, 1}, "recipe");
    Segment segment;
    segment.end = 2'000'000'000;
    segment.embedding = {1, 0};
    segment.caption = segment.subtitle = bomb;
    writer.add_segment(work, 0, segment);
    writer.finish_video(work);
  }
  const DemoServer hostile(folder / "hostile.db");
  browser().open(hostile.address("/?mode=words&words=broken"));
  wait_for_results();
  EXPECT_EQ(captions(), nlohmann::json({bomb}));
  browser().open(hostile.address("/?view=library"));
  EXPECT_EQ(browser().wait_for("document.querySelector('.video .name')?.textContent"), name);
  browser().open(
      hostile.address("/?play=1&q=" + std::string("%3Cimg%20src=x%20onerror=%22document.title=1%22%3E&mode=words")));
  EXPECT_EQ(browser().wait_for("document.querySelector('.row .caption')?.textContent"), bomb);
  EXPECT_EQ(browser().run("return document.querySelectorAll('img[src=x]').length"), 0);
  EXPECT_THAT(browser().run("return document.title").get<std::string>(), ::testing::HasSubstr("gst-blip"));
  browser().open("about:blank");
  EXPECT_THAT(browser().errors(), ::testing::Each(::testing::HasSubstr("404")));  // no such film, no such picture
}

}  // namespace
}  // namespace blip::test
