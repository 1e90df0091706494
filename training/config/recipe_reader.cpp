#include "training/config/recipe_reader.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "core/base/error.h"
#include "core/base/yaml_reader.h"
#include "training/config/recipe_fields.h"

namespace blip {
namespace {

// Puts what one map of the file says over what is there.
class FieldReader {
 public:
  explicit FieldReader(YamlValue map) : map_(std::move(map)) { map_.entries(); }

  void integer(std::string_view key, std::int64_t& value, std::int64_t least, std::int64_t most) {
    if (const auto found = find(key)) value = found->integer(least, most);
  }
  void number(std::string_view key, double& value, double least, double most) {
    if (const auto found = find(key)) value = found->number(least, most);
  }
  void flag(std::string_view key, bool& value) {
    if (const auto found = find(key)) value = found->boolean();
  }
  void text(std::string_view key, std::string& value) {
    if (const auto found = find(key)) value = found->text();
  }
  template <class Choice>
  void choice(std::string_view key, Choice& value, const std::vector<std::string_view>& words) {
    if (const auto found = find(key)) value = static_cast<Choice>(found->choice(words));
  }
  template <class Section>
  void section(std::string_view key, Section& value) {
    if (const auto found = find(key)) read(*found, value);
  }
  template <class Item>
  void list(std::string_view key, std::vector<Item>& values) {
    const auto found = find(key);
    if (!found) return;
    values.clear();
    for (const YamlValue& item : found->items()) read(item, values.emplace_back());
  }

  template <class Section>
  static void read(const YamlValue& map, Section& value) {
    FieldReader reader(map);
    fields(value, reader);
    map.expect_keys(reader.known_);
  }

 private:
  std::optional<YamlValue> find(std::string_view key) {
    known_.push_back(key);
    return map_.find(key);
  }

  YamlValue map_;
  std::vector<std::string_view> known_;
};

// "a.b=v" as a file: "{a: {b: v}}", on one line.
void apply_setting(const std::string& setting, Recipe& recipe) {
  const std::string name = "--set " + setting;
  const auto equals = setting.find('=');
  const std::string path = setting.substr(0, equals);
  const auto is_key = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; };
  if (equals == std::string::npos || path.empty() || !std::all_of(path.begin(), path.end(), is_key) ||
      path.front() == '.' || path.back() == '.' || path.find("..") != std::string::npos)
    throw Error(ErrorKind::kInvalidArgument, name + ": expected section.key=value, such as optimizer.lr=1e-4");

  std::string yaml = "{", closing = "}";
  for (const char c : path) {
    if (c == '.') closing += '}';
    yaml += c == '.' ? std::string(": {") : std::string(1, c);
  }
  yaml += ": " + setting.substr(equals + 1) + closing;
  try {
    FieldReader::read(YamlValue::parse(yaml, name), recipe);
  } catch (const Error& e) {
    std::string message = e.what();
    if (message.starts_with(name + ":1:")) message.erase(name.size() + 1, 2);
    throw Error(ErrorKind::kInvalidArgument, message);
  }
}

[[noreturn]] void fail(const std::string& name, const std::string& what) {
  throw Error(ErrorKind::kInvalidData, name + ": " + what);
}

void check_sources(const std::string& name, const std::vector<SourceRecipe>& sources, const char* key) {
  for (const SourceRecipe& source : sources)
    if (source.path.empty())
      fail(name, std::string("a source of data.") + key + " has no path; name its annotation file or folder");
}

// Each task reads sources of its own kinds.
void check_source_kinds(const std::string& name, const Recipe& recipe) {
  const bool writes = recipe.task == TrainingKind::kLanguageModel, prompted = recipe.task == TrainingKind::kBlip2Stage2;
  for (const auto* sources : {&recipe.data.train, &recipe.data.val}) {
    for (const SourceRecipe& source : *sources) {
      const std::string kind = kSourceKindNames[static_cast<std::size_t>(source.kind)];
      if ((source.kind == SourceKind::kTexts) != writes)
        fail(name, writes ? "lm learns from texts alone; give '" + source.path + "' kind: texts"
                          : "'" + source.path + "' is of kind texts, which lm reads; this task needs pictures");
      if (source.kind == SourceKind::kPrompts && !prompted)
        fail(name, "'" + source.path + "' is of kind prompts, which blip2-stage2 alone reads");
      const bool answers = source.kind == SourceKind::kVqa || source.kind == SourceKind::kNlvr2;
      if (answers && recipe.task >= TrainingKind::kLanguageModel)
        fail(name, "BLIP-2 is trained on captions; give '" + source.path + "' as kind: prompts, a question a prompt");
    }
  }
}

void check_sizes(const std::string& name, const Recipe& recipe) {
  const auto divides = [&](std::int64_t whole, std::int64_t part, const std::string& what, const std::string& by) {
    if (whole % part != 0)
      fail(name,
           what + " is " + std::to_string(whole) + ", which is no multiple of " + by + ", " + std::to_string(part));
  };
  divides(recipe.optimizer.batch_size, recipe.optimizer.accumulation, "optimizer.batch_size", "optimizer.accumulation");
  const bool has_queue = recipe.task == TrainingKind::kPretrain || recipe.task == TrainingKind::kRetrieval;
  if (has_queue)
    divides(recipe.loss.queue_size, recipe.optimizer.batch_size / recipe.optimizer.accumulation, "loss.queue_size",
            "the samples that are computed together, optimizer.batch_size / optimizer.accumulation");
  if (recipe.task == TrainingKind::kLanguageModel)
    divides(recipe.model.language.width, recipe.model.language.heads, "model.language.width", "model.language.heads");
  if (recipe.task == TrainingKind::kBlip2Stage1)
    divides(recipe.model.qformer.width, recipe.model.qformer.heads, "model.qformer.width", "model.qformer.heads");
  if (!recipe.model.init.empty() || recipe.task >= TrainingKind::kLanguageModel) return;
  divides(recipe.data.image_size, recipe.model.vision.patch_size, "data.image_size", "model.vision.patch_size");
  divides(recipe.model.vision.width, recipe.model.vision.heads, "model.vision.width", "model.vision.heads");
  divides(recipe.model.text.width, recipe.model.text.heads, "model.text.width", "model.text.heads");
}

void check_together(const std::string& name, const Recipe& recipe) {
  const ScheduleRecipe& schedule = recipe.schedule;
  if ((schedule.epochs > 0) == (schedule.steps > 0))
    fail(name, "schedule has epochs " + std::to_string(schedule.epochs) + " and steps " +
                   std::to_string(schedule.steps) + "; give one of the two");
  if (schedule.kind == ScheduleKind::kCosine && schedule.epochs == 0)
    fail(name, "schedule.kind cosine falls from epoch to epoch and needs schedule.epochs; or take cosine_per_step");
  if (schedule.min_lr > recipe.optimizer.lr) fail(name, "schedule.min_lr is above optimizer.lr; give a smaller one");
  if (recipe.device != "cpu" && recipe.device != "cuda")
    fail(name, "device is '" + recipe.device + "'; expected cpu or cuda");
  const LossRecipe& loss = recipe.loss;
  if ((recipe.task == TrainingKind::kPretrain || recipe.task == TrainingKind::kBlip2Stage1) &&
      loss.ita + loss.itm + loss.lm <= 0)
    fail(name, "loss.ita, loss.itm and loss.lm are all 0; give one of them a weight");
  check_sources(name, recipe.data.train, "train");
  check_sources(name, recipe.data.val, "val");
  check_source_kinds(name, recipe);
  if (!recipe.data.features.empty() && (recipe.data.crop || recipe.data.flip || recipe.data.rand_augment))
    fail(name, "data.features keeps one state a picture; set data.crop, data.flip and data.rand_augment to false");
  if (!recipe.data.features.empty() && recipe.model.train_vision)
    fail(name, "data.features holds what a frozen image encoder makes; set model.train_vision to false");
  if (recipe.task >= TrainingKind::kLanguageModel && recipe.validation.samples > 0)
    fail(name, std::string(kTrainingKindNames[static_cast<std::size_t>(recipe.task)]) +
                   " has no metric of its own; set validation.samples to 0");
  check_sizes(name, recipe);
}

// The published values of a task, where they differ from those of pre-training.
Recipe defaults_of(const YamlValue& task) {
  Recipe recipe;
  recipe.task = static_cast<TrainingKind>(task.choice({std::begin(kTrainingKindNames), std::end(kTrainingKindNames)}));
  if (recipe.task == TrainingKind::kLanguageModel) recipe.data.max_tokens = 0;
  if (recipe.task == TrainingKind::kBlip2Stage1 || recipe.task == TrainingKind::kBlip2Stage2) {
    recipe.data.max_words = 50;
    recipe.data.max_tokens = 32;
    recipe.data.min_scale = 0.5;
    recipe.data.rand_augment = false;
  }
  return recipe;
}

Recipe finish(const YamlValue& file, const std::string& name, const std::vector<std::string>& settings) {
  Recipe recipe = defaults_of(file.at("task"));
  FieldReader::read(file, recipe);
  for (const std::string& setting : settings) apply_setting(setting, recipe);
  check_together(name, recipe);
  return recipe;
}

}  // namespace

Recipe read_recipe(const std::filesystem::path& file, const std::vector<std::string>& settings) {
  return finish(YamlValue::read_file(file), file.string(), settings);
}

Recipe parse_recipe(const std::string& yaml, const std::string& name, const std::vector<std::string>& settings) {
  return finish(YamlValue::parse(yaml, name), name, settings);
}

}  // namespace blip
