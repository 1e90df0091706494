#include "pipelines/searching/search_plan.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/base/error.h"
#include "core/index/vectors/embedding_rows.h"
#include "pipelines/searching/content_words.h"
#include "pipelines/searching/query_vector.h"

namespace blip {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorKind::kInvalidArgument, why);
}

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

std::vector<std::string> texts_of(const SearchRequest& request, bool wanted) {
  std::vector<std::string> texts;
  for (const WeightedText& term : request.texts)
    if ((term.weight > 0) == wanted) texts.push_back(term.text);
  return texts;
}
std::vector<std::string> wanted_texts(const SearchRequest& request) {
  return texts_of(request, true);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : " ") + text;
  return all;
}

// The words of the texts, for kWords and as candidates of a hybrid search.
void plan_words(const SearchRequest& request, SearchPlan& plan) {
  if (!is_blank(request.words)) {
    plan.query.words = request.words;
    plan.query.words_required = true;
  } else if (request.mode != SearchMode::kEmbedding) {
    plan.query.words = content_words(wanted_texts(request));
    // Of words that say nothing of a picture, all are looked for.
    if (plan.query.words.empty() && request.mode == SearchMode::kWords)
      plan.query.words = joined(wanted_texts(request));
  }
}

// A text's embedding as a row of an index that has several a segment.
std::vector<float> as_row(const std::vector<float>& embedding, std::size_t size) {
  const std::int64_t count = embeddings_in(static_cast<std::int64_t>(size), std::ssize(embedding));
  if (count < 2) return embedding;
  std::vector<float> repeated;
  for (std::int64_t i = 0; i < count; ++i) repeated.insert(repeated.end(), embedding.begin(), embedding.end());
  return packed_embedding(repeated, count);
}

std::vector<float> vector_of(const SearchRequest& request, const IndexReader& index, SearchModel& model,
                             const std::vector<SearchTerm>& terms) {
  std::vector<float> image, like;
  if (request.image) image = model.embed_picture(request.image->view());
  if (request.like) {
    const auto known = index.embedding(*request.like);
    if (!known) refuse("there is no segment " + std::to_string(*request.like) + " in the index");
    like = *known;
  }
  std::vector<std::vector<float>> texts;
  for (const SearchTerm& term : terms) texts.push_back(as_row(term.embedding, std::max(image.size(), like.size())));
  std::vector<WeightedVector> parts;
  for (std::size_t i = 0; i < terms.size(); ++i) parts.push_back({texts[i], terms[i].weight});
  for (const std::vector<float>& picture : {std::cref(image), std::cref(like)})
    if (!picture.empty()) parts.push_back({picture, 1});
  return query_vector(parts);
}

}  // namespace

void check_request(const SearchRequest& request) {
  for (const WeightedText& term : request.texts) {
    if (is_blank(term.text)) refuse("a text of the search is empty");
    if (!std::isfinite(term.weight) || term.weight == 0 || std::abs(term.weight) > 1000)
      refuse("the weight of '" + term.text + "' must be a number up to 1000, not 0");
  }
  if (request.mode != SearchMode::kWords && request.texts.empty() && !request.image && !request.like &&
      is_blank(request.words))
    refuse("nothing to look for: give a text, a picture, a moment or words");
  if (request.mode == SearchMode::kWords && is_blank(request.words) &&
      std::none_of(request.texts.begin(), request.texts.end(), [](const WeightedText& t) { return t.weight > 0; }))
    refuse("a search for words needs words");
  if (request.cutoff && !(*request.cutoff >= 0 && *request.cutoff <= 1)) refuse("the cut-off must lie between 0 and 1");
  if (request.min_score && !(*request.min_score >= -1 && *request.min_score <= 1))
    refuse("the least similarity must lie between -1 and 1");
  if (request.offset < 0 || request.limit < 0 || request.rerank < 0)
    refuse("offset, limit and rerank may not be negative");
}

bool needs_model(const SearchRequest& request) {
  return request.mode != SearchMode::kWords && (!request.texts.empty() || request.image);
}

SearchPlan plan_search(const SearchRequest& request, const IndexReader& index, SearchModel& model,
                       const SearchCalibration* calibration) {
  check_request(request);
  SearchPlan plan;
  plan_words(request, plan);
  plan.query.filter = resolve_filter(index, request.filter);
  if (request.mode == SearchMode::kWords) return plan;
  plan.query.excluded = request.like;
  if (needs_model(request))
    for (const WeightedText& term : request.texts)
      plan.terms.push_back({term.text, term.weight, model.embed_text(term.text)});
  if (!plan.terms.empty() || request.image || request.like)
    plan.query.vector = vector_of(request, index, model, plan.terms);
  plan.single = plan.terms.size() == 1 && !request.image && !request.like;
  plan.judged = request.rerank > 0 && !plan.terms.empty();
  if (plan.judged && !model.abilities().match) {
    plan.judged = false;
    plan.warnings.push_back("'" + model.name() + "' has no matching head (ITM): results are not judged");
  }
  if (!plan.judged) return plan;
  if (calibration != nullptr) plan.scale = request.by_video ? calibration->videos : calibration->segments;
  // ITM was trained on single pictures: what it says of several together is only used as a cut-off once it was
  // measured.
  const double uncalibrated = request.by_video ? 0 : MatchScale{}.cutoff;
  plan.cutoff = request.cutoff.value_or(plan.scale ? plan.scale->cutoff : uncalibrated);
  if (request.mode == SearchMode::kHybrid && !request.cutoff && !request.by_video)
    plan.caption_words = CaptionWords(texts_of(request, true), texts_of(request, false));
  return plan;
}

}  // namespace blip
