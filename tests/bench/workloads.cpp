#include "tests/bench/workloads.h"

#include <chrono>
#include <deque>
#include <utility>

#include "core/generate/run_searches.h"

namespace blip::bench {
namespace {

using Features = std::shared_ptr<const ImageFeatures>;

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::vector<std::vector<std::int64_t>> generated(Backend& backend, const std::vector<DecodeInput>& inputs,
                                                 const GenerationOptions& options) {
  std::vector<std::vector<std::int64_t>> ids;
  for (auto& results : generate(*backend.start_decoding(), inputs, options, kSep))
    ids.push_back(std::move(results.at(0).ids));
  return ids;
}

Run captions(Backend& backend, const BenchInputs& inputs, std::int64_t frames, std::int64_t beams) {
  Run run;
  run.seconds = seconds_of([&] {
    std::vector<DecodeInput> sequences;
    for (const auto& features : backend.encode_images({inputs.pixels.data(), frames, kSide}))
      sequences.push_back({{{features}}, {}, inputs.prompt});
    run.ids = generated(backend, sequences, fixed_length(beams, 20));
  });
  run.seconds /= static_cast<double>(frames);
  return run;
}

// Steps of 3 rows after 5 others, so that the length is that of the middle of a caption.
Run steps(Backend& backend, const BenchInputs& inputs) {
  constexpr int kBefore = 5, kTimed = 10;
  const auto features = backend.encode_images({inputs.pixels.data(), 1, kSide});
  const auto decoding = backend.start_decoding();
  const SequenceId id = decoding->join({{{features}}, {}, inputs.prompt});
  const RowStep first{id, 0, inputs.prompt.back()};
  Matrix logits;
  decoding->step_into(std::span(&first, 1), logits);
  Run run;
  for (int i = 0; i < kBefore + kTimed; ++i) {
    const std::int64_t beams = i == 0 ? 0 : 1;
    const RowStep rows[]{{id, 0, 2000 + i}, {id, beams, 3000 + i}, {id, 2 * beams, 4000 + i}};
    const double took = seconds_of([&] { decoding->step_into(rows, logits); });
    if (i >= kBefore) run.seconds += took / kTimed;
  }
  decoding->leave(id);
  return run;
}

Run question(Backend& backend, const Clip& clip, const std::vector<std::int64_t>& ids, std::int64_t beams) {
  Run run;
  run.seconds = seconds_of([&] { run.ids = generated(backend, {{clip, ids, {kStart}}}, fixed_length(beams, 4)); });
  return run;
}

Run first_question(Backend& backend, const BenchInputs& inputs, std::int64_t beams) {
  Run run;
  run.seconds = seconds_of([&] {
    const Clip clip{backend.encode_images({inputs.pixels.data(), 1, kSide})};
    run.ids = generated(backend, {{clip, inputs.question, {kStart}}}, fixed_length(beams, 4));
  });
  return run;
}

Run second_question(Backend& backend, const BenchInputs& inputs, std::int64_t beams) {
  const Clip clip{backend.encode_images({inputs.pixels.data(), 1, kSide})};
  question(backend, clip, inputs.question, beams);
  return question(backend, clip, inputs.second_question, beams);
}

Run match(Backend& backend, const Clip& clip, const std::vector<std::int64_t>& text) {
  Run run;
  const ClipText pair{&clip, text};
  run.seconds = seconds_of([&] { run.values = backend.match(std::span(&pair, 1)).values; });
  return run;
}

// The last kFrames frames of a video that goes round through the inputs.
class SlidingWindow {
 public:
  SlidingWindow(Backend& backend, const BenchInputs& inputs) : backend_(&backend), inputs_(&inputs) {}

  Run advance() {
    if (frames_.empty()) {
      for (std::int64_t i = 0; i < kFrames; ++i) frames_.push_back(encode());
      match(*backend_, clip(), inputs_->text);
    }
    Run run;
    run.seconds = seconds_of([&] {
      frames_.pop_front();
      frames_.push_back(encode());
      run.values = match(*backend_, clip(), inputs_->text).values;
    });
    return run;
  }

 private:
  Features encode() { return backend_->encode_images({inputs_->frame(next_++ % kFrames), 1, kSide}).at(0); }
  Clip clip() const { return {{frames_.begin(), frames_.end()}}; }

  Backend* backend_;
  const BenchInputs* inputs_;
  std::int64_t next_ = 0;
  std::deque<Features> frames_;
};

Run window_anew(Backend& backend, const BenchInputs& inputs) {
  Run run;
  run.seconds = seconds_of([&] {
    Clip clip;
    for (std::int64_t i = 0; i < kFrames; ++i)
      clip.frames.push_back(backend.encode_images({inputs.frame(i), 1, kSide}).at(0));
    run.values = match(backend, clip, inputs.text).values;
  });
  return run;
}

}  // namespace

GenerationOptions fixed_length(std::int64_t beams, std::int64_t length) {
  GenerationOptions options;
  options.num_beams = beams;
  options.min_length = options.max_length = length;
  options.beam_scoring = BeamScoring::kTransformers;
  return options;
}

Workloads captioner_workloads(Backend& backend, const BenchInputs& inputs) {
  return {
      {"vit",
       [&] {
         Run run;
         run.seconds = seconds_of([&] { backend.encode_images({inputs.pixels.data(), 1, kSide}); });
         return run;
       }},
      {"caption", [&] { return captions(backend, inputs, 1, 3); }},
      {"caption_greedy", [&] { return captions(backend, inputs, 1, 1); }},
      {"caption8", [&] { return captions(backend, inputs, 8, 3); }},
      {"step", [&] { return steps(backend, inputs); }},
  };
}

Workloads retrieval_workloads(Backend& backend, const BenchInputs& inputs) {
  const auto known = std::make_shared<Clip>();
  const auto window = std::make_shared<SlidingWindow>(backend, inputs);
  return {
      {"itm",
       [&, known] {
         if (known->frames.empty()) known->frames = backend.encode_images({inputs.pixels.data(), 1, kSide});
         return match(backend, *known, inputs.text);
       }},
      {"window", [window] { return window->advance(); }},
      {"window_anew", [&] { return window_anew(backend, inputs); }},
  };
}

Workloads vqa_workloads(Backend& backend, const BenchInputs& inputs) {
  return {
      {"vqa", [&] { return first_question(backend, inputs, 1); }},
      {"vqa_beams", [&] { return first_question(backend, inputs, 3); }},
      {"vqa_second", [&] { return second_question(backend, inputs, 1); }},
      {"vqa_second_beams", [&] { return second_question(backend, inputs, 3); }},
  };
}

}  // namespace blip::bench
