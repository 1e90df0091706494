#include "core/checkpoint/tensor_ties.h"

#include <algorithm>
#include <cstring>

#include "core/checkpoint/byte_view.h"

namespace blip {
namespace {

const std::string kWords = "text_decoder.bert.embeddings.word_embeddings.weight";
const std::string kHead = "text_decoder.cls.predictions.";

TensorView pad(const TensorView& bias, std::int64_t length) {
  TensorView padded{nullptr, bias.dtype, {length}, nullptr};
  const auto buffer = allocate_aligned(padded.byte_count());
  std::memcpy(buffer.get(), bias.data, bias.byte_count());
  padded.data = buffer.get();
  padded.owner = buffer;
  return padded;
}

bool same_bytes(const TensorView& a, const TensorView& b) {
  return a.dtype == b.dtype && a.shape == b.shape &&
         (a.data == b.data || std::memcmp(a.data, b.data, a.byte_count()) == 0);
}

}  // namespace

std::vector<std::string> fill_ties(TensorMap& tensors) {
  std::vector<std::string> warnings;
  const auto words = tensors.find(kWords);
  if (words == tensors.end() || words->second.shape.size() != 2 || words->second.element_count() == 0) return warnings;
  tensors.emplace(kHead + "decoder.weight", words->second);

  const auto predictions = tensors.find(kHead + "bias"), decoder = tensors.find(kHead + "decoder.bias");
  if (predictions == tensors.end() && decoder == tensors.end()) return warnings;
  TensorView bias = decoder != tensors.end() ? decoder->second : predictions->second;
  const std::int64_t vocabulary = words->second.shape[0];
  if (bias.shape.size() == 1 && bias.shape[0] > 0 && bias.shape[0] < vocabulary) {
    warnings.push_back("the LM head's bias has " + std::to_string(bias.shape[0]) +
                       " values, padded with zeros to the " + std::to_string(vocabulary) + " words of the vocabulary");
    bias = pad(bias, vocabulary);
  } else if (predictions != tensors.end() && decoder != tensors.end() && predictions->second.shape == bias.shape &&
             !same_bytes(predictions->second, bias)) {
    warnings.push_back(kHead + "bias and " + kHead +
                       "decoder.bias differ, though they are one parameter; using decoder.bias");
  }
  tensors.insert_or_assign(kHead + "bias", bias);
  tensors.insert_or_assign(kHead + "decoder.bias", bias);
  return warnings;
}

}  // namespace blip
