// Peak memory of captioning with BLIP-base in float32: writes a random checkpoint, then a fresh process opens it,
// captions four pictures and reports its peak. usage: memory_bench            (needs 1 GB in the temporary directory)
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/checkpoint/checkpoint_writer.h"
#include "core/engine/backend_loader.h"
#include "core/engine/model_registry.h"
#include "core/tasks/captioner.h"
#include "core/tasks/frame_encoder.h"
#include "tests/bench/random_checkpoint.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace blip::bench {
namespace {

void caption_pictures(const std::string& model_path) {
  ModelRegistry registry{load_torch_backend};
  CheckpointOptions options;
  options.model = model_path;
  const auto model = registry.open(options, {});
  std::vector<std::uint8_t> picture(640 * 480 * 3, 128);
  for (int i = 0; i < 4; ++i) {
    picture[static_cast<std::size_t>(i)] = 0;
    ImageView view;
    view.width = 640;
    view.height = 480;
    view.planes[0] = picture.data();
    view.strides[0] = 640 * 3;
    const Clip clip{encode_frames(*model, std::span(&view, 1))};
    caption(*model, std::span(&clip, 1), {});
  }
}

int measure(const char* program) {
  const test::TempDir dir;
  const auto path = dir / "model";
  {
    Checkpoint checkpoint = random_captioner(384);
    checkpoint.vocab = test::golden_dir() / "tokenizer" / "vocab.txt";
    write_hugging_face_directory(checkpoint, path, {.ids = {.pad = 0, .sep = 102, .decode = 30522}, .layout = {}});
  }
  const pid_t child = fork();
  if (child == 0) {
    execl(program, program, path.c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  if (status != 0) return 1;
  std::printf("peak memory of captioning with BLIP-base, float32, 384 px: %.2f GB\n",
              static_cast<double>(usage.ru_maxrss) * 1024 / 1e9);
  return 0;
}

}  // namespace
}  // namespace blip::bench

int main(int argc, char** argv) try {
  if (argc == 1) return blip::bench::measure(argv[0]);
  blip::bench::caption_pictures(argv[1]);
  return 0;
} catch (const blip::Error& error) {
  std::fprintf(stderr, "memory_bench: %s\n", error.what());
  return 1;
}
