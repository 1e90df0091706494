"""Reads a training's event files with TensorBoard's own reader and compares them with its metrics.jsonl.

    python3 -m venv tb && tb/bin/pip install tensorboard setuptools
    tb/bin/python tests/training/trainer/check_event_file.py OUT

OUT is the folder of a training. Exits with 1 when a value is missing or another.
"""
import json
import math
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def main(folder):
    accumulator = EventAccumulator(folder, size_guidance={"scalars": 0})
    accumulator.Reload()
    read = {tag: {e.step: e.value for e in accumulator.Scalars(tag)} for tag in accumulator.Tags()["scalars"]}
    compared = 0
    with open(folder + "/metrics.jsonl") as lines:
        for line in lines:
            values = json.loads(line)
            step = values.pop("step")
            for name, value in values.items():
                if value is None:
                    continue
                found = read.get(name, {}).get(step)
                if found is None or not math.isclose(found, value, rel_tol=1e-6, abs_tol=1e-30):
                    sys.exit(f"step {step}: {name} is {found} in the event files, {value} in metrics.jsonl")
                compared += 1
    if compared == 0:
        sys.exit("nothing to compare")
    print(f"{compared} values of {len(read)} metrics are the same")


if __name__ == "__main__":
    main(sys.argv[1])
