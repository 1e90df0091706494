#pragma once

#include <string>

#include "core/checkpoint/torch_zip_writer.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/temp_dir.h"

namespace blip::test {

// A small model on disk, with vocabulary and config beside it; removed with the object.
class SmallModelFiles {
 public:
  explicit SmallModelFiles(Layout layout) : SmallModelFiles(small_model(layout)) {}
  explicit SmallModelFiles(const TensorMap& tensors) {
    write_text(dir_ / "vocab.txt", kSmallVocabulary);
    write_text(dir_ / "config.json", kSmallHeads);
    FileOutput file(dir_ / "m.pth");
    write_torch_zip(tensors, file);
    file.finish();
  }

  std::string model() const { return (dir_ / "m.pth").string(); }
  std::filesystem::path operator/(const std::string& name) const { return dir_ / name; }

 private:
  TempDir dir_;
};

}  // namespace blip::test
