#include "core/model/recompute.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <mutex>
#include <utility>

namespace blip {
namespace {

using Body = std::function<torch::Tensor(const torch::Tensor&)>;

// The body rides through autograd's saved data, which holds intrusive pointers only.
struct SavedBody : torch::CustomClassHolder {
  SavedBody(Body function, torch::Tensor random) : body(std::move(function)), state(std::move(random)) {}
  Body body;
  torch::Tensor state;  // of the random number generator before the first run
};

at::Generator generator_of(const torch::Tensor& tensor) {
  return at::globalContext().defaultGenerator(tensor.device());
}

torch::Tensor random_state(const torch::Tensor& tensor) {
  auto generator = generator_of(tensor);
  const std::lock_guard lock(generator.mutex());
  return generator.get_state();
}

void set_random_state(const torch::Tensor& tensor, const torch::Tensor& state) {
  auto generator = generator_of(tensor);
  const std::lock_guard lock(generator.mutex());
  generator.set_state(state);
}

struct Recompute : torch::autograd::Function<Recompute> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& input,
                               const c10::intrusive_ptr<SavedBody>& saved) {
    context->save_for_backward({input});
    context->saved_data["body"] = c10::IValue::make_capsule(saved);
    return saved->body(input);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto capsule = context->saved_data["body"].toCapsule();
    const auto& saved = static_cast<const SavedBody&>(*capsule);
    auto input = context->get_saved_variables()[0].detach();
    input.requires_grad_(true);
    const auto now = random_state(input);
    set_random_state(input, saved.state);
    torch::Tensor output;
    {
      const torch::AutoGradMode with_gradients(true);
      output = saved.body(input);
    }
    set_random_state(input, now);
    torch::autograd::backward({output}, gradients);
    return {input.grad(), torch::Tensor()};
  }
};

}  // namespace

torch::Tensor recompute(Body body, const torch::Tensor& input) {
  if (!torch::GradMode::is_enabled() || !input.requires_grad()) return body(input);
  auto saved = c10::make_intrusive<SavedBody>(std::move(body), random_state(input));
  return Recompute::apply(input, saved);
}

}  // namespace blip
