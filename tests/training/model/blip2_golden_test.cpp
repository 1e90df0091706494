#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "core/text/language_tokenizer.h"
#include "core/text/vocabulary.h"
#include "gtest/gtest.h"
#include "tests/support/golden2_checkpoint.h"
#include "tests/support/safetensors_file.h"
#include "training/data/text_preparation.h"
#include "training/model/blip2_stage1.h"
#include "training/model/blip2_stage2.h"
#include "training/model/load_parameters.h"
#include "training/optim/adamw.h"

namespace blip::test {
namespace {

namespace fs = std::filesystem;

nlohmann::json read_json(const fs::path& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot open " + path.string());
  return nlohmann::json::parse(in);
}

// LAVIS' name of a parameter.
std::string lavis_name(std::string name, LanguageModelKind kind) {
  const auto swap = [&](const std::string& from, const std::string& to) {
    if (name.starts_with(from)) name = to + name.substr(from.size());
  };
  swap("visual_encoder.norm.", "ln_vision.");
  swap("language_projection.", kind == LanguageModelKind::kOpt ? "opt_proj." : "t5_proj.");
  return name;
}

// Holds steps of a task against what LAVIS recorded.
class RecordedTraining {
 public:
  RecordedTraining(Blip2Task& task, const Checkpoint& checkpoint, const nlohmann::json& optimizer)
      : task_(task), kind_(checkpoint.config.blip2->language.kind), lr_(optimizer.at("lr")) {
    EXPECT_TRUE(load_parameters(task.state(), checkpoint).empty());
    EXPECT_TRUE(load_parameters(task.frozen_image_encoder(), checkpoint).empty());
    EXPECT_TRUE(load_parameters(task.frozen_language_model(), checkpoint).empty());
    adamw_ = {.beta1 = optimizer.at("betas")[0],
              .beta2 = optimizer.at("betas")[1],
              .eps = optimizer.at("eps"),
              .weight_decay = optimizer.at("weight_decay")};
    for (const NamedTensor& parameter : task.parameters())
      if (!task.decays(parameter)) adamw_.no_decay.insert(parameter.name);
  }

  void backward(const StepLosses& losses) {
    task_.flat_parameters().zero_gradients();
    losses.total.backward();
  }

  void compare_gradient_norms(const nlohmann::json& wanted) {
    std::map<std::string, double> squares;
    for (const auto& [name, tensor] : task_.parameters()) {
      const auto norm = tensor.grad().norm().item<double>();
      const std::string part = lavis_name(name, kind_);
      squares[part.substr(0, part.find('.'))] += norm * norm;
      squares["total"] += norm * norm;
    }
    const auto parameters = named();
    const auto each = wanted.value("grad_norm_per_parameter", nlohmann::json::object());
    for (const auto& [name, norm] : each.items()) {
      ASSERT_TRUE(parameters.contains(name)) << name;
      const double value = norm;
      EXPECT_NEAR(parameters.at(name).grad().norm().item<double>(), value, 1e-4 * value + 1e-6) << name;
    }
    for (const auto& [part, norm] : wanted.at("grad_norm").items())
      EXPECT_NEAR(std::sqrt(squares.at(part)), norm.get<double>(), 1e-4 * norm.get<double>()) << part;
  }

  void compare_gradients(const SafetensorsFile& file, const std::string& prefix) {
    std::size_t compared = 0;
    const auto parameters = named();
    for (const std::string& array : file.names()) {
      if (!array.starts_with(prefix)) continue;
      expect_near(parameters.at(array.substr(prefix.size())).grad(), file, array, 1e-4);
      ++compared;
    }
    EXPECT_GT(compared, 0u);
  }

  void update() {
    if (!optimizer_) optimizer_ = std::make_unique<AdamW>(task_.flat_parameters(), adamw_);
    optimizer_->step(lr_);
  }

  void compare_weights(const nlohmann::json& after, const SafetensorsFile& file) {
    const auto parameters = named();
    std::size_t compared = 0;
    for (const auto& [name, wanted] : after.items()) {
      if (wanted.at("float64_max_abs_diff").get<double>() > 1e-5) continue;
      ASSERT_TRUE(parameters.contains(name)) << name;
      const auto values = parameters.at(name).detach().to(torch::kFloat64);
      const auto count = static_cast<double>(values.numel());
      EXPECT_EQ(values.sizes().vec(), wanted.at("shape").get<std::vector<std::int64_t>>()) << name;
      EXPECT_NEAR(values.norm().item<double>(), wanted.at("l2"), 5e-5 * std::sqrt(count)) << name;
      EXPECT_NEAR(values.sum().item<double>(), wanted.at("sum"), 5e-5 * count) << name;
      ++compared;
    }
    EXPECT_GT(compared, 0u);
    EXPECT_EQ(after.size(), parameters.size());
    const std::string prefix = "after.";
    for (const std::string& array : file.names()) {
      if (!array.starts_with(prefix)) continue;
      const std::string name = array.substr(prefix.size());
      if (after.at(name).at("float64_max_abs_diff").get<double>() > 1e-5) continue;
      expect_near(parameters.at(name), file, array, 5e-5);
    }
  }

 private:
  std::map<std::string, torch::Tensor> named() const {
    std::map<std::string, torch::Tensor> tensors;
    for (const auto& [name, tensor] : task_.state()) tensors[lavis_name(name, kind_)] = tensor;
    const auto head = tensors.find("Qformer.cls.predictions.decoder.bias");
    if (head != tensors.end()) tensors["Qformer.cls.predictions.bias"] = head->second;
    return tensors;
  }

  static void expect_near(const torch::Tensor& found, const SafetensorsFile& file, const std::string& array,
                          double tolerance) {
    const auto wanted = torch::tensor(file.floats(array));
    ASSERT_EQ(found.numel(), wanted.numel()) << array;
    EXPECT_LE((found.detach().flatten() - wanted).abs().max().item<double>(), tolerance) << array;
  }

  Blip2Task& task_;
  LanguageModelKind kind_;
  double lr_;
  AdamWOptions adamw_;
  std::unique_ptr<AdamW> optimizer_;
};

void expect_loss(const torch::Tensor& found, double wanted, double tolerance = 1e-5) {
  EXPECT_NEAR(found.item<double>(), wanted, tolerance * wanted);
}

void take_pictures(const SafetensorsFile& file, const nlohmann::json& places, Batch& batch) {
  const auto all = file.floats("pixel_values");
  batch.side = file.shape("pixel_values").back();
  const auto length = static_cast<std::size_t>(3 * batch.side * batch.side);
  batch.images.clear();
  for (const std::size_t place : places) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(place * length);
    batch.images.insert(batch.images.end(), begin, begin + static_cast<std::ptrdiff_t>(length));
  }
  batch.size = static_cast<std::int64_t>(places.size());
}

TokenBatch tokens(const SafetensorsFile& file, const std::string& prefix) {
  const auto& shape = file.shape(prefix + "input_ids");
  const auto keep = file.ints(prefix + "attention_mask");
  return {shape[0], shape[1], file.ints(prefix + "input_ids"), {keep.begin(), keep.end()}};
}

torch::Tensor matrix(const nlohmann::json& rows) {
  std::vector<torch::Tensor> tensors;
  for (const auto& row : rows) tensors.push_back(torch::tensor(row.get<std::vector<float>>()));
  return torch::stack(tensors);
}

struct Stage1Golden {
  explicit Stage1Golden(LinearProduct linear)
      : folder(golden2_dir() / "lavis/stage1"),
        record(read_json(folder / "training.json")),
        arrays(folder / "training.safetensors"),
        inputs(folder / "inputs.safetensors"),
        checkpoint(open_checkpoint(lavis.stage1())) {
    options.dropout = 0;
    options.linear = linear;
    options.label_smoothing = record.at("label_smoothing");
    options.tokens = Vocabulary::load(checkpoint.vocab).special();
  }

  // Answers as recorded, for pictures first.
  ChooseNegatives recorded(const nlohmann::json& step, int& asked) const {
    return [&step, &asked](const torch::Tensor& weights) {
      const bool images = asked++ == 0;
      const char* name = images ? "weights_t2i" : "weights_i2t";
      if (step.contains(name)) {
        EXPECT_TRUE(torch::allclose(weights, matrix(step.at(name)), 1e-4, 1e-5));
      }
      return torch::tensor(step.at(images ? "negative_images" : "negative_texts").get<std::vector<std::int64_t>>());
    };
  }

  LavisGolden lavis;
  fs::path folder;
  nlohmann::json record;
  SafetensorsFile arrays, inputs;
  Checkpoint checkpoint;
  Blip2TaskOptions options;
};

class Blip2TrainingGolden : public testing::TestWithParam<LinearProduct> {};
INSTANTIATE_TEST_SUITE_P(Products, Blip2TrainingGolden,
                         testing::Values(LinearProduct::kLibTorch, LinearProduct::kOneDnnAlways));

TEST_P(Blip2TrainingGolden, Stage1StepsAgreeWithLavis) {
  Stage1Golden golden(GetParam());
  Blip2Stage1 task(golden.options, golden.checkpoint.config);
  RecordedTraining training(task, golden.checkpoint, golden.record.at("optimizer"));
  std::map<std::string, torch::Tensor> state;
  for (const auto& [name, tensor] : task.state()) state[name] = tensor;

  const auto& steps = golden.record.at("steps");
  ASSERT_FALSE(steps.empty());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& step = steps[i];
    const std::string prefix = "step" + std::to_string(i + 1) + ".";
    SCOPED_TRACE(prefix);
    EXPECT_NEAR(state.at("temp").item<double>(), step.at("temp_before"), 1e-6);
    int asked = 0;
    task.set_negatives(golden.recorded(step, asked));
    Batch batch;
    take_pictures(golden.inputs, step.at("images"), batch);
    batch.texts = tokens(golden.arrays, prefix);
    const StepLosses losses = task.step(batch, {});
    EXPECT_EQ(asked, 2);
    for (const auto& [part, loss] : losses.parts)
      expect_loss(loss, step.at(part), part == "loss_itc" && i > 0 ? 5e-5 : 1e-5);
    EXPECT_EQ(losses.parts.size(), 3u);
    expect_loss(losses.total, step.at("loss"), i > 0 ? 5e-5 : 1e-5);
    training.backward(losses);
    training.compare_gradient_norms(step);
    if (i == 0) training.compare_gradients(golden.arrays, prefix + "grad.");
    training.update();
    EXPECT_NEAR(state.at("temp").item<double>(), step.at("temp_after"), 1e-5);
  }
  training.compare_weights(golden.record.at("after"), golden.arrays);
}

TEST_P(Blip2TrainingGolden, PicturesThatComeTwiceShareTheirTargets) {
  Stage1Golden golden(GetParam());
  golden.options.image_ids = true;
  Blip2Stage1 task(golden.options, golden.checkpoint.config);
  RecordedTraining training(task, golden.checkpoint, golden.record.at("optimizer"));
  const auto& step = golden.record.at("with_image_id");
  int asked = 0;
  task.set_negatives(golden.recorded(step, asked));
  Batch batch;
  take_pictures(golden.inputs, step.at("images"), batch);
  batch.image_indices = step.at("image_id").get<std::vector<std::int64_t>>();
  batch.texts = tokens(golden.arrays, "image_id.");
  const StepLosses losses = task.step(batch, {});
  for (const auto& [part, loss] : losses.parts) expect_loss(loss, step.at(part));
  expect_loss(losses.total, step.at("loss"));
}

// Samples as TextPreparation makes a batch of them.
void take_texts(const TextPreparation& texts, const std::vector<Sample>& samples, Batch& batch) {
  std::vector<std::vector<std::int64_t>> ids, answers;
  RandomStream random{{1}};
  for (const Sample& sample : samples) {
    PreparedText prepared = texts.prepare(sample, random);
    batch.prompt_tokens.push_back(prepared.prompt_tokens);
    ids.push_back(std::move(prepared.ids));
    for (auto& answer : prepared.answers) answers.push_back(std::move(answer));
  }
  batch.texts = texts.pad(ids);
  if (!answers.empty()) batch.answers = texts.pad(answers);
}

Sample sample_of(const std::string& prompt, const std::string& text) {
  Sample sample;
  sample.id = text;
  sample.prompt = prompt;
  sample.text = text;
  sample.verbatim = true;
  return sample;
}

// The pictures are those of the transformers directory of the same kind.
SafetensorsFile pictures_of(const std::string& kind) {
  return SafetensorsFile(golden2_dir() / ("hf-blip2-" + kind + "-tiny") / "inputs.safetensors");
}

void expect_recorded_step(const std::string& kind, const Checkpoint& checkpoint, const nlohmann::json& record,
                          const Batch& texts, LinearProduct linear) {
  Blip2TaskOptions options;
  options.dropout = 0;
  options.linear = linear;
  Blip2Stage2 task(options, checkpoint.config);
  RecordedTraining training(task, checkpoint, record.at("optimizer"));
  const SafetensorsFile arrays(golden2_dir() / "lavis" / ("stage2-" + kind) / "expected.safetensors");
  Batch batch = texts;
  std::vector<std::size_t> all(record.at("text_input").size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  take_pictures(pictures_of(kind), all, batch);
  const StepLosses losses = task.step(batch, {});
  expect_loss(losses.total, record.at("loss"));
  training.backward(losses);
  training.compare_gradient_norms(record);
  training.compare_gradients(arrays, "grad.");
  training.update();
  training.compare_weights(record.at("after"), arrays);
}

TEST_P(Blip2TrainingGolden, AStepWithOptAgreesWithLavis) {
  const LavisGolden lavis;
  const fs::path folder = golden2_dir() / "lavis/stage2-opt";
  const auto record = read_json(folder / "expected.json").at("train");
  const Checkpoint checkpoint = open_checkpoint(lavis.opt());
  TextOptions options = text_options("blip2-stage2");
  options.max_tokens = record.at("max_txt_len");
  const TextPreparation texts(
      std::shared_ptr<const LanguageTokenizer>(load_language_tokenizer(checkpoint.language_tokenizer)), options);
  const std::string prompt = record.at("prompt");
  std::vector<Sample> prompted, whole;
  for (const std::string text : record.at("text_input")) {
    ASSERT_TRUE(text.starts_with(prompt));
    prompted.push_back(sample_of(prompt, text.substr(prompt.size() + 1)));
    whole.push_back(sample_of("", text));
  }
  Batch batch;
  take_texts(texts, prompted, batch);
  EXPECT_EQ(batch.prompt_tokens, std::vector<std::int64_t>(prompted.size(), record.at("prompt_length")));
  expect_recorded_step("opt", checkpoint, record, batch, GetParam());

  Batch without;
  take_texts(texts, whole, without);
  Blip2TaskOptions plain;
  plain.dropout = 0;
  Blip2Stage2 task(plain, checkpoint.config);
  RecordedTraining training(task, checkpoint, record.at("optimizer"));
  take_pictures(pictures_of("opt"), {0, 1, 2}, without);
  expect_loss(task.step(without, {}).total, record.at("loss_without_prompt_masking"));
}

TEST_P(Blip2TrainingGolden, AStepWithT5AgreesWithLavis) {
  const LavisGolden lavis;
  const fs::path folder = golden2_dir() / "lavis/stage2-t5";
  const auto record = read_json(folder / "expected.json").at("train");
  const Checkpoint checkpoint = open_checkpoint(lavis.t5());
  TextOptions options = text_options("blip2-stage2");
  options.max_tokens = record.at("max_txt_len");
  const TextPreparation texts(
      std::shared_ptr<const LanguageTokenizer>(load_language_tokenizer(checkpoint.language_tokenizer)), options);
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < record.at("text_input").size(); ++i)
    samples.push_back(sample_of(record.at("text_input")[i], record.at("text_output")[i]));
  Batch batch;
  take_texts(texts, samples, batch);
  expect_recorded_step("t5", checkpoint, record, batch, GetParam());
}

}  // namespace
}  // namespace blip::test
