"""What the Python peers have in common: the inputs, and the line protocol of scripts/bench.

A peer says {"workloads": […], "version": …}, then answers every line "NAME SECONDS" with
{"seconds": median of runs that take SECONDS together, "runs": …, "ids": […], "values": […]}.
"""

import json
import os
import pathlib
import statistics
import sys
import time

import numpy


class Inputs:
    """What speed_bench prepare wrote."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        values = json.loads((self.folder / "inputs.json").read_text())
        side = values["side"]
        self.pixels = numpy.fromfile(self.folder / "pixels.f32", numpy.float32).reshape(values["frames"], 3, side, side)
        self.prompt, self.text, self.question = values["prompt"], values["text"], values["question"]
        self.sep, self.start = values["sep"], values["start"]


def serve(version, workloads):
    """workloads: name -> function that runs once and returns None or a dictionary of "ids" [sequences][tokens], "values",
    "seconds" (where not all of the run counts), "share" (what of the run's time counts)."""
    say = lambda answer: print(json.dumps(answer), file=answers, flush=True)
    say({"workloads": sorted(workloads), "version": version})
    warm = set()
    for line in sys.stdin:
        name, wanted = line.split()
        try:
            if name not in warm:
                workloads[name]()
                warm.add(name)
            times, spent, found = [], 0.0, None
            while not times or spent < float(wanted):
                begin = time.perf_counter()
                found = workloads[name]()
                took = time.perf_counter() - begin
                spent += took
                found = {} if found is None else found
                times.append(found.pop("seconds", took * found.pop("share", 1)))
            say({"seconds": statistics.median(times), "runs": len(times), **found})
        except Exception as error:  # the next workload may work
            say({"error": f"{type(error).__name__}: {error}".splitlines()[0][:300]})


def arguments():
    """(inputs, layout, precision, threads): of the command line PEER.py FOLDER LAYOUT PRECISION THREADS."""
    return Inputs(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])


# Libraries print to stdout; the answers keep it for themselves.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
