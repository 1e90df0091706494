#!/usr/bin/env python3
"""Measures the scan over an index of a million segments, and with --peers faiss and sqlite-vec on the same rows.

    index_compare.py BUILD [--peers] [--rounds N] [--quick] [--docs] [--print]

One thread each. In each round each of them is measured once, in turn, while the others are stopped; ratios are taken within a
round. Prints Markdown, writes BUILD/bench/index.json; --docs puts the tables into docs/benchmarks.md. Peers run on
$BLIP_BENCH_PYTHON (default python3). scripts/bench calls this.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time

import compare
import report

ROWS = 1_000_000
MILLIONS = (1, 2, 5, 10)
WORKLOADS = {
    "all": "all rows",
    "videos": "50 of 5000 videos (1 % of the rows)",
    "time": "the first 10 s of every video (1 % of the rows)",
    "together": "16 queries in one pass, all rows",
}
PEERS = ("faiss-f32", "faiss-f16", "sqlite-vec")
OURS = "gst-blip"


def ms(seconds):
    value = 1e3 * seconds
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


class IndexBench:
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(options.build) / "bench"
        self.data = self.folder / "index"
        self.program = self.folder / "index_bench"
        self.logs = self.folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.rounds = options.rounds or (1 if options.quick else 7)
        self.seconds = 0.3 if options.quick else 1.5
        self.found = {"rounds": self.rounds, "machine": compare.machine(), "notes": []}

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_", "KMP_", "OPENBLAS_"))}
        return kept | {"PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

    def run(self, *words):
        command = [str(self.program), *map(str, words)]
        ran = subprocess.run(command, capture_output=True, text=True, env=self.environment(), check=False)
        if ran.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: {ran.stderr.strip()}")
        return json.loads(ran.stdout) if ran.stdout.strip() else None

    def children(self):
        names = [OURS] + (list(PEERS) if self.options.peers else [])
        for name in names:
            script = [os.environ.get("BLIP_BENCH_PYTHON", "python3"), compare.PEERS / "index_peers.py", self.data, name]
            command = [self.program, "serve", self.data, "1"] if name == OURS else script
            child = compare.Child(name, [str(word) for word in command], self.environment(), self.logs / f"index-{name}.log")
            if child.failure:
                self.found["notes"].append(f"without {name}: {child.failure[:200]}")
            else:
                yield child

    def speed(self):
        children = []
        try:
            for child in self.children():
                children.append(child)
            self.found["versions"] = {child.name: child.about["version"] for child in children}
            ids = {child.name: child.ask("ids", 0)["ids"] for child in children}
            self.found["same"] = {name: self.agreement(ids[OURS], theirs) for name, theirs in ids.items() if name != OURS}
            times = self.found["times"] = {}
            for number in range(self.rounds):
                compare.say(f"round {number + 1} of {self.rounds}")
                for workload in WORKLOADS:
                    able = [child for child in children if workload in child.about["workloads"]]
                    first = number % len(able)
                    for child in able[first:] + able[:first]:
                        answer = child.ask(workload, self.seconds)
                        if "error" in answer:
                            self.found["notes"].append(f"{child.name}, {workload}: {answer['error']}")
                            continue
                        rows = times.setdefault(workload, {}).setdefault(child.name, [])
                        rows.append(answer["seconds"])
                        if "processor" in answer:
                            self.found.setdefault("processor", {}).setdefault(workload, []).extend(answer["processor"])
                        compare.say(f"  {workload:10} {child.name:12} {1e3 * statistics.median(rows[-1]):9.2f} ms")
        finally:
            for child in children:
                child.close()

    @staticmethod
    def agreement(ours, theirs):
        """How many of the rows that we find they find."""
        return [sum(len(set(a) & set(b)) for a, b in zip(ours, theirs)), sum(map(len, ours))]

    def start(self):
        found = self.found["start"] = {}
        for what in ("open", "search"):
            rows = []
            for _ in range(self.rounds + 1):
                begin = time.perf_counter()
                answer = self.run("start", self.data, what)
                rows.append(answer | {"process": time.perf_counter() - begin})
            found[what] = rows[1:]

    def measure(self):
        compare.say("an index of a million segments (minutes, the first time)")
        self.run("prepare", self.data, ROWS)
        self.run("start", self.data, "open")  # makes the copy
        self.start()
        self.speed()
        self.found["follow"] = self.run("follow", self.data)
        self.found["growth"] = []
        for millions in MILLIONS[:1] if self.options.quick else MILLIONS:
            compare.say(f"{millions} million rows")
            self.found["growth"].append(self.run("grow", self.data, millions))
        self.found["machine"]["load_after"] = os.getloadavg()[0]

    # -- tables

    def goals(self):
        times, processor = self.found["times"], self.found["processor"]
        flat = lambda workload: [value for row in times[workload][OURS] for value in row]
        yield "all rows, p50", ms(percentile(flat("all"), 0.5)), "60 ms"
        yield "all rows, p99", ms(percentile(flat("all"), 0.99)), "60 ms"
        yield "all rows, p99, processor time", ms(percentile(processor["all"], 0.99)), "60 ms"
        for workload in ("videos", "time"):
            yield f"{WORKLOADS[workload]}, p50", ms(percentile(flat(workload), 0.5)), "10 ms"
            yield f"{WORKLOADS[workload]}, p99", ms(percentile(flat(workload), 0.99)), "10 ms"
        start = self.found["start"]
        median = lambda what, key: statistics.median(row[key] for row in start[what])
        yield "a process that opens index and vectors, start to end", ms(median("open", "process")), "300 ms"
        yield "opening the vectors alone", ms(median("open", "vectors")), "100 ms"
        yield "a process with its first search, start to end", ms(median("search", "process")), "300 ms"

    def markdown(self):
        found = self.found
        machine = found["machine"]
        peers = " --peers" if len(found["versions"]) > 1 else ""
        yield (f"`scripts/bench index{peers}`: {ROWS:,} segments of 256 numbers, the best 64 of them, one thread; {found['rounds']} rounds, in each of which "
               "every implementation is measured once while the others are stopped; ratios are taken within a round.").replace(",000", " 000")
        yield ""
        yield (f"{machine['date']}, commit {machine['commit']}; {machine['cores']} cores of {machine['model']} ({', '.join(machine['flags'])}), {machine['memory_gb']} GB, "
               f"{machine['system']}; load before {machine['load_before']:.2f}, after {machine['load_after']:.2f}: others worked on the machine, which p99 shows.")
        yield from ("", "| | ms | must |", "|---|---:|---:|")
        for what, value, goal in self.goals():
            yield f"| {what} | {value} | {goal} |"
        names = list(found["versions"])
        yield from ("", "| ms, median | " + " | ".join(names) + " |", "|---|" + "---:|" * len(names))
        for workload, what in WORKLOADS.items():
            rows = found["times"][workload]
            cells = [ms(statistics.median(statistics.median(row) for row in rows[name])) if name in rows else "" for name in names]
            yield f"| {what} | " + " | ".join(cells) + " |"
        if len(names) > 1:
            yield from ("", "| times as long as gst-blip, median (min to max) | " + " | ".join(names[1:]) + " |", "|---|" + "---:|" * (len(names) - 1))
            for workload, what in WORKLOADS.items():
                rows = found["times"][workload]
                cells = []
                for name in names[1:]:
                    pairs = zip(rows.get(name, []), rows[OURS])
                    ratios = [statistics.median(theirs) / statistics.median(ours) for theirs, ours in pairs]
                    cells.append(report.spread(ratios, "x") if ratios else "")
                if any(cells):
                    yield f"| {what} | " + " | ".join(cells) + " |"
            yield ""
            yield ("Versions: " + "; ".join(f"{name}: {version}" for name, version in found["versions"].items() if name != OURS) + ". Of the 64 best rows of 20 queries they find "
                   + ", ".join(f"{name} {same} of {total}" for name, (same, total) in found["same"].items()) + ".")
        yield from ("", "| the scan alone, million rows | " + " | ".join(f"{row['rows'] // 1_000_000}" for row in found["growth"]) + " |", "|---|" + "---:|" * len(found["growth"]))
        for key, what in (("open", "open, ms"), ("first", "first search: read from the page cache, checked, scanned, ms"), ("one thread", "all rows, one thread, ms"),
                          ("two threads", "all rows, two threads, ms"), ("videos", "1 % of the videos, ms"), ("time", "the first 10 s of every video, ms")):
            yield f"| {what} | " + " | ".join(ms(row[key]) for row in found["growth"]) + " |"
        follow = found["follow"]
        yield from ("", f"| how the copy follows an index of {follow['rows']:,} segments | ms |".replace(",", " "), "|---|---:|")
        for key, what in (("from the index", "made from the index"), ("open", "opened, 1000 rows added and 1000 removed since"), ("nothing new", "refreshed, nothing new"),
                          ("1000 new rows", "refreshed, 1000 new rows"), ("1000 removed rows", "refreshed, 1000 rows removed"),
                          ("a tenth more", "refreshed, a tenth more rows: written anew")):
            yield f"| {what} | {ms(follow[key])} |"
        for note in found["notes"]:
            yield f"\n{note}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", help="the build folder")
    parser.add_argument("--peers", action="store_true", help="also measure faiss and sqlite-vec")
    parser.add_argument("--rounds", type=int, help="how often each is measured (default: 7)")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that all works")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/benchmarks.md")
    parser.add_argument("--print", action="store_true", help="measure nothing: the tables of what was last written")
    bench = IndexBench(parser.parse_args())
    written = bench.folder / "index.json"
    if bench.options.print:
        bench.found = json.loads(written.read_text())
    else:
        bench.measure()
        written.write_text(json.dumps(bench.found, indent=1) + "\n")
    text = "\n".join(bench.markdown())
    print(text)
    if bench.options.docs:
        report.replace(compare.ROOT / "docs/benchmarks.md", "index", text)


if __name__ == "__main__":
    main()
