#include "training/capfilt/capfilt_run.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "core/base/file_output.h"
#include "training/capfilt/report_content.h"
#include "training/capfilt/report_page.h"

namespace blip {
namespace {

struct Task {
  const WorkUnit* unit;
  bool again;
};

std::vector<Task> open_tasks(const WorkPlan& plan, const CapFiltFolder& folder, const CapFiltRunOptions& options) {
  std::vector<Task> tasks;
  for (const WorkUnit& unit : plan.units) {
    if (!options.share.has(unit.number)) continue;
    const auto summary = folder.summary(unit.number);
    if (!summary) {
      tasks.push_back({&unit, false});
    } else if (options.retry_failed && summary->counts.pictures.failed_count() > 0) {
      tasks.push_back({&unit, true});
    }
  }
  return tasks;
}

}  // namespace

CapFiltCounts run_capfilt(CapFilt& models, const WorkPlan& plan, const CapFiltFolder& folder,
                          const CapFiltRunOptions& options) {
  const std::vector<Task> tasks = open_tasks(plan, folder, options);
  CapFiltProgress progress;
  for (const WorkUnit& unit : plan.units) progress.units += options.share.has(unit.number) ? 1 : 0;
  progress.units_done = progress.units - static_cast<std::int64_t>(tasks.size());
  std::int64_t pictures_before = 0;
  UnitRunOptions unit_options;
  unit_options.shots = options.shots;
  unit_options.batch_size = options.batch_size;
  unit_options.stop = options.stop;
  unit_options.pictures_done = [&](std::int64_t done) {
    progress.pictures = pictures_before + done;
    options.progress(progress);
  };
  for (const Task& task : tasks) {
    progress.unit = task.unit->name;
    options.progress(progress);
    unit_options.retry = task.again;
    run_unit(models, *task.unit, folder, unit_options);
    pictures_before = progress.pictures;
    ++progress.units_done;
  }
  progress.unit.clear();
  options.progress(progress);
  return finish_run(folder);
}

CapFiltCounts finish_run(const CapFiltFolder& folder) {
  CapFiltCounts counts;
  std::int64_t finished = 0;
  for (std::int64_t unit = 0; unit < folder.units(); ++unit) {
    const auto summary = folder.summary(unit);
    if (!summary) continue;
    counts.add(summary->counts);
    ++finished;
  }
  nlohmann::ordered_json json{{"units", folder.units()}, {"finished", finished}};
  json["counts"] = to_json(counts);
  FileOutput file(folder.path() / "counts.json");
  file.write(json.dump(1) + "\n");
  file.finish();
  FileOutput report(folder.path() / "report.html");
  report.write(capfilt_report_page(report_content(folder, counts, finished)));
  report.finish();
  return counts;
}

}  // namespace blip
