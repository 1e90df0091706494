#include <nlohmann/json.hpp>
#include <sstream>

#include "pipelines/checkpoints/model_report.h"

namespace blip {
namespace {

using Json = nlohmann::ordered_json;

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

std::string text_line(const TextConfig& text) {
  return "width " + std::to_string(text.width) + ", depth " + std::to_string(text.depth) + ", heads " +
         std::to_string(text.heads) + ", FFN " + std::to_string(text.ffn_width) + ", epsilon " +
         number(text.layer_norm_eps) + ", positions " + std::to_string(text.max_positions) + ", words " +
         grouped(text.vocab_size);
}

void add_blip2_rows(Table& table, const Blip2Config& blip2) {
  const QFormerConfig& q = blip2.qformer;
  table.row("q-former", "queries " + std::to_string(q.queries) + ", width " + std::to_string(q.width) + ", depth " +
                            std::to_string(q.depth) + ", heads " + std::to_string(q.heads) + ", FFN " +
                            std::to_string(q.ffn_width) + ", picture read in every " +
                            std::to_string(q.cross_frequency) + ". layer" +
                            (q.vocab_size > 0 ? ", words " + grouped(q.vocab_size) : ""));
  const LanguageModelConfig& lm = blip2.language;
  if (lm.width == 0) return;
  const bool opt = lm.kind == LanguageModelKind::kOpt;
  table.row("language", std::string(opt ? "OPT" : "T5") + ", width " + std::to_string(lm.width) + ", depth " +
                            std::to_string(lm.depth) + (opt ? "" : " + " + std::to_string(lm.decoder_depth)) +
                            ", heads " + std::to_string(lm.heads) + ", FFN " + std::to_string(lm.ffn_width) +
                            (opt ? ", positions " + std::to_string(lm.max_positions) : "") + ", words " +
                            grouped(lm.vocab_size));
}

std::string memory_line(const ModelReport& report) {
  std::vector<std::string> items;
  for (const MemoryNeed& need : report.memory) items.push_back(need.precision + " " + gigabytes(need.total()));
  return joined(items) + " (" + gigabytes(report.available_memory) + " available)";
}

Json blip2_json(const ModelReport& report) {
  const QFormerConfig& q = report.config.blip2->qformer;
  const LanguageModelConfig& lm = report.config.blip2->language;
  Json json = {{"queries", q.queries},
               {"qformer",
                {{"width", q.width},
                 {"depth", q.depth},
                 {"heads", q.heads},
                 {"ffn_width", q.ffn_width},
                 {"cross_frequency", q.cross_frequency},
                 {"vocab_size", q.vocab_size}}}};
  if (lm.width > 0) {
    json["language"] = {{"kind", lm.kind == LanguageModelKind::kOpt ? "opt" : "t5"},
                        {"width", lm.width},
                        {"depth", lm.depth},
                        {"decoder_depth", lm.decoder_depth},
                        {"heads", lm.heads},
                        {"ffn_width", lm.ffn_width},
                        {"vocab_size", lm.vocab_size},
                        {"max_positions", lm.max_positions},
                        {"end_token", lm.end_token}};
  }
  for (const MemoryNeed& need : report.memory) {
    json["memory_bytes"][need.precision] = {
        {"picture", need.picture}, {"language", need.language}, {"working", need.working}, {"total", need.total()}};
  }
  json["available_memory_bytes"] = report.available_memory;
  return json;
}

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
  if (report.config.blip2) {
    add_blip2_rows(table, *report.config.blip2);
  } else {
    table.row("text", text_line(text));
  }
  if (report.config.embed_width > 0) table.row("embedding", "width " + std::to_string(report.config.embed_width));
  table.row("parameters", grouped(report.parameters));
  std::vector<std::string> dtypes;
  for (const auto& [name, count] : report.dtypes) dtypes.push_back(std::to_string(count) + " " + name);
  table.row("tensors", joined(dtypes) + (report.training_tensors > 0 ? ", " + std::to_string(report.training_tensors) +
                                                                           " of training state (not used)"
                                                                     : ""));
  const bool language = report.config.blip2 && report.config.blip2->language.width > 0;
  table.row(language ? "tokenizer" : "vocabulary",
            report.vocab.empty() ? "none"
                                 : report.vocab + " (" + grouped(report.vocab_entries) +
                                       (language              ? " ids)"
                                        : report.config.blip2 ? " entries with [DEC])"
                                                              : " entries with [DEC] and [ENC])"));
  if (report.config.blip2) table.row("memory", memory_line(report));
  table.row("weights id", report.weights_id);
  for (const std::string& warning : report.warnings) table.row("warning", warning);
  return table.take();
}

std::string report_json(const ModelReport& report) {
  const VisionConfig& vision = report.config.vision;
  const TextConfig& text = report.config.text;
  Json document = {{"model", report.path},
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
  if (report.config.blip2) document["blip2"] = blip2_json(report);
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace blip
