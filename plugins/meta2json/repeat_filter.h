#pragma once

#include <gst/gst.h>

#include <map>
#include <string>

#include "plugins/support/gst_handles.h"

namespace blip {

// A result may ride on several frames: a newer one is not there yet, or videorate has doubled the frame. Equal but for
// their age, they are one.
class RepeatFilter {
 public:
  // Whether `result` is the last one of its name again; it is the last one from now on.
  bool repeats(const GstStructure* result);
  void forget() { last_.clear(); }

 private:
  std::map<std::string, StructurePtr> last_;
};

}  // namespace blip
