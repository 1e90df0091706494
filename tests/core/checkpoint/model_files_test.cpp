#include "core/checkpoint/model_files.h"

#include <cstdlib>
#include <optional>

#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Sets an environment variable for one test; null removes it.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) before_ = old;
    set(value);
  }
  ~Variable() { set(before_ ? before_->c_str() : nullptr); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void set(const char* value) { value != nullptr ? ::setenv(name_, value, 1) : ::unsetenv(name_); }
  const char* name_;
  std::optional<std::string> before_;
};

class ModelFilesTest : public ::testing::Test {
 protected:
  std::string touch(const std::string& name) {
    std::filesystem::create_directories((dir_ / name).parent_path());
    test::write_text(dir_ / name, "x");
    return (dir_ / name).string();
  }
  ModelFiles find(const std::string& model) { return find_model_files({.model = (dir_ / model).string()}); }
  std::string error(const CheckpointOptions& options, ErrorKind kind = ErrorKind::kNotFound) {
    return error_of([&] { find_model_files(options); }, kind);
  }
  test::TempDir dir_;
};

TEST_F(ModelFilesTest, ADirectoryPrefersOneFileThenShardsThenTheOlderFormat) {
  touch("m/config.json");
  const std::string older = touch("m/pytorch_model.bin");
  EXPECT_EQ(find("m").weights.path, older);
  EXPECT_EQ(find("m").weights.format, WeightsFormat::kTorch);
  const std::string index = touch("m/model.safetensors.index.json");
  EXPECT_EQ(find("m").weights.path, index);
  EXPECT_EQ(find("m").weights.format, WeightsFormat::kShardedSafetensors);
  const std::string single = touch("m/model.safetensors");
  EXPECT_EQ(find("m").weights.path, single);
  EXPECT_EQ(find("m").weights.format, WeightsFormat::kSafetensors);
}

TEST_F(ModelFilesTest, VocabTxtComesBeforeTokenizerJson) {
  touch("m/config.json");
  touch("m/model.safetensors");
  EXPECT_EQ(find("m").vocab, "");
  const std::string json = touch("m/tokenizer.json");
  EXPECT_EQ(find("m").vocab, json);
  const std::string text = touch("m/vocab.txt");
  EXPECT_EQ(find("m").vocab, text);
}

TEST_F(ModelFilesTest, APthFindsItsConfigAndVocabularyBesideIt) {
  touch("itm.legacy.pth");
  EXPECT_EQ(find("itm.legacy.pth").config, "");
  const std::string common = touch("config.json");
  EXPECT_EQ(find("itm.legacy.pth").config, common);
  touch("itm.config.json");
  EXPECT_EQ(find("itm.legacy.pth").config, common);
  const std::string own = touch("itm.legacy.config.json");
  EXPECT_EQ(find("itm.legacy.pth").config, own);
  const std::string vocab = touch("vocab.txt");
  EXPECT_EQ(find("itm.legacy.pth").vocab, vocab);
}

TEST_F(ModelFilesTest, OptionsComeBeforeNeighbours) {
  touch("m.pth");
  touch("m.config.json");
  touch("vocab.txt");
  const std::string config = touch("other.json"), vocab = touch("other.txt");
  const ModelFiles files = find_model_files({.model = (dir_ / "m.pth").string(), .vocab = vocab, .config = config});
  EXPECT_EQ(files.config, config);
  EXPECT_EQ(files.vocab, vocab);
  EXPECT_THAT(error({.model = (dir_ / "m.pth").string(), .vocab = "/no/vocab"}), HasSubstr("--vocab '/no/vocab'"));
  EXPECT_THAT(error({.model = (dir_ / "m.pth").string(), .config = "/no/config"}), HasSubstr("--config '/no/config'"));
}

TEST_F(ModelFilesTest, SaysWhatADirectoryLacks) {
  EXPECT_THAT(error({.model = dir_.path().string()}),
              HasSubstr("looked for model.safetensors, model.safetensors.index.json, pytorch_model.bin and "
                        "pytorch_model.bin.index.json"));
  touch("model.safetensors");
  EXPECT_THAT(error({.model = dir_.path().string()}), HasSubstr("no config.json"));
}

TEST_F(ModelFilesTest, PointsFromAPartOfAModelToItsDirectory) {
  const std::string part = touch("m/model.safetensors");
  EXPECT_THAT(error({.model = part}, ErrorKind::kInvalidArgument),
              HasSubstr("give its directory, '" + (dir_ / "m").string() + "'"));
}

TEST_F(ModelFilesTest, NamesAModelThatIsNotThere) {
  EXPECT_THAT(error({.model = "/no/such/model"}), HasSubstr("'/no/such/model' does not exist"));
  EXPECT_THAT(error({.model = "no_such.pth"}), HasSubstr("does not exist"));
  EXPECT_THAT(error({.model = "folder/no_such.pth"}), HasSubstr("'folder/no_such.pth' does not exist"));
  EXPECT_THAT(error({}, ErrorKind::kInvalidArgument), HasSubstr("--model"));
}

TEST_F(ModelFilesTest, FindsAHubNameInTheCacheThatTheVariablesName) {
  const std::string folder = "hub/models--Salesforce--tiny/";
  touch(folder + "snapshots/abc123/config.json");
  touch(folder + "snapshots/abc123/vocab.txt");
  const std::string weights = touch(folder + "snapshots/abc123/model.safetensors");
  std::filesystem::create_directories(dir_ / (folder + "refs"));
  test::write_text(dir_ / (folder + "refs/main"), "abc123\n");
  const CheckpointOptions options{.model = "Salesforce/tiny"};
  {
    const Variable cache("HF_HUB_CACHE", (dir_ / "hub").c_str()), home("HF_HOME", "/nowhere");
    EXPECT_EQ(find_model_files(options).weights.path, weights);
  }
  const Variable cache("HF_HUB_CACHE", nullptr);
  {
    const Variable home("HF_HOME", dir_.path().c_str());
    EXPECT_EQ(find_model_files(options).weights.path, weights);
    EXPECT_THAT(
        error({.model = "Salesforce/other"}),
        AllOf(HasSubstr("looked for '" + (dir_ / "hub/models--Salesforce--other").string()), HasSubstr("download")));
    test::write_text(dir_ / (folder + "refs/main"), "../../elsewhere");
    EXPECT_THAT(error(options), HasSubstr("incomplete in the local cache"));
  }
  const Variable home("HF_HOME", nullptr), user("HOME", "/home/nobody");
  EXPECT_THAT(error(options), HasSubstr("'/home/nobody/.cache/huggingface/hub/models--Salesforce--tiny'"));
}

}  // namespace
}  // namespace blip
