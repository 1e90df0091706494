#include "plugins/decoder/decoder_settings.h"

#include "plugins/support/window_settings.h"

namespace blip {
namespace {

constexpr gint kMostTokens = 512;
constexpr guint kMostTurns = 1000;

GType task_type() {
  static const GEnumValue kValues[] = {
      {static_cast<gint>(DecoderTask::kCaption), "Say what is to be seen", "caption"},
      {static_cast<gint>(DecoderTask::kVqa), "Answer the question in free words", "vqa"},
      {static_cast<gint>(DecoderTask::kVqaRank), "Choose among the answers", "vqa-rank"},
      {0, nullptr, nullptr}};
  static const GType type = register_choices("GstBlipDecoderTask", kValues);
  return type;
}

GType beam_scoring_type() {
  static const GEnumValue kValues[] = {
      {static_cast<gint>(BeamScoring::kAuto), "As the checkpoint's layout wants it", "auto"},
      {static_cast<gint>(BeamScoring::kOriginal), "As the original BLIP code scores", "original"},
      {static_cast<gint>(BeamScoring::kTransformers), "As current transformers score", "transformers"},
      {static_cast<gint>(BeamScoring::kLavis), "As LAVIS scores BLIP-2", "lavis"},
      {0, nullptr, nullptr}};
  static const GType type = register_choices("GstBlipBeamScoring", kValues);
  return type;
}

GenerationOptions with_lengths(GenerationOptions own, const GenerationSettings& settings) {
  GenerationOptions options = settings.options;
  options.min_length = settings.min_length >= 0 ? settings.min_length : own.min_length;
  options.max_length = settings.max_length >= 0 ? settings.max_length : own.max_length;
  return options;
}

}  // namespace

CaptionOptions caption_options(const DecoderSettings& settings) {
  CaptionOptions options;
  options.prompt = settings.prompt;
  options.generation = with_lengths(options.generation, settings.generation);
  return options;
}

AnswerOptions answer_options(const DecoderSettings& settings) {
  AnswerOptions options;
  options.generation = with_lengths(options.generation, settings.generation);
  return options;
}

const PropertyTable<DecoderSettings>& decoder_properties() {
  using T = PropertyTable<DecoderSettings>;
  using W = WindowProperties<DecoderSettings>;
  static const T table = {
      T::choice(
          {"task", "Task", "What is decoded from the frames"}, task_type, kMutablePlaying,
          [](auto& s) -> auto& { return s.task; }),
      T::optional_text(
          {"prompt", "Prompt",
           "Captions: text that each goes on from, which is not part of it. Answers of BLIP-2: what the question is "
           "put into in the place of {} (default: the model's own)"},
          kMutablePlaying, [](auto& s) -> auto& { return s.prompt; }),
      T::text(
          {"question", "Question",
           "What is asked about the frames; several, separated by ';'. {stream} stands for the source's name"},
          kMutablePlaying, [](auto& s) -> auto& { return s.question; }),
      T::text(
          {"instruction", "Instruction",
           "BLIP-2: text that the model is given as it stands and goes on from, in the place of what task says"},
          kMutablePlaying, [](auto& s) -> auto& { return s.instruction; }),
      T::text(
          {"history", "History",
           "BLIP-2: what was asked and answered before, as JSON, [{\"question\": \"…\", \"answer\": \"…\"}], or a "
           "question, a tab and its answer a line"},
          kMutablePlaying, [](auto& s) -> auto& { return s.history; }),
      T::number(
          {"history-turns", "History turns",
           "BLIP-2: newest questions and answers on this stream that the model is told with the next one (0 = none)"},
          0, kMostTurns, kMutablePlaying, [](auto& s) -> auto& { return s.history_turns; }),
      T::text(
          {"questions-file", "Questions file", "File with a question a line; read when playing begins"}, kMutableReady,
          [](auto& s) -> auto& { return s.questions_file; }),
      T::text(
          {"answers", "Answers", "What vqa-rank chooses among, separated by ';'"}, kMutablePlaying,
          [](auto& s) -> auto& { return s.answers; }),
      T::text(
          {"answers-file", "Answers file", "File with an answer a line; read when playing begins"}, kMutableReady,
          [](auto& s) -> auto& { return s.answers_file; }),
      T::number(
          {"rank-k", "Rank K",
           "vqa-rank: answers that are looked at closely, by the probability of their first word piece"},
          1, G_MAXINT, kMutablePlaying, [](auto& s) -> auto& { return s.rank_k; }),
      T::real(
          {"min-confidence", "Minimum confidence", "Texts of less confidence leave a gap in the text (0 = none does)"},
          0, 1, kControllable, [](auto& s) -> auto& { return s.min_confidence; }),
      W::frames(),
      W::window(),
      W::overlap(),
      T::number(
          {"num-beams", "Number of beams", "Beams of the search (1 = greedy); sampling has none"}, 1,
          static_cast<guint>(kMaxBeams), kControllable,
          [](auto& s) -> auto& { return s.generation.options.num_beams; }),
      T::whole(
          {"min-length", "Minimum length",
           "Fewest tokens of a text, prompt included; of BLIP-2 without it (-1 = 5 for captions, 1 for answers)"},
          -1, kMostTokens, kControllable, [](auto& s) -> auto& { return s.generation.min_length; }),
      T::whole(
          {"max-length", "Maximum length",
           "Most tokens of a text, prompt and end included; of BLIP-2 without the prompt (-1 = 20 for captions, 10 for "
           "answers)"},
          -1, kMostTokens, kControllable, [](auto& s) -> auto& { return s.generation.max_length; }),
      {"top-p",
       [](const DecoderSettings&) {
         return g_param_spec_double("top-p", "Top p",
                                    "Nucleus sampling: share of the probability to draw from (0 = search with beams "
                                    "instead)",
                                    0, 1, 0, kControllable);
       },
       [](DecoderSettings& settings, const GValue* value) {
         GenerationOptions& options = settings.generation.options;
         options.top_p = g_value_get_double(value);
         options.sample = options.top_p > 0;
       },
       [](const DecoderSettings& settings, GValue* value) {
         const GenerationOptions& options = settings.generation.options;
         g_value_set_double(value, options.sample ? options.top_p : 0);
       }},
      T::number(
          {"top-k", "Top k", "Sampling: number of most likely tokens to draw from (0 = all)"}, 0, G_MAXINT,
          kControllable, [](auto& s) -> auto& { return s.generation.options.top_k; }),
      T::real(
          {"temperature", "Temperature", "Sampling: below 1 favours likely tokens"}, 0.001, 1000, kControllable,
          [](auto& s) -> auto& { return s.generation.options.temperature; }),
      T::big_number(
          {"seed", "Seed", "Sampling: start of the random numbers of each frame"}, kMutablePlaying,
          [](auto& s) -> auto& { return s.generation.options.seed; }),
      T::real(
          {"repetition-penalty", "Repetition penalty",
           "Above 1 discourages tokens that the text has already (1 = off)"},
          0.001, 1000, kControllable, [](auto& s) -> auto& { return s.generation.options.repetition_penalty; }),
      T::real(
          {"length-penalty", "Length penalty",
           "Beams: exponent of the length that divides a text's score; below 1 favours short texts"},
          -10, 10, kControllable, [](auto& s) -> auto& { return s.generation.options.length_penalty; }),
      T::choice(
          {"beam-scoring", "Beam scoring", "Whose way of scoring finished beams is followed"}, beam_scoring_type,
          kMutablePlaying, [](auto& s) -> auto& { return s.generation.options.beam_scoring; }),
  };
  return table;
}

}  // namespace blip
