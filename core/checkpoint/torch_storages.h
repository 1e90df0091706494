#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/checkpoint/byte_view.h"
#include "core/checkpoint/pickle_value.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

// Turns the tensors that a pickle describes into views of the file's storages. Tensors of one storage share its bytes;
// a tensor that is not contiguous (a transposed view) is copied.
class TorchStorages {
 public:
  // The bytes of the storage called `key`, at any address; throws Error if there is none.
  using Find = std::function<ByteView(std::string_view key)>;

  // `file_size` bounds what copies of non-contiguous tensors may take.
  TorchStorages(Find find, std::size_t file_size, std::string source);

  // Throws Error(kInvalidData) if the tensor reaches outside its storage; `name` is for the message.
  TensorView view(const PickleTensor& tensor, std::string_view name);

 private:
  ByteView storage(const PickleStorage& storage, std::string_view name);
  TensorView gather(const PickleTensor& tensor, const ByteView& bytes, std::size_t size, std::string_view name);

  Find find_;
  std::string source_;
  std::size_t copy_budget_;
  std::map<std::string, ByteView, std::less<>> storages_;
};

// The tensors of a checkpoint's root: of its dict `model` beside `optimizer`, `config` and `epoch`, or of a bare state
// dict.
TensorMap read_state_dict(const PickleValue& root, TorchStorages& storages, const std::string& source);

}  // namespace blip
