#include "core/media/video_decoder.h"

#include <array>
#include <filesystem>
#include <new>
#include <string_view>
#include <system_error>

#include "core/base/error.h"

namespace blip {
namespace {

std::string message_of(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

void check_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw Error(ErrorKind::kNotFound, "video '" + path + "' does not exist");
  if (std::filesystem::is_directory(status)) {
    throw Error(ErrorKind::kInvalidData, "video '" + path + "' is a directory; give a video file");
  }
  if (std::filesystem::is_regular_file(status) && std::filesystem::file_size(path, error) == 0 && !error) {
    throw Error(ErrorKind::kInvalidData, "video '" + path + "' is empty");
  }
}

// Demuxers that draw a text file as video.
bool draws_text(std::string_view format) {
  return format == "tty" || format == "bin" || format == "xbin" || format == "adf" || format == "idf";
}

template <class T>
T* or_no_memory(T* object) {
  if (object == nullptr) throw std::bad_alloc();
  return object;
}

}  // namespace

VideoDecoder::VideoDecoder(const std::string& path) {
  av_log_set_level(AV_LOG_QUIET);
  check_file(path);
  open_format(path);
  open_codec(path);
  packet_.reset(or_no_memory(av_packet_alloc()));
}

void VideoDecoder::open_format(const std::string& path) {
  AVFormatContext* format = nullptr;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "file", 0);  // a playlist must not reach the network
  const int opened = avformat_open_input(&format, ("file:" + path).c_str(), nullptr, &options);
  av_dict_free(&options);
  format_.reset(format);
  if (opened < 0) throw Error(ErrorKind::kInvalidData, "cannot read '" + path + "' as video: " + message_of(opened));
  if (draws_text(format_->iformat->name))
    throw Error(ErrorKind::kInvalidData, "'" + path + "' is a text file, not a video");
  if (const int found = avformat_find_stream_info(format, nullptr); found < 0) {
    throw Error(ErrorKind::kInvalidData, "cannot read '" + path + "' as video: " + message_of(found));
  }
}

void VideoDecoder::open_codec(const std::string& path) {
  const AVCodec* decoder = nullptr;
  const int index = av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
  if (index == AVERROR_DECODER_NOT_FOUND) {
    throw Error(ErrorKind::kUnsupported, "FFmpeg has no decoder for the video stream of '" + path + "'");
  }
  if (index < 0 || (format_->streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
    throw Error(ErrorKind::kInvalidData, "'" + path + "' has no video stream");
  }
  stream_ = format_->streams[index];
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    if (static_cast<int>(i) != index) format_->streams[i]->discard = AVDISCARD_ALL;
  }
  codec_.reset(or_no_memory(avcodec_alloc_context3(decoder)));
  avcodec_parameters_to_context(codec_.get(), stream_->codecpar);
  codec_->pkt_timebase = stream_->time_base;
  codec_->thread_count = 0;
  if (const int opened = avcodec_open2(codec_.get(), decoder, nullptr); opened < 0) {
    throw Error(ErrorKind::kUnsupported,
                std::string("cannot decode '") + path + "' (" + decoder->name + "): " + message_of(opened));
  }
}

FrameHandle VideoDecoder::next() {
  FrameHandle frame(or_no_memory(av_frame_alloc()));
  while (true) {
    const int received = avcodec_receive_frame(codec_.get(), frame.get());
    if (received == 0) return frame;
    if (received == AVERROR_EOF) return nullptr;
    if (received != AVERROR(EAGAIN)) {
      ++damaged_packets_;
      if (draining_ && --drain_errors_left_ < 0) return nullptr;
    }
    feed();
  }
}

bool VideoDecoder::seek(std::int64_t timestamp) {
  if (av_seek_frame(format_.get(), stream_->index, timestamp, AVSEEK_FLAG_BACKWARD) < 0) return false;
  avcodec_flush_buffers(codec_.get());
  draining_ = false;
  return true;
}

void VideoDecoder::feed() {
  while (true) {
    const int read = av_read_frame(format_.get(), packet_.get());
    if (read < 0) {
      read_failed_ = read != AVERROR_EOF ||
                     (format_->pb != nullptr && format_->pb->error < 0 && format_->pb->error != AVERROR_EOF);
      draining_ = true;
      avcodec_send_packet(codec_.get(), nullptr);
      return;
    }
    const bool is_ours = packet_->stream_index == stream_->index;
    const bool is_damaged = (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0;
    const int sent = is_ours ? avcodec_send_packet(codec_.get(), packet_.get()) : 0;
    av_packet_unref(packet_.get());
    if (!is_ours) continue;
    if (is_damaged || (sent < 0 && sent != AVERROR(EAGAIN))) ++damaged_packets_;
    return;
  }
}

}  // namespace blip
