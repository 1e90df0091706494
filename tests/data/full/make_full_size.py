#!/usr/bin/env python3
"""Writes a BLIP-base captioner at 384 px with seeded random weights, and what transformers generates with it.

  python3 -m venv venv && venv/bin/pip install torch==2.15.0 transformers==5.23.0 safetensors numpy
  venv/bin/python tests/data/full/make_full_size.py FOLDER          # about 1.2 GB, a few minutes on two cores
  BLIP_FULL_DIR=FOLDER scripts/test --all

Linear weights are drawn with a standard deviation of 1.2 / sqrt(fan in); 45 optimiser steps on made-up captions then make the model stop at
different lengths and depend on the picture (a purely random decoder repeats one token). The captions mean nothing.
The vocabulary is a made-up one of 30,522 entries; ids are what is compared. Files: a directory as save_pretrained writes it, inputs.safetensors
(pixel_values [4, 3, 384, 384]) and expected.json (runs of `generate`: greedy, beam 3, and greedy with a repetition penalty; without one
such a model still repeats words. Beams with the penalty are left out: permutations of the same words then lie within 1e-6 of each other).
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import BlipConfig, BlipForConditionalGeneration

SEED, IMAGES, STEPS = 20220128, 4, 45
MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


def pictures(count):
    """Smooth random pictures of 8-bit values, normalised: [count, 3, 384, 384]."""
    coarse = torch.rand(count, 3, 6, 6)
    smooth = torch.nn.functional.interpolate(coarse, size=(384, 384), mode="bicubic", align_corners=False)
    levels = (smooth.clamp(0, 1) * 255).round() / 255
    mean, std = torch.tensor(MEAN).view(1, 3, 1, 1), torch.tensor(STD).view(1, 3, 1, 1)
    return (levels - mean) / std


def draw(model):
    for name, parameter in model.named_parameters():
        if "position_embedding" in name or "class_embedding" in name or "word_embeddings" in name:
            torch.nn.init.normal_(parameter, std=0.1)
        elif parameter.dim() >= 2:
            fan_in = parameter[0].numel()
            torch.nn.init.normal_(parameter, std=1.2 / fan_in**0.5)
        elif name.endswith("bias"):
            torch.nn.init.normal_(parameter, std=0.02)
        else:
            torch.nn.init.ones_(parameter)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    config = BlipConfig(
        text_config=dict(vocab_size=30524, hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072,
                         encoder_hidden_size=768, bos_token_id=30522, sep_token_id=102, pad_token_id=0, is_decoder=True),
        vision_config=dict(hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072, image_size=384, patch_size=16),
    )
    model = BlipForConditionalGeneration(config)
    draw(model)
    pixels = pictures(IMAGES)

    words = torch.randint(1000, 30000, (IMAGES, 12))
    ids = torch.full((IMAGES, 14), 0)
    for i in range(IMAGES):
        length = 5 + 2 * i
        ids[i, 0] = 30522
        ids[i, 1 : 1 + length] = words[i, :length]
        ids[i, 1 + length] = 102
    text = [p for n, p in model.named_parameters() if n.startswith("text_decoder")]
    optimiser = torch.optim.Adam(text, lr=3e-4)
    model.train()
    with torch.no_grad():
        states = model.vision_model(pixels).last_hidden_state
    for step in range(STEPS):
        logits = model.text_decoder(input_ids=ids, attention_mask=(ids != 0).long(), encoder_hidden_states=states).logits
        loss = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten(), ignore_index=0)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        print(f"step {step}: loss {loss.item():.3f}", flush=True)

    model.eval()
    runs = []
    for name, kwargs in (("greedy", dict(num_beams=1, do_sample=False, max_length=20)),
                         ("beam3", dict(num_beams=3, do_sample=False, max_length=20, min_length=5)),
                         ("greedy_penalty", dict(num_beams=1, do_sample=False, max_length=20, repetition_penalty=1.5))):
        sequences = []
        for i in range(IMAGES):
            with torch.no_grad():
                out = model.generate(pixel_values=pixels[i : i + 1], **kwargs)[0].tolist()
            sequences.append(out[: out.index(102) + 1] if 102 in out else out)
        print(name, sequences, flush=True)
        runs.append(dict(name=name, kwargs=kwargs, sequences=sequences))

    model.save_pretrained(folder)
    special = {0: "[PAD]", 100: "[UNK]", 101: "[CLS]", 102: "[SEP]", 103: "[MASK]"}
    (folder / "vocab.txt").write_text("".join(special.get(i, f"token{i}") + "\n" for i in range(30522)))
    save_file({"pixel_values": pixels.contiguous()}, folder / "inputs.safetensors")
    import transformers
    (folder / "expected.json").write_text(json.dumps(dict(made_with=f"transformers {transformers.__version__}, torch {torch.__version__}", generate=runs)))


if __name__ == "__main__":
    main()
