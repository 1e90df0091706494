#include "core/engine/memory_need.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr std::array<const char*, 4> kPrecisions{"float32", "bfloat16", "int8", "int4"};
constexpr std::string_view kLanguage = "language_model.";
constexpr std::uint64_t kGroup = 64, kScaleBytes = 2;  // of quantised weights of a language model
constexpr std::uint64_t kTokens = 512;                 // 8 frames of 32 queries, a prompt, answers and beams
constexpr std::uint64_t kActivations = 64 << 20;       // a picture's states, logits

bool is_language(const std::string& name) {
  return name.starts_with(kLanguage);
}

bool is_embedding(const std::string& name) {
  return name.ends_with("embed_tokens.weight") || name.ends_with("embed_positions.weight") ||
         name == "language_model.shared.weight";
}

bool is_head(const std::string& name) {
  return name == "language_model.lm_head.weight";
}

std::uint64_t quantised(const TensorView& view, std::uint64_t bits) {
  const auto out = static_cast<std::uint64_t>(view.shape[0]), in = static_cast<std::uint64_t>(view.shape[1]);
  const std::uint64_t groups = (in + kGroup - 1) / kGroup;
  return out * groups * (kGroup * bits / 8 + kScaleBytes);
}

std::uint64_t float_size(std::string_view precision) {
  return precision == "bfloat16" ? 2 : 4;
}

// Matrices in the precision, the few vectors in float32.
std::uint64_t picture_bytes(const TensorView& view, std::string_view precision) {
  const auto count = static_cast<std::uint64_t>(view.element_count());
  const bool whole_bytes = precision == "int8" || precision == "int4";
  if (view.shape.size() < 2) return count * 4;
  return count * (whole_bytes ? 1 : float_size(precision));
}

std::uint64_t language_bytes(const std::string& name, const TensorView& view, std::string_view precision,
                             bool tied_head) {
  const bool whole_numbers = precision == "int8" || precision == "int4";
  if (!whole_numbers) return view.byte_count();
  const bool reads_head =
      is_head(name) || (tied_head && is_embedding(name) && !name.ends_with("embed_positions.weight"));
  if (reads_head) return quantised(view, 8);
  if (is_embedding(name)) return 0;
  if (view.shape.size() != 2) return view.byte_count();
  return quantised(view, precision == "int4" ? 4 : 8);
}

// Keys and values in float32, of every layer that keeps them.
std::uint64_t state_bytes(const LanguageModelConfig& language) {
  if (language.width == 0) return 0;
  const bool t5 = language.kind == LanguageModelKind::kT5;
  const std::int64_t layers = t5 ? 2 * language.decoder_depth : language.depth;  // T5: its own and the encoder's
  return 2 * 4 * kTokens * static_cast<std::uint64_t>(layers * language.heads * language.head_width);
}

}  // namespace

std::vector<MemoryNeed> memory_needs(const TensorMap& tensors, const ModelConfig& config) {
  const LanguageModelConfig language = config.blip2.value_or(Blip2Config{}).language;
  std::vector<MemoryNeed> needs;
  for (const char* precision : kPrecisions) {
    if (precision == std::string_view("int4") && language.width == 0) continue;
    MemoryNeed need{.precision = precision, .working = kActivations + state_bytes(language)};
    for (const auto& [name, view] : tensors) {
      if (is_language(name)) {
        need.language += language_bytes(name, view, precision, language.tied_head);
      } else {
        need.picture += picture_bytes(view, precision);
      }
    }
    needs.push_back(std::move(need));
  }
  return needs;
}

void check_memory(const Checkpoint& checkpoint, std::string_view device, std::string_view precision,
                  std::uint64_t available) {
  if (!checkpoint.config.blip2 || device.starts_with("cuda")) return;
  const std::vector<MemoryNeed> needs = memory_needs(checkpoint.tensors, checkpoint.config);
  const std::string_view name = precision == "auto" ? "float32" : precision;
  const auto wanted =
      std::find_if(needs.begin(), needs.end(), [&](const MemoryNeed& need) { return need.precision == name; });
  if (wanted == needs.end() || wanted->total() <= available) return;
  std::string message = "'" + checkpoint.path.string() + "' needs " + gigabytes(wanted->total()) + " of memory at " +
                        wanted->precision + " (weights and some frames), but " + gigabytes(available) +
                        " are available";
  const auto fits = [&](const MemoryNeed& need) {
    return need.total() <= available && (need.precision == "int8" || need.precision == "int4");
  };
  const auto fitting = std::find_if(needs.begin(), needs.end(), fits);
  const bool packed = device == "cpu";
  if (fitting != needs.end()) {
    message += "; precision " + fitting->precision + " needs " + gigabytes(fitting->total()) + " and fits" +
               (packed ? "" : " on device cpu");
  } else {
    const MemoryNeed& least = *std::min_element(
        needs.begin(), needs.end(), [](const MemoryNeed& a, const MemoryNeed& b) { return a.total() < b.total(); });
    message += "; no precision fits, " + least.precision + " needs " + gigabytes(least.total()) +
               ": take a smaller model or free memory";
  }
  throw Error(ErrorKind::kFailed, message);
}

std::string gigabytes(std::uint64_t bytes) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f GB", static_cast<double>(bytes) / 1e9);
  return text.data();
}

}  // namespace blip
