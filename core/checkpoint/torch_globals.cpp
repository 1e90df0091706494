#include "core/checkpoint/torch_globals.h"

#include <array>
#include <utility>

#include "core/checkpoint/message.h"

namespace blip {
namespace {

struct KnownGlobal {
  std::string_view module, name;
  PickleClass meaning;
};

constexpr std::array<KnownGlobal, 14> kKnown{{
    {"collections", "OrderedDict", {PickleGlobal::kOrderedDict}},
    {"torch._utils", "_rebuild_tensor", {PickleGlobal::kRebuildTensor}},
    {"torch._utils", "_rebuild_tensor_v2", {PickleGlobal::kRebuildTensorV2}},
    {"torch._utils", "_rebuild_parameter", {PickleGlobal::kRebuildParameter}},
    {"torch", "FloatStorage", {PickleGlobal::kStorageClass, DType::kFloat32}},
    {"torch", "HalfStorage", {PickleGlobal::kStorageClass, DType::kFloat16}},
    {"torch", "BFloat16Storage", {PickleGlobal::kStorageClass, DType::kBFloat16}},
    {"torch", "DoubleStorage", {PickleGlobal::kStorageClass, DType::kFloat64}},
    {"torch", "LongStorage", {PickleGlobal::kStorageClass, DType::kInt64}},
    {"torch", "IntStorage", {PickleGlobal::kStorageClass, DType::kInt32}},
    {"torch", "ShortStorage", {PickleGlobal::kStorageClass, DType::kInt16}},
    {"torch", "CharStorage", {PickleGlobal::kStorageClass, DType::kInt8}},
    {"torch", "ByteStorage", {PickleGlobal::kStorageClass, DType::kUInt8}},
    {"torch", "BoolStorage", {PickleGlobal::kStorageClass, DType::kBool}},
}};

template <class T>
const T& argument(const PickleTuple& tuple, std::size_t index, const char* what, const std::string& source) {
  const T* value = index < tuple.items.size() ? tuple.items[index]->get_if<T>() : nullptr;
  if (value == nullptr)
    throw invalid_data(source, std::string("broken pickle: a ") + what + " is missing or of the wrong type");
  return *value;
}

std::vector<std::int64_t> sizes(const PickleTuple& tuple, const char* what, const std::string& source) {
  constexpr std::size_t kMostDimensions = 16;
  if (tuple.items.size() > kMostDimensions) {
    throw invalid_data(source, "broken pickle: a tensor of " + std::to_string(tuple.items.size()) + " dimensions");
  }
  std::vector<std::int64_t> result;
  for (std::size_t i = 0; i < tuple.items.size(); ++i) result.push_back(argument<std::int64_t>(tuple, i, what, source));
  return result;
}

PickleTensor rebuild_tensor(const PickleTuple& arguments, const std::string& source) {
  PickleTensor tensor;
  tensor.storage = argument<PickleStorage>(arguments, 0, "tensor's storage", source);
  tensor.offset = argument<std::int64_t>(arguments, 1, "tensor's offset", source);
  tensor.shape = sizes(argument<PickleTuple>(arguments, 2, "tensor's shape", source), "tensor's size", source);
  tensor.strides = sizes(argument<PickleTuple>(arguments, 3, "tensor's strides", source), "tensor's stride", source);
  if (tensor.shape.size() != tensor.strides.size())
    throw invalid_data(source, "broken pickle: a tensor has not as many strides as sizes");
  return tensor;
}

}  // namespace

PickleClass torch_global(std::string_view module, std::string_view name, const std::string& source) {
  for (const KnownGlobal& known : kKnown) {
    if (known.module == module && known.name == name) return known.meaning;
  }
  throw invalid_data(source, "refuses " + in_quotes(std::string(module) + "." + std::string(name)) +
                                 ": a checkpoint may hold tensors and plain containers only; do not use this file with "
                                 "programs that execute pickles");
}

PickleValue torch_call(const PickleClass& callee, const PickleTuple& arguments, const std::string& source) {
  switch (callee.global) {
    case PickleGlobal::kOrderedDict:
      if (!arguments.items.empty()) break;
      return {PickleDict{}};
    case PickleGlobal::kRebuildTensor:
    case PickleGlobal::kRebuildTensorV2:
      return {rebuild_tensor(arguments, source)};
    case PickleGlobal::kRebuildParameter:
      return {argument<PickleTensor>(arguments, 0, "parameter's tensor", source)};
    case PickleGlobal::kStorageClass:
      break;
  }
  throw invalid_data(source, "broken pickle: refuses a call with these arguments");
}

PickleStorage torch_storage(const PickleValue& persistent_id, const std::string& source) {
  const auto* id = persistent_id.get_if<PickleTuple>();
  if (id == nullptr) throw invalid_data(source, "broken pickle: a persistent id is no tuple");
  if (const auto kind = argument<std::string_view>(*id, 0, "persistent id's kind", source); kind != "storage") {
    throw invalid_data(source, "refuses a persistent id of kind " + in_quotes(kind) + ", expected 'storage'");
  }
  const auto& type = argument<PickleClass>(*id, 1, "storage's class", source);
  if (type.global != PickleGlobal::kStorageClass)
    throw invalid_data(source, "broken pickle: a storage's class is no storage");
  PickleStorage storage;
  storage.dtype = type.dtype;
  storage.key = argument<std::string_view>(*id, 2, "storage's key", source);
  storage.size = argument<std::int64_t>(*id, 4, "storage's size", source);
  if (id->items.size() > 5 && id->items[5]->get_if<std::monostate>() == nullptr) {
    const auto& view = argument<PickleTuple>(*id, 5, "storage's view", source);
    storage.offset = argument<std::int64_t>(view, 1, "storage view's offset", source);
    storage.size = argument<std::int64_t>(view, 2, "storage view's size", source);
  }
  if (storage.size < 0 || storage.offset < 0) throw invalid_data(source, "broken pickle: a storage of negative size");
  return storage;
}

}  // namespace blip
