#include "core/checkpoint/checkpoint_part.h"

#include "core/checkpoint/layout.h"
#include "core/checkpoint/message.h"

namespace blip {

Layout checked_part(const Checkpoint& checkpoint, std::optional<Layout> wanted) {
  const Layout own = checkpoint.layout;
  if (!wanted || *wanted == own) return own;
  if (own == Layout::kPretrain && (*wanted == Layout::kCaptioner || *wanted == Layout::kMatcher)) return *wanted;
  if (own == Layout::kBlip2Qformer && *wanted == Layout::kBlip2Matcher) return *wanted;
  throw Error(ErrorKind::kInvalidArgument, in_quotes(checkpoint.path.string()) + " is a " +
                                               std::string(layout_name(own)) + " checkpoint and cannot be written as " +
                                               std::string(layout_name(*wanted)));
}

TensorMap part_tensors(const Checkpoint& checkpoint, Layout layout) {
  TensorMap tensors;
  for (const auto& [name, shape] : expected_tensors(layout, checkpoint.config))
    tensors.emplace(name, checkpoint.tensors.at(name));
  return tensors;
}

}  // namespace blip
