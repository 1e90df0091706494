// Against the original BLIP code on tiny random checkpoints (.pth) of every layout.
#include <gtest/gtest.h>

#include "core/generate/run_searches.h"
#include "core/tasks/text_input.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

class PthGolden : public testing::Test {
 protected:
  const std::filesystem::path dir_ = golden_dir() / "pth";
  const SafetensorsFile images_{dir_ / "images.safetensors"};
  const Pixels pixels_{images_, "pixel_values"};

  std::shared_ptr<LoadedModel> load(const std::string& name) { return load_model(dir_ / (name + ".pth")); }
  nlohmann::json json(const std::string& name) { return read_json(dir_ / (name + ".expected.json")); }
  SafetensorsFile arrays(const std::string& name) { return SafetensorsFile(dir_ / (name + ".expected.safetensors")); }

  // Texts as BLIP's text loaders give them: no clean-up, cut at max_length.
  static std::vector<std::vector<std::int64_t>> tokenize(const LoadedModel& model, const nlohmann::json& texts,
                                                         const nlohmann::json& max_length) {
    std::vector<std::vector<std::int64_t>> ids;
    for (const auto& text : texts)
      ids.push_back(model.tokenizer->encode(text.get<std::string>(), {max_length.get<std::int64_t>()}));
    return ids;
  }
  static std::vector<float> match_all(LoadedModel& model, std::span<const Clip> clips,
                                      const std::vector<std::vector<std::int64_t>>& ids, FirstToken first) {
    std::vector<std::vector<std::int64_t>> texts;
    for (const auto& text : ids) texts.push_back(with_first(text, first, model.tokenizer->vocabulary().special()));
    std::vector<ClipText> pairs;
    for (const Clip& clip : clips) {
      for (const auto& text : texts) pairs.push_back({&clip, text});
    }
    return model.backend->match(pairs).values;
  }
};

std::vector<Clip> choose(const std::vector<Clip>& all, const nlohmann::json& indices) {
  std::vector<Clip> chosen;
  for (const auto& index : indices) chosen.push_back(all.at(index.get<std::size_t>()));
  return chosen;
}

Matrix normalised(Matrix matrix) {
  for (std::int64_t r = 0; r < matrix.rows; ++r) {
    double sum = 0;
    for (const float value : matrix.row(r)) sum += static_cast<double>(value) * value;
    for (float& value : matrix.row(r)) value = static_cast<float>(value / std::sqrt(sum));
  }
  return matrix;
}

std::vector<float> products(const Matrix& a, const Matrix& b) {
  std::vector<float> result;
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < b.rows; ++j) {
      double sum = 0;
      for (std::int64_t k = 0; k < a.columns; ++k) sum += static_cast<double>(a.row(i)[k]) * b.row(j)[k];
      result.push_back(static_cast<float>(sum));
    }
  }
  return result;
}

TEST_F(PthGolden, CaptionerEmbedsAndDecodes) {
  const auto model = load("caption");
  const auto expected = arrays("caption");
  const auto clips = encode_clips(*model->backend, pixels_);
  std::vector<float> states;
  for (const Clip& clip : choose(clips, json("caption").at("images"))) {
    const Matrix own = clip.frames[0]->to_matrix();
    states.insert(states.end(), own.values.begin(), own.values.end());
  }
  EXPECT_LE(max_difference(states, expected.floats("image_embeds")), kStateTolerance);

  const auto& shape = expected.shape("logits");
  const auto logits = expected.floats("logits");
  const auto decoding = model->backend->start_decoding();
  for (std::int64_t b = 0; b < shape[0]; ++b) {
    const auto ids = unpadded_row(expected, "input_ids", "attention_mask", b);
    const auto sequence = decoding->join({clips.at(static_cast<std::size_t>(b)), {}, {ids[0]}});
    for (std::size_t t = 0; t < ids.size(); ++t) {
      const RowStep step{sequence, 0, ids[t]};
      const auto at = static_cast<std::size_t>((b * shape[1] + static_cast<std::int64_t>(t)) * shape[2]);
      EXPECT_LE(max_difference(decoding->step(std::span(&step, 1)).values,
                               std::span(logits).subspan(at, static_cast<std::size_t>(shape[2]))),
                kLogitTolerance);
    }
  }
}

TEST_F(PthGolden, CaptionerGeneratesTheSameSequences) {
  const auto model = load("caption");
  const auto expected = json("caption");
  const auto clips = choose(encode_clips(*model->backend, pixels_), expected.at("images"));
  ASSERT_FALSE(expected.at("generate").empty());
  for (const auto& run : expected.at("generate")) {
    std::vector<DecodeInput> inputs;
    for (const Clip& clip : clips) inputs.push_back({clip, {}, run.at("input_ids").get<std::vector<std::int64_t>>()});
    const auto decoding = model->backend->start_decoding();
    const auto found = generate(*decoding, inputs, recorded_options(run.at("kwargs"), BeamScoring::kOriginal),
                                model->tokenizer->vocabulary().special().sep);
    ASSERT_EQ(found.size(), run.at("sequences").size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].at(0).ids, run.at("sequences")[i].get<std::vector<std::int64_t>>())
          << run.at("kwargs") << " image " << i;
      if (run.contains("sequences_scores")) {
        EXPECT_NEAR(found[i].at(0).score, run.at("sequences_scores")[i].get<double>(), kScoreTolerance);
      }
    }
  }
}

TEST_F(PthGolden, MatcherScoresAndEmbeds) {
  for (const std::string name : {"itm", "itm.legacy"}) {
    const auto model = load(name);
    const auto json_expected = json("itm");
    const auto expected = arrays("itm");
    const auto clips = choose(encode_clips(*model->backend, pixels_), json_expected.at("images"));
    const auto ids = tokenize(*model, json_expected.at("texts"), json_expected.at("max_length"));
    for (std::size_t t = 0; t < ids.size(); ++t) {
      EXPECT_EQ(ids[t], unpadded_row(expected, "input_ids", "attention_mask", static_cast<std::int64_t>(t)));
    }
    EXPECT_LE(max_difference(match_all(*model, clips, ids, FirstToken::kCls), expected.floats("itm_logits")),
              kLogitTolerance)
        << name;
    const Matrix images = normalised(model->backend->project_images(clips));
    const Matrix texts = normalised(model->backend->project_texts(model->tokenizer->pad(ids)));
    EXPECT_LE(max_difference(products(images, texts), expected.floats("itc_cosine")), kFeatureTolerance) << name;
  }
}

TEST_F(PthGolden, NlvrClassifiesPairs) {
  const auto model = load("nlvr");
  const auto json_expected = json("nlvr");
  const auto expected = arrays("nlvr");
  const auto all = encode_clips(*model->backend, pixels_);
  const auto first = choose(all, json_expected.at("image0")), second = choose(all, json_expected.at("image1"));
  const auto& texts = json_expected.at("texts");
  ASSERT_FALSE(texts.empty());
  for (const bool swapped : {false, true}) {
    std::vector<std::vector<std::int64_t>> ids;
    for (const auto& text : texts) {
      ids.push_back(with_first(model->tokenizer->encode(text.get<std::string>()), FirstToken::kEncode,
                               model->tokenizer->vocabulary().special()));
    }
    std::vector<ClipPairText> pairs;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      pairs.push_back({swapped ? &second[i] : &first[i], swapped ? &first[i] : &second[i], ids[i]});
    }
    EXPECT_LE(max_difference(model->backend->classify_pairs(pairs).values,
                             expected.floats(swapped ? "logits_swapped" : "logits")),
              kLogitTolerance);
  }
}

TEST_F(PthGolden, RetrievalEmbedsMatchesAndPoolsClips) {
  const auto model = load("retrieval");
  const auto json_expected = json("retrieval");
  const auto expected = arrays("retrieval");
  const auto all = encode_clips(*model->backend, pixels_);
  const auto clips = choose(all, json_expected.at("images"));
  const auto ids = tokenize(*model, json_expected.at("texts"), json_expected.at("max_length"));
  const Matrix texts = normalised(model->backend->project_texts(model->tokenizer->pad(ids)));
  const Matrix images = normalised(model->backend->project_images(clips));
  EXPECT_LE(max_difference(texts.values, expected.floats("text_features")), kFeatureTolerance);
  EXPECT_LE(max_difference(images.values, expected.floats("image_features")), kFeatureTolerance);
  EXPECT_LE(max_difference(products(images, texts), expected.floats("similarity")), kFeatureTolerance);
  EXPECT_LE(max_difference(match_all(*model, clips, ids, FirstToken::kEncode), expected.floats("itm_logits_all_pairs")),
            kLogitTolerance);

  // Clips of several frames: mean of projections for ITC, all frames' tokens for ITM.
  std::vector<Clip> videos;
  for (const auto& frames : json_expected.at("video").at("clips")) {
    Clip video;
    for (const auto& index : frames) video.frames.push_back(all.at(index.get<std::size_t>()).frames[0]);
    videos.push_back(video);
  }
  const Matrix video_features = normalised(model->backend->project_images(videos));
  EXPECT_LE(max_difference(video_features.values, expected.floats("video_features")), kFeatureTolerance);
  const auto video_ids = tokenize(*model, json_expected.at("video").at("texts"), json_expected.at("max_length"));
  const auto cosines =
      products(video_features, normalised(model->backend->project_texts(model->tokenizer->pad(video_ids))));
  const auto logits = match_all(*model, videos, video_ids, FirstToken::kEncode);
  const auto scores = expected.floats("score_v2t");
  const float not_ranked = json_expected.at("not_ranked").get<float>();
  int ranked = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i] == not_ranked) continue;
    ++ranked;
    EXPECT_NEAR(logits[2 * i + 1] + cosines[i], scores[i], kLogitTolerance) << "pair " << i;
  }
  EXPECT_GT(ranked, 0);
}

TEST_F(PthGolden, PretrainEncodesInEveryMode) {
  const auto model = load("pretrain");
  const auto json_expected = json("pretrain");
  const auto expected = arrays("pretrain");
  const auto clips = choose(encode_clips(*model->backend, pixels_), json_expected.at("images"));
  std::vector<float> states;
  for (const Clip& clip : clips) {
    const Matrix own = clip.frames[0]->to_matrix();
    states.insert(states.end(), own.values.begin(), own.values.end());
  }
  EXPECT_LE(max_difference(states, expected.floats("image_embeds")), kStateTolerance);
  const auto& texts = json_expected.at("texts");
  ASSERT_FALSE(texts.empty());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto ids = model->tokenizer->encode(texts[i].get<std::string>());
    const std::string number = std::to_string(i);
    EXPECT_LE(
        max_difference(model->backend->encode_text(ids, nullptr).values, expected.floats("text_embeds_" + number)),
        kStateTolerance);
    const auto enc = with_first(ids, FirstToken::kEncode, model->tokenizer->vocabulary().special());
    EXPECT_LE(max_difference(model->backend->encode_text(enc, &clips[i]).values,
                             expected.floats("multimodal_embeds_" + number)),
              kStateTolerance);
  }
  const Pixels larger(expected, "pixel_values_80");
  CheckpointOptions options;
  options.image_size = larger.side;
  const auto resized = load_model(dir_ / "pretrain.pth", options);
  std::vector<float> larger_states;
  for (const Clip& clip : encode_clips(*resized->backend, larger)) {
    const Matrix own = clip.frames[0]->to_matrix();
    larger_states.insert(larger_states.end(), own.values.begin(), own.values.end());
  }
  EXPECT_LE(max_difference(larger_states, expected.floats("image_embeds_80")), kStateTolerance);
}

}  // namespace
}  // namespace blip::test
