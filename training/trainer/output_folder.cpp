#include "training/trainer/output_folder.h"

#include <system_error>
#include <vector>

#include "core/base/error.h"
#include "training/trainer/checkpoint_store.h"

namespace blip {
namespace fs = std::filesystem;

void prepare_output_folder(const OutputFolder& folder, TrainingStart start) {
  try {
    fs::create_directories(folder.path);
    const auto steps = CheckpointStore(folder.checkpoints()).steps();
    if (start == TrainingStart::kNew && (!steps.empty() || fs::exists(folder.metrics()))) {
      throw Error(ErrorKind::kInvalidArgument, "'" + folder.path.string() + "' holds a training" +
                                                   (steps.empty() ? "" : ", at step " + std::to_string(steps.back())) +
                                                   "; give --resume to go on, --restart to begin anew, or another -o");
    }
    if (start != TrainingStart::kRestart) return;
    std::vector<fs::path> former = {folder.recipe(), folder.vocabulary(),  folder.metrics(),
                                    folder.report(), folder.checkpoints(), folder.best()};
    for (const auto& entry : fs::directory_iterator(folder.path))
      if (entry.path().filename().string().starts_with("events.out.tfevents.")) former.push_back(entry.path());
    for (const fs::path& path : former) fs::remove_all(path);
  } catch (const fs::filesystem_error& e) {
    throw Error(ErrorKind::kFailed, "cannot write '" + folder.path.string() + "': " + e.code().message());
  }
}

}  // namespace blip
