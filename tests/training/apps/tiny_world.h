#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "core/vision/jpeg_writer.h"
#include "tests/support/temp_dir.h"
#include "training/data/shard_writer.h"

namespace blip::test {

// A data set of twelve pictures, a vocabulary and a recipe for a model that trains in milliseconds.
class TinyWorld {
 public:
  TinyWorld() {
    std::ofstream(folder_ / "vocab.txt")
        << "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nred\nblue\npicture\nof\nwhat\nis\n?\n";
    for (const char* part : {"train", "val"}) write_shards(folder_ / part);
    write_recipe("pretrain", "");
    write_recipe("caption", "");
  }

  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  const std::filesystem::path& path() const { return folder_.path(); }
  std::string recipe(const std::string& task) const { return (folder_ / (task + ".yaml")).string(); }

 private:
  static void write_shards(const std::filesystem::path& folder) {
    ShardWriter writer(folder, 6);
    for (int i = 0; i < 12; ++i) {
      RgbImage image(16, 16);
      const std::array<std::uint8_t, 3> color =
          i % 2 == 0 ? std::array<std::uint8_t, 3>{200, 0, 0} : std::array<std::uint8_t, 3>{0, 0, 200};
      for (std::size_t k = 0; k < image.pixels.size(); ++k) image.pixels[k] = color[k % 3];
      const std::string word = i % 2 == 0 ? "red" : "blue";
      const std::array<std::pair<std::string, std::string>, 2> files = {
          {{"jpg", encode_jpeg(image)},
           {"json", "{\"captions\": [\"a " + word +
                        "\"], \"questions\": [{\"question\": \"what is a\", \"answer\": \"" + word + "\"}]}"}}};
      writer.add("sample" + std::to_string(i), files);
    }
    writer.finish();
  }

  void write_recipe(const std::string& task, const std::string& more) {
    std::ofstream(folder_ / (task + ".yaml"))
        << "task: " << task << "\nseed: 3\nlog_every: 2\nmodel:\n  vocab: vocab.txt\n"
        << "  vision: {width: 16, depth: 1, heads: 2, mlp_width: 32, patch_size: 8}\n"
        << "  text: {width: 16, depth: 1, heads: 2, ffn_width: 32, max_positions: 32}\n  embed_width: 8\n"
        << "data:\n  train: [{kind: shards, path: train}]\n  val: [{kind: shards, path: val}]\n"
        << "  image_size: 16\n  workers: 1\noptimizer: {batch_size: 4, lr: 1e-3}\n"
        << "schedule: {kind: constant, steps: 6, warmup_steps: 0}\nloss: {queue_size: 8}\n"
        << "checkpoints: {every_steps: 2, every_minutes: 0}\n"
        << more;
  }

  TempDir folder_;
};

}  // namespace blip::test
