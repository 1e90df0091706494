#include "core/checkpoint/torch_pickle.h"

#include <bit>
#include <optional>
#include <unordered_map>

#include "core/checkpoint/message.h"
#include "core/checkpoint/pickle_stream.h"
#include "core/checkpoint/torch_globals.h"

namespace blip {
namespace {

class PickleMachine {
 public:
  PickleMachine(std::span<const std::uint8_t> bytes, const std::string& source, const PickleLimits& limits)
      : stream_(bytes.first(std::min(bytes.size(), limits.bytes)), source), source_(source), limits_(limits) {}

  PickleDocument run() {
    while (step(stream_.opcode())) {
    }
    if (stack_.size() != 1 || !marks_.empty())
      throw broken("STOP with " + std::to_string(stack_.size()) + " values on the stack");
    document_.root = stack_.back();
    document_.consumed = stream_.position();
    return std::move(document_);
  }

 private:
  Error broken(const std::string& what) const {
    return invalid_data(source_, "broken pickle at byte " + std::to_string(stream_.position()) + ": " + what);
  }

  PickleValue* make(PickleValue value) {
    if (document_.values.size() >= limits_.values) {
      throw broken("more than " + std::to_string(limits_.values) + " values");
    }
    document_.values.push_back(std::move(value));
    return &document_.values.back();
  }

  template <class T>
  void push(T value) {
    stack_.push_back(make({std::move(value)}));
  }

  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  PickleValue* top() {
    if (stack_.size() <= floor()) throw broken("the stack is empty");
    return stack_.back();
  }

  PickleValue* pop() {
    PickleValue* value = top();
    stack_.pop_back();
    return value;
  }

  std::vector<const PickleValue*> pop_to_mark() {
    if (marks_.empty()) throw broken("no MARK on the stack");
    std::vector<const PickleValue*> items(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()), stack_.end());
    stack_.resize(marks_.back());
    marks_.pop_back();
    return items;
  }

  void push_tuple(std::size_t count) {
    PickleTuple tuple;
    if (stack_.size() < floor() + count) throw broken("the stack is empty");
    tuple.items.assign(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    push(std::move(tuple));
  }

  void set_items(const std::vector<const PickleValue*>& items) {
    auto* dict = std::get_if<PickleDict>(&top()->value);
    if (dict == nullptr) throw broken("items are set on a value that is no dict");
    if (items.size() % 2 != 0) throw broken("a dict key without a value");
    for (std::size_t i = 0; i < items.size(); i += 2) dict->items.emplace_back(items[i], items[i + 1]);
  }

  void append(const std::vector<const PickleValue*>& items) {
    auto* list = std::get_if<PickleList>(&top()->value);
    if (list == nullptr) throw broken("items are appended to a value that is no list");
    list->items.insert(list->items.end(), items.begin(), items.end());
  }

  void remember(std::uint64_t index) { memo_[index] = top(); }

  void recall(std::uint64_t index) {
    const auto found = memo_.find(index);
    if (found == memo_.end()) throw broken("memo " + std::to_string(index) + " is not set");
    stack_.push_back(found->second);
  }

  void find_global(std::string_view module, std::string_view name) { push(torch_global(module, name, source_)); }

  void stack_global() {
    const auto* name = pop()->get_if<std::string_view>();
    const auto* module = pop()->get_if<std::string_view>();
    if (name == nullptr || module == nullptr) throw broken("the name of a class is no string");
    find_global(*module, *name);
  }

  void reduce() {
    const auto* arguments = pop()->get_if<PickleTuple>();
    const auto* callee = pop()->get_if<PickleClass>();
    if (arguments == nullptr || callee == nullptr) throw broken("refuses to call a value that is no known function");
    stack_.push_back(make(torch_call(*callee, *arguments, source_)));
  }

  // The only object with attributes that a checkpoint holds is an OrderedDict with `_metadata`; attributes are dropped.
  void build() {
    pop();
    if (top()->get_if<PickleDict>() == nullptr)
      throw broken("refuses to set attributes on a value that is no OrderedDict");
  }

  void push_integer(std::string_view bytes) {
    if (bytes.size() > 8) {
      push(PickleBigInt{bytes});
      return;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      value |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
    const bool negative = !bytes.empty() && (static_cast<std::uint8_t>(bytes.back()) & 0x80) != 0;
    if (negative && bytes.size() < 8) value |= ~std::uint64_t{0} << (8 * bytes.size());
    push(static_cast<std::int64_t>(value));
  }

  void mark() {
    if (marks_.size() >= limits_.depth) throw broken("nested more than " + std::to_string(limits_.depth) + " deep");
    marks_.push_back(stack_.size());
  }

  void pop_or_unmark() {
    if (!marks_.empty() && stack_.size() == marks_.back()) {
      marks_.pop_back();
    } else {
      pop();
    }
  }

  bool step(std::uint8_t opcode);
  bool step_container(std::uint8_t opcode);
  bool step_scalar(std::uint8_t opcode);

  PickleStream stream_;
  const std::string& source_;
  PickleLimits limits_;
  PickleDocument document_;
  std::vector<PickleValue*> stack_;
  std::vector<std::size_t> marks_;  // stack heights
  std::unordered_map<std::uint64_t, PickleValue*> memo_;
};

// Returns false at STOP.
bool PickleMachine::step(std::uint8_t opcode) {
  switch (opcode) {
    case '.':  // STOP
      return false;
    case 0x80:  // PROTO
      if (const std::uint64_t protocol = stream_.unsigned_le(1); protocol > 5) {
        throw broken("protocol " + std::to_string(protocol) + " is not known");
      }
      return true;
    case 0x95:  // FRAME
      stream_.unsigned_le(8);
      return true;
    case 'c': {  // GLOBAL
      const std::string_view module = stream_.line();
      find_global(module, stream_.line());
      return true;
    }
    case 0x93:  // STACK_GLOBAL
      stack_global();
      return true;
    case 'R':  // REDUCE
      reduce();
      return true;
    case 'b':  // BUILD
      build();
      return true;
    case 'Q': {  // BINPERSID
      const PickleValue* id = pop();
      push(torch_storage(*id, source_));
      return true;
    }
    case 'q':  // BINPUT
      remember(stream_.unsigned_le(1));
      return true;
    case 'r':  // LONG_BINPUT
      remember(stream_.unsigned_le(4));
      return true;
    case 0x94:  // MEMOIZE
      remember(memo_.size());
      return true;
    case 'h':  // BINGET
      recall(stream_.unsigned_le(1));
      return true;
    case 'j':  // LONG_BINGET
      recall(stream_.unsigned_le(4));
      return true;
    default:
      break;
  }
  if (step_container(opcode) || step_scalar(opcode)) return true;
  throw broken("refuses opcode " + std::to_string(opcode));
}

bool PickleMachine::step_container(std::uint8_t opcode) {
  switch (opcode) {
    case '(':  // MARK
      mark();
      return true;
    case '0':  // POP
      pop_or_unmark();
      return true;
    case '1':  // POP_MARK
      pop_to_mark();
      return true;
    case '2':  // DUP
      stack_.push_back(top());
      return true;
    case ')':  // EMPTY_TUPLE
      push(PickleTuple{});
      return true;
    case 't':  // TUPLE
      push(PickleTuple{pop_to_mark()});
      return true;
    case 0x85:  // TUPLE1
    case 0x86:  // TUPLE2
    case 0x87:  // TUPLE3
      push_tuple(opcode - std::size_t{0x84});
      return true;
    case ']':  // EMPTY_LIST
      push(PickleList{});
      return true;
    case 'l':  // LIST
      push(PickleList{pop_to_mark()});
      return true;
    case 'a': {  // APPEND
      const PickleValue* item = pop();
      append({item});
      return true;
    }
    case 'e':  // APPENDS
      append(pop_to_mark());
      return true;
    case '}':  // EMPTY_DICT
      push(PickleDict{});
      return true;
    case 'd': {  // DICT
      const auto items = pop_to_mark();
      push(PickleDict{});
      set_items(items);
      return true;
    }
    case 's': {  // SETITEM
      const PickleValue* value = pop();
      const PickleValue* key = pop();
      set_items({key, value});
      return true;
    }
    case 'u':  // SETITEMS
      set_items(pop_to_mark());
      return true;
    default:
      return false;
  }
}

bool PickleMachine::step_scalar(std::uint8_t opcode) {
  switch (opcode) {
    case 'N':  // NONE
      push(std::monostate{});
      return true;
    case 0x88:  // NEWTRUE
    case 0x89:  // NEWFALSE
      push(opcode == 0x88);
      return true;
    case 'K':  // BININT1
      push(static_cast<std::int64_t>(stream_.unsigned_le(1)));
      return true;
    case 'M':  // BININT2
      push(static_cast<std::int64_t>(stream_.unsigned_le(2)));
      return true;
    case 'J':  // BININT
      push(std::int64_t{static_cast<std::int32_t>(stream_.unsigned_le(4))});
      return true;
    case 0x8a:  // LONG1
      push_integer(stream_.text(stream_.unsigned_le(1)));
      return true;
    case 0x8b:  // LONG4
      push_integer(stream_.text(stream_.unsigned_le(4)));
      return true;
    case 'G':  // BINFLOAT
      push(std::bit_cast<double>(stream_.unsigned_be(8)));
      return true;
    case 'U':   // SHORT_BINSTRING
    case 0x8c:  // SHORT_BINUNICODE
      push(stream_.text(stream_.unsigned_le(1)));
      return true;
    case 'T':  // BINSTRING
    case 'X':  // BINUNICODE
      push(stream_.text(stream_.unsigned_le(4)));
      return true;
    case 0x8d:  // BINUNICODE8
      push(stream_.text(stream_.unsigned_le(8)));
      return true;
    default:
      return false;
  }
}

}  // namespace

PickleDocument read_pickle(std::span<const std::uint8_t> bytes, const std::string& source, const PickleLimits& limits) {
  return PickleMachine(bytes, source, limits).run();
}

const PickleValue* find_key(const PickleDict& dict, std::string_view key) noexcept {
  for (auto item = dict.items.rbegin(); item != dict.items.rend(); ++item) {
    const auto* text = item->first->get_if<std::string_view>();
    if (text != nullptr && *text == key) return item->second;
  }
  return nullptr;
}

}  // namespace blip
