#!/usr/bin/env python3
"""Writes blip2-layers.safetensors: what transformers makes of the first layers of full-size BLIP-2 parts.

  python3 -m venv venv && venv/bin/pip install torch==2.15.0 transformers==5.23.0 safetensors numpy
  venv/bin/python tests/data/full/make_blip2_layers.py

ViT-g/14 (one block), the Q-Former (two layers: with and without cross-attention, queries and a text), OPT-2.7B (one layer) and T5-XL (one block of
the encoder and one of the decoder), all at their published widths with vocabularies cut to a few rows. Weights and inputs are no files: every
number is a hash of the tensor's name and of its place in the tensor (`numbers`), so that a test makes the same ones. Names are those of
Checkpoint::tensors, for a language model those behind "language_model.". Outputs are kept at 300 places each: place k is (k * 2654435761) mod size.
The sizes are in blip2-layers.json.
"""
import json
import pathlib
import re

import numpy
import torch
from safetensors.torch import save_file
from transformers import Blip2QFormerConfig, Blip2VisionConfig, OPTConfig, OPTForCausalLM, T5Config, T5ForConditionalGeneration
from transformers.models.blip_2.modeling_blip_2 import Blip2QFormerModel, Blip2VisionModel

PLACES = 300
VISION = dict(width=1408, depth=1, heads=16, mlp_width=6144, image_size=224, patch_size=14)
QFORMER = dict(queries=32, width=768, depth=2, heads=12, ffn_width=3072, cross_width=1408, vocab_size=64, max_positions=40, text=12)
OPT = dict(width=2560, depth=1, heads=32, ffn_width=10240, max_positions=2048, vocab_size=96, tokens=40)
T5 = dict(width=2048, depth=1, heads=32, head_width=64, ffn_width=5120, position_buckets=32, max_distance=128, vocab_size=96, tokens=40, decoded=6)


def numbers(name, shape):
    """Evenly spread in [-0.5, 0.5), multiples of 2^-24: splitmix64 of the name's 64-bit FNV-1a hash and the place."""
    hashed = 0xCBF29CE484222325
    for byte in name.encode():
        hashed = ((hashed ^ byte) * 0x100000001B3) % 2**64
    count = int(numpy.prod(shape))
    z = numpy.uint64(hashed) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    z = z ^ (z >> numpy.uint64(31))
    return ((z >> numpy.uint64(40)).astype(numpy.float64) / 2**24 - 0.5).reshape(shape)


def weight(name, shape):
    """Norms near 1, biases small, tables as they are, matrices of unit gain; T5's queries are divided by the root of a head's width."""
    values = numbers(name, shape)
    if len(shape) == 1:
        values = 1 + 0.2 * values if name.endswith("weight") else 0.2 * values
    elif not re.search(r"cls_token|pos_embed|query_tokens|word_embeddings|position|relative|shared", name):
        gain = 2 * numpy.sqrt(3 / numpy.prod(shape[1:]))
        if re.search(r"Attention\.q\.", name):
            gain /= numpy.sqrt(T5["head_width"])
        values = gain * values
    return torch.from_numpy(values.astype(numpy.float32))


def tensor(name, *shape):
    """An input of unit variance."""
    return torch.from_numpy((2 * numpy.sqrt(3) * numbers(name, shape)).astype(numpy.float32))


def ids(count, rows):
    return torch.tensor([[(7 * i + 3) % rows for i in range(count)]])


def vision_name(name):
    for old, new in (("embeddings.class_embedding", "cls_token"), ("embeddings.position_embedding", "pos_embed"),
                     ("embeddings.patch_embedding", "patch_embed.proj"), ("post_layernorm", "norm"), ("encoder.layers", "blocks"),
                     ("self_attn.projection", "attn.proj"), ("self_attn", "attn"), ("layer_norm", "norm")):
        name = name.replace(old, new)
    return "visual_encoder." + name


def qformer_name(name):
    name = name.replace("attention.attention", "attention.self")
    return "Qformer.bert." + name.replace("layernorm", "embeddings.LayerNorm")


def fill(model, rename):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weight(rename(name), tuple(parameter.shape)))
    return model.eval()


def main():
    found = {}
    v, q, o, t = VISION, QFORMER, OPT, T5
    eager = dict(attn_implementation="eager")
    vision = fill(Blip2VisionModel(Blip2VisionConfig(
        hidden_size=v["width"], intermediate_size=v["mlp_width"], num_hidden_layers=v["depth"], num_attention_heads=v["heads"],
        image_size=v["image_size"], patch_size=v["patch_size"], **eager)), vision_name)
    found["vision"] = vision(tensor("pixels", 1, 3, v["image_size"], v["image_size"])).last_hidden_state

    qformer = fill(Blip2QFormerModel(Blip2QFormerConfig(
        vocab_size=q["vocab_size"], hidden_size=q["width"], num_hidden_layers=q["depth"], num_attention_heads=q["heads"],
        intermediate_size=q["ffn_width"], encoder_hidden_size=q["cross_width"], use_qformer_text_input=True, **eager)), qformer_name)
    queries = weight("query_tokens", (1, q["queries"], q["width"]))
    words = weight("Qformer.bert.embeddings.word_embeddings.weight", (q["vocab_size"], q["width"]))
    places = weight("Qformer.bert.embeddings.position_embeddings.weight", (q["max_positions"], q["width"]))
    text = words[ids(q["text"], q["vocab_size"])] + places[: q["text"]]
    states = tensor("image_states", 1, 257, q["cross_width"])
    found["queries"] = qformer(query_embeds=queries, encoder_hidden_states=states).last_hidden_state
    found["pair"] = qformer(query_embeds=torch.cat([queries, text], 1), query_length=q["queries"], encoder_hidden_states=states).last_hidden_state

    opt = fill(OPTForCausalLM(OPTConfig(
        vocab_size=o["vocab_size"], hidden_size=o["width"], num_hidden_layers=o["depth"], ffn_dim=o["ffn_width"], num_attention_heads=o["heads"],
        max_position_embeddings=o["max_positions"], word_embed_proj_dim=o["width"], **eager)), lambda name: name)
    inputs = tensor("opt_inputs", 1, o["tokens"], o["width"])
    found["opt_states"] = opt.model(inputs_embeds=inputs).last_hidden_state
    found["opt_logits"] = opt(inputs_embeds=inputs).logits

    t5 = T5ForConditionalGeneration(T5Config(
        vocab_size=t["vocab_size"], d_model=t["width"], d_kv=t["head_width"], d_ff=t["ffn_width"], num_layers=t["depth"], num_decoder_layers=t["depth"],
        num_heads=t["heads"], relative_attention_num_buckets=t["position_buckets"], relative_attention_max_distance=t["max_distance"],
        feed_forward_proj="gated-gelu", dense_act_fn="gelu", tie_word_embeddings=False, **eager))
    t5.lm_head = torch.nn.Linear(t["width"], t["vocab_size"], bias=False)  # of its own, as FlanT5 has it
    fill(t5, lambda name: name)
    inputs = tensor("t5_inputs", 1, t["tokens"], t["width"])
    found["t5_states"] = t5.encoder(inputs_embeds=inputs).last_hidden_state
    found["t5_logits"] = t5(inputs_embeds=inputs, decoder_input_ids=ids(t["decoded"], t["vocab_size"])).logits

    samples = {}
    for name, values in found.items():
        flat = values.detach().flatten()
        samples[name] = flat[torch.arange(PLACES) * 2654435761 % flat.numel()].contiguous()
        print(name, tuple(values.shape), float(values.std()))
    sizes = {"vision": v, "qformer": q, "opt": o, "t5": t}
    folder = pathlib.Path(__file__).parent
    save_file(samples, folder / "blip2-layers.safetensors")
    (folder / "blip2-layers.safetensors").chmod(0o644)
    (folder / "blip2-layers.json").write_text(json.dumps(sizes, indent=1) + "\n")


if __name__ == "__main__":
    with torch.no_grad():
        main()
