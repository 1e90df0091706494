#include "core/vision/swscale_matrix.h"

extern "C" {
#include <libswscale/swscale.h>
}

namespace blip {

int swscale_matrix(ColorMatrix matrix) noexcept {
  switch (matrix) {
    case ColorMatrix::kBt601:
      return SWS_CS_ITU601;
    case ColorMatrix::kBt709:
      return SWS_CS_ITU709;
    case ColorMatrix::kBt2020:
      return SWS_CS_BT2020;
    case ColorMatrix::kSmpte240m:
      return SWS_CS_SMPTE240M;
    case ColorMatrix::kFcc:
      return SWS_CS_FCC;
  }
  return SWS_CS_DEFAULT;
}

}  // namespace blip
