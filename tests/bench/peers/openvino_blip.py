#!/usr/bin/env python3
"""OpenVINO over the graphs of caption_graphs.py as a peer. usage: openvino_blip.py FOLDER captioner float32|bfloat16 THREADS"""

import caption_graphs
import openvino
import peer

PRECISIONS = {"float32": "f32", "bfloat16": "bf16"}


def main():
    inputs, _, precision, threads = peer.arguments()
    folder = caption_graphs.graphs(inputs.folder)
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": PRECISIONS[precision],
        "PERFORMANCE_HINT": "LATENCY",
    }
    core = openvino.Core()
    requests = {}
    for name in ("vit", "cross", "prefill", "step"):
        requests[name] = core.compile_model(folder / f"{name}.onnx", "CPU", settings).create_infer_request()

    def run(name, *given):
        # what a step gives is what the next one is given: a copy; the others' results need none
        found = requests[name].infer(list(given), share_inputs=True, share_outputs=name != "step")
        return [found[i] for i in range(len(found))]

    peer.serve(f"OpenVINO {openvino.__version__.split('-')[0]}", caption_graphs.workloads(inputs, run))


if __name__ == "__main__":
    main()
