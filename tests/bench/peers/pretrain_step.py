#!/usr/bin/env python3
"""Samples/s of a pre-training step of BLIP as the original code does it (blip_pretrain.py), on the CPU.

    python3 tests/bench/peers/pretrain_step.py --config tests/bench/peers/tiny.json --batch 32 --threads 2
    python3 tests/bench/peers/pretrain_step.py --golden tests/data/golden        # the same losses as the original's?

Weights, pictures and texts are random; texts have 8 to 20 tokens, padded to 30. Needs PyPI's torch; --golden also safetensors.
"""

import argparse
import json
import pathlib
import time

import torch

from blip_pretrain import BlipPretrain

LENGTH = 30


def optimiser_of(model):
    return torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-4, weight_decay=0.05)


def train_step(model, optimiser, *batch):
    loss_ita, loss_itm, loss_lm = model(*batch)
    optimiser.zero_grad()
    (loss_ita + loss_itm + loss_lm).backward()
    optimiser.step()
    return loss_ita.item(), loss_itm.item(), loss_lm.item()


def random_batch(config, batch, number):
    """The lengths that the C++ benchmark takes, too."""
    side, vocabulary = config["vision_config"]["image_size"], config["text_config"]["vocab_size"]
    lengths = torch.tensor([8 + (5 * (number * batch + i)) % 13 for i in range(batch)])
    ids = torch.randint(5, vocabulary - 2, (batch, LENGTH))
    mask = (torch.arange(LENGTH)[None] < lengths[:, None]).long()
    return torch.randn(batch, 3, side, side), ids * mask, mask


def measure(arguments):
    config = json.loads(pathlib.Path(arguments.config).read_text())
    torch.manual_seed(0)
    model = BlipPretrain(config, arguments.queue, dropout=arguments.dropout).train()
    optimiser = optimiser_of(model)
    batches = [random_batch(config, arguments.batch, number) for number in range(arguments.warm_up + arguments.steps)]
    start = 0.0
    for number, batch in enumerate(batches):
        if number == arguments.warm_up:
            start = time.perf_counter()
        train_step(model, optimiser, *batch, 0.4)
    print(f"{arguments.batch * arguments.steps / (time.perf_counter() - start):.3f}")


def compare(folder):
    from safetensors.torch import load_file

    record = json.loads((folder / "training/pretrain.json").read_text())
    arrays = load_file(folder / "training/pretrain.safetensors")
    pixels = load_file(folder / "pth/images.safetensors")["pixel_values"]
    config = json.loads((folder / record["init"].replace(".pth", ".config.json")).read_text())
    model = BlipPretrain(config, record["queue_size"], record["momentum"], dropout=0).train()
    model.load_state_dict(torch.load(folder / record["init"])["model"])
    settings = record["optimizer"]
    optimiser = optimiser_of(model)
    for group in optimiser.param_groups:
        group.update(lr=settings["lr"], weight_decay=settings["weight_decay"], eps=settings["eps"])
    worst = 0.0
    for number, step in enumerate(record["steps"], start=1):
        ids, mask = arrays[f"step{number}.input_ids"], arrays[f"step{number}.attention_mask"]
        negatives = (step["negative_images"], step["negative_texts"])
        losses = train_step(model, optimiser, pixels[step["images"]], ids, mask, step["alpha"], negatives)
        for name, found in zip(("loss_ita", "loss_itm", "loss_lm"), losses):
            worst = max(worst, abs(found - step[name]) / abs(step[name]))
    print(f"{len(record['steps'])} steps, largest relative difference of a loss: {worst:.1e}")
    if worst > 1e-5:
        raise SystemExit("the losses differ from the original's by more than 1e-5")


def main():
    here = pathlib.Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", default=here / "tiny.json", help="sizes, in the layout of Hugging Face's config.json")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--queue", type=int, default=1024, help="a multiple of the batch")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--golden", type=pathlib.Path, help="folder of the reference data: compare instead of measuring")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    compare(arguments.golden) if arguments.golden else measure(arguments)


if __name__ == "__main__":
    main()
