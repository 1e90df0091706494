#!/usr/bin/env python3
"""One linear layer after the other, on random weights that no cache holds, as JSON.

    language_peers.py torch|ggml THREADS SHAPES      SHAPES: [[name, out, in], ...]

torch: torch.nn.functional.linear, as transformers' layers call it, in float32 and bfloat16. ggml: ggml_mul_mat of F16, Q8_0
and Q4_0 weights as a graph of layers, through the libraries in $BLIP_BENCH_GGML (built with GGML_NATIVE; without the
repacked layouts of llama.cpp's own buffers).
"""

import ctypes
import json
import os
import sys
import time

ROWS = (1, 5, 40)
NO_CACHE_HOLDS = 256 << 20
MOST = 768 << 20


def shortest(work):
    """Of as many runs as fit in half a second, at least seven."""
    work()
    times = []
    while sum(times) < 0.5 or len(times) < 7:
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def copies(size):
    return max(1, min(MOST // size, max(NO_CACHE_HOLDS // size, 1)))


def with_torch(threads, shapes):
    import torch

    torch.set_num_threads(threads)
    products = []
    for name, out, width in shapes:
        for kind in (torch.float32, torch.bfloat16):
            size = out * width * kind.itemsize
            weights = [torch.randn(out, width).to(kind) for _ in range(copies(size))]
            bias = torch.randn(out).to(kind)
            for rows in ROWS:
                x, turn = torch.randn(rows, width).to(kind), iter(range(1 << 60))
                work = lambda: torch.nn.functional.linear(x, weights[next(turn) % len(weights)], bias)
                with torch.inference_mode():
                    seconds = shortest(work)
                form = f"torch {str(kind).removeprefix('torch.')}"
                products.append({"form": form, "shape": name, "rows": rows, "bytes": size, "seconds": seconds})
    return {"version": f"torch {torch.__version__}", "products": products}


class InitParams(ctypes.Structure):
    _fields_ = [("mem_size", ctypes.c_size_t), ("mem_buffer", ctypes.c_void_p), ("no_alloc", ctypes.c_bool)]


def ggml_library():
    folder = os.environ["BLIP_BENCH_GGML"]
    base = ctypes.CDLL(os.path.join(folder, "libggml-base.so"), mode=ctypes.RTLD_GLOBAL)
    cpu = ctypes.CDLL(os.path.join(folder, "libggml-cpu.so"), mode=ctypes.RTLD_GLOBAL)
    pointer, size, whole = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64
    for library, name, result, arguments in (
        (base, "ggml_init", pointer, [InitParams]),
        (base, "ggml_free", None, [pointer]),
        (base, "ggml_new_tensor_2d", pointer, [pointer, ctypes.c_int, whole, whole]),
        (base, "ggml_mul_mat", pointer, [pointer] * 3),
        (base, "ggml_new_graph", pointer, [pointer]),
        (base, "ggml_build_forward_expand", None, [pointer, pointer]),
        (base, "ggml_get_data", pointer, [pointer]),
        (base, "ggml_nbytes", size, [pointer]),
        (base, "ggml_row_size", size, [ctypes.c_int, whole]),
        (cpu, "ggml_cpu_init", None, []),
        (cpu, "ggml_graph_compute_with_ctx", ctypes.c_int, [pointer, pointer, ctypes.c_int]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    base.ggml_version.restype = ctypes.c_char_p
    return base, cpu


def with_ggml(threads, shapes):
    base, cpu = ggml_library()
    cpu.ggml_cpu_init()
    types = {"ggml F16": 1, "ggml Q8_0": 8, "ggml Q4_0": 2}
    products = []
    for name, out, width in shapes:
        for form, kind in types.items():
            size = base.ggml_row_size(kind, width) * out
            count = copies(size)
            for rows in ROWS:
                room = count * (size + 4 * rows * (out + 2 * width)) + (64 << 20)
                context = base.ggml_init(InitParams(room, None, False))
                x = base.ggml_new_tensor_2d(context, 0, width, rows)
                ctypes.memset(base.ggml_get_data(x), 0x3C, base.ggml_nbytes(x))
                graph = base.ggml_new_graph(context)
                for _ in range(count):
                    weights = base.ggml_new_tensor_2d(context, kind, width, out)
                    ctypes.memset(base.ggml_get_data(weights), 0x21, size)
                    base.ggml_build_forward_expand(graph, base.ggml_mul_mat(context, weights, x))
                # The working memory of a computation is taken from the context, each time anew.
                times = []
                for _ in range(4):
                    begin = time.perf_counter()
                    if cpu.ggml_graph_compute_with_ctx(context, graph, threads) != 0:
                        raise SystemExit("ggml could not compute")
                    times.append(time.perf_counter() - begin)
                base.ggml_free(context)
                products.append({"form": form, "shape": name, "rows": rows, "bytes": size, "seconds": min(times) / count})
    return {"version": f"ggml {base.ggml_version().decode()}", "products": products}


def main():
    peer, threads, shapes = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
    print(json.dumps({"torch": with_torch, "ggml": with_ggml}[peer](threads, shapes)))


if __name__ == "__main__":
    main()
