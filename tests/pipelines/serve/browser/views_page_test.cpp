#include <fstream>

#include "tests/pipelines/serve/browser/page_test.h"

namespace blip::test {
namespace {

constexpr const char* kSomethingShown =
    "document.querySelector('main .card, main .video[data-video], main .row, main .notice, main .stream')";

class ViewsPage : public PageTest {};

TEST_F(ViewsPage, LibraryListsVideosAndOpensThem) {
  open("/?view=library");
  const auto names = browser().wait_for(
      "document.querySelector('.video[data-video]') && "
      "[...document.querySelectorAll('.video .name')].map(name => name.textContent)");
  EXPECT_EQ(names.size(), 1 + DemoIndex::shape_clips().size());
  EXPECT_THAT(names, ::testing::Contains("demo.mp4"));
  browser().type("#library-filter", std::string("demo") + kKeyEnter);
  browser().wait_for("document.querySelectorAll('.video[data-video]').length === 1");
  browser().click(".video a.open");
  browser().wait_for("document.body.dataset.view === 'player'");
}

TEST_F(ViewsPage, StandingQueriesAreAddedAndRemoved) {
  open("/?view=alerts");
  browser().wait_for("document.querySelector('#view-alerts .notice')");
  browser().type("#query-text", std::string("a red ring on a light background") + kKeyEnter);
  EXPECT_THAT(browser().wait_for("document.querySelector('.queries li')?.innerText").get<std::string>(),
              ::testing::HasSubstr("from 80 %"));
  browser().click(".queries .remove");
  browser().wait_for("!document.querySelector('.queries li')");
}

TEST_F(ViewsPage, PhoneHasNoSidewaysScrolling) {
  open("/");
  const std::string player = "/?q=red&cutoff=0&play=" + std::to_string(demo_id()) + "&t=3";
  const auto check = [&](const std::string& what) {
    for (const std::string scheme : {"light", "dark"}) {
      browser().prefer("prefers-color-scheme", scheme);
      EXPECT_EQ(browser().run("return document.documentElement.scrollWidth"), 360) << what << ", " << scheme;
      EXPECT_EQ(browser().run("return getComputedStyle(document.body).backgroundColor"),
                scheme == "light" ? "rgb(250, 250, 248)" : "rgb(18, 19, 20)");
    }
  };
  browser().set_size(360, 740);
  for (const std::string& path : {player, std::string("/?view=library"), std::string("/?view=live"),
                                  std::string("/?view=alerts"), std::string("/?q=red&cutoff=0&not=blue")}) {
    open(path);
    browser().wait_for(kSomethingShown);
    check(path);
  }
  browser().click("#filter-button");
  check("filters");
}

TEST_F(ViewsPage, ColoursAreToggledAndKept) {
  open("/");
  const std::string colour = "getComputedStyle(document.body).backgroundColor";
  browser().click("#theme-button");
  browser().wait_for(colour + " === 'rgb(18, 19, 20)'");
  open("/?view=live");
  browser().wait_for(colour + " === 'rgb(18, 19, 20)'");
  browser().click("#theme-button");
  browser().wait_for(colour + " === 'rgb(250, 250, 248)'");
}

TEST_F(ViewsPage, NamesAreGivenToEveryControl) {
  open("/");
  const std::string player = "/?q=red&cutoff=0&play=" + std::to_string(demo_id());
  for (const std::string& path :
       {player, std::string("/?q=red&cutoff=0"), std::string("/?view=library"), std::string("/?view=alerts")}) {
    open(path);
    browser().wait_for(kSomethingShown);
    EXPECT_EQ(
        browser().run("return [...document.querySelectorAll('button, a, input')].filter(node => node.offsetParent && "
                      "!(node.getAttribute('aria-label') || node.textContent.trim() || node.labels?.length)).map(node "
                      "=> node.outerHTML)"),
        nlohmann::json::array())
        << path;
    EXPECT_EQ(browser().run("return [...document.querySelectorAll('[id]')].map(n => n.id).filter((id, i, all) => "
                            "all.indexOf(id) !== i)"),
              nlohmann::json::array());
  }
}

class LoginPage : public PageTest {};

TEST_F(LoginPage, TokenOpensThePage) {
  const TempDir folder;
  std::ofstream(folder / "read.txt") << "a-token-that-only-reads\n";
  std::ofstream(folder / "admin.txt") << "a-token-that-does-everything\n";
  const DemoServer guarded(index().file(),
                           {"--token-file", folder / "read.txt", "--admin-token-file", folder / "admin.txt"});
  browser().open(guarded.address("/?view=library"));
  browser().wait_for("document.querySelector('#login[open]')");
  browser().type("#token", std::string("wrong") + kKeyEnter);
  EXPECT_EQ(browser().wait_for("document.getElementById('login-error').textContent"),
            "This token is not the server's.");
  browser().run("document.getElementById('token').value = ''");
  browser().type("#token", std::string("a-token-that-only-reads") + kKeyEnter);
  browser().wait_for("!document.querySelector('#login[open]') && document.querySelector('.video[data-video]')");
  browser().wait_for("document.body.dataset.role === 'read'");
  EXPECT_EQ(browser().run("return getComputedStyle(document.querySelector('.video .remove')).display"), "none");
  browser().click("#logout-button");
  browser().wait_for("document.querySelector('#login[open]')");
  EXPECT_THAT(browser().errors(), ::testing::Each(::testing::HasSubstr("401")));
  browser().open("about:blank");
}

}  // namespace
}  // namespace blip::test
