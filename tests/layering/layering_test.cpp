// The checks themselves, on small made-up trees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/layering/house_rules.h"
#include "tests/layering/layering_check.h"
#include "tests/layering/source_tree.h"
#include "tests/support/temp_dir.h"

namespace blip::layering {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class MadeUpTree : public testing::Test {
 protected:
  MadeUpTree() {
    rules.code_folders = {"core", "plugins", "tests"};
    rules.free_folders = {"tests"};
    rules.libraries = {{"Torch", {"torch/", "ATen/"}}, {"GStreamer", {"gst/", "glib.h"}}};
    rules.rooms = {{"core/base", {}, {}},
                   {"core/text", {"core/base"}, {}},
                   {"core/engine", {"core/base"}, {}},
                   {"core/engine/torch_backend", {"core/base", "core/engine"}, {"Torch"}},
                   {"plugins", {"core/base", "core/text/options.h"}, {"GStreamer"}}};
    rules.forbidden_folder_names = {"utils"};
    rules.forbidden_words = {{"TODO", "no open ends"}, {"g_mutex_*", "no such locks"}};
    rules.source_lines = 5;
    rules.header_lines = 3;
    write("core/base/error.h", "#pragma once\n");
    write("core/text/tokenizer.h", "#pragma once\n#include <string>\n#include \"core/base/error.h\"\n");
    write("core/text/tokenizer.cpp", "#include \"core/text/tokenizer.h\"\n");
    write("tests/core/text/tokenizer_test.cpp", "#include \"core/text/tokenizer.h\"\n");
  }

  void write(const std::string& path, const std::string& content) {
    const auto file = root() / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << content;
  }
  std::filesystem::path root() const { return directory.path(); }

  test::TempDir directory;
  Rules rules;
};

TEST_F(MadeUpTree, ACleanTreeHasNoViolations) {
  EXPECT_THAT(check_includes(root(), rules), IsEmpty());
  EXPECT_THAT(check_sizes(root(), rules), IsEmpty());
  EXPECT_THAT(check_names(root(), rules), IsEmpty());
  EXPECT_THAT(check_tests(root(), rules), IsEmpty());
  EXPECT_THAT(check_words(root(), rules), IsEmpty());
  EXPECT_THAT(check_exceptions(root(), rules), IsEmpty());
}

TEST_F(MadeUpTree, AnIncludeAgainstTheArrowsIsNamedWithItsLine) {
  write("core/base/error.h", "#pragma once\n  #  include \"core/text/tokenizer.h\"\n");
  EXPECT_THAT(
      check_includes(root(), rules),
      ElementsAre("core/base/error.h:2: 'core/text/tokenizer.h' is against the arrows: core/base may not include "
                  "core/text"));
}

TEST_F(MadeUpTree, ALibraryOutsideItsRoomIsFound) {
  write("core/text/tokenizer.cpp", "#include <torch/torch.h>\n");
  write("core/base/error.h", "#include <glib.h>\n#include <vector>\n#include <unistd.h>\n#include <sys/mman.h>\n");
  EXPECT_THAT(check_includes(root(), rules),
              ElementsAre(HasSubstr("core/base may not use GStreamer"), HasSubstr("core/text may not use Torch")));
}

TEST_F(MadeUpTree, ADeeperRoomHasItsOwnRules) {
  write("core/engine/backend.h", "#include \"core/engine/torch_backend/factory.h\"\n#include <ATen/ATen.h>\n");
  write("core/engine/torch_backend/factory.h", "#include <ATen/ATen.h>\n#include \"core/engine/backend.h\"\n");
  EXPECT_THAT(check_includes(root(), rules), ElementsAre(HasSubstr("may not include core/engine/torch_backend"),
                                                         HasSubstr("core/engine may not use Torch")));
}

TEST_F(MadeUpTree, ASingleHeaderCanBeAllowed) {
  write("core/text/options.h", "#pragma once\n");
  write("plugins/caption.cpp", "#include \"core/text/options.h\"\n#include \"core/text/tokenizer.h\"\n");
  EXPECT_THAT(check_includes(root(), rules), ElementsAre(HasSubstr("plugins/caption.cpp:2")));
}

TEST_F(MadeUpTree, HeadersAreNamedFromTheRoot) {
  write("core/text/tokenizer.cpp", "#include \"tokenizer.h\"\n");
  EXPECT_THAT(check_includes(root(), rules), ElementsAre(HasSubstr("not a file named from the root")));
}

TEST_F(MadeUpTree, LibrariesAndFoldersNobodyKnowsAreFound) {
  write("core/text/tokenizer.cpp", "#include <boost/regex.hpp>\n");
  write("core/new_room/x.h", "#pragma once\n");
  EXPECT_THAT(check_includes(root(), rules), ElementsAre(HasSubstr("core/new_room/x.h: lies in no room"),
                                                         HasSubstr("a library that the rules do not name")));
}

TEST_F(MadeUpTree, TestsMayIncludeAnything) {
  write("tests/core/text/tokenizer_test.cpp", "#include <torch/torch.h>\n#include \"core/engine/backend.h\"\n");
  EXPECT_THAT(check_includes(root(), rules), IsEmpty());
}

TEST_F(MadeUpTree, LongFilesAreFoundUnlessExcused) {
  write("core/text/tokenizer.h", "1\n2\n3\n4\n");
  write("core/text/tokenizer.cpp", "1\n2\n3\n4\n5\n");
  EXPECT_THAT(check_sizes(root(), rules), ElementsAre("core/text/tokenizer.h: has 4 lines, at most 3; split it"));
  rules.may_be_long = {{"core/text/tokenizer.h", "a table"}};
  EXPECT_THAT(check_sizes(root(), rules), IsEmpty());
}

TEST_F(MadeUpTree, ANameIsUsedOnce) {
  write("plugins/tokenizer.h", "#pragma once\n");
  EXPECT_THAT(check_names(root(), rules),
              ElementsAre("plugins/tokenizer.h: the name 'tokenizer' is taken by core/text"));
}

TEST_F(MadeUpTree, FoldersNamedAfterNothingAreFound) {
  write("core/text/utils/x.h", "#pragma once\n");
  EXPECT_THAT(check_names(root(), rules), ElementsAre(HasSubstr("core/text/utils: 'utils' says nothing")));
}

TEST_F(MadeUpTree, ASourceWithoutATestIsFoundUnlessExcused) {
  write("core/text/new_idea.cpp", "\n");
  write("tests/core/new_idea_test.cpp", "\n");  // not mirrored
  EXPECT_THAT(check_tests(root(), rules),
              ElementsAre("core/text/new_idea.cpp: has no test tests/core/text/new_idea_test.cpp"));
  rules.may_lack_a_test = {{"core/text/", "a reason"}};
  EXPECT_THAT(check_tests(root(), rules), IsEmpty());
}

TEST_F(MadeUpTree, ForbiddenWordsAreFoundAsWholeWordsOnly) {
  write("core/text/tokenizer.cpp", "int METODOS, my_g_mutex_x;\n// TODO: later\ng_mutex_lock(m)\n");
  EXPECT_THAT(check_words(root(), rules), ElementsAre("core/text/tokenizer.cpp:2: holds 'TODO'; no open ends",
                                                      HasSubstr("tokenizer.cpp:3: holds 'g_mutex_lock'")));
}

TEST_F(MadeUpTree, ExceptionsMustExistAndHaveAReason) {
  rules.may_be_long = {{"core/text/gone.cpp", "was long"}, {"core/text/tokenizer.cpp", ""}};
  EXPECT_THAT(check_exceptions(root(), rules), ElementsAre("core/text/gone.cpp: is excused but not there",
                                                           "core/text/tokenizer.cpp: is excused without a reason"));
}

TEST(LiesIn, KnowsFoldersFromNamesThatBeginAlike) {
  EXPECT_TRUE(lies_in("core/text/a.h", "core/text"));
  EXPECT_TRUE(lies_in("core/text/a.h", "core/text/"));
  EXPECT_TRUE(lies_in("core/text/a.h", "core/text/a.h"));
  EXPECT_FALSE(lies_in("core/textual/a.h", "core/text"));
  EXPECT_FALSE(lies_in("core/text", "core/text/a.h"));
}

// The rules that the house really has, on the locks that they are about.
TEST(HouseRules, KnowTheLocksOfGlib) {
  test::TempDir directory;
  std::filesystem::create_directories(directory.path() / "plugins");
  std::ofstream(directory.path() / "plugins/a.cpp")
      << "std::mutex fine;\nGMutex lock;\ng_cond_wait (&c, &m);\nGST_OBJECT_LOCK (e);\n";
  EXPECT_THAT(check_words(directory.path(), house_rules()),
              ElementsAre(HasSubstr("a.cpp:2: holds 'GMutex'"), HasSubstr("a.cpp:3: holds 'g_cond_wait'")));
}

}  // namespace
}  // namespace blip::layering
