#include "pipelines/runner/pipeline_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "pipelines/runner/pipeline_file.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const std::filesystem::path kProgramFolder = test::gst_blip_program().parent_path();

TEST(PipelineCatalog, HasNothingButFilesThatCanBeRead) {
  const auto files = list_catalog(kProgramFolder);
  ASSERT_FALSE(files.empty());
  for (const auto& file : files) EXPECT_EQ(read_pipeline_file(file).name, file.stem()) << file;
}

TEST(PipelineCatalog, PrefersTheInstalledOne) {
  const test::TempDir prefix;
  std::filesystem::create_directories(prefix / "share/gst-blip/pipelines");
  std::ofstream(prefix / "share/gst-blip/pipelines/mine.yaml") << "x";
  EXPECT_EQ(find_pipeline(prefix / "bin", "mine"), prefix / "share/gst-blip/pipelines/mine.yaml");
}

TEST(PipelineCatalog, TellsFilesFromNames) {
  EXPECT_EQ(find_pipeline(kProgramFolder, "caption-to-srt").filename(), "caption-to-srt.yaml");
  EXPECT_EQ(find_pipeline(kProgramFolder, "./x"), "./x");
  EXPECT_EQ(find_pipeline(kProgramFolder, "caption.yaml"), "caption.yaml");
  EXPECT_THAT([] { find_pipeline(kProgramFolder, "captoin"); },
              ThrowsMessage<Error>(testing::AllOf(HasSubstr("'captoin'"), HasSubstr("caption-to-srt"))));
}

}  // namespace
}  // namespace blip
