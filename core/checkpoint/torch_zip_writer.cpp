#include "core/checkpoint/torch_zip_writer.h"

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/base/error.h"
#include "core/checkpoint/crc32.h"
#include "core/checkpoint/pickle_writer.h"

namespace blip {
namespace {

class ZipWriter {
 public:
  explicit ZipWriter(FileOutput& file) : file_(file) {}

  void add(const std::string& name, std::string_view content) {
    const std::uint32_t crc = crc32(content.data(), content.size());
    const std::uint64_t header = kLocalSize + name.size() + kExtraHead;
    const std::uint64_t padding = (kAlignment - (position_ + header) % kAlignment) % kAlignment;
    check_size(position_ + header + padding + content.size());
    // FB is the padding field that torch writes, too.
    const std::string extra = std::string("FB") + number(padding, 2) + std::string(padding, 'Z');
    const std::string common = number(20, 2) + number(kUtf8, 2) + number(0, 2) + number(0, 2) + number(kFirstDay, 2) +
                               number(crc, 4) + number(content.size(), 4) + number(content.size(), 4) +
                               number(name.size(), 2);
    central_ += "PK\x01\x02" + number(0, 2) + common + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 2) +
                number(0, 4) + number(position_, 4) + name;
    ++count_;
    write("PK\x03\x04" + common + number(extra.size(), 2) + name + extra);
    write(content);
  }

  void finish() {
    check_size(position_ + central_.size());
    const std::uint64_t start = position_;
    write(central_);
    write("PK\x05\x06" + number(0, 4) + number(count_, 2) + number(count_, 2) + number(central_.size(), 4) +
          number(start, 4) + number(0, 2));
  }

 private:
  static constexpr std::uint64_t kAlignment = 64, kLocalSize = 30, kExtraHead = 4;
  static constexpr std::uint64_t kUtf8 = 0x800, kFirstDay = 0x21;  // flag: names are UTF-8; date: 1 January 1980

  static std::string number(std::uint64_t value, int size) {
    std::string bytes;
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
    return bytes;
  }

  void check_size(std::uint64_t size) const {
    if (size < 0xffffffffU && count_ < 0xffff) return;
    throw Error(ErrorKind::kUnsupported,
                "a .pth file above 4 GiB or 65534 tensors is not supported; write a Hugging Face directory");
  }

  void write(std::string_view bytes) {
    file_.write(bytes);
    position_ += bytes.size();
  }

  FileOutput& file_;
  std::uint64_t position_ = 0, count_ = 0;
  std::string central_;
};

}  // namespace

void write_torch_zip(const TensorMap& tensors, FileOutput& file) {
  const std::string folder = "archive/";
  std::map<std::tuple<const void*, std::size_t, DType>, std::string> keys;
  std::vector<std::string_view> contents;
  StateDictPickle pickle;
  for (const auto& [name, view] : tensors) {
    const auto [key, added] =
        keys.try_emplace({view.data, view.byte_count(), view.dtype}, std::to_string(contents.size()));
    if (added) contents.emplace_back(static_cast<const char*>(view.data), view.byte_count());
    pickle.add(name, view, key->second);
  }
  ZipWriter zip(file);
  zip.add(folder + "data.pkl", pickle.finish());
  zip.add(folder + "byteorder", "little");
  for (std::size_t i = 0; i < contents.size(); ++i) zip.add(folder + "data/" + std::to_string(i), contents[i]);
  zip.add(folder + "version", "3\n");
  zip.finish();
}

}  // namespace blip
