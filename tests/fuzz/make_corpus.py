"""Writes the seed corpora corpus/NAME from small models. Needs torch and safetensors; run from any directory.

Seeds are the smallest well-formed files of each kind, so that mutations reach every branch of the readers.
"""

import io
import json
import pathlib
import struct
from collections import OrderedDict

import torch
from safetensors.torch import save

CORPUS = pathlib.Path(__file__).parent / "corpus"
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"]


def write(name: str, files: dict[str, bytes]) -> None:
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)


def torch_bytes(value, **options) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def captioner() -> dict[str, torch.Tensor]:
    """All tensors of a captioner of width 2, one layer each, picture 2 px, patch 1, vocabulary 9."""
    tensors = {}

    def linear(name, out, into):
        tensors[name + ".weight"] = torch.zeros(out, into)
        tensors[name + ".bias"] = torch.zeros(out)

    def norm(name):
        tensors[name + ".weight"] = torch.ones(2)
        tensors[name + ".bias"] = torch.zeros(2)

    v = "vision_model."
    tensors[v + "embeddings.class_embedding"] = torch.zeros(1, 1, 2)
    tensors[v + "embeddings.position_embedding"] = torch.zeros(1, 5, 2)
    tensors[v + "embeddings.patch_embedding.weight"] = torch.zeros(2, 3, 1, 1)
    tensors[v + "embeddings.patch_embedding.bias"] = torch.zeros(2)
    block = v + "encoder.layers.0."
    norm(block + "layer_norm1")
    norm(block + "layer_norm2")
    linear(block + "self_attn.qkv", 6, 2)
    linear(block + "self_attn.projection", 2, 2)
    linear(block + "mlp.fc1", 4, 2)
    linear(block + "mlp.fc2", 2, 4)
    norm(v + "post_layernorm")
    t = "text_decoder.bert."
    tensors[t + "embeddings.word_embeddings.weight"] = torch.zeros(9, 2)
    tensors[t + "embeddings.position_embeddings.weight"] = torch.zeros(3, 2)
    norm(t + "embeddings.LayerNorm")
    layer = t + "encoder.layer.0."
    for kind in ("attention", "crossattention"):
        for part in ("query", "key", "value"):
            linear(f"{layer}{kind}.self.{part}", 2, 2)
        linear(f"{layer}{kind}.output.dense", 2, 2)
        norm(f"{layer}{kind}.output.LayerNorm")
    linear(layer + "intermediate.dense", 4, 2)
    linear(layer + "output.dense", 2, 4)
    norm(layer + "output.LayerNorm")
    head = "text_decoder.cls.predictions."
    tensors[head + "bias"] = torch.zeros(9)
    linear(head + "transform.dense", 2, 2)
    norm(head + "transform.LayerNorm")
    return tensors


CONFIG = {
    "model_type": "blip",
    "image_text_hidden_size": 2,
    "vision_config": {"hidden_size": 2, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 4,
                      "image_size": 2, "patch_size": 1, "layer_norm_eps": 1e-5, "hidden_act": "gelu"},
    "text_config": {"hidden_size": 2, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 4, "vocab_size": 9,
                    "max_position_embeddings": 3, "encoder_hidden_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu"},
}


def main() -> None:
    config = json.dumps(CONFIG).encode()
    write("config", {"full": config, "empty": b"{}", "null": b'{"text_config": null}'})

    tensors = {"w": torch.arange(6.0).reshape(2, 3), "h": torch.ones(2, dtype=torch.float16), "s": torch.tensor(True)}
    write("safetensors", {"three": save(tensors, {"format": "pt"}), "none": struct.pack("<Q", 2) + b"{}"})

    model = save(captioner())
    write("model", {"captioner": struct.pack("<H", 0) + config + b"\0" + model,
                    "interpolated": struct.pack("<H", 4) + b'{"text_config":{"num_attention_heads":2},"vision_config":{"num_attention_heads":1}}\0' + model})

    shared = torch.arange(6.0)
    state = OrderedDict(a=shared.reshape(2, 3), t=shared.reshape(2, 3).t(), b=torch.ones(1, dtype=torch.bool))
    whole = {"model": state, "optimizer": {"state": {}, "lr": 0.1}, "config": {"x": [1, (2, None), "y"]}, "epoch": 3}
    zipped, legacy = torch_bytes(whole), torch_bytes(whole, _use_new_zipfile_serialization=False)
    write("torch_file", {"zip": zipped, "legacy": legacy, "bare": torch_bytes(state),
                         "parameter": torch_bytes({"p": torch.nn.Parameter(torch.ones(1))}),
                         "protocol4": torch_bytes(state, pickle_protocol=4)})

    from zipfile import ZipFile

    def pickle_of(data: bytes) -> bytes:
        archive = ZipFile(io.BytesIO(data))
        return archive.read(next(name for name in archive.namelist() if name.endswith("data.pkl")))

    write("pickle", {"model": pickle_of(zipped), "bare": pickle_of(torch_bytes(state)),
                     "protocol4": pickle_of(torch_bytes(state, pickle_protocol=4)),
                     "foreign": b"cos\nsystem\n(X\x04\x00\x00\x00echotR."})

    tokenizer = {"model": {"type": "WordPiece", "continuing_subword_prefix": "##", "vocab": {w: i for i, w in enumerate(WORDS)}},
                 "added_tokens": [{"id": 7, "content": "[DEC]"}]}
    write("vocabulary", {"text": "\n".join(WORDS).encode() + b"\n", "json": json.dumps(tokenizer).encode(),
                         "newline": b'{"model":{"vocab":{"a\\nb":-1}}}'})


if __name__ == "__main__":
    main()
