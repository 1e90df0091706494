#include "core/checkpoint/pickle_machine.h"

#include <algorithm>

#include "core/checkpoint/message.h"
#include "core/checkpoint/torch_globals.h"

namespace blip {

PickleMachine::PickleMachine(std::span<const std::uint8_t> bytes, const std::string& source, const PickleLimits& limits)
    : stream_(bytes.first(std::min(bytes.size(), limits.bytes)), source), source_(source), limits_(limits) {}

Error PickleMachine::broken(const std::string& what) const {
  return invalid_data(source_, "broken pickle at byte " + std::to_string(stream_.position()) + ": " + what);
}

PickleValue* PickleMachine::make(PickleValue value) {
  if (document_.values.size() >= limits_.values)
    throw broken("more than " + std::to_string(limits_.values) + " values");
  document_.values.push_back(std::move(value));
  return &document_.values.back();
}

void PickleMachine::push_value(PickleValue* value) {
  if (stack_.size() >= limits_.values) {
    throw broken("more than " + std::to_string(limits_.values) + " values on the stack");
  }
  stack_.push_back(value);
}

void PickleMachine::push_integer(std::string_view bytes) {
  if (bytes.size() > 8) {
    push(PickleBigInt{bytes});
    return;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  }
  const bool negative = !bytes.empty() && (static_cast<std::uint8_t>(bytes.back()) & 0x80) != 0;
  if (negative && bytes.size() < 8) value |= ~std::uint64_t{0} << (8 * bytes.size());
  push(static_cast<std::int64_t>(value));
}

void PickleMachine::push_tuple(std::size_t count) {
  if (stack_.size() < floor() + count) throw broken("the stack is empty");
  PickleTuple tuple;
  tuple.items.assign(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
  stack_.resize(stack_.size() - count);
  push(std::move(tuple));
}

void PickleMachine::duplicate() {
  push_value(top());
}

void PickleMachine::mark() {
  if (marks_.size() >= limits_.depth) throw broken("nested more than " + std::to_string(limits_.depth) + " deep");
  marks_.push_back(stack_.size());
}

void PickleMachine::pop_or_unmark() {
  if (!marks_.empty() && stack_.size() == marks_.back()) {
    marks_.pop_back();
  } else {
    pop();
  }
}

std::vector<const PickleValue*> PickleMachine::pop_to_mark() {
  if (marks_.empty()) throw broken("no MARK on the stack");
  std::vector<const PickleValue*> items(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()), stack_.end());
  stack_.resize(marks_.back());
  marks_.pop_back();
  return items;
}

PickleValue* PickleMachine::top() {
  if (stack_.size() <= floor()) throw broken("the stack is empty");
  return stack_.back();
}

const PickleValue* PickleMachine::pop() {
  const PickleValue* value = top();
  stack_.pop_back();
  return value;
}

void PickleMachine::append(const std::vector<const PickleValue*>& items) {
  auto* list = std::get_if<PickleList>(&top()->value);
  if (list == nullptr) throw broken("items are appended to a value that is no list");
  list->items.insert(list->items.end(), items.begin(), items.end());
}

void PickleMachine::set_items(const std::vector<const PickleValue*>& items) {
  auto* dict = std::get_if<PickleDict>(&top()->value);
  if (dict == nullptr) throw broken("items are set on a value that is no dict");
  if (items.size() % 2 != 0) throw broken("a dict key without a value");
  for (std::size_t i = 0; i < items.size(); i += 2) dict->items.emplace_back(items[i], items[i + 1]);
}

void PickleMachine::remember(std::uint64_t index) {
  if (memo_.size() >= limits_.values) throw broken("more than " + std::to_string(limits_.values) + " memo entries");
  memo_[index] = top();
}

void PickleMachine::remember_next() {
  remember(memo_.size());
}

void PickleMachine::recall(std::uint64_t index) {
  const auto found = memo_.find(index);
  if (found == memo_.end()) throw broken("memo " + std::to_string(index) + " is not set");
  push_value(found->second);
}

void PickleMachine::push_global(std::string_view module, std::string_view name) {
  push(torch_global(module, name, source_));
}

void PickleMachine::pop_global_name() {
  const auto* name = pop()->get_if<std::string_view>();
  const auto* module = pop()->get_if<std::string_view>();
  if (name == nullptr || module == nullptr) throw broken("the name of a class is no string");
  push_global(*module, *name);
}

void PickleMachine::reduce() {
  const auto* arguments = pop()->get_if<PickleTuple>();
  const auto* callee = pop()->get_if<PickleClass>();
  if (arguments == nullptr || callee == nullptr) throw broken("refuses to call a value that is no known function");
  push_value(make(torch_call(*callee, *arguments, source_)));
}

// The only object with attributes in a checkpoint is an OrderedDict with `_metadata`; attributes are dropped.
void PickleMachine::build() {
  pop();
  if (top()->get_if<PickleDict>() == nullptr) {
    throw broken("refuses to set attributes on a value that is no OrderedDict");
  }
}

void PickleMachine::load_persistent() {
  const PickleValue* id = pop();
  push(torch_storage(*id, source_));
}

PickleDocument PickleMachine::finish() {
  if (stack_.size() != 1 || !marks_.empty()) {
    throw broken("STOP with " + std::to_string(stack_.size()) + " values on the stack");
  }
  document_.root = stack_.back();
  document_.consumed = stream_.position();
  return std::move(document_);
}

}  // namespace blip
