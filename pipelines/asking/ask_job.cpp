#include "pipelines/asking/ask_job.h"

#include <gst/gst.h>

#include <cstdint>
#include <optional>

#include "core/vision/image_file.h"
#include "pipelines/asking/answer_list.h"
#include "pipelines/asking/clip_reader.h"
#include "pipelines/asking/found_answer.h"
#include "pipelines/asking/gated_pictures.h"
#include "pipelines/asking/question_model.h"
#include "pipelines/elements/element_properties.h"
#include "pipelines/elements/engine_model.h"
#include "pipelines/elements/gate_properties.h"
#include "pipelines/elements/model_properties.h"
#include "pipelines/elements/record_run.h"
#include "pipelines/records/file_job.h"

namespace blip {
namespace {

// Asks about a clip as a whole. Frames are chosen by their number, which a pipeline does not know beforehand: they are
// read through core/media and asked about in the engine itself.
class WholeClips {
 public:
  WholeClips(const AskSettings& settings, std::vector<std::string> list)
      : settings_(settings), list_(std::move(list)) {}

  void read(SourceRun& source) {
    QuestionModel& model = open(source);
    std::optional<EncodedVideo> video = source.still ? picture(model, source.file) : clip(model, source);
    if (!video) return;
    for (const std::string& warning : video->warnings) source.source_warning(warning);
    const std::vector<std::string> asked =
        settings_.instruction.empty() ? settings_.questions : std::vector{settings_.instruction};
    for (const std::string& question : asked) {
      if (source.interrupt.requested()) return;
      TimedRecord record =
          answer_record(model.answer(video->clip, question, settings_, list_), asked.size() > 1, settings_.token_ids);
      record.timeless = true;
      record.start = video->start;
      record.end = video->end;
      source.write(std::move(record));
    }
  }

 private:
  // With the first source, so that a wrong file name does not cost the loading of a model.
  QuestionModel& open(SourceRun& source) {
    if (!model_) {
      model_.emplace(settings_);
      for (const std::string& warning : model_->warnings()) source.model_warning(warning);
    }
    return *model_;
  }

  EncodedVideo picture(QuestionModel& model, const std::string& file) const {
    const RgbImage image = read_image(file, {settings_.auto_orient});
    const ImageView view = image.view();
    return {{model.encode({&view, 1})}, 0, 0, {}};
  }

  std::optional<EncodedVideo> clip(QuestionModel& model, SourceRun& source) const {
    GatedPictures gated([&](std::span<const ImageView> pictures) { return model.encode(pictures); },
                        settings_.gate_options());
    return encode_video(
        source.file, settings_.frames_for(model.abilities()),
        [&](std::span<const ImageView> pictures) { return gated.encode(pictures); },
        [&](std::int64_t position, std::int64_t duration) {
          if (source.progress) source.progress(position, duration);
          return !source.interrupt.requested();
        });
  }

  const AskSettings& settings_;
  std::vector<std::string> list_;
  std::optional<QuestionModel> model_;
};

// What stands between questions in blipdecoder's property; the model does not see it (pre_question drops it).
std::string joined_questions(const std::vector<std::string>& questions) {
  std::string joined;
  for (std::string question : questions) {
    for (char& c : question)
      if (c == ';') c = ' ';
    joined += (joined.empty() ? "" : ";") + question;
  }
  return joined;
}

std::vector<AnalysisElement> window_elements(const AskSettings& settings) {
  const ModelSettings model = with_model(settings, ModelTask::kAnswer);
  // The model is open by then.
  const auto frames = [settings, model] { return settings.frames_for(open_engine_model(model)->abilities()); };
  const auto configure_encoder = [settings, model, frames](GstElement* encoder) {
    set_model_properties(encoder, model);
    set_gate_properties(encoder, settings);
    set_property(encoder, "fps", settings.sampling_rate(frames()));
    set_property(encoder, "post-messages", false);
  };
  const auto configure_decoder = [settings, model, frames](GstElement* decoder) {
    set_model_properties(decoder, model);
    set_gate_properties(decoder, settings);
    set_property(decoder, "task", std::string(settings.answers_file.empty() ? "vqa" : "vqa-rank"));
    set_property(decoder, "question", joined_questions(settings.questions));
    set_property(decoder, "instruction", settings.instruction);
    if (!settings.prompt.empty()) set_property(decoder, "prompt", settings.prompt);
    if (!settings.answers_file.empty()) set_property(decoder, "answers-file", settings.answers_file);
    set_property(decoder, "frames", std::int64_t{frames()});
    set_property(decoder, "window", static_cast<std::uint64_t>(*settings.window));
    set_property(decoder, "overlap", static_cast<std::uint64_t>(settings.overlap.value_or(0)));
    set_property(decoder, "num-beams", std::int64_t{settings.num_beams});
    set_property(decoder, "min-length", std::int64_t{settings.min_length});
    set_property(decoder, "max-length", std::int64_t{settings.max_length});
    set_property(decoder, "length-penalty", settings.length_penalty);
    set_property(decoder, "post-messages", false);
  };
  return {{"blipencoder", configure_encoder}, {"blipdecoder", configure_decoder}};
}

// Asks about each window of a video, in a pipeline.
class Windows {
 public:
  explicit Windows(const AskSettings& settings)
      : settings_(settings),
        analysis_(window_elements(settings), with_model(settings, ModelTask::kAnswer), settings.auto_orient) {}

  void read(SourceRun& source) {
    analysis_.read(source, [&](const std::string& json) {
      AnswersOfWindow window = parse_answers(json);
      for (std::size_t i = 0; i < window.answers.size(); ++i) {
        if (settings_.instruction.empty()) window.answers[i].question = settings_.questions.at(i);
        TimedRecord record = answer_record(window.answers[i], settings_.questions.size() > 1, settings_.token_ids);
        record.start = window.start;
        record.end = window.end;
        source.write(std::move(record));
      }
    });
  }

 private:
  const AskSettings& settings_;
  RecordRun analysis_;
};

}  // namespace

int run_ask_job(const AskSettings& settings, Console& console) {
  settings.validate();
  std::vector<std::string> list;
  if (!settings.answers_file.empty()) list = read_answer_list(settings.answers_file);
  gst_init(nullptr, nullptr);
  WholeClips wholes(settings, std::move(list));
  std::optional<Windows> windows;
  if (settings.window) windows.emplace(settings);
  return FileJob(settings, console).run([&](SourceRun& source) {
    if (windows && !source.still)
      windows->read(source);
    else
      wholes.read(source);
  });
}

}  // namespace blip
