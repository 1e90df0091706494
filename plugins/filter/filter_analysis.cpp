#include "plugins/filter/filter_analysis.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "plugins/queries/query_embeddings.h"
#include "plugins/support/window_settings.h"

namespace blip {
namespace {

// A query at one frame or window.
struct Candidate {
  Query query;
  double itc = std::numeric_limits<double>::quiet_NaN();
  MatchScore match;
  double value = -std::numeric_limits<double>::infinity();  // what is compared with the thresholds
  bool matches = false;
};

// What was looked for, and what the model says of those queries that it was asked about.
struct Matches {
  std::vector<Query> wanted;
  std::vector<Candidate> candidates;  // best first
};

Record told(const Candidate& candidate) {
  Record record{
      {"query", candidate.query.text}, {"probability", candidate.match.probability}, {"logit", candidate.match.logit}};
  if (candidate.itc == candidate.itc) record.push_back({"itc", candidate.itc});
  record.push_back({"matched", candidate.matches});
  return record;
}

class FilterAnalysis final : public Analysis {
 public:
  explicit FilterAnalysis(const Guarded<FilterSettings>& settings) : settings_(settings) {}

  bool reads_features() const override { return true; }
  bool gates() const override { return settings_.snapshot()->mode != FilterMode::kTag; }
  const char* result_name() const override { return "blip-itm"; }
  const char* message_name() const override { return nullptr; }
  SettingsPtr settings() const override { return settings_.snapshot(); }
  WindowOptions window(const void* settings) const override {
    return static_cast<const FilterSettings*>(settings)->window;
  }
  void restart() override {
    tracker_.reset();
    tracker_.forget_past();
  }
  std::vector<Notice> finish(std::uint64_t end) override { return tracker_.finish(end); }

  Outcome<std::vector<std::string>> accept(const Model& model) override {
    const auto now = settings_.snapshot();
    name_ = model.name();
    abilities_ = model.abilities();
    embeddings_.reset();
    if (!abilities_.match)
      return Failure{ErrorKind::kUnsupported,
                     "'" + name_ + "' is a " + abilities_.layout +
                         " checkpoint, which has no image-text matching head (ITM): use a retrieval or pre-training "
                         "checkpoint"};
    if (const auto failure = check(*now)) return *failure;
    if (const auto failure = source_.refresh(now->queries)) return *failure;
    return std::vector<std::string>();
  }

  Asked asked(const SettingsPtr& settings, const AnalysisInput& input) override {
    const auto& now = *static_cast<const FilterSettings*>(settings.get());
    if (const auto failure = source_.refresh(now.queries))
      warnings_.push_back("the queries stay as they were: " + failure->message);
    std::string about = std::to_string(source_.version());
    for (const Query& query : wanted(input)) about += (query.negative ? "\n-" : "\n+") + query.text;
    return {settings, std::move(about)};
  }

  std::vector<Outcome<Seen>> look(Stream& stream, const void* settings,
                                  std::span<const AnalysisInput> inputs) override {
    const auto& now = *static_cast<const FilterSettings*>(settings);
    std::vector<Outcome<Seen>> seen;
    for (const AnalysisInput& input : inputs) seen.push_back(matches(stream, now, input));
    return seen;
  }

  Outcome<Finding> conclude(Stream&, const void* settings, AnalysisInput& input, const Seen& seen) override {
    const auto& found = *static_cast<const Matches*>(seen.get());
    Finding finding;
    finding.warnings = std::exchange(warnings_, {});
    decide(*static_cast<const FilterSettings*>(settings), input.times, found.wanted, found.candidates, finding);
    return finding;
  }

 private:
  static std::optional<Failure> check(const FilterSettings& now) {
    if (now.thresholds.off > now.thresholds.on)
      return Failure{ErrorKind::kInvalidArgument, "threshold-off (" + std::to_string(now.thresholds.off) +
                                                      ") is above threshold (" + std::to_string(now.thresholds.on) +
                                                      "); a match could never last"};
    return check_window(now.window);
  }

  // The queries to look for: the element's own, else those that the encoder upstream has compared the frames with.
  std::vector<Query> wanted(const AnalysisInput& input) const {
    if (!source_.queries().empty()) return source_.queries();
    std::vector<Query> queries;
    const FrameFeaturesPtr& first = input.features.front();
    if (first == nullptr) return queries;
    for (const QueryScore& score : first->scores) queries.push_back({score.query, score.negative, {}});
    return queries;
  }

  // ITC similarity of each query; NaN where it does not matter.
  Outcome<std::vector<Candidate>> candidates(Stream& stream, const FilterSettings& now, const AnalysisInput& input,
                                             std::vector<Query> queries) {
    const bool own = !source_.queries().empty();
    std::vector<Candidate> all;
    for (Query& query : queries) all.emplace_back().query = std::move(query);
    const bool too_many = now.k > 0 && all.size() > static_cast<std::size_t>(now.k);
    const bool needed = now.itc_threshold > -1 || too_many || now.score == FilterScore::kItmItc;
    if (all.empty() || !needed) return all;
    if (!abilities_.embed)
      return Failure{ErrorKind::kUnsupported,
                     "'" + name_ +
                         "' has no image-text contrastive head (ITC) to choose queries by: set "
                         "k=0, itc-threshold=-1 and score=itm"};
    const Clip clip = input.clip();
    const auto image = stream.embed_clips({&clip, 1});
    if (!image.ok()) return image.failure();
    std::vector<Query> texts;
    for (const Candidate& candidate : all) texts.push_back(candidate.query);
    if (!own && texts != foreign_) {
      foreign_ = texts;
      embeddings_.reset();
    }
    if (const auto failure = embeddings_.update(stream, texts, own ? source_.version() : 0, {"{}"})) return *failure;
    for (std::size_t q = 0; q < all.size(); ++q)
      all[q].itc = similarity(image.value().values, embeddings_.matrix().row(static_cast<std::int64_t>(q)));
    std::erase_if(all, [&](const Candidate& candidate) { return candidate.itc < now.itc_threshold; });
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.itc > b.itc; });
    if (now.k > 0 && all.size() > static_cast<std::size_t>(now.k)) all.resize(static_cast<std::size_t>(now.k));
    return all;
  }

  std::optional<Failure> match(Stream& stream, const FilterSettings& now, const AnalysisInput& input,
                               std::vector<Candidate>& candidates) const {
    if (candidates.empty()) return std::nullopt;
    std::vector<std::string> texts;
    for (const Candidate& candidate : candidates) texts.push_back(candidate.query.text);
    MatchOptions options;
    options.first_token = now.itm_token;
    const auto scores = stream.match(input.clip(), texts, options);
    if (!scores.ok()) return scores.failure();
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      candidates[i].match = scores.value()[i];
      candidates[i].value = now.score == FilterScore::kItm ? candidates[i].match.probability
                                                           : candidates[i].match.logit + candidates[i].itc;
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const auto& a, const auto& b) { return a.value > b.value; });
    return std::nullopt;
  }

  Outcome<Seen> matches(Stream& stream, const FilterSettings& now, const AnalysisInput& input) {
    if (const auto failure = check(now)) return *failure;
    Matches found;
    found.wanted = wanted(input);
    auto chosen = candidates(stream, now, input, found.wanted);
    if (!chosen.ok()) return chosen.failure();
    found.candidates = std::move(chosen.value());
    if (const auto failure = match(stream, now, input, found.candidates)) return *failure;
    return Seen(std::make_shared<const Matches>(std::move(found)));
  }

  // A query matches where its score is high enough and no negative one's is higher.
  void decide(const FilterSettings& now, const FrameTimes& times, const std::vector<Query>& wanted,
              std::vector<Candidate> candidates, Finding& finding) {
    double against = -std::numeric_limits<double>::infinity();
    std::vector<std::string> names;
    for (const Query& query : wanted) names.push_back(query.text);
    for (const Candidate& candidate : candidates) {
      if (candidate.query.negative) against = std::max(against, candidate.value);
    }
    tracker_.keep_only(names, times, finding.notices);
    for (const Query& query : wanted) {
      if (query.negative) continue;
      const auto own = std::find_if(candidates.begin(), candidates.end(),
                                    [&](const Candidate& candidate) { return candidate.query.text == query.text; });
      const bool counts = own != candidates.end() && own->value > against;
      const double value = counts ? own->value : -std::numeric_limits<double>::infinity();
      const bool matches = tracker_.update(query.text, value, times, now.thresholds, finding.notices);
      if (own != candidates.end()) own->matches = matches;
    }
    std::vector<Record> scores;
    for (const Candidate& candidate : candidates) {
      if (candidate.matches) finding.text += (finding.text.empty() ? "" : ", ") + candidate.query.text;
      scores.push_back(told(candidate));
    }
    finding.fields.push_back({"scores", std::move(scores)});
    if (now.mode == FilterMode::kTag) return;
    const bool held = now.mode == FilterMode::kValve && tracker_.matched_until() > 0;
    finding.gate = Gate{!finding.text.empty(), held ? tracker_.matched_until() + now.hold : 0};
  }

  const Guarded<FilterSettings>& settings_;
  std::string name_;
  ModelAbilities abilities_;
  QuerySource source_;
  QueryEmbeddings embeddings_;
  std::vector<Query> foreign_;         // the encoder's, that embeddings_ was made for
  std::vector<std::string> warnings_;  // for the next finding
  MatchTracker tracker_;
};

}  // namespace

std::unique_ptr<Analysis> make_filter_analysis(const Guarded<FilterSettings>& settings) {
  return std::make_unique<FilterAnalysis>(settings);
}

}  // namespace blip
