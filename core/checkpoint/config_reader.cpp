#include "core/checkpoint/config_reader.h"

#include <array>
#include <utility>

#include "core/checkpoint/json_text.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/message.h"

namespace blip {
namespace {

// One JSON object of the config, "" or "vision_config.".
class Section {
 public:
  Section(const nlohmann::json& object, std::string prefix, const std::string& source)
      : object_(object), prefix_(std::move(prefix)), source_(source) {}

  std::optional<std::int64_t> size(const char* key) const {
    constexpr std::int64_t kLargest = 1 << 24;
    const nlohmann::json* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() < 1 || value->get<std::uint64_t>() > kLargest) {
      throw wrong(key, *value, "a whole number from 1 to " + std::to_string(kLargest));
    }
    return value->get<std::int64_t>();
  }

  std::optional<double> epsilon(const char* key) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return std::nullopt;
    const double number = value->is_number() ? value->get<double>() : -1;
    if (!(number > 0 && number < 1)) throw wrong(key, *value, "a number between 0 and 1");
    return number;
  }

  void expect(const char* key, std::string_view expected) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_string() || value->get_ref<const std::string&>() != expected) {
      throw wrong(key, *value, "'" + std::string(expected) + "'");
    }
  }

  Section child(const char* key) const {
    static const nlohmann::json kEmpty = nlohmann::json::object();
    const nlohmann::json* value = find(key);
    if (value == nullptr) return {kEmpty, prefix_ + key + ".", source_};
    if (!value->is_object()) throw wrong(key, *value, "an object");
    return {*value, prefix_ + key + ".", source_};
  }

 private:
  const nlohmann::json* find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  Error wrong(const char* key, const nlohmann::json& value, const std::string& expected) const {
    const std::string found =
        value.is_structured() ? value.type_name() : value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    return invalid_data(source_, prefix_ + key + " is " + in_quotes(found) + ", expected " + expected);
  }

  const nlohmann::json& object_;
  std::string prefix_;
  const std::string& source_;
};

}  // namespace

DeclaredConfig parse_config(std::string_view json, const std::string& source) {
  const nlohmann::json document = parse_json(json, source);
  if (!document.is_object()) throw invalid_data(source, "not a model's config: no JSON object");
  const Section top(document, "", source);
  top.expect("model_type", "blip");
  const Section vision = top.child("vision_config"), text = top.child("text_config");
  vision.expect("hidden_act", "gelu");
  text.expect("hidden_act", "gelu");

  DeclaredConfig config;
  config.source = source;
  config.embed_width = top.size("image_text_hidden_size");
  config.vision = {.width = vision.size("hidden_size"),
                   .depth = vision.size("num_hidden_layers"),
                   .heads = vision.size("num_attention_heads"),
                   .mlp_width = vision.size("intermediate_size"),
                   .image_size = vision.size("image_size"),
                   .patch_size = vision.size("patch_size"),
                   .layer_norm_eps = vision.epsilon("layer_norm_eps")};
  config.text = {.vocab_size = text.size("vocab_size"),
                 .width = text.size("hidden_size"),
                 .depth = text.size("num_hidden_layers"),
                 .heads = text.size("num_attention_heads"),
                 .ffn_width = text.size("intermediate_size"),
                 .max_positions = text.size("max_position_embeddings"),
                 .cross_width = text.size("encoder_hidden_size"),
                 .layer_norm_eps = text.epsilon("layer_norm_eps")};
  return config;
}

DeclaredConfig read_config_file(const std::filesystem::path& path) {
  const ByteView bytes = map_file(path);
  return parse_config({reinterpret_cast<const char*>(bytes.data), bytes.size}, path.string());
}

}  // namespace blip
