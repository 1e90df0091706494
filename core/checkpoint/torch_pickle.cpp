#include "core/checkpoint/torch_pickle.h"

#include <bit>

#include "core/checkpoint/pickle_machine.h"

namespace blip {
namespace {

// The opcodes that move values on the stack and build containers; false for another opcode.
bool step_container(PickleMachine& machine, std::uint8_t opcode) {
  switch (opcode) {
    case '(':  // MARK
      machine.mark();
      return true;
    case '0':  // POP
      machine.pop_or_unmark();
      return true;
    case '1':  // POP_MARK
      machine.pop_to_mark();
      return true;
    case '2':  // DUP
      machine.duplicate();
      return true;
    case ')':  // EMPTY_TUPLE
      machine.push(PickleTuple{});
      return true;
    case 't':  // TUPLE
      machine.push(PickleTuple{machine.pop_to_mark()});
      return true;
    case 0x85:  // TUPLE1
    case 0x86:  // TUPLE2
    case 0x87:  // TUPLE3
      machine.push_tuple(opcode - std::size_t{0x84});
      return true;
    case ']':  // EMPTY_LIST
      machine.push(PickleList{});
      return true;
    case 'l':  // LIST
      machine.push(PickleList{machine.pop_to_mark()});
      return true;
    case 'a': {  // APPEND
      const PickleValue* item = machine.pop();
      machine.append({item});
      return true;
    }
    case 'e':  // APPENDS
      machine.append(machine.pop_to_mark());
      return true;
    case '}':  // EMPTY_DICT
      machine.push(PickleDict{});
      return true;
    case 'd': {  // DICT
      const auto items = machine.pop_to_mark();
      machine.push(PickleDict{});
      machine.set_items(items);
      return true;
    }
    case 's': {  // SETITEM
      const PickleValue* value = machine.pop();
      const PickleValue* key = machine.pop();
      machine.set_items({key, value});
      return true;
    }
    case 'u':  // SETITEMS
      machine.set_items(machine.pop_to_mark());
      return true;
    default:
      return false;
  }
}

// The opcodes that push a plain value; false for another opcode.
bool step_scalar(PickleMachine& machine, std::uint8_t opcode) {
  PickleStream& stream = machine.stream();
  switch (opcode) {
    case 'N':  // NONE
      machine.push(std::monostate{});
      return true;
    case 0x88:  // NEWTRUE
    case 0x89:  // NEWFALSE
      machine.push(opcode == 0x88);
      return true;
    case 'K':  // BININT1
      machine.push(static_cast<std::int64_t>(stream.unsigned_le(1)));
      return true;
    case 'M':  // BININT2
      machine.push(static_cast<std::int64_t>(stream.unsigned_le(2)));
      return true;
    case 'J':  // BININT
      machine.push(std::int64_t{static_cast<std::int32_t>(stream.unsigned_le(4))});
      return true;
    case 0x8a:  // LONG1
      machine.push_integer(stream.text(stream.unsigned_le(1)));
      return true;
    case 0x8b:  // LONG4
      machine.push_integer(stream.text(stream.unsigned_le(4)));
      return true;
    case 'G':  // BINFLOAT
      machine.push(std::bit_cast<double>(stream.unsigned_be(8)));
      return true;
    case 'U':   // SHORT_BINSTRING
    case 0x8c:  // SHORT_BINUNICODE
      machine.push(stream.text(stream.unsigned_le(1)));
      return true;
    case 'T':  // BINSTRING
    case 'X':  // BINUNICODE
      machine.push(stream.text(stream.unsigned_le(4)));
      return true;
    case 0x8d:  // BINUNICODE8
      machine.push(stream.text(stream.unsigned_le(8)));
      return true;
    default:
      return false;
  }
}

// Returns false at STOP.
bool step(PickleMachine& machine, std::uint8_t opcode) {
  PickleStream& stream = machine.stream();
  switch (opcode) {
    case '.':  // STOP
      return false;
    case 0x80:  // PROTO
      if (const std::uint64_t protocol = stream.unsigned_le(1); protocol > 5) {
        throw machine.broken("protocol " + std::to_string(protocol) + " is not known");
      }
      return true;
    case 0x95:  // FRAME
      stream.unsigned_le(8);
      return true;
    case 'c': {  // GLOBAL
      const std::string_view module = stream.line();
      machine.push_global(module, stream.line());
      return true;
    }
    case 0x93:  // STACK_GLOBAL
      machine.pop_global_name();
      return true;
    case 'R':  // REDUCE
      machine.reduce();
      return true;
    case 'b':  // BUILD
      machine.build();
      return true;
    case 'Q':  // BINPERSID
      machine.load_persistent();
      return true;
    case 'q':  // BINPUT
      machine.remember(stream.unsigned_le(1));
      return true;
    case 'r':  // LONG_BINPUT
      machine.remember(stream.unsigned_le(4));
      return true;
    case 0x94:  // MEMOIZE
      machine.remember_next();
      return true;
    case 'h':  // BINGET
      machine.recall(stream.unsigned_le(1));
      return true;
    case 'j':  // LONG_BINGET
      machine.recall(stream.unsigned_le(4));
      return true;
    default:
      break;
  }
  if (step_container(machine, opcode) || step_scalar(machine, opcode)) return true;
  throw machine.broken("refuses opcode " + std::to_string(opcode));
}

}  // namespace

PickleDocument read_pickle(std::span<const std::uint8_t> bytes, const std::string& source, const PickleLimits& limits) {
  PickleMachine machine(bytes, source, limits);
  while (step(machine, machine.stream().opcode())) {
  }
  return machine.finish();
}

const PickleValue* find_key(const PickleDict& dict, std::string_view key) noexcept {
  for (auto item = dict.items.rbegin(); item != dict.items.rend(); ++item) {
    const auto* text = item->first->get_if<std::string_view>();
    if (text != nullptr && *text == key) return item->second;
  }
  return nullptr;
}

}  // namespace blip
