// Retrieval, features and captions of Q-Formers that read text: hf-blip2-itm-tiny (transformers 5), lavis/stage1.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/support/golden_blip2.h"

namespace blip::test {
namespace {

std::vector<std::vector<std::int64_t>> texts_of(const Blip2Golden& golden, const std::string& ids,
                                                const std::string& mask) {
  std::vector<std::vector<std::int64_t>> texts;
  for (std::int64_t t = 0; t < golden.inputs_file.shape(ids)[0]; ++t)
    texts.push_back(unpadded_row(golden.inputs_file, ids, mask, t));
  return texts;
}

// Dot products [clips * Q, texts] of unit vectors.
Matrix similarities(const Matrix& queries, const Matrix& texts) {
  Matrix result(queries.rows, texts.rows);
  for (std::int64_t q = 0; q < queries.rows; ++q) {
    for (std::int64_t t = 0; t < texts.rows; ++t)
      result.row(q)[static_cast<std::size_t>(t)] =
          std::inner_product(queries.row(q).begin(), queries.row(q).end(), texts.row(t).begin(), 0.0f);
  }
  return result;
}

Matrix largest_of_queries(const Matrix& per_query, std::int64_t queries) {
  Matrix result(per_query.rows / queries, per_query.columns);
  for (std::int64_t c = 0; c < result.rows; ++c) {
    std::copy(per_query.row(c * queries).begin(), per_query.row(c * queries).end(), result.row(c).begin());
    for (std::int64_t q = 1; q < queries; ++q) {
      for (std::int64_t t = 0; t < result.columns; ++t) {
        float& best = result.row(c)[static_cast<std::size_t>(t)];
        best = std::max(best, per_query.row(c * queries + q)[static_cast<std::size_t>(t)]);
      }
    }
  }
  return result;
}

Matrix match_all(const Blip2Golden& golden, const std::vector<Clip>& clips,
                 const std::vector<std::vector<std::int64_t>>& texts) {
  std::vector<ClipText> pairs;
  for (const Clip& clip : clips) {
    for (const auto& text : texts) pairs.push_back({&clip, text});
  }
  return golden.backend->match(pairs);
}

class HfBlip2ItmGolden : public testing::Test {
 protected:
  const Blip2Golden golden_{"hf-blip2-itm-tiny"};
  const std::vector<Clip> clips_ = golden_.clips();
  const std::vector<std::vector<std::int64_t>> texts_ = texts_of(golden_, "input_ids", "attention_mask");
  const std::int64_t queries_ = golden_.sizes().qformer.queries;
};

TEST_F(HfBlip2ItmGolden, VisionStatesAgree) {
  for (std::size_t b = 0; b < clips_.size(); ++b) {
    const Matrix states = clips_[b].frames[0]->to_matrix();
    EXPECT_LE(max_difference(states.values, slice_of(golden_.expected_file, "vision_last_hidden_state",
                                                     static_cast<std::int64_t>(b), states.rows)),
              kStateTolerance);
  }
}

TEST_F(HfBlip2ItmGolden, FeaturesAndSimilaritiesAgree) {
  const Matrix images = unit_rows(golden_.backend->project_images(clips_));
  const Matrix texts = unit_rows(golden_.backend->project_texts(token_batch(texts_)));
  EXPECT_LE(max_difference(images.values, golden_.expected_file.floats("image_features")), kFeatureTolerance);
  EXPECT_LE(max_difference(texts.values, golden_.expected_file.floats("text_features")), kFeatureTolerance);
  const Matrix per_query = similarities(images, texts);
  EXPECT_LE(max_difference(per_query.values, golden_.expected_file.floats("itc_similarity_per_query")),
            kFeatureTolerance);
  EXPECT_LE(
      max_difference(largest_of_queries(per_query, queries_).values, golden_.expected_file.floats("itc_similarity")),
      kFeatureTolerance);
}

TEST_F(HfBlip2ItmGolden, MatchingLogitsAgree) {
  EXPECT_LE(max_difference(match_all(golden_, clips_, texts_).values, golden_.expected_file.floats("itm_logits")),
            kLogitTolerance);
}

TEST_F(HfBlip2ItmGolden, TextsAgreeAloneAndWithAPicture) {
  const std::int64_t pairs = golden_.expected_file.shape("multimodal_last_hidden_state")[0];
  for (std::size_t t = 0; t < texts_.size(); ++t) {
    const auto index = static_cast<std::int64_t>(t);
    const Matrix alone = golden_.backend->encode_text(texts_[t], nullptr);
    EXPECT_LE(
        max_difference(alone.values, slice_of(golden_.expected_file, "text_last_hidden_state", index, alone.rows)),
        kStateTolerance);
    if (index >= pairs) continue;
    const Matrix pair = golden_.backend->encode_text(texts_[t], &clips_[t]);
    EXPECT_EQ(pair.rows, queries_ + static_cast<std::int64_t>(texts_[t].size()));
    EXPECT_LE(
        max_difference(pair.values, slice_of(golden_.expected_file, "multimodal_last_hidden_state", index, pair.rows)),
        kStateTolerance);
  }
}

class LavisStage1Golden : public testing::Test {
 protected:
  const Blip2Golden golden_{"lavis/stage1", "blip2_stage1.pth"};
  const std::int64_t images_ = golden_.expected_file.shape("image_states")[0];
  const std::vector<Clip> clips_ = golden_.clips("pixel_values", static_cast<std::size_t>(images_));
  const std::vector<std::vector<std::int64_t>> texts_ = texts_of(golden_, "text_input_ids", "text_attention_mask");
  const std::int64_t queries_ = golden_.sizes().qformer.queries;

  Matrix itc() const {
    return largest_of_queries(similarities(unit_rows(golden_.backend->project_images(clips_)),
                                           unit_rows(golden_.backend->project_texts(token_batch(texts_)))),
                              queries_);
  }
};

TEST_F(LavisStage1Golden, ImageStatesAgree) {
  for (std::size_t b = 0; b < clips_.size(); ++b) {
    const Matrix states = clips_[b].frames[0]->to_matrix();
    EXPECT_LE(max_difference(states.values, slice_of(golden_.expected_file, "image_states",
                                                     static_cast<std::int64_t>(b), states.rows)),
              kStateTolerance);
  }
}

TEST_F(LavisStage1Golden, ExtractedFeaturesAgree) {
  EXPECT_LE(max_difference(unit_rows(golden_.backend->project_images(clips_)).values,
                           golden_.expected_file.floats("image_embeds_proj")),
            kFeatureTolerance);
  for (std::size_t t = 0; t < texts_.size(); ++t) {
    const auto index = static_cast<std::int64_t>(t);
    const Matrix alone = golden_.backend->encode_text(texts_[t], nullptr);
    EXPECT_LE(max_difference(alone.values, slice_of(golden_.expected_file, "text_embeds", index, alone.rows)),
              kStateTolerance);
    if (index >= images_) continue;
    Matrix pair = golden_.backend->encode_text(texts_[t], &clips_[t]);
    pair.resize(queries_, pair.columns);
    EXPECT_LE(max_difference(pair.values, slice_of(golden_.expected_file, "multimodal_embeds", index, queries_)),
              kStateTolerance);
  }
}

TEST_F(LavisStage1Golden, RetrievalScoresAgree) {
  const Matrix similarity = itc();
  EXPECT_LE(max_difference(similarity.values, golden_.expected_file.floats("itc")), kFeatureTolerance);
  const Matrix logits = match_all(golden_, clips_, texts_);
  EXPECT_LE(max_difference(logits.values, golden_.expected_file.floats("itm_logits")), kLogitTolerance);

  // The k most similar of a row or column get the matching logit and the similarity, the others -100.
  const auto texts = static_cast<std::int64_t>(texts_.size());
  const auto k = static_cast<std::size_t>(golden_.json.at("k_test").get<std::int64_t>());
  const auto score = [&](std::int64_t image, std::int64_t text) {
    return logits.row(image * texts + text)[1] + similarity.row(image)[static_cast<std::size_t>(text)];
  };
  const auto similar = [&](std::int64_t image, std::int64_t text) {
    return similarity.row(image)[static_cast<std::size_t>(text)];
  };
  const auto ranked = [&](std::int64_t rows, std::int64_t columns, bool by_text) {
    std::vector<float> scores;
    for (std::int64_t row = 0; row < rows; ++row) {
      std::vector<std::int64_t> order(static_cast<std::size_t>(columns));
      std::iota(order.begin(), order.end(), 0);
      const auto of = [&](const auto& pair_value, std::int64_t column) {
        return by_text ? pair_value(column, row) : pair_value(row, column);
      };
      std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return of(similar, a) > of(similar, b); });
      std::vector<float> line(order.size(), -100.0f);
      for (std::size_t i = 0; i < k; ++i) line[static_cast<std::size_t>(order[i])] = of(score, order[i]);
      scores.insert(scores.end(), line.begin(), line.end());
    }
    return scores;
  };
  EXPECT_LE(max_difference(ranked(images_, texts, false), golden_.expected_file.floats("score_i2t")), kLogitTolerance);
  EXPECT_LE(max_difference(ranked(texts, images_, true), golden_.expected_file.floats("score_t2i")), kLogitTolerance);
}

TEST_F(LavisStage1Golden, CaptionLogitsAgreeStepByStep) {
  const auto& shape = golden_.expected_file.shape("caption_logits");  // [B, T, vocabulary]
  const auto decoding = golden_.backend->start_decoding();
  for (std::int64_t b = 0; b < shape[0]; ++b) {
    auto ids = unpadded_row(golden_.expected_file, "caption_input_ids", "caption_attention_mask", b);
    ids.resize(std::min(ids.size(), static_cast<std::size_t>(shape[1])));
    const auto expected = slice_of(golden_.expected_file, "caption_logits", b, shape[1]);
    const auto id = decoding->join({clips_[static_cast<std::size_t>(b)], {}, {ids[0]}});
    for (std::size_t t = 0; t < ids.size(); ++t) {
      const RowStep step{id, 0, ids[t]};
      const Matrix found = decoding->step(std::span(&step, 1));
      const auto columns = static_cast<std::size_t>(shape[2]);
      EXPECT_LE(max_difference(found.values, std::span(expected).subspan(t * columns, columns)), kLogitTolerance)
          << "caption " << b << ", token " << t;
    }
    decoding->leave(id);
  }
}

TEST_F(LavisStage1Golden, CaptionsAgree) {
  ASSERT_FALSE(golden_.json.at("generate").empty());
  for (const auto& run : golden_.json.at("generate")) {
    nlohmann::json kwargs{{"num_beams", 3}, {"max_length", 30}, {"min_length", 10}};  // LAVIS' defaults
    kwargs.update(run.at("kwargs"));
    const auto options = recorded_options(kwargs, BeamScoring::kOriginal);
    for (std::size_t i = 0; i < clips_.size(); ++i) {
      const auto expected = run.at("sequences").at(i).get<std::vector<std::int64_t>>();
      const DecodeInput input{clips_[i], {}, {expected.front()}};
      const auto decoding = golden_.backend->start_decoding();
      const GeneratedSequence best = generate(*decoding, std::span(&input, 1), options, expected.back())[0].at(0);
      const std::string where = run.at("name").get<std::string>() + ", picture " + std::to_string(i);
      EXPECT_EQ(best.ids, expected) << where;
      if (run.contains("sequences_scores")) {
        EXPECT_NEAR(best.score, run.at("sequences_scores").at(i).get<double>(), kScoreTolerance) << where;
      }
    }
  }
}

}  // namespace
}  // namespace blip::test
