#include "pipelines/options/model_options.h"

#include <CLI/CLI.hpp>

#include "pipelines/options/option_checks.h"

namespace blip {

void add_model_options(CLI::App& command, ModelSettings& settings) {
  const auto add = [&](const char* name, auto& value, const char* text, const char* kind) {
    return command.add_option(name, value, text)->option_text(kind)->group("Model");
  };
  add("--model", settings.model,
      "BLIP or BLIP-2: Hugging Face directory, original .pth file, or Salesforce/NAME in the local Hugging Face cache "
      "(default: "
      "$GST_BLIP_MODEL, else the small model that comes with gst-blip)",
      "PATH");
  add("--vocab", settings.vocab, "vocabulary (default: vocab.txt beside the model)", "FILE");
  add("--config", settings.config, "sizes of a .pth, in Hugging Face's layout (default: beside the model)", "FILE");
  add("--device", settings.device, "auto, cpu, cuda, cuda:N or torch, LibTorch on the CPU (default: auto)", "NAME")
      ->check(check_device);
  add("--precision", settings.precision,
      "auto (float32), float32, bfloat16, int8, int4 (BLIP-2's language model) or float16 (default: auto)", "NAME")
      ->check(CLI::IsMember({"auto", "float32", "bfloat16", "float16", "int8", "int4"}));
  add("--num-threads", settings.num_threads, "CPU threads, 0 = all cores (default: 0)", "N")
      ->check(CLI::Range(0, 1024));
}

}  // namespace blip
