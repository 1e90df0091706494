#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace blip {

// What is needed of the SentencePiece library. It lives in a library of its own, libblip-pieces.so, which is opened at
// run time with its own symbols first: SentencePiece brings a copy of protobuf along, under the names of the one that
// LibTorch loads, and a process in which the two meet crashes.
class PieceModel {
 public:
  virtual ~PieceModel() = default;
  // `model`: the bytes of a spiece.model. Returns what is wrong with it, empty = nothing.
  virtual std::string load(std::string_view model) = 0;
  virtual int size() const = 0;  // pieces
  virtual int pad() const = 0;   // ids of special pieces; below 0 = there is none
  virtual int end() const = 0;
  virtual int unknown() const = 0;
  virtual std::string piece(int id) const = 0;  // 0 <= id < size()
  // Both return what is wrong, empty = nothing.
  virtual std::string encode(std::string_view text, std::vector<int>& ids) const = 0;
  virtual std::string decode(const std::vector<int>& ids, std::string& text) const = 0;
};

// Throws Error(kNotFound) where the library cannot be found or opened.
std::unique_ptr<PieceModel> make_piece_model();

// What libblip-pieces.so offers: extern "C", the caller owns what it gives.
inline constexpr const char* kPieceModelFactory = "blip_make_piece_model";
using PieceModelFactory = PieceModel* (*)();

}  // namespace blip
