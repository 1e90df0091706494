#include "core/index/index_writer.h"
#include "tests/pipelines/serve/browser/page_test.h"
#include "tests/support/ffmpeg_program.h"

namespace blip::test {
namespace {

class PlayerPage : public PageTest {
 protected:
  static double time() { return browser().run(std::string("return ") + kTime); }
  // Opens the clip at a time, and holds it there.
  static void open_at(const std::string& seconds, const std::string& query = "") {
    open("/?play=" + std::to_string(demo_id()) + "&t=" + seconds + query);
    browser().wait_for(std::string(kSeekable) + " && document.querySelector('.row.current')");
    browser().run("document.getElementById('video').pause()");
  }
  // Index of the shot that the list marks as the one that is shown.
  static std::string marked() {
    return "Number(document.querySelector('.row.current')?.getAttribute('aria-posinset')) - 1";
  }
};

TEST_F(PlayerPage, ClickOnAResultPlaysItsMoment) {
  open("/");
  demo_id();
  search(shots()[4].caption);
  browser().click(".card > a");
  browser().wait_for(std::string(kSeekable) + " && !document.getElementById('video').paused");
  const double begun = time();
  EXPECT_GE(begun, shots()[4].start - 2.0);
  EXPECT_LE(begun, shots()[4].end);
  browser().wait_for(std::string(kTime) + " > " + std::to_string(begun) + " + 0.05");
  EXPECT_EQ(browser().run("return document.getElementById('video').error"), nullptr);
  EXPECT_EQ(browser().wait_for("document.querySelector('.row.hit')?.getAttribute('aria-posinset')"), "5");
  EXPECT_EQ(browser().run("return document.querySelectorAll('.marks i').length"), 1);
  browser().back();
  browser().wait_for("document.body.dataset.view === 'search' && document.getElementById('video').paused");
}

TEST_F(PlayerPage, ClickOnTheTimelineSeeks) {
  open("/");
  open_at("1");
  browser().click_at(".timeline", 0.7, 0.4);
  browser().wait_for(std::string(kSeekable) + " && Math.abs(" + kTime + " - 0.7 * 21.533) < 0.2");
  browser().wait_for(marked() + " === 7");  // 15.07 s: the orange star, from 14.4 to 17.07
  EXPECT_THAT(browser().wait_for("document.querySelector('.now').textContent").get<std::string>(),
              ::testing::HasSubstr("star"));
  EXPECT_THAT(
      browser().run("return document.querySelector('.timeline').getAttribute('aria-valuetext')").get<std::string>(),
      ::testing::StartsWith("0:15 of 0:21"));
}

TEST_F(PlayerPage, ClickOnASegmentSeeksToItsBegin) {
  open("/");
  open_at("0.5");
  for (const int shot : {5, 2}) {
    browser().click(".row[aria-posinset='" + std::to_string(shot + 1) + "'] .seek");
    browser().wait_for(std::string(kSeekable) + " && Math.abs(" + kTime + " - " +
                       std::to_string(shots()[static_cast<std::size_t>(shot)].start) + ") < 0.05");
    browser().wait_for(marked() + " === " + std::to_string(shot));
  }
}

TEST_F(PlayerPage, KeysMoveInTheVideo) {
  open("/");
  open_at("9");
  browser().press("l");
  browser().wait_for(std::string(kSeekable) + " && Math.abs(" + kTime + " - 14) < 0.05");
  browser().press("j");
  browser().press("j");
  browser().wait_for(std::string(kSeekable) + " && Math.abs(" + kTime + " - 4) < 0.05");
  browser().press(".");
  browser().wait_for(marked() + " === 2");
  browser().press(" ");
  browser().wait_for("!document.getElementById('video').paused");
  browser().press("k");
  browser().wait_for("document.getElementById('video').paused");
  browser().press("s");
  browser().wait_for("document.activeElement.closest('.row')");
  browser().press(kKeyDown);
  browser().press(kKeyEnter);
  browser().wait_for(marked() + " > 2");
}

TEST_F(PlayerPage, CaptionsAreATrackOfTheVideo) {
  open("/");
  open_at("3");
  browser().run("document.getElementById('video').textTracks[0].mode = 'hidden'");
  EXPECT_EQ(browser().wait_for("document.getElementById('video').textTracks[0].cues?.length"), shots().size());
  browser().press("c");
  browser().wait_for("document.getElementById('video').textTracks[0].mode === 'showing'");
  EXPECT_THAT(
      browser().wait_for("document.getElementById('video').textTracks[0].activeCues[0]?.text").get<std::string>(),
      ::testing::HasSubstr("green heart"));
  browser().press("c");
}

TEST_F(PlayerPage, QuestionAboutThisMomentIsAnswered) {
  open("/");
  open_at("0.5");
  browser().press("a");
  browser().type("#question", std::string("what color is the background?") + kKeyEnter);
  EXPECT_EQ(browser().wait_for(
                "[...document.querySelectorAll('.answer strong')].find(s => s.textContent !== '…')?.textContent", 60),
            shots()[0].background);
  EXPECT_THAT(browser().run("return document.querySelector('.answer .when').textContent").get<std::string>(),
              ::testing::StartsWith("0:00"));
}

TEST_F(PlayerPage, CaptionsOfTheListAreFoundByWords) {
  open("/");
  open_at("0");
  browser().type("#find", "orange");
  browser().wait_for("document.querySelectorAll('.row').length === 1");
  EXPECT_THAT(browser().run("return document.querySelector('.row .caption').textContent").get<std::string>(),
              ::testing::HasSubstr("orange"));
}

TEST_F(PlayerPage, MissingVideoSaysSo) {
  open("/?play=4711");
  browser().wait_for("document.querySelector('.player-head h1').textContent === 'This video is not in the index'");
  EXPECT_THAT(browser().errors(), ::testing::Each(::testing::HasSubstr("404")));
}

// Another index, of a video with very many segments.
class PlayerPageSlow : public PageTest {};

constexpr std::int64_t kSegments = 10'000;

std::filesystem::path make_long_index(const TempDir& folder) {
  const std::filesystem::path file = folder / "long.db";
  const std::vector<std::uint8_t> picture = run_ffmpeg("-f lavfi -i color=teal:s=64x48 -frames:v 1 -f mjpeg -");
  IndexWriter writer(file);
  writer.set_models({"embedder", "no model", 2, "", "", ""});
  const VideoWork work = writer.begin_video({DemoIndex::demo_clip(), "hash", 1, 1}, "two seconds each");
  for (std::int64_t i = 0; i < kSegments; ++i) {
    Segment segment;
    segment.start = segment.frame_time = i * 2'000'000'000;
    segment.end = segment.start + 2'000'000'000;
    segment.embedding = {1, 0};
    segment.caption = "segment number " + std::to_string(i);
    segment.thumbnail.assign(picture.begin(), picture.end());
    writer.add_segment(work, i, segment);
  }
  writer.finish_video(work);
  return file;
}

TEST_F(PlayerPageSlow, TenThousandSegmentsCostNoMoreThanThoseOnTheScreen) {
  const TempDir folder;
  const DemoServer server(make_long_index(folder));
  browser().open(server.address("/?play=1&t=0"));
  browser().wait_for("document.querySelector('.row.current')");
  const std::string rows = "document.querySelectorAll('.row').length";
  EXPECT_LT(browser().run("return " + rows), 40);
  EXPECT_LT(browser().run("return document.querySelectorAll('.film img').length"), 40);
  browser().run("document.querySelector('.segments').scrollTop = 1e9");
  browser().wait_for("document.querySelector('.row:last-child .caption').textContent === 'segment number 9999'");
  EXPECT_LT(browser().run("return " + rows), 40);
  browser().type("#find", "number 4711");
  browser().wait_for(rows + " === 1 && document.querySelector('.row .when').textContent === '2:37:02'");
  browser().open("about:blank");
}

}  // namespace
}  // namespace blip::test
