// Against transformers 5 on tiny random models: hf-blip2-opt-tiny, hf-blip2-t5-tiny.
#include <gtest/gtest.h>

#include "tests/support/golden_blip2.h"

namespace blip::test {
namespace {

// How transformers counts a run's lengths, as options that count what `input` begins with and the tokens behind it.
GenerationOptions transformers_options(nlohmann::json kwargs, const DecodeInput& input, std::int64_t placeholders) {
  const auto prompt = static_cast<std::int64_t>(input.prompt.size());
  const auto take = [&kwargs](const char* name) {
    std::optional<std::int64_t> value;
    if (kwargs.contains(name)) value = kwargs.at(name).get<std::int64_t>();
    kwargs.erase(name);
    return value;
  };
  const auto max_new = take("max_new_tokens"), min_new = take("min_new_tokens");
  GenerationOptions options = recorded_options(kwargs, BeamScoring::kTransformers);
  if (kwargs.contains("max_length")) options.max_length -= placeholders;
  if (kwargs.contains("min_length")) options.min_length -= placeholders;
  if (max_new) options.max_length = prompt + *max_new;
  if (min_new) options.min_length = prompt + *min_new;
  return options;
}

class HfBlip2Golden : public testing::TestWithParam<const char*> {
 protected:
  const Blip2Golden golden_{GetParam()};
  const std::vector<Clip> clips_ = golden_.clips();
  const bool opt_ = golden_.sizes().language.kind == LanguageModelKind::kOpt;
};

TEST_P(HfBlip2Golden, QFormerStatesAgree) {
  const auto& shape = golden_.expected_file.shape("qformer_last_hidden_state");
  ASSERT_EQ(static_cast<std::size_t>(shape[0]), clips_.size());
  for (std::int64_t b = 0; b < shape[0]; ++b) {
    const Matrix states = clips_[static_cast<std::size_t>(b)].frames[0]->to_matrix();
    EXPECT_EQ(states.rows, golden_.json.at("num_query_tokens").get<std::int64_t>());
    EXPECT_LE(max_difference(states.values, slice_of(golden_.expected_file, "qformer_last_hidden_state", b, shape[1])),
              kStateTolerance);
  }
}

// Through the cache, token after token, against the reference's teacher-forced and padded pass.
TEST_P(HfBlip2Golden, LogitsAgreeStepByStep) {
  const auto& shape = golden_.expected_file.shape("teacher_logits");  // [B, T, vocabulary]
  ASSERT_EQ(static_cast<std::size_t>(shape[0]), clips_.size());
  const std::int64_t queries = golden_.sizes().qformer.queries;
  const auto decoding = golden_.backend->start_decoding();
  for (std::int64_t b = 0; b < shape[0]; ++b) {
    const Clip& clip = clips_[static_cast<std::size_t>(b)];
    std::vector<std::int64_t> fed, question;
    if (opt_) {
      fed = golden_.text("teacher_input_ids", "teacher_attention_mask", b);
    } else {
      question = golden_.text("input_ids", "attention_mask", b);
      const auto ids = golden_.expected_file.ints("teacher_decoder_input_ids");
      const auto mask = golden_.inputs_file.ints("teacher_decoder_attention_mask");
      for (std::int64_t t = b * shape[1]; t < (b + 1) * shape[1] && mask[static_cast<std::size_t>(t)] != 0; ++t)
        fed.push_back(ids[static_cast<std::size_t>(t)]);
    }
    ASSERT_GT(fed.size(), 1u);
    const std::int64_t first = opt_ ? queries : 0;
    const auto expected = slice_of(golden_.expected_file, "teacher_logits", b, shape[1]);
    const auto id = decoding->join({clip, question, {fed.front()}});
    for (std::size_t t = 0; t < fed.size(); ++t) {
      const RowStep step{id, 0, fed[t]};
      const Matrix found = decoding->step(std::span(&step, 1));
      const auto at = static_cast<std::size_t>((first + static_cast<std::int64_t>(t)) * shape[2]);
      EXPECT_LE(max_difference(found.values, std::span(expected).subspan(at, static_cast<std::size_t>(shape[2]))),
                kLogitTolerance)
          << "text " << b << ", token " << t;
    }
    decoding->leave(id);
  }
}

TEST_P(HfBlip2Golden, PromptsOfDifferentLengthAgreeWithTheLeftPaddedBatch) {
  if (!opt_) GTEST_SKIP() << "of OPT";
  const std::int64_t rows = golden_.inputs_file.shape("batch_input_ids")[0];
  const auto decoding = golden_.backend->start_decoding();
  std::vector<RowStep> steps;
  for (std::int64_t b = 0; b < rows; ++b) {
    const auto ids = golden_.text("batch_input_ids", "batch_attention_mask", b);
    steps.push_back({decoding->join({clips_[static_cast<std::size_t>(b)], {}, ids}), 0, ids.back()});
  }
  EXPECT_LE(max_difference(decoding->step(steps).values, golden_.expected_file.floats("batch_last_logits")),
            kLogitTolerance);
}

TEST_P(HfBlip2Golden, GeneratesTheSameTokens) {
  const LanguageModelConfig& language = golden_.sizes().language;
  ASSERT_FALSE(golden_.json.at("generate").empty());
  for (const auto& run : golden_.json.at("generate")) {
    const auto name = run.at("name").get<std::string>();
    const auto& kwargs = run.at("kwargs");
    const double penalty = kwargs.value("length_penalty", 1.0);
    for (std::size_t i = 0; i < clips_.size(); ++i) {
      std::vector<std::int64_t> ids{opt_ ? language.start_token : language.end_token};
      if (!run.at("prompts").is_null())
        ids = golden_.text(run.at("input_ids").at(i).get<std::vector<std::int64_t>>(),
                           run.at("attention_mask").at(i).get<std::vector<std::int64_t>>());
      DecodeInput input = golden_.input(clips_[i], ids);
      const std::int64_t placeholders = opt_ ? golden_.sizes().qformer.queries : 0;
      if (opt_) {
        input.said_before = std::vector<std::int64_t>(static_cast<std::size_t>(placeholders),
                                                      golden_.json.at("image_token_index").get<std::int64_t>());
        input.said_before->insert(input.said_before->end(), ids.begin(), ids.end());
      }
      const auto options = transformers_options(kwargs, input, placeholders);
      const auto decoding = golden_.backend->start_decoding();
      const GeneratedSequence best = generate(*decoding, std::span(&input, 1), options, language.end_token)[0].at(0);
      const std::vector<std::int64_t> generated(best.ids.begin() + static_cast<std::ptrdiff_t>(input.prompt.size()),
                                                best.ids.end());
      const std::string where = name + ", picture " + std::to_string(i);
      EXPECT_EQ(generated, run.at("new_tokens").at(i).get<std::vector<std::int64_t>>()) << where;
      if (run.contains("sequences_scores")) {
        EXPECT_NEAR(best.score, run.at("sequences_scores").at(i).get<double>(),
                    penalty < 0 ? 2 * kScoreTolerance : kScoreTolerance)
            << where;
      }
      if (run.contains("token_logprobs")) {
        EXPECT_LE(max_difference(best.token_logprobs, run.at("token_logprobs").at(i).get<std::vector<float>>()),
                  kScoreTolerance)
            << where;
      }
    }
  }
}

TEST_P(HfBlip2Golden, LargerPicturesAgree) {
  int cases = 0;
  for (const std::string& name : golden_.inputs_file.names()) {
    const std::string prefix = "pixel_values_";
    if (!name.starts_with(prefix)) continue;
    ++cases;
    const Blip2Golden larger(GetParam(), "", "", golden_.inputs_file.shape(name).back());
    // The projected queries are what the language model reads: held against it through the projection's own weights.
    const Matrix states = larger.clips(name).at(0).frames[0]->to_matrix();
    const TensorView& weight = larger.checkpoint.tensors.at("language_projection.weight");
    const TensorView& bias = larger.checkpoint.tensors.at("language_projection.bias");
    ASSERT_EQ(weight.dtype, DType::kFloat32);
    const std::int64_t out = weight.shape[0], in = weight.shape[1];
    const auto* w = static_cast<const float*>(weight.data);
    const auto* b = static_cast<const float*>(bias.data);
    std::vector<float> projected;
    for (std::int64_t q = 0; q < states.rows; ++q) {
      for (std::int64_t o = 0; o < out; ++o) {
        double sum = b[o];
        for (std::int64_t k = 0; k < in; ++k) sum += static_cast<double>(states.row(q)[k]) * w[o * in + k];
        projected.push_back(static_cast<float>(sum));
      }
    }
    EXPECT_LE(max_difference(projected, larger.expected_file.floats("projected_queries_" + name.substr(prefix.size()))),
              kStateTolerance);
  }
  if (opt_) {
    EXPECT_GT(cases, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Families, HfBlip2Golden, testing::Values("hf-blip2-opt-tiny", "hf-blip2-t5-tiny"),
                         [](const auto& of) { return of.index == 0 ? "Opt" : "T5"; });

}  // namespace
}  // namespace blip::test
