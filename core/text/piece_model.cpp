#include "core/text/piece_model.h"

#include <dlfcn.h>

#include <filesystem>
#include <system_error>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr const char* kLibrary = "libblip-pieces.so";

#if defined(__SANITIZE_ADDRESS__) || !defined(RTLD_DEEPBIND)
constexpr int kOwnSymbolsFirst = 0;  // which the address sanitizer refuses
#else
constexpr int kOwnSymbolsFirst = RTLD_DEEPBIND;
#endif

// Beside the program or library that holds this code, in the lib folder beside its own, or where it was installed.
std::filesystem::path library_file() {
  std::filesystem::path own;
  std::error_code ignored;
  if (Dl_info info{}; dladdr(reinterpret_cast<const void*>(&library_file), &info) != 0 && info.dli_fname != nullptr)
    own = std::filesystem::weakly_canonical(info.dli_fname, ignored).parent_path();
  std::string tried;
  for (const auto& folder :
       {own, own.parent_path() / "lib", own.parent_path(), std::filesystem::path(BLIP_INSTALL_LIBDIR)}) {
    if (std::filesystem::exists(folder / kLibrary, ignored)) return folder / kLibrary;
    tried += (tried.empty() ? "" : ", ") + (folder / kLibrary).string();
  }
  throw Error(ErrorKind::kNotFound,
              std::string("cannot find ") + kLibrary + ", which reads T5's tokenizer; looked at " + tried);
}

PieceModelFactory open_factory() {
  const std::filesystem::path file = library_file();
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | kOwnSymbolsFirst);
  if (library == nullptr)
    throw Error(ErrorKind::kNotFound, "cannot open '" + file.string() + "': " + dlerror() +
                                          "; is SentencePiece (libsentencepiece0) installed?");
  void* const factory = dlsym(library, kPieceModelFactory);
  if (factory == nullptr)
    throw Error(ErrorKind::kNotFound, "'" + file.string() + "' is of another version of gst-blip");
  return reinterpret_cast<PieceModelFactory>(factory);
}

}  // namespace

std::unique_ptr<PieceModel> make_piece_model() {
  static const PieceModelFactory factory = open_factory();
  return std::unique_ptr<PieceModel>(factory());
}

}  // namespace blip
