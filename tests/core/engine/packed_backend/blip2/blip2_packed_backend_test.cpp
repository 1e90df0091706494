#include "core/engine/packed_backend/blip2/blip2_packed_backend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "core/checkpoint/float_values.h"
#include "tests/core/kernels/allocation_count.h"
#include "tests/support/golden_blip2.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

const std::vector<std::string> kLanguageModels{"hf-blip2-opt-tiny", "hf-blip2-t5-tiny"};

Checkpoint opened(const std::string& folder) {
  CheckpointOptions options;
  options.model = (golden2_dir() / folder).string();
  return open_checkpoint(options);
}

std::unique_ptr<Backend> packed(const Checkpoint& checkpoint, const std::string& precision, int threads = 1) {
  return make_packed_backend(checkpoint, {.device = "cpu", .precision = precision, .num_threads = threads});
}

// Logits behind the first tokens of a text, on the same features whatever computes them.
std::vector<float> logits_of(const Checkpoint& checkpoint, Backend& backend, const Matrix& features) {
  const LanguageModelConfig& language = checkpoint.config.blip2->language;
  const std::vector<std::int64_t> ids{2, 40, 41, 50, 60, 61};
  const Clip clip{{backend.restore_features(features)}};
  const bool t5 = language.kind == LanguageModelKind::kT5;
  const auto decoding = backend.start_decoding();
  const auto id =
      decoding->join(t5 ? DecodeInput{clip, ids, {language.start_token}} : DecodeInput{clip, {}, {ids.front()}});
  std::vector<float> all;
  for (const std::int64_t token : ids) {
    const RowStep row{id, 0, t5 && all.empty() ? language.start_token : token};
    const auto one = decoding->step(std::span(&row, 1)).values;
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

double relative_difference(const std::vector<float>& found, const std::vector<float>& expected) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    difference += std::pow(static_cast<double>(found[i]) - expected[i], 2);
    size += std::pow(static_cast<double>(expected[i]), 2);
  }
  return std::sqrt(difference / size);
}

// The largest relative error (root mean square) that rounding to `form` makes in a matrix of the language model: a step
// is a group's largest weight over the largest number, and an evenly spread error is a step over the root of 12.
double rounding_of_weights(const Checkpoint& checkpoint, double largest_number) {
  double worst = 0;
  for (const auto& [name, view] : checkpoint.tensors) {
    if (!name.starts_with("language_model.") || view.shape.size() != 2) continue;
    const auto values = float_values(view);
    const auto in = static_cast<std::size_t>(view.shape[1]);
    double error = 0, size = 0;
    for (std::size_t row = 0; row < values.size(); row += in) {
      for (std::size_t begin = row; begin < row + in; begin += static_cast<std::size_t>(kGroup)) {
        const std::size_t end = std::min(begin + static_cast<std::size_t>(kGroup), row + in);
        double largest = 0;
        for (std::size_t i = begin; i < end; ++i) {
          largest = std::max(largest, std::abs(static_cast<double>(values[i])));
          size += static_cast<double>(values[i]) * values[i];
        }
        error += static_cast<double>(end - begin) * std::pow(largest / largest_number, 2) / 12;
      }
    }
    worst = std::max(worst, std::sqrt(error / size));
  }
  return worst;
}

// Errors of matrices one behind the other add up as independent ones do: by the root of their number. Activations are
// rounded to 8 bits, too.
TEST(Blip2PackedBackend, QuantisedLanguageModelsStayWithinTheStepsOfTheirWeights) {
  for (const std::string& folder : kLanguageModels) {
    const Checkpoint checkpoint = opened(folder);
    const auto exact = packed(checkpoint, "float32");
    const Pixels pixels(SafetensorsFile(golden2_dir() / folder / "inputs.safetensors"), "pixel_values");
    const Matrix features = exact->encode_images(pixels.batch()).at(0)->to_matrix();
    const auto expected = logits_of(checkpoint, *exact, features);
    const LanguageModelConfig& language = checkpoint.config.blip2->language;
    const double matrices = static_cast<double>(4 * language.depth + 7 * language.decoder_depth + 1);
    const double of_activations = rounding_of_weights(checkpoint, 127);
    for (const auto& [precision, largest_number] : {std::pair{"int8", 127.0}, std::pair{"int4", 7.0}}) {
      const auto backend = packed(checkpoint, precision);
      EXPECT_EQ(backend->placement().precision, precision);
      const double step = std::hypot(rounding_of_weights(checkpoint, largest_number), of_activations);
      const double difference = relative_difference(logits_of(checkpoint, *backend, features), expected);
      RecordProperty(folder + " " + precision, std::to_string(difference));
      EXPECT_LT(difference, 2 * step * std::sqrt(matrices)) << folder << ", " << precision;
      EXPECT_GT(difference, step / matrices) << precision << " is not what it says";
    }
  }
}

// How many of the recorded tokens quantised models choose, too, fed with what was recorded.
TEST(Blip2PackedBackend, QuantisedLanguageModelsMostlyChooseTheSameTokens) {
  for (const std::string precision : {"int8", "int4"}) {
    std::int64_t same = 0, all = 0;
    for (const std::string& folder : kLanguageModels) {
      const Checkpoint checkpoint = opened(folder);
      const auto backend = packed(checkpoint, precision);
      const LanguageModelConfig& language = checkpoint.config.blip2->language;
      const Pixels pixels(SafetensorsFile(golden2_dir() / folder / "inputs.safetensors"), "pixel_values");
      const auto clips = encode_clips(*backend, pixels);
      const auto json = read_json(golden2_dir() / folder / "expected.json");
      const auto& greedy = json.at("generate").at(0);
      ASSERT_EQ(greedy.at("name"), "greedy");
      for (std::size_t i = 0; i < clips.size(); ++i) {
        const auto decoding = backend->start_decoding();
        const bool t5 = language.kind == LanguageModelKind::kT5;
        RowStep row{
            decoding->join(
                {clips[i], t5 ? std::vector{language.end_token} : std::vector<std::int64_t>{}, {language.start_token}}),
            0, language.start_token};
        for (const std::int64_t token : greedy.at("new_tokens").at(i).get<std::vector<std::int64_t>>()) {
          const auto logits = decoding->step(std::span(&row, 1)).values;
          same += std::max_element(logits.begin(), logits.end()) - logits.begin() == token ? 1 : 0;
          ++all;
          row.token = token;
        }
      }
    }
    const double share = static_cast<double>(same) / static_cast<double>(all);
    RecordProperty("share of equal tokens, " + precision, std::to_string(share));
    EXPECT_GT(share, precision == "int8" ? 0.9 : 0.5) << precision;
  }
}

TEST(Blip2PackedBackend, ThreadsChangeRoundingOnly) {
  for (const std::string& folder : kLanguageModels) {
    const Checkpoint checkpoint = opened(folder);
    const auto one = packed(checkpoint, "float32");
    const Pixels pixels(SafetensorsFile(golden2_dir() / folder / "inputs.safetensors"), "pixel_values");
    const Matrix features = one->encode_images(pixels.batch()).at(0)->to_matrix();
    const auto three = packed(checkpoint, "float32", /*threads=*/3);
    EXPECT_LE(max_difference(three->encode_images(pixels.batch()).at(0)->to_matrix().values, features.values),
              kStateTolerance);
    EXPECT_LE(max_difference(logits_of(checkpoint, *three, features), logits_of(checkpoint, *one, features)),
              kLogitTolerance);
  }
}

// Once a sequence's places and the scratch memory are there.
TEST(Blip2PackedBackend, StepsOfBeamsAllocateNothing) {
  for (const std::string& folder : kLanguageModels) {
    for (const std::string precision : {"float32", "int4"}) {
      const Checkpoint checkpoint = opened(folder);
      const auto backend = packed(checkpoint, precision);
      const Pixels pixels(SafetensorsFile(golden2_dir() / folder / "inputs.safetensors"), "pixel_values");
      const auto clips = encode_clips(*backend, pixels);
      const auto decoding = backend->start_decoding();
      std::vector<RowStep> rows{{decoding->join({clips[0], {20, 1}, {2}}), 0, 2}};
      Matrix logits;
      decoding->step_into(rows, logits);
      rows.resize(3, rows.front());
      for (int step = 0; step < 8; ++step) {
        const std::int64_t before = allocation_count();
        for (std::size_t r = 0; r < rows.size(); ++r)
          rows[r] = {rows[r].sequence, step == 0 ? 0 : (static_cast<std::int64_t>(r) + step) % 3, 30 + step};
        decoding->step_into(rows, logits);
        if (step > 3) {
          EXPECT_EQ(allocation_count(), before) << folder << ", " << precision << ", step " << step;
        }
      }
    }
  }
}

TEST(Blip2PackedBackend, FourBitsAreForLanguageModelsAlone) {
  const Checkpoint matcher = opened("hf-blip2-itm-tiny");
  try {
    packed(matcher, "int4");
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
    EXPECT_NE(std::string(error.what()).find("use int8"), std::string::npos) << error.what();
  }
  EXPECT_EQ(packed(matcher, "int8")->placement().precision, "int8");
}

TEST(Blip2PackedBackend, WeightsThatAreNotFiniteAreNamed) {
  for (const std::string name :
       {"Qformer.bert.encoder.layer.0.output_query.dense.weight", "language_model.model.decoder.layers.1.fc1.weight"}) {
    Checkpoint checkpoint = opened("hf-blip2-opt-tiny");
    TensorView& view = checkpoint.tensors.at(name);
    const auto damaged = std::make_shared<std::vector<float>>(float_values(view));
    damaged->at(3) = std::nanf("");
    view.data = damaged->data();
    view.dtype = DType::kFloat32;
    view.owner = damaged;
    try {
      packed(checkpoint, "int8");
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace blip::test
