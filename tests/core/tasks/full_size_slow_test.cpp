// BLIP-base at 384 px with random weights against transformers. tests/data/full/make_full_size.py makes the data and
// says how.
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/generate/run_searches.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

TEST(FullSizeSlow, GeneratesTheIdsOfTransformers) {
  const char* folder = std::getenv("BLIP_FULL_DIR");
  if (folder == nullptr)
    GTEST_SKIP() << "BLIP_FULL_DIR is not set; tests/data/full/make_full_size.py writes the folder it should name";
  const std::filesystem::path dir = folder;
  const auto model = load_model(dir, {}, /*num_threads=*/0);
  const auto clips = encode_clips(*model->backend, Pixels(SafetensorsFile(dir / "inputs.safetensors"), "pixel_values"));
  const auto expected = read_json(dir / "expected.json");
  const SpecialTokens& special = model->tokenizer->vocabulary().special();
  ASSERT_FALSE(expected.at("generate").empty());
  for (const auto& run : expected.at("generate")) {
    std::vector<DecodeInput> inputs;
    for (const Clip& clip : clips) inputs.push_back({clip, {}, {special.decode}});
    const auto decoding = model->backend->start_decoding();
    const auto found =
        generate(*decoding, inputs, recorded_options(run.at("kwargs"), BeamScoring::kTransformers), special.sep);
    ASSERT_EQ(found.size(), run.at("sequences").size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].at(0).ids, run.at("sequences")[i].get<std::vector<std::int64_t>>())
          << run.at("name") << ", picture " << i;
    }
  }
}

}  // namespace
}  // namespace blip::test
