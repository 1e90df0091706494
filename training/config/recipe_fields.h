#pragma once

#include <iterator>

#include "training/config/recipe.h"

namespace blip {

// The keys of a recipe, their types and ranges: the one list that reading, writing and comparing follow. `Fields` has
// integer(key, value, least, most), number(…), flag(key, value), text(key, value), choice(key, value, words),
// section(key, value) and list(key, values), the last two of which come back to a fields() for what is inside.

inline constexpr std::int64_t kMaxCount = 1'000'000'000;

template <class Fields>
void fields(ModelRecipe::Vision& vision, Fields& f) {
  f.integer("width", vision.width, 1, 65536);
  f.integer("depth", vision.depth, 1, 1000);
  f.integer("heads", vision.heads, 1, 1024);
  f.integer("mlp_width", vision.mlp_width, 1, 262144);
  f.integer("patch_size", vision.patch_size, 1, 1024);
}

template <class Fields>
void fields(ModelRecipe::Text& text, Fields& f) {
  f.integer("width", text.width, 1, 65536);
  f.integer("depth", text.depth, 1, 1000);
  f.integer("heads", text.heads, 1, 1024);
  f.integer("ffn_width", text.ffn_width, 1, 262144);
  f.integer("max_positions", text.max_positions, 2, 65536);
}

template <class Fields>
void fields(ModelRecipe::QFormer& qformer, Fields& f) {
  f.integer("queries", qformer.queries, 1, 4096);
  f.integer("width", qformer.width, 1, 65536);
  f.integer("depth", qformer.depth, 1, 1000);
  f.integer("heads", qformer.heads, 1, 1024);
  f.integer("ffn_width", qformer.ffn_width, 1, 262144);
  f.integer("cross_frequency", qformer.cross_frequency, 1, 1000);
  f.integer("max_positions", qformer.max_positions, 2, 65536);
}

template <class Fields>
void fields(ModelRecipe::Language& language, Fields& f) {
  f.integer("width", language.width, 1, 65536);
  f.integer("depth", language.depth, 1, 1000);
  f.integer("heads", language.heads, 1, 1024);
  f.integer("ffn_width", language.ffn_width, 1, 262144);
  f.integer("max_positions", language.max_positions, 2, 1'000'000);
  f.integer("vocab_size", language.vocab_size, 260, 1'000'000);
}

template <class Fields>
void fields(ModelRecipe& model, Fields& f) {
  f.text("init", model.init);
  f.text("vocab", model.vocab);
  f.section("vision", model.vision);
  f.section("text", model.text);
  f.integer("embed_width", model.embed_width, 1, 65536);
  f.number("dropout", model.dropout, 0, 0.99);
  f.number("drop_path", model.drop_path, 0, 0.99);
  f.integer("checkpointed_blocks", model.checkpointed_blocks, 0, 1000);
  f.text("image_encoder", model.image_encoder);
  f.text("language_model", model.language_model);
  f.text("bert", model.bert);
  f.flag("train_vision", model.train_vision);
  f.section("qformer", model.qformer);
  f.text("tokenizer", model.tokenizer);
  f.section("language", model.language);
}

template <class Fields>
void fields(SourceRecipe& source, Fields& f) {
  f.choice("kind", source.kind, {std::begin(kSourceKindNames), std::end(kSourceKindNames)});
  f.text("path", source.path);
  f.text("root", source.root);
  f.text("vg_root", source.vg_root);
  f.number("weight", source.weight, 1e-6, 1e6);
  f.text("text", source.text);
}

template <class Fields>
void fields(DataRecipe& data, Fields& f) {
  f.text("root", data.root);
  f.list("train", data.train);
  f.list("val", data.val);
  f.integer("image_size", data.image_size, 8, 4096);
  f.flag("crop", data.crop);
  f.number("min_scale", data.min_scale, 0.01, 1);
  f.flag("flip", data.flip);
  f.flag("rand_augment", data.rand_augment);
  f.integer("max_words", data.max_words, 1, 1000);
  f.integer("max_tokens", data.max_tokens, 0, 4096);
  f.text("prompt", data.prompt);
  f.text("features", data.features);
  f.integer("workers", data.workers, 1, 256);
  f.integer("prefetch", data.prefetch, 1, 1024);
  f.integer("together", data.together, 1, 1024);
  f.flag("verify", data.verify);
  f.number("max_broken", data.max_broken, 0, 1);
}

template <class Fields>
void fields(OptimizerRecipe& optimizer, Fields& f) {
  f.integer("batch_size", optimizer.batch_size, 1, 1'000'000);
  f.integer("accumulation", optimizer.accumulation, 1, 1'000'000);
  f.number("lr", optimizer.lr, 0, 10);
  f.number("temperature_lr_scale", optimizer.temperature_lr_scale, 0, 100);
  f.number("beta1", optimizer.beta1, 0, 0.999999);
  f.number("beta2", optimizer.beta2, 0, 0.9999999);
  f.number("eps", optimizer.eps, 1e-20, 1);
  f.number("weight_decay", optimizer.weight_decay, 0, 10);
  f.number("clip_norm", optimizer.clip_norm, 0, 1e9);
}

template <class Fields>
void fields(ScheduleRecipe& schedule, Fields& f) {
  f.choice("kind", schedule.kind, {"step", "cosine", "cosine_per_step", "constant"});
  f.integer("epochs", schedule.epochs, 0, 1'000'000);
  f.integer("steps", schedule.steps, 0, kMaxCount);
  f.integer("warmup_steps", schedule.warmup_steps, 0, kMaxCount);
  f.number("warmup_lr", schedule.warmup_lr, 0, 10);
  f.number("min_lr", schedule.min_lr, 0, 10);
  f.number("decay", schedule.decay, 1e-6, 1);
}

template <class Fields>
void fields(LossRecipe& loss, Fields& f) {
  f.integer("queue_size", loss.queue_size, 1, kMaxCount);
  f.number("momentum", loss.momentum, 0, 1);
  f.number("alpha", loss.alpha, 0, 1);
  f.number("alpha_ramp_epochs", loss.alpha_ramp_epochs, 0, 1e6);
  f.integer("alpha_ramp_steps", loss.alpha_ramp_steps, 0, kMaxCount);
  f.number("label_smoothing", loss.label_smoothing, 0, 0.99);
  f.flag("negative_all_rank", loss.negative_all_rank);
  f.flag("image_ids", loss.image_ids);
  f.number("ita", loss.ita, 0, 1000);
  f.number("itm", loss.itm, 0, 1000);
  f.number("lm", loss.lm, 0, 1000);
  f.integer("lm_only_steps", loss.lm_only_steps, 0, kMaxCount);
}

template <class Fields>
void fields(CheckpointRecipe& checkpoints, Fields& f) {
  f.integer("every_steps", checkpoints.every_steps, 0, kMaxCount);
  f.number("every_minutes", checkpoints.every_minutes, 0, 1e6);
  f.integer("keep", checkpoints.keep, 1, 10000);
}

template <class Fields>
void fields(ValidationRecipe& validation, Fields& f) {
  f.integer("every_steps", validation.every_steps, 0, kMaxCount);
  f.integer("max_batches", validation.max_batches, 0, kMaxCount);
  f.integer("batch_size", validation.batch_size, 0, 1'000'000);
  f.integer("samples", validation.samples, 0, kMaxCount);
  f.integer("caption_length", validation.caption_length, 6, 4096);
  f.integer("candidates", validation.candidates, 1, 1'000'000);
  f.text("best", validation.best);
  f.flag("best_is_highest", validation.best_is_highest);
}

template <class Fields>
void fields(Recipe& recipe, Fields& f) {
  f.choice("task", recipe.task, {std::begin(kTrainingKindNames), std::end(kTrainingKindNames)});
  f.integer("seed", recipe.seed, 0, 4'294'967'295);
  f.text("device", recipe.device);
  f.choice("precision", recipe.precision, {"float32", "bfloat16"});
  f.choice("linear", recipe.linear, {"onednn", "libtorch"});
  f.integer("log_every", recipe.log_every, 1, kMaxCount);
  f.flag("export_half", recipe.export_half);
  f.section("model", recipe.model);
  f.section("data", recipe.data);
  f.section("optimizer", recipe.optimizer);
  f.section("schedule", recipe.schedule);
  f.section("loss", recipe.loss);
  f.section("checkpoints", recipe.checkpoints);
  f.section("validation", recipe.validation);
}

}  // namespace blip
