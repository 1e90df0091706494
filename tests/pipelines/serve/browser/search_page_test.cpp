#include "tests/pipelines/serve/browser/page_test.h"
#include "tests/support/ffmpeg_program.h"

namespace blip::test {
namespace {

class SearchPage : public PageTest {};

TEST_F(SearchPage, FindsTheShotOfACaptionAndShowsItsPicture) {
  open("/");
  search(shots()[1].caption);
  EXPECT_EQ(names().at(0), "demo.mp4");
  EXPECT_TRUE(browser().wait_for("document.querySelector('.card img').naturalWidth > 0").get<bool>());
  EXPECT_EQ(browser().run("return document.querySelector('.card .time').textContent"), "0:01–0:04");
  EXPECT_EQ(browser().run("return document.title"), shots()[1].caption + " – gst-blip");
  EXPECT_THAT(browser().run("return document.querySelector('.card .match').textContent").get<std::string>(),
              ::testing::EndsWith(" %"));
}

TEST_F(SearchPage, OffersWeakerResultsWhereTheCutOffEndsThem) {
  open("/?q=" + encoded(shots()[1].caption));
  wait_for_results();
  const std::size_t strong = names().size();
  browser().click("#weaker");
  browser().wait_for(
      "new URLSearchParams(location.search).get('cutoff') === '0' && "
      "document.querySelectorAll('.card[data-segment]').length > " +
      std::to_string(strong));
  browser().back();
  browser().wait_for("document.querySelectorAll('.card[data-segment]').length === " + std::to_string(strong) +
                     " && !location.search.includes('cutoff')");
}

TEST_F(SearchPage, FiltersChangeTheResultsAndTheAddress) {
  const std::string clip = DemoIndex::shape_clips().at(1).filename();
  open("/?q=red&cutoff=0");
  wait_for_results();
  ASSERT_GT(names().size(), 1u);
  browser().click("#filter-button");
  browser().type("#filter-form [name=path]", clip + kKeyEnter);
  browser().wait_for("new URLSearchParams(location.search).get('path') === '" + clip + "' && " + kResultsShown);
  ASSERT_GE(names().size(), 1u);
  EXPECT_THAT(names(), ::testing::Each(clip));
  browser().type("#filter-form [name=from]", std::string("never") + kKeyEnter);
  EXPECT_THAT(browser().wait_for("document.querySelector('.toast')?.textContent").get<std::string>(),
              ::testing::HasSubstr("\"never\" is no time"));
  browser().click("#clear-filters");
  browser().wait_for("location.search === '?q=red'");
}

TEST_F(SearchPage, WordsWithAMinusAreLeftOut) {
  open("/");
  search("a red ring -\"a dark background\" -blue");
  EXPECT_EQ(browser().run("return new URLSearchParams(location.search).getAll('not')"),
            nlohmann::json({"a dark background", "blue"}));
  EXPECT_EQ(browser().run("return document.getElementById('q').value"), "a red ring");
  EXPECT_EQ(browser().run("return document.querySelectorAll('.chip.negative').length"), 2);
}

TEST_F(SearchPage, PictureFindsItsVideo) {
  const TempDir folder;
  const std::string picture = folder / "frame.png";
  run_ffmpeg("-ss 9.4 -i " + DemoIndex::demo_clip().string() + " -frames:v 1 " + picture);
  open("/");
  browser().wait_for("document.querySelector('.card > a')");
  browser().type("#image-file", picture);
  browser().wait_for("location.search.startsWith('?image=')");
  wait_for_results();
  EXPECT_EQ(names().at(0), "demo.mp4");
  browser().click(".card > a");
  browser().wait_for(kSeekable);
  const double at = browser().run(std::string("return ") + kTime);
  EXPECT_GE(at, 9.4 - 2.5);
  EXPECT_LE(at, 10.2);
}

TEST_F(SearchPage, DroppedFileThatIsNoPictureSaysSo) {
  open("/");
  browser().wait_for("document.querySelector('.card > a')");
  browser().run(
      "const data = new DataTransfer();"
      "data.items.add(new File(['no picture'], 'broken.png', {type: 'image/png'}));"
      "document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));");
  EXPECT_THAT(browser().wait_for("document.querySelector('.toast')?.textContent").get<std::string>(),
              ::testing::StartsWith("broken.png is no picture that the browser can read."));
}

TEST_F(SearchPage, MoreLikeThisSearchesByTheSegment) {
  open("/?q=" + encoded(shots()[4].caption));
  wait_for_results();
  const std::string segment = browser().run("return document.querySelector('.card').dataset.segment");
  browser().click(".card .like");
  browser().wait_for("new URLSearchParams(location.search).get('like') === '" + segment + "'");
  wait_for_results();
  EXPECT_GE(names().size(), 1u);
  EXPECT_EQ(browser().run("return document.querySelector('.chip .picture img').getAttribute('src')"),
            "/api/v1/segments/" + segment + "/thumbnail.jpg");
  browser().click(".chip a");
  browser().wait_for("location.search === ''");
}

TEST_F(SearchPage, ExplainsAScore) {
  open("/?q=" + encoded(shots()[1].caption));
  wait_for_results();
  browser().click(".card .why");
  const std::string text = browser().wait_for("document.querySelector('#explain[open]')?.innerText");
  EXPECT_THAT(text, ::testing::HasSubstr("Where the score came from"));
  EXPECT_THAT(text, ::testing::ContainsRegex("Place 1 of [0-9]+ pictures"));
  EXPECT_THAT(text, ::testing::HasSubstr("image-text matching (logit"));
  EXPECT_THAT(text, ::testing::Not(::testing::ContainsRegex("null|undefined|NaN")));
  browser().press(kKeyEscape);
  browser().wait_for("!document.querySelector('dialog[open]')");
  EXPECT_EQ(browser().run("return document.querySelectorAll('.card[data-segment]').length > 0"), true);
}

TEST_F(SearchPage, EverythingIsDoneWithKeys) {
  open("/");
  browser().wait_for("document.querySelector('.card > a')");
  browser().press("/");
  browser().wait_for("document.activeElement.id === 'q'");
  for (const char key : std::string("red?")) browser().press(std::string(1, key));
  EXPECT_EQ(browser().run("return document.getElementById('q').value"), "red?") << "? is text in the box, not help";
  browser().press(kKeyEscape);
  browser().press("?");
  browser().wait_for("document.querySelector('#help[open]')");
  browser().press(kKeyEscape);
  browser().wait_for("!document.querySelector('dialog[open]')");
  open("/?q=red&cutoff=0");
  browser().wait_for("document.querySelectorAll('.card[data-segment]').length > 2");
  const std::string focused = "document.activeElement.closest('.card')?.dataset.position";
  browser().press(kKeyDown);
  browser().wait_for(focused + " === '0'");
  browser().press(kKeyRight);
  browser().press(kKeyRight);
  browser().wait_for(focused + " === '2'");
  browser().press(kKeyLeft);
  browser().wait_for(focused + " === '1'");
  browser().press(kKeyEnter);
  browser().wait_for(std::string("document.body.dataset.view === 'player' && ") + kSeekable);
  browser().press(kKeyEscape);
  browser().wait_for("document.body.dataset.view === 'search' && " + focused + " === '1'");
  browser().press("m");
  browser().wait_for("location.search.includes('like=')");
}

}  // namespace
}  // namespace blip::test
