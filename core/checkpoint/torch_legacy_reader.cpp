#include <algorithm>
#include <map>

#include "core/checkpoint/message.h"
#include "core/checkpoint/torch_pickle.h"
#include "core/checkpoint/torch_reader.h"
#include "core/checkpoint/torch_storages.h"

namespace blip {
namespace {

// The file: the pickles of a magic number, a protocol version, system information, the object and the list of storage
// keys; then, for each key in this order, the number of elements (8 bytes) and the elements.
class LegacyReader {
 public:
  LegacyReader(const ByteView& bytes, const std::string& source) : bytes_(bytes), source_(source) {}

  TensorMap read() {
    check_magic(next_pickle());
    check_protocol(next_pickle());
    check_system(next_pickle());
    const PickleDocument object = next_pickle();
    const PickleDocument keys = next_pickle();
    index_storages(object, keys);
    TorchStorages storages(
        [&](std::string_view key) {
          const auto found = storages_.find(key);
          if (found == storages_.end()) throw invalid_data(source_, "storage " + in_quotes(key) + " is missing");
          return found->second;
        },
        bytes_.size, source_);
    return read_state_dict(*object.root, storages, source_);
  }

 private:
  PickleDocument next_pickle() {
    PickleDocument document = read_pickle({bytes_.data + position_, bytes_.size - position_}, source_);
    position_ += document.consumed;
    return document;
  }

  void check_magic(const PickleDocument& document) const {
    constexpr std::string_view kMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
    const auto* number = document.root->get_if<PickleBigInt>();
    if (number == nullptr || number->bytes != kMagic)
      throw invalid_data(source_, "a pickle, but not a PyTorch checkpoint");
  }

  void check_protocol(const PickleDocument& document) const {
    const auto* version = document.root->get_if<std::int64_t>();
    if (version == nullptr || *version != 1001)
      throw invalid_data(source_, "an unknown version of PyTorch's older file format, expected 1001");
  }

  void check_system(const PickleDocument& document) const {
    const auto* system = document.root->get_if<PickleDict>();
    const PickleValue* little = system == nullptr ? nullptr : find_key(*system, "little_endian");
    const auto* is_little = little == nullptr ? nullptr : little->get_if<bool>();
    if (is_little == nullptr || !*is_little) throw invalid_data(source_, "its byte order is not little endian");
  }

  // A storage's length is in elements: the tensors say how large those are.
  void index_storages(const PickleDocument& object, const PickleDocument& keys) {
    std::map<std::string_view, std::size_t> item_sizes;
    for (const PickleValue& value : object.values) {
      if (const auto* storage = value.get_if<PickleStorage>())
        item_sizes.emplace(storage->key, dtype_size(storage->dtype));
    }
    const auto* list = keys.root->get_if<PickleList>();
    if (list == nullptr) throw invalid_data(source_, "its list of storages is missing");
    for (const PickleValue* item : list->items) {
      const auto* key = item->get_if<std::string_view>();
      const auto item_size = key == nullptr ? item_sizes.end() : item_sizes.find(*key);
      if (item_size == item_sizes.end())
        throw invalid_data(source_, "its list of storages names one that no tensor uses");
      storages_.insert_or_assign(std::string(*key), next_storage(*key, item_size->second));
    }
  }

  ByteView next_storage(std::string_view key, std::size_t item_size) {
    const std::size_t left = bytes_.size - position_;
    std::uint64_t elements = 0;
    for (std::size_t i = 0; i < 8 && left >= 8; ++i) elements |= std::uint64_t{bytes_.data[position_ + i]} << (8 * i);
    if (left < 8 || elements > (left - 8) / item_size) {
      throw invalid_data(source_, "storage " + in_quotes(key) + " ends outside the file; is it truncated?");
    }
    const std::size_t begin = position_ + 8, size = elements * item_size;
    position_ = begin + size;
    return slice(bytes_, begin, size);
  }

  const ByteView& bytes_;
  const std::string& source_;
  std::size_t position_ = 0;
  std::map<std::string, ByteView, std::less<>> storages_;
};

}  // namespace

TensorMap read_torch_legacy(const ByteView& bytes, const std::string& source) {
  return LegacyReader(bytes, source).read();
}

}  // namespace blip
