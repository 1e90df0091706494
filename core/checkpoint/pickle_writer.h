#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/tensor_view.h"

namespace blip {

// Writes the pickle (protocol 2, no memo) of {"model": OrderedDict} with tensors by torch._utils._rebuild_tensor_v2.
class StateDictPickle {
 public:
  StateDictPickle();

  // `storage` is the storage's key: the name of its entry under data/.
  void add(std::string_view name, const TensorView& tensor, std::string_view storage);

  std::string finish();  // the whole pickle

 private:
  void global(std::string_view module, std::string_view name);
  void text(std::string_view value);
  void integer(std::int64_t value);
  void tuple(const std::vector<std::int64_t>& values);

  std::string bytes_;
};

}  // namespace blip
