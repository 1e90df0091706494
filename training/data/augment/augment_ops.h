#pragma once

#include "core/vision/rgb_image.h"

namespace blip {

// The operations of the original's transform/randaugment.py that BLIP's training uses, each as it computes there with
// OpenCV and NumPy, byte for byte. Size in, size out; what a geometric operation uncovers is grey (128, 128, 128).

// A channel that reaches neither 0 nor 255 is stretched there. As in the original, the smallest value is an unsigned
// byte whose negation wraps, so that a channel whose smallest value is above 0 becomes white; golden pictures hold it.
RgbImage auto_contrast(const RgbImage& image);
RgbImage equalize(const RgbImage& image);  // histogram of each channel, as Pillow's ImageOps.equalize
RgbImage brightness(const RgbImage& image, double factor);
RgbImage sharpness(const RgbImage& image, double factor);  // 1 = as it is; the outermost pixels stay
RgbImage shear_x(const RgbImage& image, double factor);
RgbImage shear_y(const RgbImage& image, double factor);
RgbImage translate_x(const RgbImage& image, double pixels);  // to the left when positive
RgbImage translate_y(const RgbImage& image, double pixels);  // upwards when positive
RgbImage rotate(const RgbImage& image, double degrees);      // counter-clockwise

}  // namespace blip
