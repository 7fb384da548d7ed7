"""Scores the reference ranking model with PyTorch and ONNX Runtime, on one thread.

    rank_peer.py WEIGHTS INPUT ROWS VARIANT...

WEIGHTS is a safetensors file, INPUT raw little-endian floats [ROWS, 360]. Answers each line
"VARIANT SECONDS OUTPUT" on standard input with one line of JSON: the tenth percentile and the median of
the milliseconds of processor time that a batch took on its thread; the scores go to OUTPUT as raw floats [ROWS, 5].
Variants: eager, medium (bfloat16 allowed in products), compile (torch.compile), onnxruntime.
"""

import json
import os
import struct
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

HEADS = ["click", "like", "reply", "report", "dwell"]
EXPERTS = range(4)
CROSSES = range(3)


def load(path):
    """All tensors of a safetensors file by name."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], np.float32).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def stacked(w):
    """Layers that read the same input as one matrix, layers of one shape as one batch: the fast way in all engines."""

    def columns(names):
        return (
            np.concatenate([w[name + ".weight"] for name in names]).T.copy(),
            np.concatenate([w[name + ".bias"] for name in names]),
        )

    def batch(names):
        return (
            np.stack([w[name + ".weight"].T for name in names]),
            np.stack([w[name + ".bias"][None, :] for name in names]),
        )

    return {
        "cross": [(w[f"cross{i}.weight"].T.copy(), w[f"cross{i}.bias"]) for i in CROSSES],
        "first": columns([f"expert{e}_0" for e in EXPERTS]),
        "second": batch([f"expert{e}_1" for e in EXPERTS]),
        "gates": columns([f"gate_{head}" for head in HEADS]),
        "towers": batch([f"tower_{head}_0" for head in HEADS]),
        "heads": batch(HEADS),
    }


def torch_model(parts):
    import torch

    def tensors(part):
        return [tuple(map(torch.from_numpy, p)) for p in part] if isinstance(part, list) else tuple(map(torch.from_numpy, part))

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for name, part in parts.items():
                setattr(self, name, tensors(part))

        def forward(self, x0):
            x = x0
            for weight, bias in self.cross:
                x = torch.addcmul(x, x0, torch.addmm(bias, x, weight))
            hidden = torch.addmm(self.first[1], x, self.first[0]).relu_()
            hidden = hidden.view(-1, 4, 128).transpose(0, 1)
            experts = torch.baddbmm(self.second[1], hidden, self.second[0]).relu_().transpose(0, 1)
            gates = torch.addmm(self.gates[1], x, self.gates[0]).view(-1, 5, 4).softmax(-1)
            mixed = torch.bmm(gates, experts).transpose(0, 1)
            towers = torch.baddbmm(self.towers[1], mixed, self.towers[0]).relu_()
            logits = torch.baddbmm(self.heads[1], towers, self.heads[0]).squeeze(-1).t()
            return torch.cat([logits[:, :4].sigmoid(), logits[:, 4:]], 1)

    torch.set_num_threads(1)
    return Model().eval()


def torch_run(parts, precision, compiled):
    import torch

    model = torch_model(parts)
    if compiled:
        model = torch.compile(model, dynamic=False)

    def run(x):
        torch.set_float32_matmul_precision(precision)
        with torch.inference_mode():
            return model(torch.from_numpy(x)).numpy()

    return run


def onnx_run(parts):
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    nodes, weights = [], []

    def constant(value):
        weights.append(numpy_helper.from_array(value, f"w{len(weights)}"))
        return weights[-1].name

    def add(kind, *inputs, **attributes):
        output = f"n{len(nodes)}"
        nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def linear(value, part):
        return add("Gemm", value, constant(part[0]), constant(part[1]))

    def batched(value, part):
        return add("Add", add("MatMul", value, constant(part[0])), constant(part[1]))

    def shape(*sides):
        return constant(np.array(sides, np.int64))

    value = "x"
    for part in parts["cross"]:
        value = add("Add", add("Mul", "x", linear(value, part)), value)
    hidden = add("Reshape", add("Relu", linear(value, parts["first"])), shape(-1, 4, 128))
    hidden = add("Transpose", hidden, perm=[1, 0, 2])
    experts = add("Transpose", add("Relu", batched(hidden, parts["second"])), perm=[1, 0, 2])
    gates = add("Softmax", add("Reshape", linear(value, parts["gates"]), shape(-1, 5, 4)), axis=-1)
    mixed = add("Transpose", add("MatMul", gates, experts), perm=[1, 0, 2])
    towers = add("Relu", batched(mixed, parts["towers"]))
    logits = add("Transpose", batched(towers, parts["heads"]), perm=[1, 0, 2])
    logits = add("Reshape", logits, shape(-1, 5))
    one, four, five = (constant(np.array([v], np.int64)) for v in (1, 4, 5))
    zero = constant(np.array([0], np.int64))
    chances = add("Sigmoid", add("Slice", logits, zero, four, one))
    scores = add("Concat", chances, add("Slice", logits, four, five, one), axis=1)
    graph = helper.make_graph(
        nodes,
        "reference",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", parts["first"][0].shape[0]])],
        [helper.make_tensor_value_info(scores, TensorProto.FLOAT, ["rows", 5])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda x: session.run([scores], {"x": x})[0]


def build(variant, parts):
    """What turns rows into scores."""
    if variant == "eager":
        return torch_run(parts, "highest", False)
    if variant == "medium":
        return torch_run(parts, "medium", False)
    if variant == "compile":
        return torch_run(parts, "highest", True)
    if variant == "onnxruntime":
        return onnx_run(parts)
    raise ValueError(f"no variant {variant}")


def measure(run, x, seconds, output):
    run(x).astype(np.float32).tofile(output)
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.thread_time_ns()
        run(x)
        times.append((time.thread_time_ns() - start) / 1e6)
    times.sort()
    return {"p10": times[len(times) // 10], "p50": times[len(times) // 2], "runs": len(times)}


def versions(variants):
    from importlib.metadata import version

    names = {"onnxruntime" if variant == "onnxruntime" else "torch" for variant in variants}
    return {name: version(name) for name in sorted(names | {"numpy"})}


def main():
    weights, source, rows, *variants = sys.argv[1:]
    parts = stacked(load(weights))
    x = np.fromfile(source, np.float32).reshape(int(rows), -1)
    runs, failures = {}, {}
    for variant in variants:
        try:
            runs[variant] = build(variant, parts)
            for _ in range(30):
                runs[variant](x)
        except Exception as failure:  # a peer that cannot be built is reported as absent
            runs.pop(variant, None)
            failures[variant] = str(failure).splitlines()[0][:200]
    print(json.dumps({"versions": versions(variants), "variants": list(runs), "failures": failures}), flush=True)
    for line in sys.stdin:
        variant, seconds, output = line.split(maxsplit=2)
        print(json.dumps(measure(runs[variant], x, float(seconds), output.strip())), flush=True)


if __name__ == "__main__":
    main()
