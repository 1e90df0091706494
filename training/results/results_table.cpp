#include "training/results/results_table.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "training/results/number_text.h"
#include "training/results/published_figures.h"
#include "training/results/run_files.h"

namespace blip {
namespace {

struct Cell {
  std::optional<double> value, low, high;
};

struct Row {
  std::string name, setting, source;
  std::map<std::string, Cell> cells;  // by key
};

// The runs of one command on one data set.
struct Section {
  std::string command, layout;
  std::vector<std::pair<std::string, std::string>> columns;  // key, label
  std::vector<Row> rows;

  void add_column(const std::string& key, const std::string& label) {
    const bool known = std::any_of(columns.begin(), columns.end(), [&](const auto& one) { return one.first == key; });
    if (!known) columns.emplace_back(key, label);
  }
};

std::string text_field(const nlohmann::json& object, const char* name, const std::string& fallback) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : fallback;
}

Row row_of(const CompleteRun& run) {
  const auto folder = run.folder.has_filename() ? run.folder.filename() : run.folder.parent_path().filename();
  Row row{folder.string(), "", text_field(run.start.fingerprint.model, "name", ""), {}};
  for (const Metric& metric : run.result.metrics)
    row.cells[metric.key] = {std::isfinite(metric.value) ? std::optional(metric.value) : std::nullopt, metric.low,
                             metric.high};
  return row;
}

std::vector<Section> sections_of(std::span<const std::filesystem::path> folders) {
  std::vector<Section> sections;
  for (const auto& folder : folders) {
    const CompleteRun run = read_run(folder, /*with_samples=*/false);
    const std::string layout = text_field(run.start.fingerprint.data, "layout", "");
    auto section = std::find_if(sections.begin(), sections.end(), [&](const Section& one) {
      return one.command == run.start.fingerprint.command && one.layout == layout;
    });
    if (section == sections.end())
      section = sections.insert(sections.end(), Section{run.start.fingerprint.command, layout, {}, {}});
    for (const Metric& metric : run.result.metrics) section->add_column(metric.key, metric.label);
    section->rows.push_back(row_of(run));
  }
  for (Section& section : sections)
    for (const PublishedRow& published : published_rows()) {
      if (published.command != section.command || published.layout != section.layout) continue;
      Row row{std::string(published.model), std::string(published.setting), std::string(published.source), {}};
      for (const PublishedFigure& figure : published.figures) row.cells[std::string(figure.key)].value = figure.value;
      section.rows.push_back(std::move(row));
    }
  return sections;
}

std::string markdown_text(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c == '\n' ? ' ' : c;
  }
  return escaped;
}

std::string markdown_cell(const Cell& cell) {
  if (!cell.value) return "";
  std::string text = number_text("%.1f", *cell.value);
  if (cell.low && cell.high)
    text += " (" + number_text("%.1f", *cell.low) + "–" + number_text("%.1f", *cell.high) + ")";
  return text;
}

std::string in_row(const std::string& text) {
  return text.empty() ? " |" : " " + text + " |";
}

std::string markdown(const Section& section) {
  std::string table = "### " + section.command + (section.layout.empty() ? "" : ", " + section.layout) + "\n\n";
  table += "| | | model or source |";
  std::string rule = "|---|---|---|";
  for (const auto& [key, label] : section.columns) {
    table += in_row(markdown_text(label));
    rule += "---:|";
  }
  table += "\n" + rule + "\n";
  for (const Row& row : section.rows) {
    table += "|";
    for (const std::string& text : {row.name, row.setting, row.source}) table += in_row(markdown_text(text));
    for (const auto& [key, label] : section.columns) {
      const auto cell = row.cells.find(key);
      table += in_row(cell == row.cells.end() ? "" : markdown_cell(cell->second));
    }
    table += "\n";
  }
  return table;
}

// RFC 4180. What a spreadsheet would take for a formula gets an apostrophe.
std::string csv_text(std::string text) {
  if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos) text.insert(0, "'");
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string csv_number(std::optional<double> value) {
  return value ? number_text("%.6g", *value) : "";
}

// A line a figure: columns that are the same for every command and data set.
std::string csv(const std::vector<Section>& sections) {
  std::string table = "command,data,row,setting,source,metric,value,low,high\n";
  for (const Section& section : sections)
    for (const Row& row : section.rows)
      for (const auto& [key, label] : section.columns) {
        const auto cell = row.cells.find(key);
        if (cell == row.cells.end() || !cell->second.value) continue;
        for (const std::string& text : {section.command, section.layout, row.name, row.setting, row.source, key})
          table += csv_text(text) + ",";
        table += csv_number(cell->second.value) + "," + csv_number(cell->second.low) + "," +
                 csv_number(cell->second.high) + "\n";
      }
  return table;
}

}  // namespace

std::string results_table(std::span<const std::filesystem::path> runs, TableFormat format) {
  const std::vector<Section> sections = sections_of(runs);
  if (format == TableFormat::kCsv) return csv(sections);
  std::string text;
  for (const Section& section : sections) text += (text.empty() ? "" : "\n") + markdown(section);
  return text;
}

}  // namespace blip
