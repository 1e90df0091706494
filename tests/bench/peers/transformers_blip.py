#!/usr/bin/env python3
"""Hugging Face transformers' BLIP as a peer. usage: transformers_blip.py FOLDER captioner|retrieval|vqa float32 THREADS

Its API takes pixels for every text and every question. Its BLIP has an attention of its own, no choice of PyTorch's kernels.
"""

import peer
import torch
import transformers
from transformers import BlipForConditionalGeneration, BlipForImageTextRetrieval, BlipForQuestionAnswering

CLASSES = {
    "captioner": BlipForConditionalGeneration,
    "retrieval": BlipForImageTextRetrieval,
    "vqa": BlipForQuestionAnswering,
}


def open_model(inputs, layout):
    model, report = CLASSES[layout].from_pretrained(inputs.folder / layout, output_loading_info=True)
    if report["missing_keys"] or report["mismatched_keys"]:
        raise SystemExit(f"weights do not fit: {report}")
    return model.eval()


def captions(model, inputs, frames, beams):
    # generate() takes the last id off, as the tokenizer's [SEP]
    ids = torch.tensor([inputs.prompt + [inputs.sep]] * frames)
    pixels = torch.from_numpy(inputs.pixels[:frames])
    options = {"num_beams": beams, "min_length": 20, "max_length": 20, "do_sample": False}
    found = model.generate(pixel_values=pixels, input_ids=ids, **options)
    return {"ids": found.tolist(), "share": 1 / frames}


def answers(model, inputs, beams):
    options = {"num_beams": beams, "min_length": 4, "max_length": 4, "do_sample": False}
    pixels = torch.from_numpy(inputs.pixels[:1])
    return {"ids": model.generate(input_ids=torch.tensor([inputs.question]), pixel_values=pixels, **options).tolist()}


def match(model, inputs):
    pixels = torch.from_numpy(inputs.pixels[:1])
    return {"values": model(input_ids=torch.tensor([inputs.text]), pixel_values=pixels).itm_score.flatten().tolist()}


def main():
    inputs, layout, _, threads = peer.arguments()
    torch.set_grad_enabled(False)
    torch.set_num_threads(threads)
    model = open_model(inputs, layout)
    pixels = torch.from_numpy(inputs.pixels[:1])
    workloads = {
        "captioner": {
            "vit": lambda: model.vision_model(pixels) and None,
            "caption": lambda: captions(model, inputs, 1, 3),
            "caption_greedy": lambda: captions(model, inputs, 1, 1),
            "caption8": lambda: captions(model, inputs, 8, 3),
        },
        "retrieval": {"itm": lambda: match(model, inputs)},
        "vqa": {"vqa": lambda: answers(model, inputs, 1), "vqa_beams": lambda: answers(model, inputs, 3)},
    }[layout]
    peer.serve(f"transformers {transformers.__version__}, torch {torch.__version__}", workloads)


if __name__ == "__main__":
    main()
