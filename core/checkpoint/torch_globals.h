#pragma once

#include <string>
#include <string_view>

#include "core/checkpoint/pickle_value.h"

namespace blip {

// The table of everything a torch checkpoint may name. Throws Error(kInvalidData) "refuses 'MODULE.NAME'" for all else.
PickleClass torch_global(std::string_view module, std::string_view name, const std::string& source);

// What torch would build from `callee(*arguments)`: an OrderedDict or a tensor.
PickleValue torch_call(const PickleClass& callee, const PickleTuple& arguments, const std::string& source);

// The storage that a persistent id ("storage", class, key, device, elements[, view]) names.
PickleStorage torch_storage(const PickleValue& persistent_id, const std::string& source);

}  // namespace blip
