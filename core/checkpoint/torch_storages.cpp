#include "core/checkpoint/torch_storages.h"

#include <cstring>
#include <utility>

#include "core/checkpoint/message.h"

namespace blip {
namespace {

// Elements from the first to the last one that the tensor touches; nothing if that overflows. Sizes are positive.
std::optional<std::int64_t> reach(const PickleTensor& tensor) {
  std::int64_t count = 1;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    std::int64_t step = 0;
    if (tensor.strides[i] < 0 || __builtin_mul_overflow(tensor.shape[i] - 1, tensor.strides[i], &step) ||
        __builtin_add_overflow(count, step, &count)) {
      return std::nullopt;
    }
  }
  return count;
}

bool is_contiguous(const PickleTensor& tensor) {
  std::int64_t expected = 1;
  for (std::size_t i = tensor.shape.size(); i-- > 0;) {
    if (tensor.shape[i] == 1) continue;
    if (tensor.strides[i] != expected) return false;
    expected *= tensor.shape[i];
  }
  return true;
}

}  // namespace

TorchStorages::TorchStorages(Find find, std::size_t file_size, std::string source)
    : find_(std::move(find)), source_(std::move(source)), copy_budget_(file_size) {}

ByteView TorchStorages::storage(const PickleStorage& storage, std::string_view name) {
  auto found = storages_.find(storage.key);
  if (found == storages_.end()) {
    found = storages_.emplace(std::string(storage.key), aligned(find_(storage.key), 8)).first;
  }
  const ByteView& bytes = found->second;
  std::int64_t elements = 0;
  const auto capacity = static_cast<std::int64_t>(bytes.size / dtype_size(storage.dtype));
  if (__builtin_add_overflow(storage.offset, storage.size, &elements) || elements > capacity) {
    throw invalid_data(source_, "storage " + in_quotes(storage.key) + " of tensor " + in_quotes(name) + " has " +
                                    std::to_string(bytes.size) + " bytes, too few for " + std::to_string(storage.size) +
                                    " elements of " + std::string(dtype_name(storage.dtype)));
  }
  const std::size_t item = dtype_size(storage.dtype);
  return slice(bytes, static_cast<std::size_t>(storage.offset) * item, static_cast<std::size_t>(storage.size) * item);
}

TensorView TorchStorages::view(const PickleTensor& tensor, std::string_view name) {
  const auto size = checked_byte_count(tensor.storage.dtype, tensor.shape);
  if (!size)
    throw invalid_data(source_, "tensor " + in_quotes(name) + " has the impossible shape " + shape_text(tensor.shape));
  const ByteView bytes = storage(tensor.storage, name);
  if (*size == 0) return {bytes.data, tensor.storage.dtype, tensor.shape, bytes.owner};

  const auto extent = reach(tensor);
  std::int64_t end = 0;
  if (tensor.offset < 0 || !extent || __builtin_add_overflow(tensor.offset, *extent, &end) ||
      end > tensor.storage.size) {
    throw invalid_data(source_, "tensor " + in_quotes(name) + " of shape " + shape_text(tensor.shape) +
                                    " reaches outside its storage of " + std::to_string(tensor.storage.size) +
                                    " elements");
  }
  if (!is_contiguous(tensor)) return gather(tensor, bytes, *size, name);
  const std::size_t start = static_cast<std::size_t>(tensor.offset) * dtype_size(tensor.storage.dtype);
  return {bytes.data + start, tensor.storage.dtype, tensor.shape, bytes.owner};
}

TensorView TorchStorages::gather(const PickleTensor& tensor, const ByteView& bytes, std::size_t size,
                                 std::string_view name) {
  if (size > copy_budget_) {
    throw invalid_data(source_, "tensor " + in_quotes(name) + " of shape " + shape_text(tensor.shape) +
                                    " is expanded far beyond the file; save it with .contiguous() or .clone()");
  }
  copy_budget_ -= size;
  const std::size_t item = dtype_size(tensor.storage.dtype);
  const auto copy = allocate_aligned(size);
  std::vector<std::int64_t> index(tensor.shape.size(), 0), strides = tensor.strides;
  for (std::size_t d = 0; d < strides.size(); ++d) {
    if (tensor.shape[d] == 1) strides[d] = 0;  // never taken, and of any size
  }
  std::int64_t from = tensor.offset;
  for (std::size_t to = 0; to < size; to += item) {
    std::memcpy(copy.get() + to, bytes.data + static_cast<std::size_t>(from) * item, item);
    for (std::size_t d = index.size(); d-- > 0;) {  // the next index, last dimension fastest
      from += strides[d];
      if (++index[d] < tensor.shape[d]) break;
      from -= strides[d] * tensor.shape[d];
      index[d] = 0;
    }
  }
  return {copy.get(), tensor.storage.dtype, tensor.shape, copy};
}

TensorMap read_state_dict(const PickleValue& root, TorchStorages& storages, const std::string& source) {
  const auto* dict = root.get_if<PickleDict>();
  if (dict == nullptr) throw invalid_data(source, "holds no dict of tensors; is it a BLIP checkpoint?");
  if (const PickleValue* model = find_key(*dict, "model"); model != nullptr) {
    dict = model->get_if<PickleDict>();
    if (dict == nullptr) throw invalid_data(source, "its 'model' is no dict of tensors");
  }
  TensorMap tensors;
  for (const auto& [key, value] : dict->items) {
    const auto* name = key->get_if<std::string_view>();
    if (name == nullptr) throw invalid_data(source, "a key of the state dict is no string");
    const auto* tensor = value->get_if<PickleTensor>();
    if (tensor == nullptr) {
      throw invalid_data(source,
                         in_quotes(*name) + " is no tensor; expected a state dict, or a dict with one under 'model'");
    }
    tensors.insert_or_assign(std::string(*name), storages.view(*tensor, *name));
  }
  return tensors;
}

}  // namespace blip
