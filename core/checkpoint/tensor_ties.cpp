#include "core/checkpoint/tensor_ties.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/checkpoint/byte_view.h"

namespace blip {
namespace {

const std::string kWords = "text_decoder.bert.embeddings.word_embeddings.weight";
const std::string kEncoder = "text_encoder.", kDecoder = "text_decoder.bert.";
const std::string kHead = "text_decoder.cls.predictions.";
const std::string kQueryWords = "Qformer.bert.embeddings.word_embeddings.weight",
                  kQueryHead = "Qformer.cls.predictions.";

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

// "text_encoder.embeddings.LayerNorm.bias" -> "text_decoder.bert.embeddings.LayerNorm.bias"; empty for other tensors
// and for self-attention, which the two do not share.
std::string decoder_name(const std::string& encoder_name) {
  if (!encoder_name.starts_with(kEncoder) || encoder_name.find(".attention.") != std::string::npos) return {};
  return kDecoder + encoder_name.substr(kEncoder.size());
}

// A decoder of which only self-attention and the LM head are there shares the rest with the encoder.
void fill_decoder(TensorMap& tensors) {
  if (!tensors.contains("itm_head.weight") || tensors.contains(kWords)) return;
  if (!tensors.contains(kHead + "transform.dense.weight")) return;
  TensorMap shared;
  for (const auto& [name, view] : tensors) {
    const std::string twin = decoder_name(name);
    if (!twin.empty() && !tensors.contains(twin)) shared.emplace(twin, view);
  }
  tensors.merge(shared);
}

void fill_lm_head(TensorMap& tensors, const std::string& words_name, const std::string& head,
                  std::vector<std::string>& warnings) {
  const auto words = tensors.find(words_name);
  if (words == tensors.end() || words->second.shape.size() != 2 || words->second.element_count() == 0) return;
  const auto predictions = tensors.find(head + "bias"), decoder = tensors.find(head + "decoder.bias");
  if (predictions == tensors.end() && decoder == tensors.end()) return;
  tensors.emplace(head + "decoder.weight", words->second);
  TensorView bias = decoder != tensors.end() ? decoder->second : predictions->second;
  const std::int64_t vocabulary = words->second.shape[0];
  if (bias.shape.size() == 1 && bias.shape[0] > 0 && bias.shape[0] < vocabulary) {
    warnings.push_back("the LM head's bias has " + std::to_string(bias.shape[0]) +
                       " values, padded with zeros to the " + std::to_string(vocabulary) + " words of the vocabulary");
    bias = pad(bias, vocabulary);
  } else if (predictions != tensors.end() && decoder != tensors.end() && predictions->second.shape == bias.shape &&
             !same_bytes(predictions->second, bias)) {
    warnings.push_back(head + "bias and " + head +
                       "decoder.bias differ, though they are one parameter; using decoder.bias");
  }
  tensors.insert_or_assign(head + "bias", bias);
  tensors.insert_or_assign(head + "decoder.bias", bias);
}

}  // namespace

std::vector<std::string> fill_ties(TensorMap& tensors) {
  std::vector<std::string> warnings;
  fill_decoder(tensors);
  fill_lm_head(tensors, kWords, kHead, warnings);
  fill_lm_head(tensors, kQueryWords, kQueryHead, warnings);
  return warnings;
}

void leave_out_ties(TensorMap& tensors) {
  const auto equal = [&](const std::string& a, const std::string& b) {
    const auto first = tensors.find(a), second = tensors.find(b);
    return first != tensors.end() && second != tensors.end() && same_bytes(first->second, second->second);
  };
  for (const auto& [head, words] : {std::pair{kHead, kWords}, std::pair{kQueryHead, kQueryWords}}) {
    if (equal(head + "decoder.weight", words)) tensors.erase(head + "decoder.weight");
    if (equal(head + "decoder.bias", head + "bias")) tensors.erase(head + "decoder.bias");
  }
  if (!tensors.contains("itm_head.weight")) return;
  std::vector<std::string> twins;
  for (const auto& [name, view] : tensors) {
    const std::string twin = decoder_name(name);
    if (twin.empty()) continue;
    if (!equal(name, twin)) return;
    twins.push_back(twin);
  }
  for (const std::string& twin : twins) tensors.erase(twin);
}

}  // namespace blip
