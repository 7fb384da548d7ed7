"""Scores of every model family as PyTorch computes them, written from the layers' definitions alone.

    python_scores.py FOLDER > python-scores.json

Each folder below FOLDER, as PythonAgreementTest.main writes them, holds graph.json (layers and heads, or a transformer's
shape), weights.safetensors and input.f32 (little-endian floats [rows, width]).
"""

import json
import math
import struct
import sys
from pathlib import Path

import torch
import torch.nn.functional as F


def load(path):
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    body = bytearray(data[8 + size :])
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(body[start:end], dtype=torch.float32).reshape(entry["shape"])
    return tensors


def layer(it, values, w):
    kind, name = it["kind"], it["name"]
    if kind == "columns":
        return values["input"][:, it["from"] : it["from"] + it["width"]]
    if kind == "dense":
        y = F.linear(values[it["input"]], w[name + ".weight"], w[name + ".bias"])
        return F.relu(y) if it["activation"] == "RELU" else y
    if kind == "cross":
        x = values[it["input"]]
        return values[it["base"]] * F.linear(x, w[name + ".weight"], w[name + ".bias"]) + x
    if kind == "mixture":
        gate = values[it["gate"]].softmax(-1)
        return sum(gate[:, e : e + 1] * values[expert] for e, expert in enumerate(it["experts"]))
    if kind == "concat":
        return torch.cat([values[i] for i in it["inputs"]], 1)
    if kind == "sum":
        return sum(values[i] for i in it["inputs"])
    if kind == "normalize":
        return F.normalize(values[it["input"]])
    raise ValueError(kind)


def graph_scores(graph, w, x):
    values = {"input": x}
    for it in graph["layers"]:
        values[it["name"]] = layer(it, values, w)
    if not graph["heads"]:
        return values[graph["layers"][-1]["name"]]
    columns = [
        values[h["layer"]].sigmoid() if h["link"] == "SIGMOID" else values[h["layer"]] for h in graph["heads"]
    ]
    return torch.cat(columns, 1)


def transformer(shape, w, events):
    n, width, heads = len(events), shape["width"], shape["heads"]
    w = {name.removeprefix(shape["name"] + "."): tensor for name, tensor in w.items()}

    def norm(x, name):
        return F.layer_norm(x, [width], w[name + ".weight"], w[name + ".bias"])

    def linear(x, name):
        return F.linear(x, w[name + ".weight"], w[name + ".bias"])

    x = events + w["positions"][:n].flip(0)
    for b in range(shape["blocks"]):
        block = f"block{b}."
        parts = linear(norm(x, block + "norm1"), block + "qkv").view(n, 3, heads, width // heads)
        q, k, v = parts.permute(1, 2, 0, 3)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + linear(mixed.transpose(0, 1).reshape(n, width), block + "out")
        x = x + linear(F.relu(linear(norm(x, block + "norm2"), block + "up")), block + "down")
    return norm(x, "norm")[-1:]


def main():
    scores = {}
    for folder in sorted(Path(sys.argv[1]).iterdir()):
        graph = json.loads((folder / "graph.json").read_text())
        w = load(folder / "weights.safetensors")
        x = torch.frombuffer(bytearray((folder / "input.f32").read_bytes()), dtype=torch.float32)
        x = x.reshape(-1, graph["width"] if "blocks" in graph else graph["inputWidth"])
        with torch.inference_mode():
            result = transformer(graph, w, x) if "blocks" in graph else graph_scores(graph, w, x)
        scores[folder.name] = [round(v, 9) for v in result.flatten().tolist()]
    json.dump(scores, sys.stdout, indent=0)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
