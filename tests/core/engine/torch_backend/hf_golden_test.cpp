// Against transformers 5 on tiny random models: hf-caption-tiny, hf-vqa-tiny, hf-itm-tiny.
#include <gtest/gtest.h>

#include "core/generate/run_searches.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

void expect_sequences(const nlohmann::json& run, const std::vector<GeneratedSequence>& found, std::size_t first) {
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::string where = run.at("name").get<std::string>() + ", sequence " + std::to_string(first + i);
    EXPECT_EQ(found[i].ids, run.at("sequences").at(first + i).get<std::vector<std::int64_t>>()) << where;
    if (run.contains("sequences_scores")) {
      EXPECT_NEAR(found[i].score, run.at("sequences_scores").at(first + i).get<double>(), kScoreTolerance) << where;
    }
    if (run.contains("token_logprobs")) {
      const auto expected = run.at("token_logprobs").at(first + i).get<std::vector<float>>();
      EXPECT_LE(max_difference(found[i].token_logprobs, expected), kScoreTolerance) << where;
    }
  }
}

class HfCaptionGolden : public testing::Test {
 protected:
  const std::filesystem::path dir_ = golden_dir() / "hf-caption-tiny";
  const SafetensorsFile inputs_{dir_ / "inputs.safetensors"}, expected_{dir_ / "expected.safetensors"};
  const std::shared_ptr<LoadedModel> model_ = load_model(dir_);
};

TEST_F(HfCaptionGolden, VisionStatesAgree) {
  const auto clips = encode_clips(*model_->backend, Pixels(inputs_, "pixel_values"));
  std::vector<float> states;
  for (const Clip& clip : clips) {
    const Matrix own = clip.frames[0]->to_matrix();
    states.insert(states.end(), own.values.begin(), own.values.end());
  }
  EXPECT_LE(max_difference(states, expected_.floats("vision_last_hidden_state")), kStateTolerance);
}

TEST_F(HfCaptionGolden, VisionStatesAgreeAtAnotherImageSize) {
  int cases = 0;
  for (const std::string& name : inputs_.names()) {
    const std::string prefix = "pixel_values_";
    if (!name.starts_with(prefix)) continue;
    ++cases;
    const Pixels pixels(inputs_, name);
    CheckpointOptions options;
    options.image_size = pixels.side;
    const auto model = load_model(dir_, options);
    const Matrix states = encode_clips(*model->backend, pixels).at(0).frames[0]->to_matrix();
    EXPECT_LE(max_difference(states.values, expected_.floats("vision_last_hidden_state_" + name.substr(prefix.size()))),
              kStateTolerance);
  }
  EXPECT_GT(cases, 0);
}

// Through the decoder's cache, token after token, which must agree with the reference's teacher-forced pass.
TEST_F(HfCaptionGolden, DecoderLogitsAgreeStepByStep) {
  const auto clips = encode_clips(*model_->backend, Pixels(inputs_, "pixel_values"));
  const auto& shape = expected_.shape("decoder_logits");  // [B, T, vocabulary]
  const auto logits = expected_.floats("decoder_logits");
  ASSERT_EQ(static_cast<std::size_t>(shape[0]), clips.size());
  const auto decoding = model_->backend->start_decoding();
  for (std::int64_t b = 0; b < shape[0]; ++b) {
    const auto ids = unpadded_row(inputs_, "input_ids", "attention_mask", b);
    const auto sequence = decoding->join({clips[b], {}, {ids[0]}});
    for (std::size_t t = 0; t < ids.size(); ++t) {
      const RowStep step{sequence, 0, ids[t]};
      const Matrix found = decoding->step(std::span(&step, 1));
      const auto at = static_cast<std::size_t>((b * shape[1] + static_cast<std::int64_t>(t)) * shape[2]);
      EXPECT_LE(max_difference(found.values, std::span(logits).subspan(at, static_cast<std::size_t>(shape[2]))),
                kLogitTolerance)
          << "text " << b << ", token " << t;
    }
    decoding->leave(sequence);
  }
}

TEST_F(HfCaptionGolden, GeneratesTheSameSequences) {
  const auto clips = encode_clips(*model_->backend, Pixels(inputs_, "pixel_values"));
  const SpecialTokens& special = model_->tokenizer->vocabulary().special();
  const auto json = read_json(dir_ / "expected.json");
  ASSERT_FALSE(json.at("generate").empty());
  for (const auto& run : json.at("generate")) {
    std::vector<std::int64_t> prompt{special.decode};
    if (!run.at("prompt").is_null()) {
      prompt = model_->tokenizer->encode(run.at("prompt").get<std::string>());
      EXPECT_EQ(prompt, run.at("prompt_ids_given").get<std::vector<std::int64_t>>());
      prompt.front() = special.decode;
      prompt.pop_back();
    }
    std::vector<DecodeInput> inputs;
    for (const Clip& clip : clips) inputs.push_back({clip, {}, prompt});
    const auto options = recorded_options(run.at("kwargs"), BeamScoring::kTransformers);
    const auto decoding = model_->backend->start_decoding();
    const auto found = generate(*decoding, inputs, options, special.sep);
    std::size_t first = 0;
    for (const auto& sequences : found) {
      expect_sequences(run, sequences, first);
      for (std::size_t i = 0; i < sequences.size(); ++i) {
        EXPECT_EQ(model_->tokenizer->decode(sequences[i].ids), run.at("texts").at(first + i).get<std::string>());
      }
      first += sequences.size();
    }
    EXPECT_EQ(first, run.at("sequences").size()) << run.at("name");
  }
}

TEST_F(HfCaptionGolden, ShardedCheckpointIsTheSameModel) {
  const auto sharded = load_model(golden_dir() / "hf-caption-sharded-tiny");
  const Pixels pixels(inputs_, "pixel_values");
  const Matrix one = encode_clips(*model_->backend, pixels)[0].frames[0]->to_matrix();
  EXPECT_EQ(one.values, encode_clips(*sharded->backend, pixels)[0].frames[0]->to_matrix().values);
}

class HfVqaGolden : public testing::Test {
 protected:
  const std::filesystem::path dir_ = golden_dir() / "hf-vqa-tiny";
  const SafetensorsFile inputs_{dir_ / "inputs.safetensors"}, expected_{dir_ / "expected.safetensors"};
  const std::shared_ptr<LoadedModel> model_ = load_model(dir_);
  const std::vector<Clip> clips_ = encode_clips(*model_->backend, Pixels(inputs_, "pixel_values"));
};

TEST_F(HfVqaGolden, QuestionStatesAgree) {
  const auto& shape = expected_.shape("question_last_hidden_state");  // [B, T, D]
  const auto expected = expected_.floats("question_last_hidden_state");
  ASSERT_EQ(static_cast<std::size_t>(shape[0]), clips_.size());
  for (std::int64_t b = 0; b < shape[0]; ++b) {
    const auto ids = unpadded_row(inputs_, "input_ids", "attention_mask", b);
    const Matrix states = model_->backend->encode_text(ids, &clips_[b]);
    const auto own =
        std::span(expected).subspan(static_cast<std::size_t>(b * shape[1] * shape[2]), states.values.size());
    EXPECT_LE(max_difference(states.values, own), kStateTolerance) << "question " << b;
  }
}

TEST_F(HfVqaGolden, AnswersSingleQuestions) {
  const auto json = read_json(dir_ / "expected.json");
  ASSERT_FALSE(json.at("generate_single").empty());
  const SpecialTokens& special = model_->tokenizer->vocabulary().special();
  for (const auto& run : json.at("generate_single")) {
    const auto question = run.at("question").get<std::size_t>();
    const auto ids = json.at("question_ids").at(question).get<std::vector<std::int64_t>>();
    EXPECT_EQ(model_->tokenizer->encode(json.at("questions").at(question).get<std::string>()), ids);
    const DecodeInput input{clips_.at(run.at("image").get<std::size_t>()), ids, {special.decode}};
    const auto decoding = model_->backend->start_decoding();
    const auto options = recorded_options(run.at("kwargs"), BeamScoring::kTransformers);
    expect_sequences(run, generate(*decoding, std::span(&input, 1), options, special.sep)[0], 0);
  }
}

class HfItmGolden : public testing::Test {
 protected:
  const std::filesystem::path dir_ = golden_dir() / "hf-itm-tiny";
  const SafetensorsFile inputs_{dir_ / "inputs.safetensors"}, expected_{dir_ / "expected.safetensors"};
  const std::shared_ptr<LoadedModel> model_ = load_model(dir_);
  const std::vector<Clip> clips_ = encode_clips(*model_->backend, Pixels(inputs_, "pixel_values"));

  void expect_logits(const std::string& name, bool encode_token) {
    const std::int64_t texts = inputs_.shape("input_ids")[0];
    std::vector<std::vector<std::int64_t>> ids;
    for (std::int64_t t = 0; t < texts; ++t) {
      ids.push_back(unpadded_row(inputs_, "input_ids", "attention_mask", t));
      if (encode_token) ids.back().front() = model_->tokenizer->vocabulary().special().encode;
    }
    std::vector<ClipText> pairs;
    for (const Clip& clip : clips_) {
      for (const auto& text : ids) pairs.push_back({&clip, text});
    }
    EXPECT_LE(max_difference(model_->backend->match(pairs).values, expected_.floats(name)), kLogitTolerance);
  }
};

TEST_F(HfItmGolden, MatchingLogitsWithClsAgree) {
  expect_logits("itm_logits", false);
}
TEST_F(HfItmGolden, MatchingLogitsWithEncAgree) {
  expect_logits("itm_logits_enc_token", true);
}

}  // namespace
}  // namespace blip::test
