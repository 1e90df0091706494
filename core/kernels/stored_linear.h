#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/kernels/after.h"
#include "core/kernels/stored_weights.h"
#include "core/kernels/workspace.h"

namespace blip {

// y = x W^T + b with weights read as they are stored (PyTorch's Linear): the layers of a language model, whose steps
// are bound by reading them. With kFloat32, kFloat16 and kBFloat16 weights it computes in float32. With kInt8 and kInt4
// it rounds x to 8 bits, one scale a row and group of kGroup inputs; the sums of a group are exact integers, those of
// groups float32. What a row of y is depends on its row of x alone, bit by bit: not on the other rows or the threads.
class StoredLinear {
 public:
  // W is the parts one below the other, [sum of their out, in], each stored in `form`: query, key and value of a layer,
  // say, where the checkpoint keeps them. bias [out], or empty for none.
  StoredLinear(std::int64_t in, WeightForm form, std::vector<StoredWeights> parts, std::vector<float> bias);

  // x [rows, in] -> y [rows, out], both contiguous float; y overlaps x nowhere. On all threads of the workspace, with
  // memory of its arenas alone.
  void run(Workspace& workspace, const float* x, std::int64_t rows, float* y, After after = After::kNothing) const;

  std::int64_t in() const { return in_; }
  std::int64_t out() const { return out_; }
  WeightForm form() const { return form_; }
  std::int64_t bytes() const;  // of weights that run() reads

 private:
  // Outputs that one thread computes at a time.
  struct Stretch {
    std::size_t part;
    std::int64_t begin, count;  // outputs of the part
    std::int64_t first;         // of the layer
  };
  struct Input;
  void run_stretch(Workspace& workspace, int slot, const Stretch& stretch, const Input& input, float* y,
                   After after) const;

  std::int64_t in_, out_ = 0;
  WeightForm form_;
  std::vector<StoredWeights> parts_;
  std::vector<float> bias_;
  std::vector<Stretch> stretches_;
};

}  // namespace blip
