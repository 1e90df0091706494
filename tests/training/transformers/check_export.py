#!/usr/bin/env python3
"""Loads models that blip-train wrote with transformers and compares what they say with gst-blip.

    python3 -m venv venv && venv/bin/pip install torch transformers pillow
    source scripts/env
    venv/bin/python tests/training/transformers/check_export.py --caption runs/caption/model --vqa runs/vqa/model \
        --question "what color is the circle?" --matcher runs/retrieval/model --text "a red circle" PICTURE...

Captions are compared greedily, as beams are scored differently by the two; with --itm-token cls, as transformers leaves [CLS].
Nothing needs this script to build or run; it is the check that the directories are what others can read.
"""
import argparse
import json
import subprocess
import sys

import torch
from PIL import Image
from transformers import AutoProcessor, BlipForConditionalGeneration, BlipForImageTextRetrieval, BlipForQuestionAnswering


def gst_blip(*arguments):
    lines = subprocess.run(["gst-blip", *arguments], check=True, capture_output=True, text=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


def check(kind, picture, ours, theirs, same):
    print(f"{'same' if same else 'DIFFERENT'}  {kind}  {picture}: {ours!r}" + ("" if same else f" but transformers: {theirs!r}"))
    return same


def captions(directory, pictures):
    processor = AutoProcessor.from_pretrained(directory)
    model = BlipForConditionalGeneration.from_pretrained(directory).float().eval()
    records = gst_blip("caption", *pictures, "--model", directory, "--num-beams", "1", "--max-length", "30", "--format", "json")
    for picture, record in zip(pictures, records, strict=True):
        inputs = processor(Image.open(picture).convert("RGB"), "a picture of ", return_tensors="pt")
        ids = model.generate(**inputs, num_beams=1, do_sample=False, max_length=30, min_length=5)
        text = processor.decode(ids[0], skip_special_tokens=True).removeprefix("a picture of ").strip()
        yield check("caption", picture, record["text"], text, record["text"] == text)


def answers(directory, pictures, question):
    processor = AutoProcessor.from_pretrained(directory)
    model = BlipForQuestionAnswering.from_pretrained(directory).float().eval()
    for picture in pictures:
        record = gst_blip("ask", picture, question, "--model", directory, "--num-beams", "1", "--format", "json")[0]
        inputs = processor(Image.open(picture).convert("RGB"), question, return_tensors="pt")
        inputs["input_ids"][:, 0] = model.config.text_config.vocab_size - 1  # [ENC], as trained
        text = processor.decode(model.generate(**inputs, num_beams=1)[0], skip_special_tokens=True)
        yield check("answer", picture, record["text"], text, record["text"] == text)


def matches(directory, pictures, text):
    processor = AutoProcessor.from_pretrained(directory)
    model = BlipForImageTextRetrieval.from_pretrained(directory).float().eval()
    for picture in pictures:
        record = gst_blip("match", picture, text, "--model", directory, "--itm-token", "cls", "--threshold", "0", "--scores", "--format", "json")[0]
        ours = record["scores"][0]["probability"]
        inputs = processor(Image.open(picture).convert("RGB"), text, return_tensors="pt")
        with torch.no_grad():
            probability = model(**inputs, use_itm_head=True)[0].softmax(-1)[0, 1].item()
        yield check("match", picture, ours, probability, abs(ours - probability) < 1e-3)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--caption"), parser.add_argument("--vqa"), parser.add_argument("--matcher")
    parser.add_argument("--question", default="what color is the circle?"), parser.add_argument("--text", default="a red circle")
    parser.add_argument("pictures", nargs="+")
    given = parser.parse_args()
    results = []
    with torch.no_grad():
        if given.caption:
            results += captions(given.caption, given.pictures)
        if given.vqa:
            results += answers(given.vqa, given.pictures, given.question)
        if given.matcher:
            results += matches(given.matcher, given.pictures, given.text)
    print(f"{sum(results)} of {len(results)} the same")
    sys.exit(0 if results and all(results) else 1)


if __name__ == "__main__":
    main()
