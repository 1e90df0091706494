#include "core/checkpoint/message.h"
#include "core/checkpoint/torch_pickle.h"
#include "core/checkpoint/torch_reader.h"
#include "core/checkpoint/torch_storages.h"
#include "core/checkpoint/zip_reader.h"

namespace blip {
namespace {

// The archive's one folder, with its slash: the name that the file had when it was saved.
std::string find_folder(const ZipReader& zip, const std::string& source) {
  constexpr std::string_view kPickle = "/data.pkl";
  for (const auto& [name, entry] : zip.entries()) {
    if (name.ends_with(kPickle)) return name.substr(0, name.size() - kPickle.size() + 1);
  }
  throw invalid_data(source, "a zip archive without data.pkl: not a PyTorch checkpoint");
}

}  // namespace

TensorMap read_torch_zip(const ByteView& bytes, const std::string& source) {
  const ZipReader zip(bytes, source);
  const std::string folder = find_folder(zip, source);
  if (const auto* order = zip.find(folder + "byteorder"); order != nullptr) {
    const std::string_view text(reinterpret_cast<const char*>(order->bytes.data), order->bytes.size);
    if (text != "little") throw invalid_data(source, "its byte order is " + in_quotes(text) + ", expected 'little'");
  }
  const ByteView pickle = zip.find(folder + "data.pkl")->bytes;
  const PickleDocument document = read_pickle({pickle.data, pickle.size}, source);
  TorchStorages storages(
      [&](std::string_view key) {
        const auto* entry = zip.find(folder + "data/" + std::string(key));
        if (entry == nullptr) throw invalid_data(source, "storage " + in_quotes(key) + " is missing from the archive");
        return entry->bytes;
      },
      bytes.size, source);
  return read_state_dict(*document.root, storages, source);
}

}  // namespace blip
