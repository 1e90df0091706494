#!/usr/bin/env python3
"""Measures linear layers of language models on weights as they are stored, and with --peers the same on others.

    language_compare.py BUILD [--peers] [--quick]

Prints Markdown, writes BUILD/bench/language.json. --quick: one form alone. Peers: torch.nn.functional.linear, which
transformers computes with, on $BLIP_BENCH_PYTHON (default python3), and ggml, llama.cpp's arithmetic, where
$BLIP_BENCH_GGML names the folder of libggml-cpu.so and libggml-base.so. scripts/bench calls this.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess

import compare

FORMS = ("float32", "float16", "bfloat16", "int8", "int4")
PEERS = pathlib.Path(__file__).parent / "peers" / "language_peers.py"
SHARE = 0.7  # of the bandwidth: the aim


def key(product):
    return product["shape"], product["rows"]


def rate(product, read=None):
    """GB/s of weights, and the share of the bandwidth."""
    value = product["bytes"] / product["seconds"] / 1e9
    return f"{value:.1f}" if read is None else f"{value:.1f} ({100 * value / read:.0f} %)"


def ms(product):
    return f"{1e3 * product['seconds']:.2f}" if product else ""


def bandwidth_table(found):
    read = found["read_GB_s"]
    for rows in (1, 5):
        yield f"GB/s of weights, {rows} row{'s' if rows > 1 else ''} (share of the bandwidth):\n"
        yield "| layer | out x in | " + " | ".join(found["forms"]) + " |"
        yield "|---|---|" + "---:|" * len(found["forms"])
        for shape in found["shapes"]:
            lines = [found["ours"][form][shape, rows] for form in found["forms"]]
            yield f"| {shape} | {lines[0]['out']} x {lines[0]['in']} | " + " | ".join(rate(p, read) for p in lines) + " |"
        shares = {
            form: statistics.median(
                found["ours"][form][shape, rows]["bytes"] / found["ours"][form][shape, rows]["seconds"] / 1e9 / read
                for shape in found["shapes"]
            )
            for form in found["forms"]
        }
        yield "| median share | | " + " | ".join(f"{100 * shares[f]:.0f} %" for f in found["forms"]) + " |\n"


def prefill_table(found):
    yield "GFLOP/s, 40 rows:\n"
    yield "| layer | " + " | ".join(found["forms"]) + " |"
    yield "|---|" + "---:|" * len(found["forms"])
    for shape in found["shapes"]:
        lines = [found["ours"][form][shape, 40] for form in found["forms"]]
        rates = [2e-9 * 40 * p["out"] * p["in"] / p["seconds"] for p in lines]
        yield f"| {shape} | " + " | ".join(f"{r:.0f}" for r in rates) + " |"
    yield ""


# a peer's name and the form of ours that reads as many bytes
SIDES = {
    "torch float32": "float32",
    "torch bfloat16": "bfloat16",
    "ggml F16": "float16",
    "ggml Q8_0": "int8",
    "ggml Q4_0": "int4",
}


def peer_table(found):
    for rows in (1, 5, 40):
        names = [name for name in SIDES if any(key == (name, rows) for key in found["peers"])]
        if not names:
            continue
        yield f"Milliseconds, {rows} row{'s' if rows > 1 else ''}: gst-blip / peer\n"
        yield "| layer | " + " | ".join(f"{SIDES[n]} / {n}" for n in names) + " |"
        yield "|---|" + "---:|" * len(names)
        for shape in found["shapes"]:
            cells = []
            for name in names:
                ours, theirs = found["ours"][SIDES[name]][shape, rows], found["peers"][name, rows].get(shape)
                cells.append(f"{ms(ours)} / {ms(theirs)}" if theirs else "")
            yield f"| {shape} | " + " | ".join(cells) + " |"
        yield ""


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(build, options):
    threads = str(os.cpu_count())
    forms = FORMS[3:4] if options.quick else FORMS
    before = os.getloadavg()[0]
    ours = run([build / "bench" / "language_bench", threads, *forms])
    found = {"load": [before], "read_GB_s": ours["read_GB_s"], "isa": ours["isa"], "forms": forms, "peers": {}}
    found["shapes"] = list(dict.fromkeys(p["shape"] for p in ours["products"]))
    found["ours"] = {form: {key(p): p for p in ours["products"] if p["form"] == form} for form in forms}
    found["versions"] = []
    if options.peers:
        shapes = [[p["shape"], p["out"], p["in"]] for p in found["ours"][forms[0]].values() if p["rows"] == 1]
        python = os.environ.get("BLIP_BENCH_PYTHON", "python3")
        for peer in ("torch", "ggml"):
            if peer == "ggml" and not os.environ.get("BLIP_BENCH_GGML"):
                continue
            if not any(name.startswith(peer) and form in forms for name, form in SIDES.items()):
                continue
            theirs = run([python, PEERS, peer, threads, json.dumps(shapes)])
            found["versions"].append(theirs["version"])
            for p in theirs["products"]:
                if SIDES[p["form"]] in forms:
                    found["peers"].setdefault((p["form"], p["rows"]), {})[p["shape"]] = p
    found["load"].append(os.getloadavg()[0])
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options, _ = parser.parse_known_args()
    found = measure(options.build, options)
    m = compare.machine()
    lines = [
        f"{m['date']}, commit {m['commit']}; {m['cores']} cores of {m['model']} ({', '.join(m['flags'])}), {m['system']}; "
        f"loops for {found['isa']}; reading memory {found['read_GB_s']:.1f} GB/s with all threads; "
        f"load before {found['load'][0]:.2f}, after {found['load'][1]:.2f}. Shortest runs; the aim is "
        f"{100 * SHARE:.0f} % of the bandwidth for one row.\n",
        *bandwidth_table(found),
        *prefill_table(found),
        *peer_table(found),
    ]
    if found["versions"]:
        lines.append("Versions: " + ", ".join(found["versions"]) + ".")
    print("\n".join(lines))
    plain = {**found, "ours": list(p for form in found["ours"].values() for p in form.values())}
    plain["peers"] = [p for shapes in found["peers"].values() for p in shapes.values()]
    (options.build / "bench" / "language.json").write_text(json.dumps(plain, indent=1))


if __name__ == "__main__":
    main()
