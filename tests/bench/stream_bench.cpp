// BLIP-base at 384 px asked through streams: what a second text or question on the same frame costs, what sharing one
// vision pass saves, and what several streams gain in one engine. Weights are random and of full size.
// usage: stream_bench [text|tasks|streams|question]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/engine/torch_backend/torch_backend.h"
#include "core/tasks/open_model.h"
#include "tests/bench/random_checkpoint.h"
#include "tests/support/golden.h"

namespace blip::bench {
namespace {

constexpr std::int64_t kSide = 384;
constexpr int kRounds = 5;
constexpr std::uint64_t kBudget = std::uint64_t{1} << 30;

template <class T>
T take(Outcome<T> outcome) {
  if (!outcome.ok()) throw Error(outcome.failure().kind, outcome.failure().message);
  return std::move(outcome.value());
}

double seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// A picture that no other has been like.
class Pictures {
 public:
  explicit Pictures(unsigned seed = 1) : random_(seed) {}
  ImageView next() {
    bytes_.resize(640 * 480 * 3);
    for (auto& byte : bytes_) byte = static_cast<std::uint8_t>(random_());
    ImageView view;
    view.width = 640;
    view.height = 480;
    view.planes[0] = bytes_.data();
    view.strides[0] = 640 * 3;
    return view;
  }

 private:
  std::minstd_rand random_;
  std::vector<std::uint8_t> bytes_;
};

struct Setup {
  explicit Setup(Layout layout) {
    Checkpoint checkpoint = random_checkpoint(layout, kSide);
    auto backend = make_torch_backend(checkpoint, {});
    checkpoint.tensors.clear();
    Tokenizer tokenizer(Vocabulary::load(test::golden_dir() / "tokenizer" / "vocab.txt"));
    model = std::make_shared<const OpenModel>(
        std::make_shared<LoadedModel>(LoadedModel{std::move(checkpoint), std::move(tokenizer), std::move(backend)}),
        cache, scheduler);
  }
  std::unique_ptr<Stream> stream() const { return make_engine_stream(model, {}); }
  static Clip encode(Stream& stream, const ImageView& view) { return {take(stream.encode(std::span(&view, 1)))}; }

  std::shared_ptr<FeatureCache> cache = std::make_shared<FeatureCache>(kBudget);
  Scheduler scheduler{cache};
  std::shared_ptr<const OpenModel> model;
};

void report_second(const char* what, const std::vector<double>& first, const std::vector<double>& second) {
  std::printf("%s: first on a frame %.0f ms, second on the same frame %.1f ms, %.1f %%\n", what, 1e3 * median(first),
              1e3 * median(second), 100 * median(second) / median(first));
}

void second_text(const Setup& setup) {
  const auto stream = setup.stream();
  Pictures pictures;
  std::vector<double> first, second;
  const std::string texts[]{"a woman sitting on the beach with her dog", "two boats on the sea in the evening light"};
  for (int i = 0; i <= kRounds; ++i) {
    Clip clip;
    const ImageView view = pictures.next();
    first.push_back(seconds([&] {
      clip = Setup::encode(*stream, view);
      take(stream->match(clip, std::span(&texts[0], 1), {}));
    }));
    second.push_back(seconds([&] { take(stream->match(clip, std::span(&texts[1], 1), {})); }));
  }
  report_second("ITM text", {first.begin() + 1, first.end()}, {second.begin() + 1, second.end()});
}

void second_question() {
  const Setup setup(Layout::kVqa);
  const auto stream = setup.stream();
  Pictures pictures;
  std::vector<double> first, second, ranked;
  const std::vector<std::string> answers{"yes", "no", "a dog", "a boat"};
  std::uint64_t steps = 0;
  for (int i = 0; i <= kRounds; ++i) {
    Clip clip;
    const ImageView view = pictures.next();
    first.push_back(seconds([&] {
      clip = Setup::encode(*stream, view);
      take(stream->answer(std::span(&clip, 1), "what is on the table?", {}));
    }));
    const std::uint64_t before = setup.model->served.counters->decode_steps;
    second.push_back(seconds([&] { take(stream->answer(std::span(&clip, 1), "who sits on the beach?", {})); }));
    steps = setup.model->served.counters->decode_steps - before;
    ranked.push_back(seconds([&] { take(stream->rank(clip, "is it a dog?", answers, 4, {})); }));
  }
  report_second("question", {first.begin() + 1, first.end()}, {second.begin() + 1, second.end()});
  std::printf("  an answer took %llu steps of 3 beams; ranking 4 answers on the same frame %.0f ms\n",
              static_cast<unsigned long long>(steps), 1e3 * median(ranked));
}

// ITC, ITM and a caption of each frame.
void all_tasks(const Setup& setup) {
  const auto stream = setup.stream();
  Pictures pictures;
  const std::string text = "a woman sitting on the beach with her dog";
  std::vector<double> shared, apart;
  for (int i = 0; i < kRounds; ++i) {
    const ImageView view = pictures.next();
    shared.push_back(seconds([&] {
      const Clip clip = Setup::encode(*stream, view);
      take(stream->embed_clips(std::span(&clip, 1)));
      take(stream->match(clip, std::span(&text, 1), {}));
      take(stream->caption(std::span(&clip, 1), {}));
    }));
    const ImageView other = pictures.next();
    apart.push_back(seconds([&] {
      const auto encode_anew = [&] {
        setup.cache->set_budget(0);
        return Setup::encode(*stream, other);
      };
      Clip clip = encode_anew();
      take(stream->embed_clips(std::span(&clip, 1)));
      clip = {};
      clip = encode_anew();
      take(stream->match(clip, std::span(&text, 1), {}));
      clip = {};
      clip = encode_anew();
      take(stream->caption(std::span(&clip, 1), {}));
    }));
    setup.cache->set_budget(kBudget);
  }
  std::printf("ITC + ITM + caption of a frame: one vision pass %.0f ms, three %.0f ms, %.2fx\n", 1e3 * median(shared),
              1e3 * median(apart), median(apart) / median(shared));
}

void streams_together(const Setup& setup) {
  constexpr int kStreams = 4, kPictures = 3;
  std::vector<std::unique_ptr<Stream>> streams;
  for (int i = 0; i < kStreams; ++i) streams.push_back(setup.stream());
  std::vector<double> one_by_one, together;
  std::vector<Pictures> pictures;
  for (unsigned s = 0; s < kStreams; ++s) pictures.emplace_back(100 + s);
  const auto work = [&](int s) {
    for (int i = 0; i < kPictures; ++i) {
      const Clip clip =
          Setup::encode(*streams[static_cast<std::size_t>(s)], pictures[static_cast<std::size_t>(s)].next());
      take(streams[static_cast<std::size_t>(s)]->caption(std::span(&clip, 1), {}));
    }
  };
  for (int i = 0; i < 3; ++i) {
    setup.cache->set_budget(0);
    setup.cache->set_budget(kBudget);
    one_by_one.push_back(seconds([&] {
      for (int s = 0; s < kStreams; ++s) work(s);
    }));
    together.push_back(seconds([&] {
      std::vector<std::thread> threads;
      for (int s = 0; s < kStreams; ++s) threads.emplace_back(work, s);
      for (auto& thread : threads) thread.join();
    }));
  }
  std::printf("%d captions of %d streams: one stream after another %.2f s, together %.2f s, %.2fx\n",
              kStreams * kPictures, kStreams, median(one_by_one), median(together),
              median(one_by_one) / median(together));
}

void run(const std::string& only) {
  const auto wanted = [&](const char* name) { return only.empty() || only == name; };
  if (wanted("text") || wanted("tasks") || wanted("streams")) {
    const Setup setup(Layout::kPretrain);
    if (wanted("text")) second_text(setup);
    if (wanted("tasks")) all_tasks(setup);
    if (wanted("streams")) streams_together(setup);
  }
  if (wanted("question")) second_question();
}

}  // namespace
}  // namespace blip::bench

int main(int argc, char** argv) try {
  blip::bench::run(argc > 1 ? argv[1] : "");
  return 0;
} catch (const blip::Error& error) {
  std::fprintf(stderr, "stream_bench: %s\n", error.what());
  return 1;
}
