// BLIP-2's tasks, from a prompt's text to the answer's, against LAVIS and transformers 5.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "core/tasks/answerer.h"
#include "core/tasks/captioner.h"
#include "core/tasks/embedder.h"
#include "core/tasks/matcher.h"
#include "tests/support/golden2_checkpoint.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

using Ids = std::vector<std::int64_t>;
using Json = nlohmann::json;

constexpr const char* kAnswerForm = "Question: {} Answer:";

// A caption or an answer, as far as they have the same.
struct Told {
  std::string text;
  Ids ids;
  double score;
};

class Blip2TasksGolden : public testing::Test {
 protected:
  static std::shared_ptr<LoadedModel> load_lavis(const CheckpointOptions& options) {
    return load_model(options.model, options);
  }
  static std::vector<Clip> clips(LoadedModel& model, const std::string& folder, std::int64_t first_few = 0) {
    Pixels pixels(SafetensorsFile(golden2_dir() / folder / "inputs.safetensors"), "pixel_values");
    if (first_few > 0) pixels.images = first_few;
    return encode_clips(*model.backend, pixels);
  }
  // A prompt that asks is given as the question it holds, any other as a caption's beginning; null as none.
  static Told ask(LoadedModel& model, const Clip& clip, const Json& prompt, const GenerationOptions& generation) {
    const std::string form = kAnswerForm, text = prompt.is_null() ? "" : prompt.get<std::string>();
    const std::string before = form.substr(0, form.find("{}")), behind = form.substr(form.find("{}") + 2);
    if (text.starts_with(before) && text.ends_with(behind)) {
      AnswerOptions options;
      options.generation = generation;
      options.prompt = form;
      const Answer found =
          answer(model, clip, text.substr(before.size(), text.size() - before.size() - behind.size()), options);
      return {found.text, found.token_ids, found.score};
    }
    CaptionOptions options;
    options.generation = generation;
    if (!prompt.is_null()) options.prompt = text;
    const Caption found = caption(model, std::span(&clip, 1), options).at(0);
    return {found.text, found.token_ids, found.score};
  }
  // transformers counts lengths in three ways; ours are generated tokens, the end included.
  static GenerationOptions from_transformers(const Json& kwargs, std::int64_t ahead) {
    GenerationOptions options;
    options.min_length = 0;
    options.num_beams = kwargs.at("num_beams");
    options.length_penalty = kwargs.value("length_penalty", 1.0);
    options.repetition_penalty = kwargs.value("repetition_penalty", 1.0);
    options.max_length = kwargs.contains("max_length") ? kwargs["max_length"].get<std::int64_t>() - ahead
                                                       : kwargs.at("max_new_tokens").get<std::int64_t>();
    if (kwargs.contains("min_new_tokens")) options.min_length = kwargs["min_new_tokens"].get<std::int64_t>() + 1;
    if (kwargs.contains("min_length")) options.min_length = kwargs["min_length"].get<std::int64_t>() - ahead + 1;
    return options;
  }
  static double tolerance(const GenerationOptions& options) {
    return options.length_penalty < 0 ? 2 * kScoreTolerance : kScoreTolerance;
  }

  static void expect_transformers_runs(const std::string& folder) {
    const auto model = load_model(golden2_dir() / folder);
    const bool is_opt = model->checkpoint.layout == Layout::kBlip2Opt;
    const Json expected = read_json(golden2_dir() / folder / "expected.json");
    const auto pictures = clips(*model, folder);
    ASSERT_FALSE(expected.at("generate").empty());
    for (const Json& run : expected.at("generate")) {
      // Only runs without a prompt give lengths that count what stands ahead: the start, and OPT's placeholders.
      const std::int64_t ahead = 1 + (is_opt ? expected.at("num_query_tokens").get<std::int64_t>() : 0);
      const GenerationOptions options = from_transformers(run.at("kwargs"), ahead);
      for (std::size_t i = 0; i < pictures.size(); ++i) {
        SCOPED_TRACE(folder + " " + run.at("name").get<std::string>() + ", picture " + std::to_string(i));
        const Json& prompts = run.at("prompts");
        const Told told = ask(*model, pictures[i], prompts.is_null() ? Json() : prompts.at(i), options);
        EXPECT_EQ(told.ids, run.at("new_tokens").at(i).get<Ids>());
        EXPECT_EQ(told.text, run.at("texts").at(i).get<std::string>());
        double score = 0;
        if (run.contains("sequences_scores")) {
          score = run["sequences_scores"].at(i);
        } else {
          const auto logprobs = run.at("token_logprobs").at(i).get<std::vector<double>>();
          score = std::accumulate(logprobs.begin(), logprobs.end(), 0.0);
        }
        EXPECT_NEAR(told.score, score, tolerance(options) * (run.contains("sequences_scores") ? 1 : told.ids.size()));
      }
    }
  }

  static void expect_lavis_runs(const CheckpointOptions& options, const std::string& folder,
                                const std::string& inputs) {
    const auto model = load_lavis(options);
    const bool is_opt = model->checkpoint.layout == Layout::kBlip2Opt;
    const Json expected = read_json(golden2_dir() / folder / "expected.json");
    const auto pictures = clips(*model, inputs);
    ASSERT_FALSE(expected.at("generate").empty());
    for (const Json& run : expected.at("generate")) {
      const Json& given = run.at("arguments");
      const bool asks = given.contains("questions");
      GenerationOptions generation;
      generation.num_beams = given.value("num_beams", 5);
      generation.length_penalty = given.value("length_penalty", !asks ? 1.0 : is_opt ? 0.0 : -1.0);
      generation.repetition_penalty = given.value("repetition_penalty", 1.0);
      generation.min_length = given.value("min_length", 1);
      generation.max_length = asks ? 10 : given.value("max_length", 30) - (is_opt ? 1 : 0);
      for (std::size_t i = 0; i < pictures.size(); ++i) {
        SCOPED_TRACE(folder + " " + run.at("name").get<std::string>() + ", picture " + std::to_string(i));
        Told told;
        if (asks) {
          AnswerOptions answers;
          answers.generation = generation;
          answers.prompt = given.at("prompt");
          const Answer found = answer(*model, pictures[i], given["questions"].at(i).get<std::string>(), answers);
          told = {found.text, found.token_ids, found.score};
        } else {
          told = ask(*model, pictures[i], given.contains("prompt") ? given["prompt"] : Json(), generation);
        }
        const auto sequence = run.at("sequences").at(i).get<Ids>();
        EXPECT_EQ(told.ids, Ids(sequence.begin() + 1, sequence.end()));
        EXPECT_EQ(told.text, run.at("texts").at(i).get<std::string>());
        if (run.contains("sequences_scores")) {
          EXPECT_NEAR(told.score, run["sequences_scores"].at(i).get<double>(), tolerance(generation));
        }
      }
    }
  }

  // Every picture with every text: ITM's logit and the largest similarity.
  static void expect_pairs(LoadedModel& model, const std::string& folder, const std::string& itc) {
    const SafetensorsFile expected(golden2_dir() / folder / "expected.safetensors");
    const auto texts = read_json(golden2_dir() / folder / "expected.json").at("texts").get<std::vector<std::string>>();
    const auto logits = expected.floats("itm_logits"), similarities = expected.floats(itc);
    const auto count = expected.shape(itc).at(0), words = expected.shape(itc).at(1);
    ASSERT_EQ(words, static_cast<std::int64_t>(texts.size()));
    const auto pictures = clips(model, folder, count);
    const Matrix of_texts = embed_texts(model, texts), of_clips = embed_clips(model, pictures);
    ASSERT_EQ(of_clips.rows % count, 0);
    const std::int64_t each = of_clips.rows / count;
    for (std::int64_t i = 0; i < count; ++i) {
      const auto scores = match(model, pictures[static_cast<std::size_t>(i)], texts);
      for (std::int64_t t = 0; t < words; ++t) {
        const auto at = static_cast<std::size_t>(i * words + t);
        EXPECT_NEAR(scores[static_cast<std::size_t>(t)].logit, logits[2 * at + 1], kLogitTolerance) << i << " " << t;
        float best = -2;
        for (std::int64_t q = i * each; q < (i + 1) * each; ++q) {
          best = std::max(
              best, std::inner_product(of_clips.row(q).begin(), of_clips.row(q).end(), of_texts.row(t).begin(), 0.f));
        }
        EXPECT_NEAR(best, similarities[at], kFeatureTolerance) << i << " " << t;
      }
    }
  }
};

TEST_F(Blip2TasksGolden, TransformersOptTellsTheSame) {
  expect_transformers_runs("hf-blip2-opt-tiny");
}
TEST_F(Blip2TasksGolden, TransformersT5TellsTheSame) {
  expect_transformers_runs("hf-blip2-t5-tiny");
}
TEST_F(Blip2TasksGolden, LavisOptTellsTheSame) {
  const LavisGolden lavis;
  expect_lavis_runs(lavis.opt(), "lavis/stage2-opt", "hf-blip2-opt-tiny");
}
TEST_F(Blip2TasksGolden, LavisT5TellsTheSame) {
  const LavisGolden lavis;
  expect_lavis_runs(lavis.t5(), "lavis/stage2-t5", "hf-blip2-t5-tiny");
}

TEST_F(Blip2TasksGolden, PicturesAndTextsAreComparedAsInTransformers) {
  const auto model = load_model(golden2_dir() / "hf-blip2-itm-tiny");
  expect_pairs(*model, "hf-blip2-itm-tiny", "itc_similarity");
}
TEST_F(Blip2TasksGolden, PicturesAndTextsAreComparedAsInLavis) {
  const LavisGolden lavis;
  expect_pairs(*load_lavis(lavis.stage1()), "lavis/stage1", "itc");
}

TEST_F(Blip2TasksGolden, TheQFormerWritesTheSameCaptions) {
  const LavisGolden lavis;
  const auto model = load_lavis(lavis.stage1());
  const Json expected = read_json(golden2_dir() / "lavis/stage1/expected.json");
  ASSERT_FALSE(expected.at("generate").empty());
  for (const Json& run : expected.at("generate")) {
    const Json& given = run.at("kwargs");
    CaptionOptions options;
    options.generation.num_beams = given.value("num_beams", 3);
    options.generation.max_length = given.value("max_length", 30);
    options.generation.min_length = given.value("min_length", 10);
    const auto count = static_cast<std::int64_t>(run.at("sequences").size());
    const auto captions = caption(*model, clips(*model, "lavis/stage1", count), options);
    for (std::size_t i = 0; i < captions.size(); ++i) {
      SCOPED_TRACE(run.at("name").get<std::string>() + ", picture " + std::to_string(i));
      EXPECT_EQ(captions[i].token_ids, run.at("sequences").at(i).get<Ids>());
      EXPECT_EQ(captions[i].text, run.at("captions").at(i).get<std::string>());
      if (run.contains("sequences_scores")) {
        EXPECT_NEAR(captions[i].score, run["sequences_scores"].at(i).get<double>(), kScoreTolerance);
      }
    }
  }
}

// An answer's loss is what greedy search added up when it wrote the same tokens.
TEST_F(Blip2TasksGolden, AnAnswersLossIsWhatGeneratingItCost) {
  int compared = 0;
  for (const std::string folder : {"hf-blip2-opt-tiny", "hf-blip2-t5-tiny"}) {
    const auto model = load_model(golden2_dir() / folder);
    AnswerOptions options;
    options.prompt = kAnswerForm;
    options.generation.num_beams = 1;
    options.generation.max_length = 24;
    for (const Clip& clip : clips(*model, folder)) {
      const std::string question = "what is this?";
      const Answer told = answer(*model, clip, question, options);
      const std::vector<std::string> answers{told.text, "no"};
      const auto ids = answer_ids(*model, plan_answer(*model, question, options), std::span(answers).first(1))[0];
      if (Ids(ids.begin() + 1, ids.end()) != told.token_ids) continue;  // another way to the same text
      ++compared;
      const auto ranked = rank_answers(*model, clip, question, answers, answers.size(), options);
      ASSERT_EQ(ranked.size(), 2u);
      const RankedAnswer& own = ranked[0].index == 0 ? ranked[0] : ranked[1];
      EXPECT_NEAR(own.loss, -told.score, kScoreTolerance * static_cast<double>(ids.size()));
    }
  }
  EXPECT_GT(compared, 0);
}

}  // namespace
}  // namespace blip::test
