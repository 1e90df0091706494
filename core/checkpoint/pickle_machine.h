#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/checkpoint/pickle_stream.h"
#include "core/checkpoint/pickle_value.h"
#include "core/checkpoint/torch_pickle.h"

namespace blip {

// The state of a running pickle: values, stack, marks and memo, and what opcodes do to them. Every function throws
// Error(kInvalidData) where the pickle is broken, asks for something forbidden, or passes a limit.
class PickleMachine {
 public:
  // `source` must outlive the machine.
  PickleMachine(std::span<const std::uint8_t> bytes, const std::string& source, const PickleLimits& limits);

  PickleStream& stream() noexcept { return stream_; }
  Error broken(const std::string& what) const;

  // Stack. Nothing below the last mark can be reached.
  template <class T>
  void push(T value) {
    push_value(make({std::move(value)}));
  }
  void push_integer(std::string_view bytes);  // two's complement, least significant byte first
  void push_tuple(std::size_t count);
  void duplicate();
  void mark();
  void pop_or_unmark();
  std::vector<const PickleValue*> pop_to_mark();
  const PickleValue* pop();

  // Containers on top of the stack.
  void append(const std::vector<const PickleValue*>& items);
  void set_items(const std::vector<const PickleValue*>& items);  // key, value, key, value

  // Memo.
  void remember(std::uint64_t index);
  void remember_next();
  void recall(std::uint64_t index);

  // Classes, functions, storages: those that torch_globals knows.
  void push_global(std::string_view module, std::string_view name);
  void pop_global_name();
  void reduce();
  void build();
  void load_persistent();

  PickleDocument finish();  // at STOP

 private:
  PickleValue* make(PickleValue value);
  void push_value(PickleValue* value);
  PickleValue* top();
  std::size_t floor() const noexcept { return marks_.empty() ? 0 : marks_.back(); }

  PickleStream stream_;
  const std::string& source_;
  PickleLimits limits_;
  PickleDocument document_;
  std::vector<PickleValue*> stack_;
  std::vector<std::size_t> marks_;  // stack heights
  std::unordered_map<std::uint64_t, PickleValue*> memo_;
};

}  // namespace blip
