"""Training steps of the two-tower and the ranker in PyTorch, one thread, measured on demand.

    train_peer.py FOLDER

Reads the models, their starting values and their batches from FOLDER, as the benchmark wrote them. Then reads lines
`MODEL VARIANT SECONDS`, runs steps for so long and answers each with one line of JSON. A step is what a careful author
would write: unique rows gathered into a leaf, one forward and backward pass, fused Adam for the dense part, row-wise
Adagrad by hand for the rows that were read.
"""

import json
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_num_interop_threads(1)

RATE, EPSILON = 0.05, 1e-8


class Table:
    """An embedding table with one accumulator per row."""

    def __init__(self, rows, width):
        self.weight = torch.from_numpy(np.fromfile(rows, np.float32).reshape(-1, width).copy())
        self.squares = torch.zeros(len(self.weight))

    def gather(self, keys):
        self.unique, self.inverse = torch.unique(keys, return_inverse=True)
        self.rows = self.weight.index_select(0, self.unique).requires_grad_()
        return F.embedding(self.inverse, self.rows)

    def step(self, weight):
        gradient = self.rows.grad
        gradient.div_(weight)
        sums = self.squares.index_select(0, self.unique).add_(gradient.square().mean(1))
        self.squares.index_copy_(0, self.unique, sums)
        change = gradient.mul_((-RATE / (sums.sqrt() + EPSILON)).unsqueeze(1))
        self.weight.index_copy_(0, self.unique, self.rows.detach().add_(change))


class Model:
    def __init__(self, folder, name):
        self.spec = json.load(open(os.path.join(folder, name + ".json")))
        path = lambda suffix: os.path.join(folder, f"{name}.{suffix}")
        self.flat = torch.from_numpy(np.fromfile(path("flat"), np.float32).copy())
        self.tables = [Table(path(f"table{i}"), w) for i, w in enumerate(self.spec["widths"])]
        self.batches = self.read(path("batches"))
        self.parameters = self.build()
        for parameter in self.parameters:
            parameter.requires_grad_()
        self.adam = torch.optim.Adam(self.parameters, lr=self.spec["rate"], fused=True)
        self.at = 0

    def read(self, path):
        raw, at, batches = np.fromfile(path, np.uint8), 0, []
        rows = self.spec["rows"]
        while at < len(raw):
            keys, columns = [], []
            for per_row in self.spec["lookups"]:
                size = rows * per_row * 8
                part = raw[at : at + size].view(np.int64).copy() - 2
                keys.append(torch.from_numpy(part).view(rows, per_row))
                at += size
            for per_row in self.spec["columns"]:
                size = rows * per_row * 4
                columns.append(torch.from_numpy(raw[at : at + size].view(np.float32).copy()).view(rows, per_row))
                at += size
            batches.append((keys, columns))
        return batches

    def get(self, name):
        offset, shape = self.spec["slices"][name]
        return self.flat[offset : offset + int(np.prod(shape))].view(shape).clone()

    def step(self):
        keys, columns = self.batches[self.at % len(self.batches)]
        self.at += 1
        loss = self.loss(keys, columns)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        for table in self.tables:
            table.step(1.0)
        return loss


class TwoTower(Model):
    def build(self):
        names = ["tower_0.weight", "tower_0.bias", "embedding.weight", "embedding.bias"]
        self.user = [self.get("user." + name) for name in names]
        self.item = [self.get("item." + name) for name in names]
        return self.user + self.item

    @staticmethod
    def tower(x, w):
        return F.normalize(F.linear(F.relu(F.linear(x, w[0], w[1])), w[2], w[3]))

    def loss(self, keys, columns):
        users, items = self.tables
        u = self.tower(torch.cat([users.gather(keys[0]).flatten(1), columns[0]], 1), self.user)
        i = self.tower(torch.cat([items.gather(keys[1]).flatten(1), columns[1]], 1), self.item)
        logits = (u @ i.T) * (1 / 0.05) - columns[2].view(1, -1)
        same = keys[1] == keys[1].T
        same.fill_diagonal_(False)
        logits = logits.masked_fill(same, -1e30)
        return F.cross_entropy(logits, torch.arange(len(logits)))


class Ranker(Model):
    HEADS = ["click", "like", "reply", "report", "dwell"]

    def build(self):
        get = lambda name: self.get("ranker." + name)
        both = lambda pattern, names: [
            torch.stack([get(pattern.format(n) + kind) for n in names]) for kind in (".weight", ".bias")
        ]
        self.cross = [[get(f"cross{i}.weight"), get(f"cross{i}.bias")] for i in range(3)]
        first, first_bias = both("expert{}_0", range(4))
        self.first = [first.flatten(0, 1), first_bias.flatten()]
        second, second_bias = both("expert{}_1", range(4))
        self.second = [second.transpose(1, 2).contiguous(), second_bias.unsqueeze(1)]
        gate, gate_bias = both("gate_{}", self.HEADS)
        self.gate = [gate.flatten(0, 1), gate_bias.flatten()]
        tower, tower_bias = both("tower_{}_0", self.HEADS)
        self.tower = [tower.transpose(1, 2).contiguous(), tower_bias.unsqueeze(1)]
        head, head_bias = both("{}", self.HEADS)
        self.head = [head.transpose(1, 2).contiguous(), head_bias.unsqueeze(1)]
        parts = [*self.cross, self.first, self.second, self.gate, self.tower, self.head]
        return [parameter for part in parts for parameter in part]

    def loss(self, keys, columns):
        base = torch.cat([self.tables[0].gather(keys[0]).flatten(1), columns[0]], 1)
        x = base
        for weight, bias in self.cross:
            x = base * F.linear(x, weight, bias) + x
        rows = len(x)
        hidden = F.relu(F.linear(x, *self.first)).view(rows, 4, 128).transpose(0, 1)
        experts = F.relu(torch.baddbmm(self.second[1], hidden, self.second[0]))
        gates = F.linear(x, *self.gate).view(rows, 5, 4).softmax(-1)
        mixed = torch.bmm(gates, experts.transpose(0, 1)).transpose(0, 1)
        towers = F.relu(torch.baddbmm(self.tower[1], mixed, self.tower[0]))
        logits = torch.baddbmm(self.head[1], towers, self.head[0]).squeeze(-1).T
        labels = columns[1]
        binary = F.binary_cross_entropy_with_logits(logits[:, :4], labels[:, :4], reduction="sum")
        dwell = 0.05 * (logits[:, 4] - labels[:, 4]).square().sum()
        return (binary + dwell) / rows


def measure(model, seconds):
    times, losses = [], []
    cpu = time.process_time()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        loss = model.step()
        times.append((time.perf_counter() - start) * 1e3)
        losses.append(loss.item())
    cpu = (time.process_time() - cpu) * 1e3 / len(times)
    times.sort()
    return {"p10": times[len(times) // 10], "cpu": cpu, "runs": len(times), "losses": losses[:50]}


def main():
    folder = sys.argv[1]
    models = {}
    for variant in ("default", "medium"):
        models["two-tower", variant] = TwoTower(folder, "two-tower")
        models["ranker", variant] = Ranker(folder, "ranker")
    print(json.dumps({"torch": torch.__version__, "numpy": np.__version__}), flush=True)
    for line in sys.stdin:
        name, variant, seconds = line.split()
        torch.set_float32_matmul_precision("medium" if variant == "medium" else "highest")
        print(json.dumps(measure(models[name, variant], float(seconds))), flush=True)


if __name__ == "__main__":
    main()
