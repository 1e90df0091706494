#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/base/tensor_view.h"
#include "core/model/blip.h"

namespace blip {

// Gives every parameter of the model its tensor from the checkpoint. Tensors that already have the wanted dtype on the
// CPU stay where they are (the mapped file, kept alive by the model); others are converted. Throws c10::Error when a
// tensor is missing or mis-shaped: the checkpoint was checked when it was opened, so that is a broken contract.
void load_weights(torch::nn::Module& model, const std::map<std::string, TensorView>& tensors,
                  const torch::Device& device, torch::ScalarType dtype);

// The type that a tensor gets, by its name and what is stored.
using WeightType = std::function<torch::ScalarType(const std::string&, const TensorView&)>;
void load_weights(torch::nn::Module& model, const std::map<std::string, TensorView>& tensors,
                  const torch::Device& device, const WeightType& type);

}  // namespace blip
