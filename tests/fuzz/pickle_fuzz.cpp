// Any bytes as the pickle of a .pth file; every storage that it names is there with 64 bytes.
#include "core/checkpoint/torch_pickle.h"
#include "core/checkpoint/torch_storages.h"
#include "tests/fuzz/fuzz_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  blip::fuzz::expect_value_or_error([&] {
    const blip::ByteView bytes = blip::fuzz::view_of(data, size);
    const blip::PickleDocument document = blip::read_pickle({bytes.data, bytes.size}, "fuzz");
    const auto storage = blip::allocate_aligned(64);
    blip::TorchStorages storages(
        [&](std::string_view) {
          return blip::ByteView{storage.get(), 64, storage};
        },
        size + 64, "fuzz");
    blip::fuzz::touch(blip::read_state_dict(*document.root, storages, "fuzz"));
  });
  return 0;
}
