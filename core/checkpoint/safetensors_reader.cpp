#include "core/checkpoint/safetensors_reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "core/checkpoint/json_text.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/message.h"

namespace blip {
namespace {

constexpr std::uint64_t kLongestHeader = 100'000'000;
constexpr std::size_t kPrefix = 8;

struct Range {
  std::uint64_t begin = 0, end = 0;
  std::string name;
};

std::optional<DType> parse_dtype(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, DType>, 10> kNames{{{"F32", DType::kFloat32},
                                                                       {"F16", DType::kFloat16},
                                                                       {"BF16", DType::kBFloat16},
                                                                       {"F64", DType::kFloat64},
                                                                       {"I64", DType::kInt64},
                                                                       {"I32", DType::kInt32},
                                                                       {"I16", DType::kInt16},
                                                                       {"I8", DType::kInt8},
                                                                       {"U8", DType::kUInt8},
                                                                       {"BOOL", DType::kBool}}};
  for (const auto& [text, dtype] : kNames) {
    if (text == name) return dtype;
  }
  return std::nullopt;
}

class HeaderReader {
 public:
  HeaderReader(const ByteView& data, std::string source) : data_(data), source_(std::move(source)) {}

  TensorMap read(const nlohmann::json& header) {
    if (!header.is_object()) throw invalid_data(source_, "the safetensors header is not a JSON object");
    TensorMap tensors;
    for (const auto& [name, entry] : header.items()) {
      if (name != "__metadata__") tensors.emplace(name, read_tensor(name, entry));
    }
    check_cover();
    return tensors;
  }

 private:
  TensorView read_tensor(const std::string& name, const nlohmann::json& entry) {
    const auto fail = [&](const std::string& what) {
      return invalid_data(source_, "tensor " + in_quotes(name) + ": " + what);
    };
    if (!entry.is_object()) throw fail("its entry is not a JSON object");
    const auto text = entry.find("dtype"), shape = entry.find("shape"), offsets = entry.find("data_offsets");
    if (text == entry.end() || !text->is_string()) throw fail("'dtype' is missing or no string");
    if (shape == entry.end() || !shape->is_array()) throw fail("'shape' is missing or no list");
    if (offsets == entry.end() || !offsets->is_array() || offsets->size() != 2) {
      throw fail("'data_offsets' is missing or no list of two");
    }
    const auto dtype = parse_dtype(text->get_ref<const std::string&>());
    if (!dtype) throw fail("dtype " + in_quotes(text->get_ref<const std::string&>()) + " is not supported");

    TensorView view;
    view.dtype = *dtype;
    for (const auto& size : *shape) {
      if (!size.is_number_unsigned() || size.get<std::uint64_t>() > INT64_MAX)
        throw fail("'shape' holds a value that is no size");
      view.shape.push_back(size.get<std::int64_t>());
    }
    for (const auto& offset : *offsets) {
      if (!offset.is_number_unsigned()) throw fail("'data_offsets' holds a value that is no offset");
    }
    const auto begin = (*offsets)[0].get<std::uint64_t>(), end = (*offsets)[1].get<std::uint64_t>();
    if (begin > end || end > data_.size) {
      throw fail("data_offsets [" + std::to_string(begin) + ", " + std::to_string(end) + "] lie outside the " +
                 std::to_string(data_.size) + " bytes of data; is the file truncated?");
    }
    const auto bytes = checked_byte_count(view.dtype, view.shape);
    if (!bytes || *bytes != end - begin) {
      throw fail(std::string(dtype_name(view.dtype)) + " " + shape_text(view.shape) + " does not fill its " +
                 std::to_string(end - begin) + " bytes");
    }
    const ByteView range = aligned(slice(data_, begin, end - begin), dtype_size(view.dtype));
    view.data = range.data;
    view.owner = range.owner;
    ranges_.push_back({begin, end, name});
    return view;
  }

  void check_cover() {
    std::sort(ranges_.begin(), ranges_.end(),
              [](const Range& a, const Range& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    std::uint64_t position = 0;
    for (const Range& range : ranges_) {
      if (range.begin != position) {
        throw invalid_data(source_, "tensor " + in_quotes(range.name) + " begins at byte " +
                                        std::to_string(range.begin) + " of the data, but the one before it ends at " +
                                        std::to_string(position));
      }
      position = range.end;
    }
    if (position != data_.size) {
      throw invalid_data(source_, "the tensors end at byte " + std::to_string(position) + " of " +
                                      std::to_string(data_.size) + " bytes of data");
    }
  }

  ByteView data_;
  std::string source_;
  std::vector<Range> ranges_;
};

}  // namespace

TensorMap read_safetensors(const ByteView& bytes, const std::string& source) {
  if (bytes.size < kPrefix) {
    throw invalid_data(source, "not a safetensors file: " + std::to_string(bytes.size) + " bytes, expected a header");
  }
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kPrefix; ++i) length |= static_cast<std::uint64_t>(bytes.data[i]) << (8 * i);
  if (length > kLongestHeader || length > bytes.size - kPrefix) {
    throw invalid_data(source, "not a safetensors file, or a truncated one: its header claims " +
                                   std::to_string(length) + " bytes, the file has " + std::to_string(bytes.size));
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes.data) + kPrefix, length);
  if (!text.starts_with('{')) throw invalid_data(source, "not a safetensors file: no JSON header");
  const std::size_t begin = kPrefix + length;
  return HeaderReader(slice(bytes, begin, bytes.size - begin), source).read(parse_json(text, source));
}

TensorMap read_safetensors_file(const std::filesystem::path& path) {
  return read_safetensors(map_file(path), path.string());
}

}  // namespace blip
