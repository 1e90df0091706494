#include <sentencepiece_processor.h>

#include <algorithm>

#include "core/text/piece_model.h"

namespace {

std::string problem(const sentencepiece::util::Status& status, const char* otherwise) {
  if (status.ok()) return {};
  std::string why = status.message() != nullptr && *status.message() != '\0' ? status.message() : otherwise;
  std::replace(why.begin(), why.end(), '\n', ' ');
  return why;
}

class LibraryModel final : public blip::PieceModel {
 public:
  std::string load(std::string_view model) override {
    return problem(processor_.LoadFromSerializedProto({model.data(), model.size()}), "it is damaged");
  }
  int size() const override { return processor_.GetPieceSize(); }
  int pad() const override { return processor_.pad_id(); }
  int end() const override { return processor_.eos_id(); }
  int unknown() const override { return processor_.unk_id(); }
  std::string piece(int id) const override { return processor_.IdToPiece(id); }
  std::string encode(std::string_view text, std::vector<int>& ids) const override {
    return problem(processor_.Encode({text.data(), text.size()}, &ids), "it cannot be split into pieces");
  }
  std::string decode(const std::vector<int>& ids, std::string& text) const override {
    return problem(processor_.Decode(ids, &text), "they cannot be joined");
  }

 private:
  sentencepiece::SentencePieceProcessor processor_;
};

}  // namespace

extern "C" __attribute__((visibility("default"))) blip::PieceModel* blip_make_piece_model() {
  return new LibraryModel;
}
