#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "training/data/annotations.h"
#include "training/data/dataset.h"

namespace blip {

// Data sets over annotation files of the original code and over folders. A picture is looked for when it is read, or
// with verify_pictures() beforehand. Relative paths of pictures start at `root`.

// A row a sample; of several captions one by `choice`. image_index counts the pictures in the order of their first row
// (COCO and Flickr30k retrieval).
class CaptionDataset final : public Dataset {
 public:
  // `file` names the origin in messages.
  CaptionDataset(std::vector<CaptionEntry> entries, std::filesystem::path root, std::string file,
                 std::vector<std::string> warnings = {});

  std::int64_t size() const noexcept override { return static_cast<std::int64_t>(entries_.size()); }
  Sample read(std::int64_t index, std::uint64_t choice) const override;
  Sample read_text(std::int64_t index, std::uint64_t choice) const override;
  std::int64_t picture_count() const noexcept override { return static_cast<std::int64_t>(first_rows_.size()); }
  std::int64_t picture_of(std::int64_t index) const override { return image_indices_[static_cast<std::size_t>(index)]; }
  RgbImage read_picture(std::int64_t picture) const override;
  const std::vector<std::string>& warnings() const noexcept override { return warnings_; }
  std::vector<std::filesystem::path> pictures() const;

 private:
  std::vector<CaptionEntry> entries_;
  std::vector<std::int64_t> image_indices_, first_rows_;  // first_rows_: of each picture
  std::filesystem::path root_;
  std::string file_;
  std::vector<std::string> warnings_;
};

class VqaDataset final : public Dataset {
 public:
  // Pictures of Visual Genome lie under `vg_root`. Throws Error(kInvalidData) when an entry has no answer.
  VqaDataset(std::vector<VqaEntry> entries, std::filesystem::path root, std::filesystem::path vg_root,
             std::string file);

  std::int64_t size() const noexcept override { return static_cast<std::int64_t>(entries_.size()); }
  Sample read(std::int64_t index, std::uint64_t choice) const override;
  const std::vector<std::string>& warnings() const noexcept override { return warnings_; }
  std::vector<std::filesystem::path> pictures() const;

 private:
  std::filesystem::path picture(const VqaEntry& entry) const;

  std::vector<VqaEntry> entries_;
  std::filesystem::path root_, vg_root_;
  std::string file_;
  std::vector<std::string> warnings_;
};

// With `swap`, every other read exchanges the pictures; in a sentence that says "left" or "right" these words, too
// (cleaned by pre_caption with 40 words first, as in the original). One that says neither is left as it is.
class Nlvr2Dataset final : public Dataset {
 public:
  Nlvr2Dataset(std::vector<Nlvr2Entry> entries, std::filesystem::path root, std::string file, bool swap);

  std::int64_t size() const noexcept override { return static_cast<std::int64_t>(entries_.size()); }
  Sample read(std::int64_t index, std::uint64_t choice) const override;
  const std::vector<std::string>& warnings() const noexcept override { return warnings_; }
  std::vector<std::filesystem::path> pictures() const;

 private:
  std::vector<Nlvr2Entry> entries_;
  std::filesystem::path root_;
  std::string file_;
  bool swap_;
  std::vector<std::string> warnings_;
};

// Throws Error(kNotFound) with the count of `pictures` that do not exist and the first ten of them.
void verify_pictures(const std::vector<std::filesystem::path>& pictures, const std::string& file);

}  // namespace blip
