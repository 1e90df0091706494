#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace blip {

// What a training does, as its YAML file says. Defaults are the original's for pre-training; docs/training.md lists
// the keys. Ranges are checked by the reader (recipe_fields.h).

enum class TrainingKind { kPretrain, kCaption, kRetrieval, kVqa, kNlvr2, kLanguageModel, kBlip2Stage1, kBlip2Stage2 };
inline constexpr const char* kTrainingKindNames[] = {"pretrain", "caption", "retrieval",    "vqa",
                                                     "nlvr2",    "lm",      "blip2-stage1", "blip2-stage2"};

struct ModelRecipe {
  std::string init;                      // a checkpoint to begin from; empty = a new model of the sizes below
  std::string vocab;                     // vocab.txt; empty = the checkpoint's
  std::int64_t embed_width = 256;        // E, the ITC projections
  double dropout = 0.1;                  // text encoder and decoder
  double drop_path = 0;                  // of the ViT's last block
  std::int64_t checkpointed_blocks = 0;  // ViT blocks, from the last, computed again in backward to save memory
  struct Vision {
    std::int64_t width = 768, depth = 12, heads = 12, mlp_width = 3072, patch_size = 16;
  } vision;
  struct Text {
    std::int64_t width = 768, depth = 12, heads = 12, ffn_width = 3072, max_positions = 512;
  } text;
  // BLIP-2 (arXiv 2301.12597). What is frozen comes from other checkpoints, what is trained from init.
  std::string image_encoder;   // any checkpoint of BLIP or BLIP-2, or a LAVIS vision file; empty = that of init
  std::string language_model;  // stage 2: a Hugging Face directory of OPT or T5; empty = that of init
  std::string bert;            // stage 1: a checkpoint whose text encoder a new Q-Former begins from; empty = none
  bool train_vision = false;   // fine-tuning: the image encoder learns, too
  struct QFormer {
    std::int64_t queries = 32, width = 768, depth = 12, heads = 12, ffn_width = 3072, cross_frequency = 2,
                 max_positions = 512;
  } qformer;
  // lm: a decoder as OPT's.
  std::string tokenizer;  // folder with vocab.json and merges.txt; empty = made from the training's texts
  struct Language {
    std::int64_t width = 768, depth = 12, heads = 12, ffn_width = 3072, max_positions = 2048;
    std::int64_t vocab_size = 8192;  // entries of a tokenizer that is made
  } language;
};

enum class SourceKind { kShards, kCocoCaption, kCocoRetrieval, kVqa, kNlvr2, kWeb, kImages, kVideos, kTexts, kPrompts };
inline constexpr const char* kSourceKindNames[] = {"shards", "coco_caption", "coco_retrieval", "vqa",   "nlvr2",
                                                   "web",    "images",       "videos",         "texts", "prompts"};

// A data set, or a part of a mixture of several.
struct SourceRecipe {
  SourceKind kind = SourceKind::kShards;
  std::string path;     // annotation file or folder; relative to data.root
  std::string root;     // folder that an annotation file's pictures are relative to; relative to data.root
  double weight = 1;    // share of the samples of a mixture
  std::string vg_root;  // vqa: folder of Visual Genome's pictures, where it is another
  std::string text;     // which of a sample's texts: captions, web, questions; empty = the task's
};

struct DataRecipe {
  std::string root;  // what relative paths of sources are relative to; empty = the current folder
  std::vector<SourceRecipe> train, val;
  std::int64_t image_size = 224;
  double min_scale = 0.2;  // RandomResizedCrop: least share of the picture's area; 1 with `crop: false`
  bool crop = true, flip = true, rand_augment = true;
  std::int64_t max_words = 30;
  std::int64_t max_tokens = 30;  // [CLS] and [SEP] included; 0 = all
  std::string prompt;            // caption, BLIP-2's stage 2: how every text begins, without a loss on it
  std::string features;          // BLIP-2: folder for the frozen image encoder's states; empty = computed at every step
  std::int64_t together = 1;     // samples of a shard that stay next to each other in every order
  std::int64_t workers = 2;      // threads that read and augment
  std::int64_t prefetch = 8;     // batches made ahead
  bool verify = false;           // look for every picture of an annotation file before training begins
  double max_broken = 0.05;      // share of samples that may be broken before training stops
};

struct OptimizerRecipe {
  std::int64_t batch_size = 600;  // samples a step, over all processes and accumulated parts
  std::int64_t accumulation = 1;  // parts a step's batch is computed in
  double lr = 3e-4;
  double temperature_lr_scale = 1;  // learning rate of ITC's temperature, relative to lr
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0.05;
  double clip_norm = 0;  // largest L2 norm of all gradients together; 0 = no clipping
};

enum class ScheduleKind { kStep, kCosine, kCosinePerStep, kConstant };

struct ScheduleRecipe {
  ScheduleKind kind = ScheduleKind::kStep;
  std::int64_t epochs = 0, steps = 0;  // how long: one of them is above 0
  std::int64_t warmup_steps = 3000;    // in the first epoch; 0 = none
  double warmup_lr = 1e-6;             // where warm-up begins
  double min_lr = 1e-6;
  double decay = 0.9;  // step: per epoch
};

struct LossRecipe {
  std::int64_t queue_size = 57600;
  double momentum = 0.995;
  double alpha = 0.4;                 // weight of the momentum model's soft targets
  double alpha_ramp_epochs = 2;       // over which alpha rises from 0; or
  std::int64_t alpha_ramp_steps = 0;  // steps, which win where above 0
  double label_smoothing = 0.1;
  bool negative_all_rank = false;
  bool image_ids = false;           // BLIP-2, retrieval fine-tuning: samples of one picture share their ITC targets
  double ita = 1, itm = 1, lm = 1;  // weights of the parts
  std::int64_t lm_only_steps = 0;   // pretrain: the first steps learn language modelling alone
};

enum class Precision { kFloat32, kBFloat16 };
enum class LinearKind { kOneDnn, kLibTorch };

struct CheckpointRecipe {
  std::int64_t every_steps = 0;  // 0 = by time and at the ends of epochs only
  double every_minutes = 10;     // 0 = by steps only
  std::int64_t keep = 3;         // the newest ones that are kept, besides the best
};

struct ValidationRecipe {
  std::int64_t every_steps = 0;      // 0 = at the end of each epoch
  std::int64_t max_batches = 50;     // of the validation loss; 0 = all
  std::int64_t batch_size = 0;       // 0 = as in training
  std::int64_t samples = 0;          // that the task's own metric is measured on (training/eval); 0 = losses only
  std::int64_t caption_length = 20;  // of that metric: most tokens of a caption, prompt included
  std::int64_t candidates = 256;     // of that metric: how many candidates of a retrieval ITM ranks again
  std::string best = "val_loss";     // the metric that the best checkpoint is chosen by
  bool best_is_highest = false;
};

struct Recipe {
  TrainingKind task = TrainingKind::kPretrain;
  std::int64_t seed = 42;
  std::string device = "cpu";  // "cpu", "cuda"
  Precision precision = Precision::kFloat32;
  LinearKind linear = LinearKind::kOneDnn;  // whose matrix product linear layers take, where it applies
  std::int64_t log_every = 50;              // steps
  bool export_half = false;                 // the exported model in float16
  ModelRecipe model;
  DataRecipe data;
  OptimizerRecipe optimizer;
  ScheduleRecipe schedule;
  LossRecipe loss;
  CheckpointRecipe checkpoints;
  ValidationRecipe validation;
};

}  // namespace blip
