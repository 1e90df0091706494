#!/usr/bin/env python3
"""BLIP's captioner as ONNX graphs, built by hand so that ONNX Runtime and OpenVINO do no work twice:

    vit      pixels [1, 3, S, S] -> states [1, N, D]
    cross    states -> keys and values of cross-attention of all layers, once a picture      [L, H, N, 64] each
    prefill  prompt [1, T] -> logits [1, V], self-attention's keys and values                [L, 1, H, T, 64] each
    step     token [R], its position, parent of each beam, caches, cross -> logits [R, V], longer caches

Beams share the picture's keys and values; caches are kept. Checked against transformers' logits when they are made.

    caption_graphs.py FOLDER        writes FOLDER/graphs unless they are there for these weights. Needs torch, transformers, onnx, onnxscript
"""

import pathlib
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional

BEAMS, LENGTH = 3, 20
LIMIT = 1e-3  # largest difference of a logit from transformers' that passes as rounding


def split_heads(x, heads):
    return x.unflatten(-1, (heads, -1)).transpose(-2, -3)  # [..., T, D] -> [..., H, T, D / H]


class Cross(nn.Module):
    def __init__(self, decoder):
        super().__init__()
        self.heads = decoder.config.num_attention_heads
        attentions = [layer.crossattention.self for layer in decoder.bert.encoder.layer]
        self.keys = nn.ModuleList(a.key for a in attentions)
        self.values = nn.ModuleList(a.value for a in attentions)

    def forward(self, states):
        project = lambda linears: torch.stack([split_heads(linear(states[0]), self.heads) for linear in linears])
        return project(self.keys), project(self.values)


class Decoder(nn.Module):
    """The text decoder over R rows of T tokens; the last one's logits."""

    def __init__(self, decoder):
        super().__init__()
        self.embed, self.encoder, self.head = decoder.bert.embeddings, decoder.bert.encoder, decoder.cls
        self.heads = decoder.config.num_attention_heads
        self.fused = nn.ModuleList(self.fuse(layer.attention.self) for layer in self.encoder.layer)

    @staticmethod
    def fuse(attention):
        """Query, key and value as one product."""
        parts = (attention.query, attention.key, attention.value)
        fused = nn.Linear(parts[0].in_features, 3 * parts[0].out_features)
        fused.weight = nn.Parameter(torch.cat([part.weight for part in parts]))
        fused.bias = nn.Parameter(torch.cat([part.bias for part in parts]))
        return fused

    def layers(self, x, past, cross_keys, cross_values, mask):
        scale = (x.shape[-1] // self.heads) ** -0.5
        rows, length, width = x.shape
        keys, values = [], []
        for i, layer in enumerate(self.encoder.layer):
            query, key, value = (split_heads(part, self.heads) for part in self.fused[i](x).chunk(3, -1))
            if past is not None:
                key, value = torch.cat([past[0][i], key], 2), torch.cat([past[1][i], value], 2)
            keys.append(key)
            values.append(value)
            scores = query @ key.transpose(-1, -2) * scale
            attended = torch.softmax(scores if mask is None else scores + mask, -1) @ value
            x = layer.attention.output(attended.transpose(1, 2).flatten(-2), x)
            # the rows of all beams are queries of the one picture
            query = split_heads(layer.crossattention.self.query(x).reshape(rows * length, width), self.heads)
            attended = torch.softmax(query @ cross_keys[i].transpose(-1, -2) * scale, -1) @ cross_values[i]
            attended = attended.transpose(0, 1).reshape(rows, length, width)
            x = layer.crossattention.output(attended, x)
            x = layer.output(layer.intermediate(x), x)
        return self.head(x[:, -1]), torch.stack(keys), torch.stack(values)

    def embedded(self, ids, positions):
        embeddings = self.embed
        return embeddings.LayerNorm(embeddings.word_embeddings(ids) + embeddings.position_embeddings(positions))


class Prefill(Decoder):
    def forward(self, ids, cross_keys, cross_values):
        length = ids.shape[1]
        mask = torch.full((length, length), -1e9).triu(1)
        return self.layers(self.embedded(ids, torch.arange(length)[None]), None, cross_keys, cross_values, mask)


class Step(Decoder):
    def forward(self, ids, position, parents, past_keys, past_values, cross_keys, cross_values):
        past = past_keys.index_select(1, parents), past_values.index_select(1, parents)
        x = self.embedded(ids[:, None], position[None].expand(ids.shape[0], 1))
        return self.layers(x, past, cross_keys, cross_values, None)


class Vit(nn.Module):
    def __init__(self, vision):
        super().__init__()
        self.vision = vision

    def forward(self, pixels):
        return self.vision(pixels).last_hidden_state


def check(model, pixels, prompt, states, prefilled, stepped, next_ids):
    """Logits of prompt + next token of each beam against transformers' own forward pass."""
    ids = torch.tensor([prompt + [token] for token in next_ids])
    whole = model.text_decoder(input_ids=ids, encoder_hidden_states=states.expand(len(next_ids), -1, -1)).logits
    worst = max(
        (model.vision_model(pixels).last_hidden_state - states).abs().max().item(),
        (whole[:1, len(prompt) - 1] - prefilled).abs().max().item(),
        (whole[:, len(prompt)] - stepped).abs().max().item(),
    )
    print(f"hand-built graph against transformers: logits differ by {worst:.1e} at most", file=sys.stderr)
    assert worst < LIMIT, f"the hand-built graph is wrong: logits differ by {worst}"
    return worst


def export(folder):
    import peer
    import transformers_blip

    torch.set_grad_enabled(False)
    inputs = peer.Inputs(folder)
    model = transformers_blip.open_model(inputs, "captioner")
    target = inputs.folder / "graphs"
    target.mkdir(exist_ok=True)
    pixels = torch.from_numpy(inputs.pixels[:1])
    prompt, next_ids = torch.tensor([inputs.prompt]), torch.tensor([2000, 3000, 4000])
    vit, cross = Vit(model.vision_model).eval(), Cross(model.text_decoder).eval()
    prefill, step = Prefill(model.text_decoder).eval(), Step(model.text_decoder).eval()
    states = vit(pixels)
    shared = cross(states)
    logits, keys, values = prefill(prompt, *shared)
    keys, values = keys.expand(-1, BEAMS, -1, -1, -1).contiguous(), values.expand(-1, BEAMS, -1, -1, -1).contiguous()
    fed = (next_ids, torch.tensor([prompt.shape[1]]), torch.arange(BEAMS), keys, values, *shared)
    check(model, pixels, inputs.prompt, states, logits, step(*fed)[0], next_ids.tolist())
    past = torch.export.Dim("past", min=1, max=511)

    def write(name, module, given, ins, outs, shapes=None):
        print(f"writing {target / name}.onnx", file=sys.stderr)
        torch.onnx.export(module, given, target / f"{name}.onnx", input_names=ins, output_names=outs, dynamo=True,
                          dynamic_shapes=shapes, external_data=True)

    crossed = ["cross_keys", "cross_values"]
    write("vit", vit, (pixels,), ["pixels"], ["states"])
    write("cross", cross, (states,), ["states"], crossed)
    write("prefill", prefill, (prompt, *shared), ["ids", *crossed], ["logits", "keys", "values"])
    write("step", step, fed, ["ids", "position", "parents", "past_keys", "past_values", *crossed],
          ["logits", "keys", "values"], (None, None, None, {3: past}, {3: past}, None, None))


def stamp(folder):
    weights = (pathlib.Path(folder) / "captioner/model.safetensors").stat()
    return f"{weights.st_size} {weights.st_mtime_ns} {pathlib.Path(__file__).stat().st_mtime_ns}"


def graphs(folder):
    """The folder of the graphs; made first where they are not there for these weights."""
    target = pathlib.Path(folder) / "graphs"
    mark = target / "made-from"
    if not mark.exists() or mark.read_text() != stamp(folder):
        export(folder)
        for quantised in target.glob("*.int8.onnx*"):
            quantised.unlink()
        mark.write_text(stamp(folder))
    return target


def log_softmax(logits):
    shifted = logits - logits.max(-1, keepdims=True)
    return shifted - numpy.log(numpy.exp(shifted).sum(-1, keepdims=True))


def caption(inputs, run, beams=BEAMS):
    """Beam search of exactly LENGTH tokens with [SEP] barred, so that no beam ends early: the best sum wins.

    run: name of a graph, its inputs in order -> outputs in order.
    """
    (states,) = run("vit", inputs.pixels[:1])
    shared = run("cross", states)
    logits, keys, values = run("prefill", numpy.array([inputs.prompt]), *shared)
    scores = log_softmax(logits)[0]
    scores[inputs.sep] = -numpy.inf
    best = numpy.argsort(-scores)[:beams]
    sums, sequences = scores[best], [inputs.prompt + [int(token)] for token in best]
    parents = numpy.zeros(beams, numpy.int64)
    keys, values = (numpy.repeat(x, beams, 1) for x in (keys, values))
    while len(sequences[0]) < LENGTH:
        ids = numpy.array([sequence[-1] for sequence in sequences])
        position = numpy.array([len(sequences[0]) - 1])
        logits, keys, values = run("step", ids, position, parents, keys, values, *shared)
        scores = log_softmax(logits) + sums[:, None]
        scores[:, inputs.sep] = -numpy.inf
        flat = scores.ravel()
        best = numpy.argpartition(-flat, beams)[:beams]
        best = best[numpy.argsort(-flat[best])]
        parents, tokens = numpy.divmod(best, scores.shape[1])
        sums = flat[best]
        sequences = [sequences[parent] + [int(token)] for parent, token in zip(parents, tokens)]
    return {"ids": [sequences[0]]}


def workloads(inputs, run):
    """The peers' workloads over run(), for graphs of either runtime."""
    import time

    shared = run("cross", *run("vit", inputs.pixels[:1]))
    _, keys, values = run("prefill", numpy.array([inputs.prompt]), *shared)
    ids, parents = numpy.array([2000, 3000, 4000]), numpy.arange(BEAMS)
    # a copy: runtimes may hand out their own memory
    past = [numpy.repeat(numpy.concatenate([x] * 3, 3)[:, :, :, :9], BEAMS, 1).copy() for x in (keys, values)]

    def steps():
        """The step that has as many tokens behind it as the middle of a caption."""
        begin = time.perf_counter()
        run("step", ids, numpy.array([9]), parents, *past, *shared)
        return {"seconds": time.perf_counter() - begin}

    return {
        "vit": lambda: run("vit", inputs.pixels[:1]) and None,
        "caption": lambda: caption(inputs, run),
        "step": steps,
    }


if __name__ == "__main__":
    graphs(sys.argv[1])
