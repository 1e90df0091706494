#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/generate/run_searches.h"
#include "tests/support/golden2_checkpoint.h"
#include "tests/support/golden_model.h"

namespace blip::test {

// One folder of the BLIP-2 reference data on the backend that the test program is built for. A LAVIS checkpoint's
// pictures are elsewhere: `inputs` is the folder that has them.
struct Blip2Golden {
  explicit Blip2Golden(const std::filesystem::path& folder, const std::string& file = "",
                       const std::string& inputs = "", std::int64_t image_size = 0)
      : dir(golden2_dir() / folder),
        inputs_file(golden2_dir() / (inputs.empty() ? folder.string() : inputs) / "inputs.safetensors"),
        expected_file(dir / "expected.safetensors"),
        json(read_json(dir / "expected.json")) {
    const LavisGolden lavis;
    CheckpointOptions options;
    if (file == "blip2_stage1.pth") options = lavis.stage1();
    if (file == "blip2_opt.pth") options = lavis.opt();
    if (file == "blip2_t5.pth") options = lavis.t5();
    options.model = (dir / file).string();
    options.image_size = image_size;
    checkpoint = open_checkpoint(options);
    backend = make_tested_backend(checkpoint, {.num_threads = 1});
  }

  const Blip2Config& sizes() const { return *checkpoint.config.blip2; }
  std::vector<Clip> clips(const std::string& name = "pixel_values", std::size_t first_few = 0) const {
    Pixels pixels(inputs_file, name);
    if (first_few > 0) pixels.images = static_cast<std::int64_t>(first_few);
    return encode_clips(*backend, pixels);
  }
  // A row of ids without padding and without the placeholders of the picture.
  std::vector<std::int64_t> text(const std::vector<std::int64_t>& ids, const std::vector<std::int64_t>& mask) const {
    std::vector<std::int64_t> kept;
    for (std::size_t t = 0; t < ids.size(); ++t) {
      if (mask[t] != 0 && ids[t] != json.value("image_token_index", std::int64_t{-1})) kept.push_back(ids[t]);
    }
    return kept;
  }
  std::vector<std::int64_t> text(const std::string& ids, const std::string& mask, std::int64_t row) const {
    return text(row_of(inputs_file.ints(ids), inputs_file.shape(ids).back(), row),
                row_of(inputs_file.ints(mask), inputs_file.shape(mask).back(), row));
  }
  static std::vector<std::int64_t> row_of(const std::vector<std::int64_t>& all, std::int64_t length, std::int64_t row) {
    return {all.begin() + row * length, all.begin() + (row + 1) * length};
  }
  // What a language model of this family is given for a prompt's ids.
  DecodeInput input(const Clip& clip, const std::vector<std::int64_t>& ids) const {
    if (sizes().language.kind == LanguageModelKind::kT5) return {clip, ids, {sizes().language.start_token}};
    return {clip, {}, ids};
  }

  std::filesystem::path dir;
  SafetensorsFile inputs_file, expected_file;
  nlohmann::json json;
  Checkpoint checkpoint;
  std::unique_ptr<Backend> backend;
};

// A matrix of a reference array [..., rows, columns], its `index`th along what stands before; the first `rows` of it.
inline std::vector<float> slice_of(const SafetensorsFile& file, const std::string& name, std::int64_t index,
                                   std::int64_t rows) {
  const auto& shape = file.shape(name);
  const std::int64_t columns = shape.back(), all_rows = shape[shape.size() - 2];
  const auto values = file.floats(name);
  const auto begin = values.begin() + index * all_rows * columns;
  return {begin, begin + rows * columns};
}

inline Matrix unit_rows(Matrix matrix) {
  for (std::int64_t r = 0; r < matrix.rows; ++r) {
    double sum = 0;
    for (const float value : matrix.row(r)) sum += static_cast<double>(value) * value;
    for (float& value : matrix.row(r)) value = static_cast<float>(value / std::sqrt(sum));
  }
  return matrix;
}

// All rows of ids without their padding, right-padded again into one batch.
inline TokenBatch token_batch(const std::vector<std::vector<std::int64_t>>& texts) {
  TokenBatch batch;
  batch.texts = static_cast<std::int64_t>(texts.size());
  for (const auto& ids : texts) batch.length = std::max(batch.length, static_cast<std::int64_t>(ids.size()));
  for (const auto& ids : texts) {
    for (std::int64_t t = 0; t < batch.length; ++t) {
      const bool there = t < static_cast<std::int64_t>(ids.size());
      batch.ids.push_back(there ? ids[static_cast<std::size_t>(t)] : 0);
      batch.mask.push_back(there ? 1 : 0);
    }
  }
  return batch;
}

}  // namespace blip::test
