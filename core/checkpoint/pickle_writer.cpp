#include "core/checkpoint/pickle_writer.h"

#include <utility>

namespace blip {
namespace {

const char* storage_class(DType dtype) {
  switch (dtype) {
    case DType::kFloat64:
      return "DoubleStorage";
    case DType::kFloat32:
      return "FloatStorage";
    case DType::kFloat16:
      return "HalfStorage";
    case DType::kBFloat16:
      return "BFloat16Storage";
    case DType::kInt64:
      return "LongStorage";
    case DType::kInt32:
      return "IntStorage";
    case DType::kInt16:
      return "ShortStorage";
    case DType::kInt8:
      return "CharStorage";
    case DType::kUInt8:
      return "ByteStorage";
    case DType::kBool:
      return "BoolStorage";
  }
  return "";
}

std::string little_endian(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

std::vector<std::int64_t> contiguous_strides(const std::vector<std::int64_t>& shape) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

}  // namespace

StateDictPickle::StateDictPickle() {
  bytes_ = "\x80\x02}";  // PROTO 2, EMPTY_DICT
  text("model");
  global("collections", "OrderedDict");
  bytes_ += ")R(";  // EMPTY_TUPLE, REDUCE, MARK
}

void StateDictPickle::add(std::string_view name, const TensorView& tensor, std::string_view storage) {
  text(name);
  global("torch._utils", "_rebuild_tensor_v2");
  bytes_ += "((";  // MARK of the arguments, MARK of the persistent id
  text("storage");
  global("torch", storage_class(tensor.dtype));
  text(storage);
  text("cpu");
  integer(tensor.element_count());
  bytes_ += "tQ";  // TUPLE, BINPERSID
  integer(0);
  tuple(tensor.shape);
  tuple(contiguous_strides(tensor.shape));
  bytes_ += '\x89';  // NEWFALSE: requires no gradient
  global("collections", "OrderedDict");
  bytes_ += ")RtR";  // no hooks; TUPLE, REDUCE
}

std::string StateDictPickle::finish() {
  bytes_ += "us.";  // SETITEMS, SETITEM, STOP
  return std::move(bytes_);
}

void StateDictPickle::global(std::string_view module, std::string_view name) {
  bytes_ += 'c';
  bytes_.append(module).append("\n").append(name).append("\n");
}

void StateDictPickle::text(std::string_view value) {
  bytes_ += 'X' + little_endian(value.size(), 4);
  bytes_ += value;
}

void StateDictPickle::integer(std::int64_t value) {
  if (value < INT32_MAX) {
    bytes_ += 'J' + little_endian(static_cast<std::uint64_t>(value), 4);
  } else {
    bytes_ += "\x8a\x08" + little_endian(static_cast<std::uint64_t>(value), 8);
  }
}

void StateDictPickle::tuple(const std::vector<std::int64_t>& values) {
  bytes_ += '(';
  for (const std::int64_t value : values) integer(value);
  bytes_ += 't';
}

}  // namespace blip
