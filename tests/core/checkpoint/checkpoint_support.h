#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/checkpoint/byte_view.h"
#include "core/checkpoint/layout.h"
#include "core/checkpoint/model_config.h"
#include "core/checkpoint/tensor_map.h"

namespace blip::test {

// The message of the Error that `action` throws, after checking its kind and that it is one line.
inline std::string error_of(const std::function<void()>& action, ErrorKind kind = ErrorKind::kInvalidData) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_EQ(std::string_view(error.what()).find('\n'), std::string_view::npos) << "one line: " << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

// Bytes that the view owns.
inline ByteView bytes_of(std::string_view text) {
  const auto copy = allocate_aligned(text.size());
  std::memcpy(copy.get(), text.data(), text.size());
  return {copy.get(), text.size(), copy};
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.is_open()) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_text(const std::filesystem::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  ASSERT_TRUE(out.good()) << path;
}

inline std::string little_endian(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

inline TensorView tensor_of(const std::vector<float>& values, std::vector<std::int64_t> shape) {
  const auto buffer = allocate_aligned(values.size() * sizeof(float));
  std::memcpy(buffer.get(), values.data(), values.size() * sizeof(float));
  return {buffer.get(), DType::kFloat32, std::move(shape), buffer};
}

inline std::vector<float> floats_of(const TensorView& view) {
  EXPECT_EQ(view.dtype, DType::kFloat32);
  std::vector<float> values(static_cast<std::size_t>(view.element_count()));
  std::memcpy(values.data(), view.data, view.byte_count());
  return values;
}

inline bool same_tensor(const TensorView& a, const TensorView& b) {
  return a.dtype == b.dtype && a.shape == b.shape && std::memcmp(a.data, b.data, a.byte_count()) == 0;
}

// Equal names, types, shapes and bytes.
inline void expect_same_tensors(const TensorMap& actual, const TensorMap& expected) {
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(actual.size(), expected.size());
  for (const auto& [name, view] : expected) {
    const auto found = actual.find(name);
    ASSERT_NE(found, actual.end()) << name;
    EXPECT_TRUE(same_tensor(found->second, view)) << name;
  }
}

// A model of a few hundred numbers: picture 8 px, patch 4, all widths small and different from each other.
inline ModelConfig small_config(Layout layout) {
  ModelConfig config;
  config.vision = {.width = 6, .depth = 2, .heads = 2, .mlp_width = 10, .image_size = 8, .patch_size = 4};
  config.text = {.vocab_size = 9, .width = 4, .depth = 2, .heads = 2, .ffn_width = 7, .max_positions = 5};
  const LayoutParts parts = layout_parts(layout);
  if (parts.itc) config.embed_width = 3;
  if (parts.text_encoder) config.encoder_cross_width = config.vision.width;
  if (parts.text_decoder) config.decoder_cross_width = layout == Layout::kVqa ? config.text.width : config.vision.width;
  return config;
}

// Every tensor of the layout, filled with different small numbers; nothing but the LM head's two biases is tied.
inline TensorMap small_model(Layout layout, const ModelConfig& config) {
  TensorMap tensors;
  int next = 0;
  for (const auto& [name, shape] : expected_tensors(layout, config)) {
    TensorView view{nullptr, DType::kFloat32, shape, nullptr};
    std::vector<float> values(static_cast<std::size_t>(view.element_count()));
    for (float& value : values) value = static_cast<float>(next++ % 1000) / 1000.0F - 0.5F;
    tensors.emplace(name, tensor_of(values, shape));
  }
  const std::string head = "text_decoder.cls.predictions.";
  if (tensors.contains(head + "bias")) tensors[head + "decoder.bias"] = tensors[head + "bias"];  // one parameter
  return tensors;
}
inline TensorMap small_model(Layout layout) {
  return small_model(layout, small_config(layout));
}

constexpr const char* kSmallVocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n";  // 9 words with [DEC] and [ENC]

constexpr const char* kSmallHeads =
    R"({"vision_config": {"num_attention_heads": 2}, "text_config": {"num_attention_heads": 2}})";

}  // namespace blip::test
