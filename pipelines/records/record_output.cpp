#include "pipelines/records/record_output.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace blip {
namespace {

// FileOutput's errors as what they are here.
template <class Write>
void guarded(Write&& write) {
  try {
    write();
  } catch (const Error& e) {
    throw OutputFailure(e.kind(), e.what());
  }
}

}  // namespace

RecordOutput::RecordOutput(const std::filesystem::path& file, std::unique_ptr<RecordWriter> writer)
    : writer_(std::move(writer)) {
  if (!file.empty()) guarded([&] { file_.emplace(file); });
}

void RecordOutput::write(const TimedRecord& record) {
  const std::string bytes = writer_->spell(record);
  if (file_)
    pending_ += bytes;
  else
    emit(bytes);
}

void RecordOutput::keep_source() {
  kept_any_ = true;
  emit(std::exchange(pending_, {}));
}

void RecordOutput::discard_source() {
  pending_.clear();
}

void RecordOutput::finish() {
  if (file_ && kept_any_) guarded([&] { file_->finish(); });
  file_.reset();
}

void RecordOutput::emit(const std::string& bytes) {
  const std::string all = begun_ ? bytes : writer_->header() + bytes;
  begun_ = true;
  if (all.empty()) return;
  if (file_) return guarded([&] { file_->write(all); });
  if (std::fwrite(all.data(), 1, all.size(), stdout) != all.size() || std::fflush(stdout) != 0)
    throw OutputFailure(ErrorKind::kFailed, std::string("cannot write to standard output: ") + std::strerror(errno));
}

}  // namespace blip
