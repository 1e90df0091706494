#include <cstdio>
#include <filesystem>
#include <utility>

#include "core/base/error.h"
#include "pipelines/searching/calibrate_command.h"
#include "pipelines/searching/calibration.h"
#include "pipelines/searching/relevance_study.h"
#include "pipelines/searching/result_output.h"
#include "pipelines/searching/searcher.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

void write_fit(const CalibrateSettings& settings, const IndexReader& index, const RelevanceReport& moments,
               const RelevanceReport& videos, Console& console) {
  if (!moments.fitted)
    throw UsageError("--write needs labels of moments ({\"text\", \"matches\"}), which '" + settings.labels +
                     "' has none of");
  SearchCalibration calibration;
  calibration.embedder = index.models().value_or(IndexModels{}).embedder;
  calibration.fitted_on = std::filesystem::path(settings.labels).filename().string() + ", " +
                          std::to_string(moments.texts + videos.texts) + " texts, " +
                          std::to_string(index.status().segments) + " segments";
  calibration.segments = *moments.fitted;
  calibration.videos = videos.fitted;
  const std::filesystem::path file = settings.output.empty() ? calibration_beside_index(settings.index_path())
                                                             : std::filesystem::path(settings.output);
  write_calibration(calibration, file);
  console.line("wrote '" + file.string() + "'");
}

}  // namespace

int run_calibrate_job(const CalibrateSettings& settings, Console& console) {
  if (settings.check && settings.write)
    throw UsageError("--check fits nothing that --write could keep; take one of them");
  if (!settings.write && !settings.output.empty()) throw UsageError("-o without --write: nothing is written");
  const auto labels = read_labels(settings.labels);
  need_index(settings.index_path());
  const IndexReader index(settings.index_path());
  Searcher searcher(settings.index_path(), settings);
  double cutoff_of_moments = 0.5, cutoff_of_videos = 0.5;
  bool judged = false;
  const auto search = [&](const SearchRequest& request) {
    SearchResult result = searcher.search(request);
    for (const std::string& warning : result.warnings) console.line_once(warning);
    judged = judged || result.judged > 0;
    return result;
  };
  const auto studied = study_labels(labels, index, search, [&](std::size_t done) {
    console.progress(std::to_string(done) + " of " + std::to_string(labels.size()) + " texts");
  });
  console.clear_progress();
  if (!judged)
    throw Error(ErrorKind::kInvalidArgument,
                "nothing was judged; is the index empty, or a model without matching head?");
  if (settings.check) {
    SearchRequest request;
    request.texts = {{labels.front().text, 1}};
    request.limit = 1;
    cutoff_of_moments = search(request).cutoff;
    request.by_video = true;
    cutoff_of_videos = search(request).cutoff;
  }
  const RelevanceReport moments = report_of(studied, false, !settings.check, cutoff_of_moments);
  const RelevanceReport videos = report_of(studied, true, !settings.check, cutoff_of_videos);
  std::string text;
  if (moments.texts > 0) text += text_of_report(moments, false);
  if (moments.texts > 0 && videos.texts > 0) text += "\n";
  if (videos.texts > 0) text += text_of_report(videos, true);
  write_result("", text);
  if (!settings.figure.empty())
    write_result(settings.figure, figure_of_report(moments.texts > 0 ? moments : videos, "Match probability"));
  if (settings.write) write_fit(settings, index, moments, videos, console);
  return 0;
}

}  // namespace blip
