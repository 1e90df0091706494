#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/tensor_view.h"

namespace blip {

struct PickleValue;

// The classes and functions that a pickle may name. Nothing else is ever looked up.
enum class PickleGlobal { kOrderedDict, kRebuildTensor, kRebuildTensorV2, kRebuildParameter, kStorageClass };

struct PickleClass {
  PickleGlobal global = PickleGlobal::kOrderedDict;
  DType dtype = DType::kFloat32;  // kStorageClass: its element type
};

// An integer that does not fit in 64 bits: its two's complement bytes, least significant first.
struct PickleBigInt {
  std::string_view bytes;
};

struct PickleTuple {
  std::vector<const PickleValue*> items;
};

struct PickleList {
  std::vector<const PickleValue*> items;
};

// A dict or OrderedDict; a key that was set twice stands twice, the later one counts.
struct PickleDict {
  std::vector<std::pair<const PickleValue*, const PickleValue*>> items;
};

// A torch storage by its persistent id: its bytes are elsewhere in the file.
struct PickleStorage {
  DType dtype = DType::kFloat32;
  std::string_view key;
  std::int64_t size = 0;    // elements
  std::int64_t offset = 0;  // elements, where the storage is a view of the one called `key` (legacy files only)
};

// A tensor as torch._utils._rebuild_tensor_v2 describes it; not yet checked against its storage.
struct PickleTensor {
  PickleStorage storage;
  std::int64_t offset = 0;  // elements
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  // elements
};

// None is std::monostate. Strings are UTF-8 as they stand in the pickle's bytes.
struct PickleValue {
  std::variant<std::monostate, bool, std::int64_t, double, std::string_view, PickleBigInt, PickleTuple, PickleList,
               PickleDict, PickleClass, PickleStorage, PickleTensor>
      value;

  template <class T>
  const T* get_if() const noexcept {
    return std::get_if<T>(&value);
  }
};

// What a pickle built. It owns all values, so that no depth or cycle matters; strings point into the pickle's bytes.
struct PickleDocument {
  std::deque<PickleValue> values;
  const PickleValue* root = nullptr;
  std::size_t consumed = 0;  // bytes, the closing STOP included
};

// The value of a string key, the last one if it was set twice; null if there is none.
const PickleValue* find_key(const PickleDict& dict, std::string_view key) noexcept;

}  // namespace blip
