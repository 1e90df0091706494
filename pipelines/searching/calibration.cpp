#include "pipelines/searching/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <tuple>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_output.h"

namespace blip {
namespace {

constexpr double kLargestLogit = 30;  // float32 probabilities say no more
constexpr double kPull = 1e-5;        // per pair, on standardised inputs
constexpr int kSteps = 100;
constexpr double kUsefulF1 = 0.5;

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

struct Moments {
  double mean = 0, deviation = 1;
};

template <class Input>
Moments moments_of(std::span<const LabelledPair> pairs, Input&& input) {
  const auto count = static_cast<double>(pairs.size());
  Moments moments;
  for (const LabelledPair& pair : pairs) moments.mean += input(pair) / count;
  double variance = 0;
  for (const LabelledPair& pair : pairs) variance += std::pow(input(pair) - moments.mean, 2) / count;
  if (variance > 0) moments.deviation = std::sqrt(variance);
  return moments;
}

using Vector3 = std::array<double, 3>;

// Solves the symmetric, positive definite [3, 3] system by elimination.
Vector3 solve(std::array<Vector3, 3> matrix, Vector3 right) {
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t row = i + 1; row < 3; ++row) {
      const double factor = matrix[row][i] / matrix[i][i];
      for (std::size_t column = i; column < 3; ++column) matrix[row][column] -= factor * matrix[i][column];
      right[row] -= factor * right[i];
    }
  Vector3 solution{};
  for (std::size_t i = 3; i-- > 0;) {
    double rest = right[i];
    for (std::size_t column = i + 1; column < 3; ++column) rest -= matrix[i][column] * solution[column];
    solution[i] = rest / matrix[i][i];
  }
  return solution;
}

// One Newton step of the penalised likelihood; returns the change. The offset is not pulled; inputs that are not `used`
// keep their weight.
Vector3 newton_step(const std::vector<Vector3>& inputs, std::span<const LabelledPair> pairs, const Vector3& weights,
                    const std::array<bool, 3>& used) {
  const double pull = kPull * static_cast<double>(pairs.size());
  std::array<Vector3, 3> curvature{};
  Vector3 gradient{};
  for (std::size_t i = 0; i < 3; ++i) {
    gradient[i] = i < 2 ? -pull * weights[i] : 0;
    curvature[i][i] = i < 2 ? pull : 1e-9;
  }
  for (std::size_t n = 0; n < pairs.size(); ++n) {
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i) sum += weights[i] * inputs[n][i];
    const double p = sigmoid(sum);
    for (std::size_t i = 0; i < 3; ++i) {
      gradient[i] += inputs[n][i] * ((pairs[n].matches ? 1 : 0) - p);
      for (std::size_t j = 0; j < 3; ++j) curvature[i][j] += p * (1 - p) * inputs[n][i] * inputs[n][j];
    }
  }
  for (std::size_t i = 0; i < 3; ++i) {
    if (used[i]) continue;
    gradient[i] = 0;
    for (std::size_t j = 0; j < 3; ++j) curvature[i][j] = curvature[j][i] = i == j ? 1 : 0;
  }
  return solve(curvature, gradient);
}

// What newton_step() goes down on: minus the logarithm of the likelihood, and the pull.
double penalty(const std::vector<Vector3>& inputs, std::span<const LabelledPair> pairs, const Vector3& weights) {
  double sum = kPull * static_cast<double>(pairs.size()) / 2 * (weights[0] * weights[0] + weights[1] * weights[1]);
  for (std::size_t n = 0; n < pairs.size(); ++n) {
    double x = 0;
    for (std::size_t i = 0; i < 3; ++i) x += weights[i] * inputs[n][i];
    if (pairs[n].matches) x = -x;
    sum += x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
  }
  return sum;
}

Vector3 fit(const std::vector<Vector3>& inputs, std::span<const LabelledPair> pairs, double offset,
            const std::array<bool, 3>& used) {
  Vector3 weights{0, 0, offset};
  double reached = penalty(inputs, pairs, weights);
  for (int step = 0; step < kSteps; ++step) {
    const Vector3 change = newton_step(inputs, pairs, weights, used);
    bool better = false;
    for (double part = 1; part > 1e-6 && !better; part /= 2) {
      Vector3 tried = weights;
      for (std::size_t i = 0; i < 3; ++i) tried[i] += part * change[i];
      const double found = penalty(inputs, pairs, tried);
      better = found < reached - 1e-10 * std::abs(reached);
      if (better) std::tie(weights, reached) = std::tie(tried, found);
    }
    if (!better) break;
  }
  return weights;
}

double best_cutoff(const MatchScale& scale, std::span<const LabelledPair> pairs) {
  std::vector<std::pair<double, bool>> scored;
  double all_matches = 0;
  for (const LabelledPair& pair : pairs) {
    scored.emplace_back(scale.probability(pair.logit_difference, pair.similarity), pair.matches);
    all_matches += pair.matches ? 1 : 0;
  }
  std::sort(scored.begin(), scored.end(), std::greater<>());
  double best = 0, cutoff = 0.5, found = 0;
  for (std::size_t i = 0; i < scored.size(); ++i) {
    found += scored[i].second ? 1 : 0;
    const bool last_of_equals = i + 1 == scored.size() || scored[i + 1].first < scored[i].first;
    const double f1 = 2 * found / (static_cast<double>(i + 1) + all_matches);
    if (last_of_equals && f1 > best) {
      best = f1;
      cutoff = i + 1 == scored.size() ? scored[i].first : (scored[i].first + scored[i + 1].first) / 2;
    }
  }
  return best < kUsefulF1 ? 0 : cutoff;
}

nlohmann::json scale_json(const MatchScale& scale) {
  return {{"itm", scale.itm},
          {"itc", scale.itc},
          {"offset", scale.offset},
          {"cutoff", scale.cutoff},
          {"pairs", scale.pairs}};
}

MatchScale scale_from(const nlohmann::json& json) {
  MatchScale scale;
  scale.itm = json.at("itm").get<double>();
  scale.itc = json.at("itc").get<double>();
  scale.offset = json.at("offset").get<double>();
  scale.cutoff = json.at("cutoff").get<double>();
  scale.pairs = json.value("pairs", std::int64_t{0});
  if (!(scale.cutoff >= 0 && scale.cutoff <= 1)) throw std::out_of_range("cutoff is not between 0 and 1");
  return scale;
}

}  // namespace

double MatchScale::probability(double logit_difference, double similarity) const {
  return sigmoid(itm * logit_difference + itc * similarity + offset);
}

double logit_difference_of(double probability) {
  if (!(probability > 0)) return -kLargestLogit;
  if (!(probability < 1)) return kLargestLogit;
  return std::clamp(std::log(probability) - std::log1p(-probability), -kLargestLogit, kLargestLogit);
}

MatchScale fit_match_scale(std::span<const LabelledPair> pairs, ScaleInputs used) {
  const auto matches = std::count_if(pairs.begin(), pairs.end(), [](const LabelledPair& pair) { return pair.matches; });
  if (matches == 0 || matches == std::ssize(pairs))
    throw Error(ErrorKind::kInvalidArgument, "of " + std::to_string(pairs.size()) + " pairs " +
                                                 std::to_string(matches) +
                                                 " match; a calibration needs pairs that match and pairs that do not");
  const Moments itm = moments_of(pairs, [](const LabelledPair& pair) { return pair.logit_difference; });
  const Moments itc = moments_of(pairs, [](const LabelledPair& pair) { return pair.similarity; });
  std::vector<Vector3> inputs;
  inputs.reserve(pairs.size());
  for (const LabelledPair& pair : pairs)
    inputs.push_back(
        {(pair.logit_difference - itm.mean) / itm.deviation, (pair.similarity - itc.mean) / itc.deviation, 1});
  const double offset = std::log(static_cast<double>(matches) / static_cast<double>(std::ssize(pairs) - matches));
  Vector3 weights = fit(inputs, pairs, offset, {used != ScaleInputs::kItc, used != ScaleInputs::kItm, true});
  // A score that speaks against what it stands for would be chance: the fit does without it.
  if (weights[0] < 0 || weights[1] < 0) weights = fit(inputs, pairs, offset, {weights[0] > 0, weights[1] > 0, true});
  MatchScale fitted;
  fitted.itm = weights[0] / itm.deviation;
  fitted.itc = weights[1] / itc.deviation;
  fitted.offset = weights[2] - fitted.itm * itm.mean - fitted.itc * itc.mean;
  fitted.pairs = std::ssize(pairs);
  fitted.cutoff = best_cutoff(fitted, pairs);
  return fitted;
}

SearchCalibration read_calibration(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(ErrorKind::kNotFound, "calibration '" + file.string() + "' cannot be read");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  try {
    const auto json = nlohmann::json::parse(text);
    SearchCalibration calibration;
    calibration.embedder = json.at("embedder").get<std::string>();
    calibration.fitted_on = json.value("fitted_on", std::string());
    calibration.segments = scale_from(json.at("segments"));
    if (json.contains("videos")) calibration.videos = scale_from(json.at("videos"));
    return calibration;
  } catch (const std::exception& e) {
    throw Error(
        ErrorKind::kInvalidData,
        "'" + file.string() + "' is no calibration as gst-blip index calibrate --write makes it (" + e.what() + ")");
  }
}

void write_calibration(const SearchCalibration& calibration, const std::filesystem::path& file) {
  nlohmann::ordered_json json;
  json["embedder"] = calibration.embedder;
  json["fitted_on"] = calibration.fitted_on;
  json["segments"] = scale_json(calibration.segments);
  if (calibration.videos) json["videos"] = scale_json(*calibration.videos);
  FileOutput out(file);
  out.write(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  out.finish();
}

std::filesystem::path calibration_beside_index(const std::filesystem::path& index) {
  return index.string() + ".calibration.json";
}

std::filesystem::path calibration_beside_model(const std::filesystem::path& model) {
  std::error_code ignored;
  return (std::filesystem::is_directory(model, ignored) ? model : model.parent_path()) / "calibration.json";
}

}  // namespace blip
