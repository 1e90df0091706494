#!/usr/bin/env python3
"""ONNX Runtime over the graphs of caption_graphs.py as a peer. usage: onnxruntime_blip.py FOLDER captioner float32|int8 THREADS

int8: quantize_dynamic, weights signed, of every matrix product with constant weights.
"""

import caption_graphs
import onnxruntime
import peer


def quantised(folder, name):
    """The path of the graph in int8; made first where it is not there."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    path = folder / f"{name}.int8.onnx"
    if not path.exists():
        model = onnx.load(folder / f"{name}.onnx")
        del model.graph.value_info[:]  # the exporter's shapes confuse the quantiser
        plain = folder / f"{name}.plain.onnx"
        onnx.save(model, plain, save_as_external_data=True, location=f"{name}.plain.data")
        quantize_dynamic(plain, path, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul", "Gemm"])
        for file in folder.glob(f"{name}.plain.*"):
            file.unlink()
    return path


def main():
    inputs, _, precision, threads = peer.arguments()
    folder = caption_graphs.graphs(inputs.folder)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    sessions = {}
    for name in ("vit", "cross", "prefill", "step"):
        path = quantised(folder, name) if precision == "int8" else folder / f"{name}.onnx"
        sessions[name] = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = {name: [given.name for given in session.get_inputs()] for name, session in sessions.items()}

    def run(name, *given):
        return sessions[name].run(None, dict(zip(names[name], given)))

    peer.serve(f"ONNX Runtime {onnxruntime.__version__}", caption_graphs.workloads(inputs, run))


if __name__ == "__main__":
    main()
