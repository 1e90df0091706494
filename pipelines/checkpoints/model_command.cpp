#include "pipelines/checkpoints/model_command.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "pipelines/checkpoints/model_check.h"
#include "pipelines/checkpoints/model_convert.h"
#include "pipelines/checkpoints/model_report.h"

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  gst-blip model info model_base_caption.pth               what it holds and can do
  gst-blip model info Salesforce/blip-vqa-base --format json
  gst-blip model verify DIR                                 every check, one line
  gst-blip model convert model_base_caption.pth DIR --vocab vocab.txt   to a Hugging Face directory
  gst-blip model convert DIR model.pth                      to the original's format
  gst-blip model convert pretrain.pth DIR --layout matcher  one part of a pre-training checkpoint
  gst-blip model info blip2-opt-2.7b/                       BLIP-2: sizes, and the memory it needs by precision
  gst-blip model convert blip2_pretrained_opt2.7b.pth DIR --vision eva_vit_g.pth --language opt-2.7b/

MODEL is a Hugging Face directory, an original .pth file, or Salesforce/NAME in the local Hugging Face cache. A .pth
file's sizes are read from NAME.config.json or config.json beside it, its vocabulary from vocab.txt beside it. LAVIS'
.pth files of BLIP-2 hold what was trained; the frozen parts come from files of their own (--vision, --language).
Exit code: 0 done, 1 the model is not all right or could not be written, 2 wrong usage.)";

void add_source_options(CLI::App& command, CheckpointOptions& options) {
  command.add_option("MODEL", options.model, "the model")->required()->option_text(" ");
  command
      .add_option("--vocab", options.vocab,
                  "vocabulary (default: vocab.txt beside the model), or the folder of a language model's tokenizer")
      ->option_text("PATH");
  command.add_option("--config", options.config, "sizes, in Hugging Face's layout (default: beside the model)")
      ->option_text("FILE");
  command
      .add_option("--vision", options.vision,
                  "image encoder of a LAVIS .pth (default: eva_vit_g.pth, clip_vit_L.pth or vision.pth beside it)")
      ->option_text("FILE");
  command
      .add_option("--language", options.language,
                  "language model of a LAVIS .pth, a Hugging Face directory (default: llm beside it)")
      ->option_text("DIR");
  command
      .add_option("--image-size", options.image_size,
                  "pixels a side; position embeddings are interpolated (default: the config's)")
      ->check(CLI::Range(1, 4096))
      ->option_text("N");
}

[[noreturn]] void done() {
  throw CLI::RuntimeError(0);
}

void add_info(CLI::App& model, std::ostream& out) {
  CLI::App& command = *model.add_subcommand("info", "Show what a checkpoint holds and can do");
  const auto options = std::make_shared<CheckpointOptions>();
  const auto format = std::make_shared<std::string>("text");
  add_source_options(command, *options);
  command.add_option("--format", *format, "text or json (default: text)")
      ->check(CLI::IsMember({"text", "json"}))
      ->option_text("NAME");
  command.callback([options, format, &out] {
    const ModelReport report = describe_model(*options);
    out << (*format == "json" ? report_json(report) : report_text(report)) << std::flush;
    done();
  });
}

void add_verify(CLI::App& model, std::ostream& out, std::ostream& err) {
  CLI::App& command =
      *model.add_subcommand("verify", "Check a checkpoint: tensors, sizes, vocabulary, NaN and infinity");
  const auto options = std::make_shared<CheckpointOptions>();
  add_source_options(command, *options);
  command.callback([options, &out, &err] {
    const Verified verified = verify_model(*options);
    for (const std::string& warning : verified.warnings) err << "warning: " << warning << "\n";
    out << verified.line << std::endl;
    done();
  });
}

void add_convert(CLI::App& model, std::ostream& out, std::ostream& err) {
  CLI::App& command = *model.add_subcommand("convert", "Write a checkpoint in the other format");
  const auto options = std::make_shared<ConvertOptions>();
  add_source_options(command, options->source);
  command.add_option("TARGET", options->target, "a new directory, or a new .pth file")->required()->option_text(" ");
  command
      .add_option_function<std::string>(
          "--to",
          [options](const std::string& name) {
            options->format = name == "pth" ? ModelFormat::kTorch : ModelFormat::kHuggingFace;
          },
          "hf or pth (default: pth if TARGET ends in .pth, else hf)")
      ->check(CLI::IsMember({"hf", "pth"}))
      ->option_text("NAME");
  command
      .add_option_function<std::string>(
          "--layout",
          [options](const std::string& name) {
            options->layout = name == "captioner" ? Layout::kCaptioner
                              : name == "matcher" ? Layout::kMatcher
                                                  : Layout::kBlip2Matcher;
          },
          "captioner or matcher: this part of a pre-training checkpoint; blip2-matcher: a first stage without captions")
      ->check(CLI::IsMember({"captioner", "matcher", "blip2-matcher"}))
      ->option_text("NAME");
  command.callback([options, &out, &err] {
    for (const std::string& warning : convert_model(*options)) err << "warning: " << warning << "\n";
    out << "wrote " << options->target << std::endl;
    done();
  });
}

}  // namespace

void add_model_command(CLI::App& app, std::ostream& out, std::ostream& err) {
  CLI::App& model = *app.add_subcommand("model", "Show, check and convert checkpoints");
  model.require_subcommand(1);
  model.footer(kExamples);
  add_info(model, out);
  add_verify(model, out, err);
  add_convert(model, out, err);
}

void add_model_command(CLI::App& app) {
  add_model_command(app, std::cout, std::cerr);
}

}  // namespace blip
