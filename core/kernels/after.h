#pragma once

namespace blip {

// What happens to a product before it is stored. kAdd: it is added to what is there. kGelu is the exact one; kQuickGelu
// is x * sigmoid(1.702 x).
enum class After { kNothing, kGelu, kAdd, kRelu, kQuickGelu };

}  // namespace blip
