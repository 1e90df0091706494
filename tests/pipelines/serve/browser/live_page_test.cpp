#include <filesystem>

#include "tests/pipelines/serve/browser/page_test.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/support/golden.h"

namespace blip::test {
namespace {

class LivePageSlow : public PageTest {};

TEST_F(LivePageSlow, CaptionsOfAStreamAppearAsTheyCome) {
  open("/?view=live");
  browser().wait_for("document.querySelector('#view-live .notice')");
  browser().type("#source", std::string("videotestsrc://ball?fps=10&size=320x240") + kKeyEnter);
  const std::string cue = browser().wait_for("document.querySelector('.cues li')?.dataset.cue", 60);
  EXPECT_EQ(cue, "1") << "cues are told apart by number";
  EXPECT_NE(browser().run("return document.querySelector('.cues li:last-child span').textContent"), "");
  EXPECT_EQ(browser().run("return document.querySelector('.stream .now').textContent"),
            browser().run("return document.querySelector('.cues li:first-child span').textContent"));
  browser().wait_for("document.querySelector('.stream img').naturalWidth > 0");
  browser().click(".stream .stop");
  browser().wait_for("document.querySelector('#confirm[open]')");
  browser().click("#confirm .danger");
  browser().wait_for("!document.querySelector('.stream')");
}

TEST_F(LivePageSlow, ProgressOfIndexingIsShownWhileItHappens) {
  const TempDir folder;
  const auto file = folder / "growing.db";
  const ProgramResult first =
      run_program({gst_blip_program(), "index", "add", "--index", file, DemoIndex::shape_clips().at(0)});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const DemoServer growing(file);
  browser().open(growing.address("/?view=library"));
  browser().wait_for("document.querySelectorAll('.video[data-video]').length === 1");
  RunningProgram adding({gst_blip_program(), "index", "add", "--index", file, shapes_dir() / "clips"});
  EXPECT_THAT(
      browser()
          .wait_for("!document.getElementById('progress-line').hidden && document.querySelector('.work').innerText", 60)
          .get<std::string>(),
      ::testing::ContainsRegex("[0-9]+ of [0-9]+ videos done"));
  browser().wait_for("document.querySelectorAll('.video[data-video]').length > 1");
  EXPECT_EQ(adding.wait(), 0);
  browser().wait_for(
      "document.getElementById('progress-line').hidden && document.querySelector('.work').hidden && "
      "[...document.querySelectorAll('.video .state')].every(state => state.textContent === 'Done')",
      60);
  browser().open("about:blank");
}

TEST_F(LivePageSlow, ServerThatIsGoneIsSaidAndForgottenWhenItIsBack) {
  auto leaving = std::make_unique<DemoServer>(index().file());
  const int port = leaving->port();
  browser().open(leaving->address("/"));
  browser().wait_for("document.querySelector('.card > a')");
  leaving.reset();
  browser().wait_for("!document.getElementById('offline').hidden");
  const DemoServer back(index().file(), {"--port", std::to_string(port)});
  browser().wait_for("document.getElementById('offline').hidden");
  EXPECT_THAT(browser().errors(), ::testing::Each(::testing::HasSubstr("net::ERR_")));
  browser().open("about:blank");
}

}  // namespace
}  // namespace blip::test
