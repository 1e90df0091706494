#include "core/media/video_writer.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <array>
#include <cerrno>
#include <new>
#include <string>
#include <system_error>

#include "core/base/error.h"
#include "core/media/ffmpeg_handles.h"

namespace blip {
namespace {

struct OutputDeleter {
  void operator()(AVFormatContext* context) const noexcept {
    avio_closep(&context->pb);
    avformat_free_context(context);
  }
};

template <class T>
T* or_no_memory(T* object) {
  if (object == nullptr) throw std::bad_alloc();
  return object;
}

void check_options(const VideoOptions& options) {
  const auto reject = [](const std::string& what) { throw Error(ErrorKind::kInvalidArgument, what); };
  constexpr int kMostSide = 16384, kMostRate = 1000, kMostCrf = 51;
  const auto is_side = [](int side) { return side >= 2 && side <= kMostSide && side % 2 == 0; };
  if (!is_side(options.width) || !is_side(options.height)) {
    reject("a video cannot be " + std::to_string(options.width) + " x " + std::to_string(options.height) +
           " pixels; each side must be even, 2 to " + std::to_string(kMostSide));
  }
  if (options.fps < 1 || options.fps > kMostRate)
    reject("video rate " + std::to_string(options.fps) + " is out of range; give 1 to " + std::to_string(kMostRate));
  if (options.crf < 0 || options.crf > kMostCrf)
    reject("video crf " + std::to_string(options.crf) + " is out of range; give 0 to " + std::to_string(kMostCrf));
}

}  // namespace

class VideoWriter::Impl {
 public:
  Impl(const std::filesystem::path& path, const VideoOptions& options) : path_(path), part_(path.string() + ".part") {
    check_options(options);
    av_log_set_level(AV_LOG_QUIET);
    open_codec(options);
    open_file();
    packet_.reset(or_no_memory(av_packet_alloc()));
    make_frame();
    scaler_.reset(or_no_memory(
        sws_getContext(options.width, options.height, AV_PIX_FMT_RGB24, options.width, options.height,
                       AV_PIX_FMT_YUV420P, SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT, nullptr, nullptr, nullptr)));
    const int* bt601 = sws_getCoefficients(SWS_CS_ITU601);
    constexpr int kFull = 1, kLimited = 0, kOne = 1 << 16;
    sws_setColorspaceDetails(scaler_.get(), bt601, kFull, bt601, kLimited, 0, kOne, kOne);
  }

  ~Impl() {
    const bool is_begun = format_ != nullptr;
    format_.reset();
    std::error_code ignored;
    if (is_begun && !is_finished_) std::filesystem::remove(part_, ignored);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void write(const ImageView& image) {
    if (image.format != PixelFormat::kRgb || image.width != codec_->width || image.height != codec_->height) {
      throw Error(ErrorKind::kInvalidArgument,
                  "video '" + path_.string() + "' takes RGB frames of " + std::to_string(codec_->width) + " x " +
                      std::to_string(codec_->height) + " pixels; this one has " + std::to_string(image.width) + " x " +
                      std::to_string(image.height) + (image.format == PixelFormat::kRgb ? "" : " and another format"));
    }
    check(av_frame_make_writable(frame_.get()));
    const int stride = static_cast<int>(image.strides[0]);
    sws_scale(scaler_.get(), &image.planes[0], &stride, 0, image.height, frame_->data, frame_->linesize);
    frame_->pts = frames_++;
    encode(frame_.get());
  }

  void finish() {
    if (frames_ == 0) throw Error(ErrorKind::kFailed, "cannot write '" + path_.string() + "': it has no frames");
    encode(nullptr);
    check(av_write_trailer(format_.get()));
    check(avio_closep(&format_->pb));
    std::error_code error;
    std::filesystem::rename(part_, path_, error);
    if (error) throw failure(error.message());
    is_finished_ = true;
  }

 private:
  Error failure(const std::string& why) const {
    return Error(ErrorKind::kFailed, "cannot write '" + path_.string() + "': " + why);
  }

  void check(int code) const {
    if (code >= 0) return;
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av_strerror(code, text.data(), text.size());
    throw failure(text.data());
  }

  void open_codec(const VideoOptions& options) {
    const AVCodec* encoder = avcodec_find_encoder_by_name("libx264");
    if (encoder == nullptr) throw Error(ErrorKind::kUnsupported, "this FFmpeg has no H.264 encoder (libx264)");
    codec_.reset(or_no_memory(avcodec_alloc_context3(encoder)));
    codec_->width = options.width;
    codec_->height = options.height;
    codec_->time_base = {1, options.fps};
    codec_->framerate = {options.fps, 1};
    codec_->pix_fmt = AV_PIX_FMT_YUV420P;
    codec_->colorspace = AVCOL_SPC_SMPTE170M;
    codec_->color_primaries = AVCOL_PRI_SMPTE170M;
    codec_->color_trc = AVCOL_TRC_SMPTE170M;
    codec_->color_range = AVCOL_RANGE_MPEG;
    codec_->thread_count = 1;
    codec_->flags |=
        AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;  // MP4 wants headers apart; no version strings
    check(av_opt_set(codec_->priv_data, "preset", "veryfast", 0));
    check(av_opt_set_int(codec_->priv_data, "crf", options.crf, 0));
    check(avcodec_open2(codec_.get(), encoder, nullptr));
  }

  void open_file() {
    AVFormatContext* format = nullptr;
    check(avformat_alloc_output_context2(&format, nullptr, "mp4", nullptr));
    format_.reset(format);
    format_->flags |= AVFMT_FLAG_BITEXACT;
    stream_ = or_no_memory(avformat_new_stream(format_.get(), nullptr));
    stream_->time_base = codec_->time_base;
    stream_->avg_frame_rate = codec_->framerate;
    check(avcodec_parameters_from_context(stream_->codecpar, codec_.get()));
    check(avio_open(&format_->pb, ("file:" + part_.string()).c_str(), AVIO_FLAG_WRITE));
    check(avformat_write_header(format_.get(), nullptr));
  }

  void make_frame() {
    frame_.reset(or_no_memory(av_frame_alloc()));
    frame_->format = codec_->pix_fmt;
    frame_->width = codec_->width;
    frame_->height = codec_->height;
    check(av_frame_get_buffer(frame_.get(), 0));
  }

  // A null frame gets out what the encoder still holds.
  void encode(const AVFrame* frame) {
    check(avcodec_send_frame(codec_.get(), frame));
    while (true) {
      const int code = avcodec_receive_packet(codec_.get(), packet_.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
      check(code);
      packet_->duration = 1;
      av_packet_rescale_ts(packet_.get(), codec_->time_base, stream_->time_base);
      packet_->stream_index = stream_->index;
      check(av_interleaved_write_frame(format_.get(), packet_.get()));
    }
  }

  std::filesystem::path path_, part_;
  CodecHandle codec_;
  std::unique_ptr<AVFormatContext, OutputDeleter> format_;
  AVStream* stream_ = nullptr;  // of format_
  FrameHandle frame_;
  PacketHandle packet_;
  ScalerHandle scaler_;
  std::int64_t frames_ = 0;
  bool is_finished_ = false;
};

VideoWriter::VideoWriter(const std::filesystem::path& path, const VideoOptions& options)
    : impl_(std::make_unique<Impl>(path, options)) {}
VideoWriter::~VideoWriter() = default;
void VideoWriter::write(const ImageView& image) {
  impl_->write(image);
}
void VideoWriter::finish() {
  impl_->finish();
}

}  // namespace blip
