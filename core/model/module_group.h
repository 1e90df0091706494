#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/model/torch_compat.h"

namespace blip {

// A level of the checkpoint's names that has no behaviour of its own, such as "self" in "attention.self.query".
class ModuleGroup : public torch::nn::Module {
 public:
  template <class Holder>
  Holder add(const std::string& name, Holder module) {
    return register_module(name, std::move(module));
  }
};

}  // namespace blip
