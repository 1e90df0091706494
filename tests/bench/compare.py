#!/usr/bin/env python3
"""Measures gst-blip, and with --peers what else runs BLIP on a CPU, on the same weights and inputs.

    compare.py BUILD [--peers] [--rounds N] [--quick] [--only NAME …] [--docs]

Every implementation is a process of its own that answers "NAME SECONDS" lines. In each round each of them is measured once, in
turn, while the others are stopped; ratios are taken within a round. Prints Markdown, writes BUILD/bench/benchmarks.json;
--docs puts the tables into docs/benchmarks.md. Peers run on $BLIP_BENCH_PYTHON (default python3). scripts/bench calls this.
"""

import argparse
import ctypes
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import time

import report

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEERS = HERE / "peers"
THREADS = os.cpu_count() or 1
PRECISIONS = ("float32", "bfloat16", "int8")
SECTIONS = ("roofline", "speed", "start", "allocations", "pipeline", "train")


WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "10000"}  # as gst-blip sets for itself


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def die_with_parent():
    """A stopped process would outlive us for ever."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Child:
    """An implementation that answers; stopped while it is not asked."""

    def __init__(self, name, command, environment, log):
        self.name, self.failure, self.about = name, None, {"workloads": []}
        say(f"opening {name}")
        self.log = log
        with open(log, "w") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
                                            env=environment, preexec_fn=die_with_parent)
        answer = self.read()
        if answer is not None:
            self.about = answer
            self.process.send_signal(signal.SIGSTOP)

    def read(self):
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        self.process.wait()
        lines = [line for line in pathlib.Path(self.log).read_text().splitlines() if line.strip()]
        self.failure = lines[-1].strip() if lines else f"ended with {self.process.returncode}"
        return None

    def ask(self, workload, seconds):
        if self.failure:
            return {"error": self.failure}
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(f"{workload} {seconds}\n")
        self.process.stdin.flush()
        answer = self.read()
        if answer is None:
            return {"error": self.failure}
        self.process.send_signal(signal.SIGSTOP)
        return answer

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.send_signal(signal.SIGCONT)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Bench:
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(options.build) / "bench"
        self.data = self.folder / "table"
        self.logs = self.folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.python = os.environ.get("BLIP_BENCH_PYTHON", "python3")
        self.rounds = options.rounds or (1 if options.quick else 7)
        self.seconds = 0.2 if options.quick else 1.0
        self.found = {"rounds": self.rounds, "peers": options.peers, "notes": [], "machine": machine()}

    def environment(self, **more):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_", "KMP_"))}
        return kept | {"PYTHONDONTWRITEBYTECODE": "1"} | more

    def note(self, text):
        if text not in self.found["notes"]:
            self.found["notes"].append(text)
            say(text)

    def run(self, *command):
        """Output of one of our programs, which is JSON; None and a note where it fails."""
        ran = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                             env=self.environment(**WAITING))
        if ran.returncode == 0:
            return [json.loads(line) for line in ran.stdout.splitlines()]
        errors = ran.stderr.strip().splitlines()
        self.note(f"{pathlib.Path(command[0]).name} {' '.join(map(str, command[1:3]))}: {errors[-1] if errors else ran.returncode}")
        return None

    def program(self, name):
        path = self.folder / name
        return path if path.exists() else None

    # -- sections

    def roofline(self):
        if program := self.program("roofline_bench"):
            if answer := self.run(program):
                self.found["roofline"] = answer[0]
        else:
            self.note("no roofline: this build has no oneDNN")

    def candidates(self, layout):
        """(name, command, environment) of all that can run `layout`."""
        ours = self.environment(**WAITING)
        for precision in PRECISIONS:
            yield f"gst-blip {precision}", [self.folder / "speed_bench", "serve", self.data, layout, precision], ours
        if not self.options.peers:
            return
        python = lambda script, precision: [self.python, PEERS / script, self.data, layout, precision, str(THREADS)]
        yield "transformers float32", python("transformers_blip.py", "float32"), self.environment()
        if layout == "captioner":
            for precision in ("float32", "int8"):
                yield f"ONNX Runtime {precision}", python("onnxruntime_blip.py", precision), self.environment()
            for precision in ("float32", "bfloat16"):
                yield f"OpenVINO {precision}", python("openvino_blip.py", precision), self.environment()
            if candle := self.candle():
                yield "candle float32", [candle, self.data], self.environment(RAYON_NUM_THREADS=str(THREADS))

    def candle(self):
        """The program, built where cargo is; None and a note where it cannot be."""
        target = self.folder / "candle"
        program = target / "release" / "candle-peer"
        cargo = shutil.which("cargo") or shutil.which("cargo", path=str(pathlib.Path.home() / ".cargo/bin"))
        if cargo is None:
            self.note("without candle: there is no cargo (https://rustup.rs)")
            return program if program.exists() else None
        say("building candle-peer (minutes, the first time)")
        environment = self.environment(CARGO_TARGET_DIR=str(target), RUSTFLAGS="-C target-cpu=native")
        ran = subprocess.run([cargo, "build", "--release", "--locked", "--quiet", "--manifest-path", PEERS / "candle/Cargo.toml"],
                             env=environment, capture_output=True, text=True)
        if ran.returncode != 0:
            self.note(f"without candle: cargo: {(ran.stderr.strip().splitlines() or ['failed'])[0]}")
            return None
        return program

    def speed(self):
        if self.run(self.folder / "speed_bench", "prepare", self.data) is None:
            return
        if self.options.peers:
            self.make_graphs()
        speed = self.found["speed"] = {}
        about = self.found["versions"] = {}
        for layout in ("captioner", "retrieval", "vqa"):
            children = []
            try:
                for name, command, environment in self.candidates(layout):
                    log = self.logs / f"{name} {layout}.log".replace(" ", "-")
                    child = Child(name, [str(word) for word in command], environment, log)
                    if child.failure:
                        self.note(f"without {name} ({layout}): {child.failure[:200]}")
                    else:
                        about[name] = child.about["version"]
                        children.append(child)
                workloads = sorted({workload for child in children for workload in child.about["workloads"]})
                for number in range(self.rounds):
                    say(f"{layout}: round {number + 1} of {self.rounds}")
                    for workload in workloads:
                        able = [child for child in children if workload in child.about["workloads"]]
                        first = number % len(able)
                        for child in able[first:] + able[:first]:
                            self.record(speed, workload, child, number)
                    self.write()
            finally:
                for child in children:
                    child.close()

    def make_graphs(self):
        say("graphs for ONNX Runtime and OpenVINO (a minute, the first time)")
        ran = subprocess.run([self.python, PEERS / "caption_graphs.py", self.data], capture_output=True, text=True,
                             env=self.environment())
        lines = [line for line in ran.stderr.splitlines() if line.strip()] or ["failed"]
        if ran.returncode != 0:
            self.note(f"without the hand-built graphs: {lines[-1][:200]}")
        for line in lines:
            if line.startswith("hand-built graph against"):
                self.found["graph_check"] = line

    def record(self, speed, workload, child, number):
        answer = child.ask(workload, self.seconds)
        rows = speed.setdefault(workload, {}).setdefault(child.name, {"seconds": []})
        if "error" in answer:
            self.note(f"{child.name}, {workload}: {answer['error']}")
            return
        rows["seconds"] += [None] * (number - len(rows["seconds"])) + [answer["seconds"]]
        for key in ("ids", "values"):
            if answer.get(key):
                rows[key] = answer[key]
        say(f"  {workload:18} {child.name:22} {1e3 * answer['seconds']:10.2f} ms")

    def start(self):
        """Process start to first caption, and peak memory, once what a first start leaves behind is there."""
        found = self.found["start"] = {}
        for precision in PRECISIONS:
            rows = {"seconds": [], "peak_gb": []}
            for number in range(min(self.rounds, 5) + 1):
                taken = self.first_caption(precision)
                if taken is None:
                    break
                if number > 0:
                    rows["seconds"].append(taken[0])
                    rows["peak_gb"].append(taken[1])
            if rows["seconds"]:
                found[precision] = rows

    def first_caption(self, precision):
        command = [self.folder / "speed_bench", "first", self.data / "captioner", precision]
        begin = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=self.environment(**WAITING))
        line = process.stdout.readline()
        took = time.perf_counter() - begin
        rest, errors = process.stdout.read(), process.stderr.read()
        process.wait()
        if process.returncode != 0 or not line:
            self.note(f"start, {precision}: {(errors.strip().splitlines() or ['failed'])[-1]}")
            return None
        return took, json.loads(rest)["peak_gb"]

    def allocations(self):
        found = self.found["allocations"] = {}
        for precision in PRECISIONS:
            if answer := self.run(self.folder / "speed_bench", "allocations", self.data, precision):
                found[precision] = answer[0]

    def pipeline(self):
        program = self.program("pipeline_bench")
        if program is None:
            return self.note("no pipeline: this build has no GStreamer")
        found = self.found["pipeline"] = {}
        for precision in PRECISIONS:
            if answer := self.run(program, self.data, precision, self.clip(), min(self.rounds, 5)):
                found[precision] = answer[0]

    def clip(self):
        """12 s of moving pictures, 640x360, 25 frames a second."""
        path = self.folder / "360p.mp4"
        if not path.exists():
            source = "testsrc2=size=640x360:rate=25:duration=12"
            subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", "-c:v", "libx264",
                            str(path)], check=True)
        return path

    def train(self):
        program = self.program("train_bench")
        if program is None or not self.options.peers:
            return
        steps, rounds = (1, 1) if self.options.quick else (2, min(self.rounds, 3))
        command = [program, PEERS / "base.json", "4", steps, rounds, self.python, "peer"]
        if answer := self.run(*command):
            self.found["train"] = answer[0]

    def write(self):
        path = self.folder / "benchmarks.json"
        part = path.with_suffix(".json.part")
        part.write_text(json.dumps(self.found, indent=1) + "\n")
        part.rename(path)


def machine():
    info = pathlib.Path("/proc/cpuinfo").read_text()
    fields = dict(line.split(":", 1) for line in info.split("\n\n")[0].splitlines() if ":" in line)
    fields = {name.strip(): value.strip() for name, value in fields.items()}
    flags = set(fields.get("flags", fields.get("Features", "")).split())
    told = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_int8", "amx_bf16", "asimd", "i8mm", "bf16")
    memory = next(line for line in pathlib.Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    return {
        "cores": THREADS,
        "model": fields.get("model name", platform.machine()),
        "flags": [flag for flag in told if flag in flags],
        "memory_gb": round(int(memory.split()[1]) * 1024 / 1e9, 1),
        "system": " ".join(os.uname()[i] for i in (0, 2)),
        "load_before": os.getloadavg()[0],
        "date": time.strftime("%Y-%m-%d"),
        "commit": subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", help="the build folder")
    parser.add_argument("--peers", action="store_true", help="also measure transformers, ONNX Runtime, OpenVINO and candle")
    parser.add_argument("--rounds", type=int, help="how often each is measured (default: 7)")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that all works")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, help="these sections; the others as last written")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/benchmarks.md")
    parser.add_argument("--print", action="store_true", help="measure nothing: the tables of what was last written")
    options = parser.parse_args()
    bench = Bench(options)
    last = bench.folder / "benchmarks.json"
    if last.exists() and (options.print or tuple(options.only) != SECTIONS):
        bench.found = json.loads(last.read_text()) | ({} if options.print else {"machine": bench.found["machine"], "notes": []})
    if not options.print:
        for section in SECTIONS:
            if section in options.only:
                say(f"== {section}")
                getattr(bench, section)()
                bench.write()
        bench.found["machine"]["load_after"] = os.getloadavg()[0]
        bench.write()
    text = report.markdown(bench.found)
    print(text)
    if options.docs:
        report.replace(ROOT / "docs/benchmarks.md", "table", text)


if __name__ == "__main__":
    main()
