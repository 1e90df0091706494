#include <nlohmann/json.hpp>
#include <sstream>

#include "pipelines/checkpoints/model_report.h"

namespace blip {
namespace {

std::string grouped(std::int64_t number) {  // 1548065 -> "1,548,065"
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::string by(std::int64_t a, std::int64_t b) {
  return std::to_string(a) + " x " + std::to_string(b);
}

std::string number(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

class Table {
 public:
  void row(const std::string& name, const std::string& value) {
    constexpr std::size_t kWidth = 14;
    text_ += name + std::string(kWidth - name.size(), ' ') + value + "\n";
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace

std::string report_text(const ModelReport& report) {
  const VisionConfig& vision = report.config.vision;
  const TextConfig& text = report.config.text;
  Table table;
  table.row("model", report.path);
  table.row("weights", report.weights + " (" + report.format + ", names: " + report.family + ")");
  table.row("layout", report.layout);
  table.row("can do", joined(report.abilities));
  table.row("image", by(vision.image_size, vision.image_size) + " pixels, patches of " +
                         std::to_string(vision.patch_size) + ", grid " + by(vision.grid(), vision.grid()) +
                         (vision.grid() == report.stored_grid
                              ? ""
                              : " interpolated from " + by(report.stored_grid, report.stored_grid)));
  table.row("vision", "width " + std::to_string(vision.width) + ", depth " + std::to_string(vision.depth) + ", heads " +
                          std::to_string(vision.heads) + ", MLP " + std::to_string(vision.mlp_width) + ", epsilon " +
                          number(vision.layer_norm_eps));
  table.row("text", "width " + std::to_string(text.width) + ", depth " + std::to_string(text.depth) + ", heads " +
                        std::to_string(text.heads) + ", FFN " + std::to_string(text.ffn_width) + ", epsilon " +
                        number(text.layer_norm_eps) + ", positions " + std::to_string(text.max_positions) + ", words " +
                        grouped(text.vocab_size));
  if (report.config.embed_width > 0) table.row("embedding", "width " + std::to_string(report.config.embed_width));
  table.row("parameters", grouped(report.parameters));
  std::vector<std::string> dtypes;
  for (const auto& [name, count] : report.dtypes) dtypes.push_back(std::to_string(count) + " " + name);
  table.row("tensors", joined(dtypes) + (report.training_tensors > 0 ? ", " + std::to_string(report.training_tensors) +
                                                                           " of training state (not used)"
                                                                     : ""));
  table.row("vocabulary", report.vocab.empty()
                              ? "none"
                              : report.vocab + " (" + grouped(report.vocab_entries) + " entries with [DEC] and [ENC])");
  table.row("weights id", report.weights_id);
  for (const std::string& warning : report.warnings) table.row("warning", warning);
  return table.take();
}

std::string report_json(const ModelReport& report) {
  using Json = nlohmann::ordered_json;
  const VisionConfig& vision = report.config.vision;
  const TextConfig& text = report.config.text;
  const Json document = {{"model", report.path},
                         {"weights", report.weights},
                         {"format", report.format},
                         {"family", report.family},
                         {"layout", report.layout},
                         {"can_do", report.abilities},
                         {"image_size", vision.image_size},
                         {"grid", vision.grid()},
                         {"stored_grid", report.stored_grid},
                         {"vision",
                          {{"width", vision.width},
                           {"depth", vision.depth},
                           {"heads", vision.heads},
                           {"mlp_width", vision.mlp_width},
                           {"patch_size", vision.patch_size},
                           {"layer_norm_eps", vision.layer_norm_eps}}},
                         {"text",
                          {{"width", text.width},
                           {"depth", text.depth},
                           {"heads", text.heads},
                           {"ffn_width", text.ffn_width},
                           {"vocab_size", text.vocab_size},
                           {"max_positions", text.max_positions},
                           {"layer_norm_eps", text.layer_norm_eps}}},
                         {"embed_width", report.config.embed_width},
                         {"encoder_cross_width", report.config.encoder_cross_width},
                         {"decoder_cross_width", report.config.decoder_cross_width},
                         {"parameters", report.parameters},
                         {"tensors", report.tensors},
                         {"training_tensors", report.training_tensors},
                         {"dtypes", report.dtypes},
                         {"vocab", report.vocab},
                         {"vocab_entries", report.vocab_entries},
                         {"weights_id", report.weights_id},
                         {"warnings", report.warnings}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace blip
