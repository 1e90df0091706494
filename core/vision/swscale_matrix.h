#pragma once

#include "core/base/image_view.h"

namespace blip {

// What sws_getCoefficients() takes for a matrix: its number in ITU-T H.273, table 4.
int swscale_matrix(ColorMatrix matrix) noexcept;

}  // namespace blip
