"""Sums a vector over two processes with gloo, again and again: `reduce_peer.py FLOATS SECONDS`."""

import json
import os
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
import torch
import torch.distributed as dist
import torch.multiprocessing as mp


def work(rank, floats, seconds, folder):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2)
    values = torch.ones(floats)
    for _ in range(20):
        dist.all_reduce(values)
        values.fill_(1.0)
    times = []
    rounds = torch.zeros(1)
    end = time.perf_counter() + seconds
    while True:
        start = time.perf_counter()
        dist.all_reduce(values)
        times.append((time.perf_counter() - start) * 1e3)
        if len(times) % 16 == 0:
            values.fill_(1.0)
            rounds[0] = 1.0 if time.perf_counter() > end else 0.0
            dist.all_reduce(rounds)
            if rounds[0] > 0:
                break
    times.sort()
    if rank == 0:
        print(json.dumps({"p10": times[len(times) // 10], "p50": times[len(times) // 2], "runs": len(times)}), flush=True)
    dist.destroy_process_group()  # left to the interpreter's end, its threads now and then abort the process


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(work, args=(int(sys.argv[1]), float(sys.argv[2]), folder), nprocs=2)
