#!/usr/bin/env python3
"""The tables of scripts/bench table as Markdown; and what puts any benchmark's output between its marks in a page:

    report.py PAGE NAME FILE
"""

import pathlib
import statistics
import sys

# workload: what it is
WORKLOADS = {
    "vit": "ViT-B/16 at 384 px, 1 frame",
    "caption": "caption, 3 beams, 20 tokens, 1 frame",
    "caption_greedy": "caption, greedy, 20 tokens, 1 frame",
    "caption8": "caption, 3 beams, 20 tokens, 8 frames together, a frame",
    "step": "one decoder step of 3 beams",
    "itm": "ITM, 12 tokens, on a known frame",
    "window": "ITM over 16 frames, one of them new",
    "window_anew": "ITM over 16 frames, all encoded anew",
    "vqa": "VQA, greedy, 4 tokens: first question on a frame",
    "vqa_second": "VQA, greedy, 4 tokens: second question",
    "vqa_beams": "VQA, 3 beams, 4 tokens: first question",
    "vqa_second_beams": "VQA, 3 beams, 4 tokens: second question",
}
# What an API without a way to say "the same frame as before" does for the second.
AGAIN = {"vqa_second": "vqa", "vqa_second_beams": "vqa_beams"}
VIT_GFLOP = 111.0  # of ViT-B/16 at 384 px, multiplications and additions


def spread(values, unit):
    """Median and, of several, least and most."""
    digits = 0 if statistics.median(values) >= 100 else 1 if statistics.median(values) >= 20 else 2
    shown = f"{statistics.median(values):.{digits}f}{unit}"
    return f"{shown} ({min(values):.{digits}f} to {max(values):.{digits}f})" if len(values) > 1 else shown


def seconds(found, name, workload):
    speed = found.get("speed", {})
    rows = speed.get(workload, {}).get(name) or speed.get(AGAIN.get(workload), {}).get(name)
    return rows["seconds"] if rows else []


def ratios(found, ours, peer, workload, peer_workload=None):
    """How many times faster ours is, a number a round."""
    mine, theirs = seconds(found, ours, workload), seconds(found, peer, peer_workload or workload)
    return [b / a for a, b in zip(mine, theirs) if a and b]


def gemm_rate(found, kind="float32"):
    rates = [line["all_threads"] for line in found.get("roofline", {}).get("products", []) if line["type"] == kind]
    return max(rates, default=0)


def targets(found):
    """(what, values a round, must, aim, lower is better, unit)"""
    f32, int8 = "gst-blip float32", "gst-blip int8"
    hugging, ort, ov = "transformers float32", "ONNX Runtime int8", "OpenVINO float32"
    yield "ViT f32 against transformers", ratios(found, f32, hugging, "vit"), 2.4, 2.65, False, "x"
    yield "ViT f32 against OpenVINO f32", ratios(found, f32, ov, "vit"), 0.93, 1.0, False, "x"
    rate = gemm_rate(found)
    share = [100 * VIT_GFLOP / s / rate for s in seconds(found, f32, "vit") if s and rate]
    yield "ViT f32, all of its arithmetic, of the measured GEMM rate", share, None, 93, False, " %"
    yield "ViT int8 against ONNX Runtime int8", ratios(found, int8, ort, "vit"), 1.1, 1.6, False, "x"
    yield "ViT int8 against OpenVINO bf16", ratios(found, int8, "OpenVINO bfloat16", "vit"), 1.3, 2.0, False, "x"
    yield "caption f32 against transformers", ratios(found, f32, hugging, "caption"), 4, 4.8, False, "x"
    yield "caption f32 against hand-built OpenVINO f32", ratios(found, f32, ov, "caption"), 1.3, 1.6, False, "x"
    yield "caption int8 against transformers", ratios(found, int8, hugging, "caption"), 9, 15, False, "x"
    yield "caption int8 against hand-built ONNX Runtime int8", ratios(found, int8, ort, "caption"), 1.2, 2, False, "x"
    eight = "caption, 8 frames together, int8, a frame, against transformers batch 8"
    yield eight, ratios(found, int8, hugging, "caption8"), 12, 20, False, "x"
    yield "ITM pair on a known frame, f32, against transformers' API", ratios(found, f32, hugging, "itm"), 60, 100, False, "x"
    second = ratios(found, f32, hugging, "vqa_second")
    yield "second question on a known frame, f32, against transformers' API", second, 30, 60, False, "x"
    window = ratios(found, f32, f32, "window", "window_anew")
    yield "window of 16 frames, one new, f32, against recomputing", window, 12, 14, False, "x"
    start = found.get("start", {})
    of = lambda precision, key: start.get(precision, {}).get(key, [])
    yield "start to first caption, f32", of("float32", "seconds"), 1.5, 0.8, True, " s"
    yield "start to first caption, int8", of("int8", "seconds"), 1.0, 0.4, True, " s"
    yield "peak memory of captioning, f32", of("float32", "peak_gb"), 1.15, 1.05, True, " GB"
    yield "peak memory of captioning, int8", of("int8", "peak_gb"), 0.5, 0.40, True, " GB"
    for precision, counts in found.get("allocations", {}).items():
        yield f"heap allocations a decode step in own code, {precision}", [counts["own"]], 0, 0, True, ""
    yield "pre-training step, ViT-B shapes, against PyTorch", found.get("train", {}).get("ratios", []), 1.2, 1.8, False, "x"
    for precision, rows in found.get("pipeline", {}).items():
        yield f"whole pipeline against bare model time, {precision}", rows["ratios"], 1.05, 1.02, True, "x"


def verdict(value, must, aim, lower):
    reached = lambda goal: goal is not None and (value <= goal if lower else value >= goal)
    return "aim" if reached(aim) else "must" if reached(must) else "short"


def target_table(found):
    yield "| | must | aim | measured: median (min to max) | reached |"
    yield "|---|---:|---:|---:|---|"
    for what, values, must, aim, lower, unit in targets(found):
        goals = [("" if goal is None else f"{'<= ' if lower else ''}{goal:g}{unit}") for goal in (must, aim)]
        if values:
            measured, reached = spread(values, unit), verdict(statistics.median(values), must, aim, lower)
        else:
            measured = reached = "not measured"
        yield f"| {what} | {goals[0]} | {goals[1]} | {measured} | {reached} |"


def milliseconds(values):
    value = 1e3 * statistics.median(values)
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def speed_table(found):
    speed = found["speed"]
    names = [name for name in found["versions"] if any(name in rows for rows in speed.values())]
    yield "| ms, median | " + " | ".join(names) + " |"
    yield "|---|" + "---:|" * len(names)
    for workload, what in WORKLOADS.items():
        if workload not in speed:
            continue
        cells = []
        for name in names:
            values = [value for value in seconds(found, name, workload) if value]
            cells.append(milliseconds(values) if values else "")
        yield f"| {what} | " + " | ".join(cells) + " |"


def agreement(found):
    """Whether the implementations say the same, as lines."""
    for workload, rows in found.get("speed", {}).items():
        reference = next((name for name in ("transformers float32", "gst-blip float32") if name in rows), None)
        if reference is None:
            continue
        told = []
        for name, row in rows.items():
            if name == reference:
                continue
            if "ids" in row and "ids" in rows[reference]:
                pairs = list(zip(row["ids"], rows[reference]["ids"]))
                same = sum(a == b for a, b in pairs)
                told.append(f"{name} {same} of {len(pairs)}")
            elif row.get("values") and rows[reference].get("values"):
                told.append(f"{name} {max(abs(a - b) for a, b in zip(row['values'], rows[reference]['values'])):.1e}")
        if told:
            kind = "token ids equal" if "ids" in rows[reference] else "largest difference of a logit"
            yield f"- {WORKLOADS[workload]}: {kind} to {reference}'s: {', '.join(told)}"


def machine_lines(found):
    machine = found["machine"]
    roofline = found.get("roofline", {})
    yield (f"{machine['date']}, commit {machine['commit']}; {machine['cores']} cores of {machine['model']} "
           f"({', '.join(machine['flags'])}), {machine['memory_gb']} GB, {machine['system']}"
           + (f", oneDNN {roofline['onednn']}" if roofline else "")
           + f"; load before {machine['load_before']:.2f}, after {machine.get('load_after', 0):.2f}.")


def roofline_table(found):
    roofline = found["roofline"]
    yield "| GOP/s, M x 768 x 3072, packed weights | " + " | ".join(f"M = {m}" for m in (48, 144, 288, 577)) + " |"
    yield "|---|---:|---:|---:|---:|"
    for kind in ("float32", "bfloat16", "int8"):
        for used, title in (("one_thread", "one thread"), ("all_threads", f"{roofline['threads']} threads")):
            rates = [line[used] for line in roofline["products"] if line["type"] == kind]
            yield f"| {kind}, {title} | " + " | ".join(f"{rate:.0f}" if rate else "none" for rate in rates) + " |"
    yield ""
    yield (f"Reading memory: {roofline['read_one_thread']:.1f} GB/s with one thread, "
           f"{roofline['read_all_threads']:.1f} with {roofline['threads']}.")


def markdown(found):
    lines = [f"`scripts/bench table{' --peers' if found['peers'] else ''}`: {found['rounds']} rounds, in each of which every implementation is "
             "measured once while the others are stopped; ratios are taken within a round. BLIP-base, random weights, the same file and "
             "the same inputs for all; as many threads as cores.", ""]
    lines += machine_lines(found)
    lines += ["", "### To reach", "", *target_table(found)]
    if "roofline" in found:
        lines += ["", "### What the machine can do", "", *roofline_table(found)]
    if found.get("speed"):
        lines += ["", "### Times", "", *speed_table(found), ""]
        lines += ["Versions: " + "; ".join(f"{name}: {version}" for name, version in found["versions"].items() if name.split()[0] != "gst-blip") + "."]
        lines += ["", "Do they say the same?", "", *agreement(found)]
        if "graph_check" in found:
            lines += [f"- {found['graph_check']}"]
    if found["notes"]:
        lines += ["", "Left out:", "", *[f"- {note}" for note in found["notes"]]]
    return "\n".join(lines)


def replace(page, name, text):
    """Puts `text` between the marks that the page has for the benchmark `name`."""
    begin, end = (f"<!-- scripts/bench {name}: {mark} -->" for mark in ("begin", "end"))
    before, rest = page.read_text().split(begin, 1)
    page.write_text(f"{before}{begin}\n{text.strip()}\n{end}{rest.split(end, 1)[1]}")


if __name__ == "__main__":
    replace(pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3]).read_text())
