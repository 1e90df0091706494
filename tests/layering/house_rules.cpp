#include "tests/layering/house_rules.h"

namespace blip::layering {

// docs/architecture.md draws these arrows. A new arrow is a decision: write it down in docs/decisions/.
Rules house_rules() {
  Rules rules;
  rules.code_folders = {"core", "plugins", "pipelines", "training", "tests"};
  rules.free_folders = {"tests"};
  rules.libraries = {
      {"Torch", {"torch/", "ATen/", "c10/", "caffe2/"}},
      {"GStreamer", {"gst/", "glib.h", "glib-object.h", "glib/", "gio/", "gmodule.h", "gobject/"}},
      {"FFmpeg", {"libav", "libsw"}},
      {"OpenCV", {"opencv2/"}},
      {"image files", {"jpeglib.h", "jerror.h", "png.h"}},
      {"oneDNN", {"dnnl", "oneapi/dnnl"}},
      {"JSON", {"nlohmann/"}},
      {"utf8proc", {"utf8proc.h"}},
      {"command line", {"CLI/"}},
      {"log", {"spdlog/"}},
      {"YAML", {"yaml-cpp/"}},
  };
  rules.rooms = {
      {"core/base", {}, {}},
      {"core/text", {"core/base"}, {"utf8proc", "JSON"}},
      {"core/vision", {"core/base"}, {"FFmpeg", "OpenCV", "image files"}},
      {"core/media", {"core/base"}, {"FFmpeg"}},
      {"core/checkpoint", {"core/base"}, {"JSON"}},
      {"core/generate", {"core/base"}, {}},
      {"core/model", {"core/base", "core/checkpoint"}, {"Torch"}},
      {"core/engine", {"core/base", "core/checkpoint", "core/generate", "core/text"}, {}},
      {"core/engine/torch_backend",
       {"core/base", "core/checkpoint", "core/generate", "core/engine", "core/model"},
       {"Torch"}},
      {"core/tasks", {"core/base", "core/text", "core/vision", "core/checkpoint", "core/generate", "core/engine"}, {}},
      {"plugins/meta", {}, {"GStreamer"}},
      {"plugins", {"core/base", "core/generate/options.h", "core/tasks"}, {"GStreamer", "JSON"}},
      {"pipelines",
       {"core/base", "core/text", "core/vision", "core/checkpoint", "core/media", "core/tasks", "plugins/meta"},
       {"GStreamer", "JSON", "command line", "log", "YAML"}},
      {"training", {"core"}, {"Torch", "OpenCV", "JSON", "command line", "log", "YAML"}},
  };
  rules.forbidden_folder_names = {"utils", "util", "misc", "helpers", "helper", "common"};
  for (const char* word : {"TODO", "FIXME"}) rules.forbidden_words[word] = "open ends belong in the issue tracker";
  for (const char* word :
       {"GMutex", "GCond", "GRecMutex", "GRWLock", "g_mutex_*", "g_cond_*", "g_rec_mutex_*", "g_rw_lock_*"})
    rules.forbidden_words[word] =
        "own locks are std::mutex and std::condition_variable, which the thread sanitizer sees";
  rules.source_lines = 500;
  rules.header_lines = 200;
  rules.may_hold_words = {{"tests/layering/", "names what it forbids"}};
  return rules;
}

}  // namespace blip::layering
