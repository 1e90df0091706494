"""Golden pictures of BLIP's training augmentation, computed by the original code.

    python make_augment_goldens.py --blip CLONE_OF_salesforce/BLIP

Needs numpy < 2, opencv-python-headless 4.6.0.66, pillow, torchvision and safetensors. CLONE is only read from
(transform/randaugment.py); none of its code lies in this repository. Writes augment.safetensors (pictures, [height, width, 3]
bytes) and augment.json (what was computed from which picture) beside this script.
"""

import argparse
import importlib.util
import json
import pathlib

import cv2
import numpy
import PIL
import torchvision
from PIL import Image
from safetensors.numpy import save_file
from torchvision.transforms.functional import InterpolationMode, resized_crop

FILL = (128, 128, 128)
HERE = pathlib.Path(__file__).parent


def make_pictures():
    random = numpy.random.RandomState(5)
    pictures = {}
    for name, height, width, low, high in [("wide", 48, 64, 0, 255), ("tall", 61, 45, 30, 200)]:
        y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float64)
        base = numpy.stack([x / width, y / height, (numpy.sin(x / 5) * numpy.cos(y / 7) + 1) / 2], axis=2)
        base[height // 4:height // 2, width // 3:width // 2] = (0.9, 0.2, 0.1)
        noisy = base + random.normal(0, 0.08, base.shape)
        pictures[name] = (low + noisy.clip(0, 1) * (high - low)).astype(numpy.uint8)
    flat = numpy.full((9, 11, 3), 77, numpy.uint8)
    flat[4, 5] = (77, 78, 0)
    pictures["flat"] = flat
    return pictures


def operations():
    yield from [("Identity", ()), ("AutoContrast", ()), ("Equalize", ())]
    for factor in (0.1, 0.64, 1.0, 1.9):
        yield "Brightness", (factor,)
        yield "Sharpness", (factor,)
    for factor in (0.15, -0.15, 0.3):
        yield "ShearX", (factor, FILL)
        yield "ShearY", (factor, FILL)
    for pixels in (5.0, -5.0, 2.5):
        yield "TranslateX", (pixels, FILL)
        yield "TranslateY", (pixels, FILL)
    for degrees in (15.0, -15.0, 7.3):
        yield "Rotate", (degrees, FILL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--blip", type=pathlib.Path, required=True)
    path = parser.parse_args().blip / "transform" / "randaugment.py"
    spec = importlib.util.spec_from_file_location("randaugment", path)
    original = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(original)

    pictures = make_pictures()
    arrays = {"picture/" + name: pixels for name, pixels in pictures.items()}
    report = {
        "versions": {"opencv": cv2.__version__, "numpy": numpy.__version__, "pillow": PIL.__version__,
                     "torchvision": torchvision.__version__},
        "operations": [], "arguments": [], "crops": [],
    }
    for name, pixels in pictures.items():
        for op, arguments in operations():
            key = f"operation/{len(report['operations'])}"
            arrays[key] = numpy.ascontiguousarray(original.func_dict[op](pixels, *arguments))
            report["operations"].append({"picture": name, "op": op, "argument": arguments[0] if arguments else 0,
                                         "result": key})
    # What the original makes of a magnitude, without the sign, which is drawn.
    for op in original.arg_dict:
        for magnitude in (0, 3, 5, 10):
            arguments = original.arg_dict[op](magnitude)
            report["arguments"].append({"op": op, "magnitude": magnitude,
                                        "argument": abs(arguments[0]) if arguments else 0})
    used = {op for op, _ in operations()}
    report["arguments"] = [entry for entry in report["arguments"] if entry["op"] in used]

    for name, top, left, height, width, side in [("wide", 0, 0, 48, 64, 24), ("wide", 5, 11, 30, 40, 24),
                                                 ("wide", 20, 33, 12, 9, 24), ("tall", 7, 3, 24, 24, 24),
                                                 ("tall", 1, 2, 59, 41, 33), ("tall", 60, 44, 1, 1, 8)]:
        key = f"crop/{len(report['crops'])}"
        result = resized_crop(Image.fromarray(pictures[name]), top, left, height, width, [side, side],
                              interpolation=InterpolationMode.BICUBIC)
        arrays[key] = numpy.array(result)
        report["crops"].append({"picture": name, "top": top, "left": left, "height": height, "width": width,
                                "side": side, "result": key})
    save_file(arrays, str(HERE / "augment.safetensors"))
    (HERE / "augment.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
