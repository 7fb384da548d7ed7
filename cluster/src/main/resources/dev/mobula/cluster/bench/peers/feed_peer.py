"""A feed as a team would build it today in Python on Ray, driven line by line by `./mobula bench feed --peer`.

    feed_peer.py ADDRESS FOLDER CANDIDATES PAGE PER_AUTHOR SHARDS RECALL

FOLDER holds the data of the bench as little-endian rows, one per item or user in the order of their ids:

    vectors.f32, tastes.f32    [items, 64], [users, 64]
    items.f32, users.f32       the two sides of the ranker's input
    authors.i32, reference.safetensors

Shard actors hold faiss HNSW graphs, ranker actors (one per core) hold the inputs resident and score with whichever of
PyTorch eager, PyTorch compiled and ONNX Runtime is fastest here, and the pages are put together by asyncio in this
process. Every stage takes all that waits for it as one batch, so that a Ray call is paid once for many requests.

Prints one line of JSON when all is ready, then answers each line of JSON on standard input with one:

    {"do": "closed", "callers": N, "seconds": S}     {"do": "open", "rate": R, "seconds": S}
    {"do": "pages", "users": [...]}                  {"do": "scoring"}
    {"do": "idle", "callers": N, "seconds": S}
"""

import asyncio
import json
import os
import pathlib
import random
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import ray

DIMENSION = 64
LINKS = 16
BUILD_WIDTH = 200
BATCH = 16
FLIGHTS = 2
WAITING_MAX = 20_000


def rows(path, width, kind=np.float32):
    return np.fromfile(path, kind).reshape(-1, width)


@ray.remote(num_cpus=0)
class Shard:
    """Every `shards`-th item in a faiss graph."""

    def __init__(self, folder, shard, shards, k):
        import faiss

        faiss.omp_set_num_threads(1)
        self.k, self.faiss = k, faiss
        vectors = rows(folder / "vectors.f32", DIMENSION)
        self.rows = np.arange(shard, len(vectors), shards, dtype=np.int32)
        cache = folder / f"faiss-{shard}-of-{shards}.index"
        if cache.exists():
            self.index = faiss.read_index(str(cache))
        else:
            self.index = faiss.IndexHNSWFlat(DIMENSION, LINKS, faiss.METRIC_INNER_PRODUCT)
            self.index.hnsw.efConstruction = BUILD_WIDTH
            self.index.add(vectors[self.rows])
            faiss.write_index(self.index, str(cache))
        self.widen(k)

    def widen(self, width):
        self.options = self.faiss.SearchParametersHNSW(efSearch=width)

    def search(self, queries):
        scores, found = self.index.search(queries, self.k, params=self.options)
        return self.rows[found], scores

    def process(self):
        return os.getpid()


@ray.remote(num_cpus=0)
class Ranker:
    """The fastest engine on one thread, all inputs resident."""

    def __init__(self, folder, candidates, variant):
        sys.path.insert(0, str(folder))
        import rank_peer

        parts = rank_peer.stacked(rank_peer.load(folder / "reference.safetensors"))
        width = parts["first"][0].shape[0]
        self.items = rows(folder / "items.f32", width // 2)
        self.users = rows(folder / "users.f32", width // 2)
        self.x = np.zeros((candidates, width), np.float32)
        self.variant, self.run, self.seconds = variant, None, 0.0
        if variant is None:
            costs = {}
            for name in ("eager", "compile", "onnxruntime"):
                try:
                    run = rank_peer.build(name, parts)
                    costs[name] = (self.cost(run), run)
                except Exception:  # an engine that cannot be built here is not the fastest
                    continue
            self.variant = min(costs, key=lambda name: costs[name][0])
            self.run = costs[self.variant][1]
        else:
            self.run = rank_peer.build(variant, parts)
            self.cost(self.run)

    def cost(self, run):
        times = []
        for _ in range(60):
            start = time.thread_time()
            run(self.x)
            times.append(time.thread_time() - start)
        return sorted(times)[6]

    def choice(self):
        return self.variant

    def rank(self, users, items):
        """Click plus like of each user's candidates; request by request, which keeps activations in the cache."""
        values = np.empty(items.shape, np.float32)
        shared = self.users.shape[1]
        for row, (user, candidates) in enumerate(zip(users, items)):
            self.x[:, :shared] = self.users[user]
            self.x[:, shared:] = self.items[candidates]
            start = time.thread_time()
            scores = self.run(self.x)
            self.seconds += time.thread_time() - start
            np.add(scores[:, 0], scores[:, 1], out=values[row])
        return values

    def scoring(self):
        return self.seconds

    def process(self):
        return os.getpid()


class Batcher:
    """Hands what waits to `call` as one batch, a few batches at a time."""

    def __init__(self, call):
        self.call, self.waiting, self.flying = call, [], 0

    def __call__(self, *item):
        future = asyncio.get_running_loop().create_future()
        self.waiting.append((item, future))
        self.pump()
        return future

    def pump(self):
        while self.waiting and self.flying < FLIGHTS:
            batch, self.waiting = self.waiting[:BATCH], self.waiting[BATCH:]
            self.flying += 1
            asyncio.ensure_future(self.fly(batch))

    async def fly(self, batch):
        items, futures = zip(*batch)
        try:
            results = await self.call(*map(list, zip(*items)))
            for future, result in zip(futures, results):
                future.set_result(result)
        except Exception as failed:
            for future in futures:
                if not future.done():
                    future.set_exception(failed)
        finally:
            self.flying -= 1
            self.pump()


class Feed:
    def __init__(self, folder, candidates, size, per_author, shards, rankers):
        self.candidates, self.size, self.per_author = candidates, size, per_author
        self.shards, self.rankers, self.turn = shards, rankers, 0
        self.tastes = rows(folder / "tastes.f32", DIMENSION)
        self.authors = np.fromfile(folder / "authors.i32", np.int32)
        self.search, self.rank = Batcher(self.search_all), Batcher(self.rank_all)

    async def search_all(self, users):
        queries = self.tastes[users]
        parts = await asyncio.gather(*[shard.search.remote(queries) for shard in self.shards])
        found = np.concatenate([part[0] for part in parts], axis=1)
        scores = np.concatenate([part[1] for part in parts], axis=1)
        best = np.argpartition(-scores, self.candidates - 1, axis=1)[:, : self.candidates]
        return list(zip(np.take_along_axis(found, best, 1), np.take_along_axis(scores, best, 1)))

    async def rank_all(self, users, items):
        self.turn += 1
        ranker = self.rankers[self.turn % len(self.rankers)]
        return await ranker.rank.remote(np.array(users), np.stack(items))

    async def page(self, user):
        items, similarities = await self.search(user)
        values = similarities + await self.rank(user, items)
        chosen, count = [], {}
        for place in np.argsort(-values, kind="stable"):
            author = self.authors[items[place]]
            if count.get(author, 0) < self.per_author:
                count[author] = count.get(author, 0) + 1
                chosen.append((int(items[place]), float(values[place])))
                if len(chosen) == self.size:
                    break
        return chosen


async def closed(page, users, callers, seconds):
    taken, end = [], time.perf_counter() + seconds

    async def caller(seed):
        draw = random.Random(seed)
        now = time.perf_counter()
        while now < end:
            await page(draw.randrange(users))
            now, before = time.perf_counter(), now
            taken.append(now - before)

    start = time.perf_counter()
    await asyncio.gather(*[caller(seed) for seed in range(callers)])
    return figures(taken, 0, time.perf_counter() - start)


async def open_loop(page, users, rate, seconds):
    """Arrivals on a schedule of their own; a latency counts from the moment a request was due."""
    taken, refused, under_way = [], 0, set()
    draw = random.Random(1)

    async def one(due, user):
        await page(user)
        taken.append(time.perf_counter() - due)

    start = due = time.perf_counter()
    while due < start + seconds:
        pause = due - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        if len(under_way) < WAITING_MAX:
            task = asyncio.ensure_future(one(due, draw.randrange(users)))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        else:
            refused += 1
        due += draw.expovariate(rate)
    while under_way:
        await asyncio.wait(under_way)
    return figures(taken, refused, time.perf_counter() - start)


def figures(taken, refused, seconds):
    taken.sort()
    at = lambda quantile: 1e3 * taken[round(quantile * (len(taken) - 1))] if taken else None
    return {"pages": len(taken), "refused": refused, "seconds": seconds, "p50": at(0.5), "p99": at(0.99)}


async def answer(feed, users, asked):
    if asked["do"] == "pages":
        return {"pages": await asyncio.gather(*[feed.page(user) for user in asked["users"]])}
    if asked["do"] == "scoring":
        return {"seconds": sum(await asyncio.gather(*[ranker.scoring.remote() for ranker in feed.rankers]))}
    if asked["do"] == "idle":

        async def nothing(user):
            await asyncio.sleep(0)

        start = time.process_time()
        idle = await closed(nothing, users, asked["callers"], asked["seconds"])
        return {"micros": 1e6 * (time.process_time() - start) / idle["pages"]}
    if asked["do"] == "closed":
        return await closed(feed.page, users, asked["callers"], asked["seconds"])
    return await open_loop(feed.page, users, asked["rate"], asked["seconds"])


def width_for(recall, folder, shards, k, candidates):
    """The narrowest search that finds this share of the true candidates."""
    vectors, tastes = rows(folder / "vectors.f32", DIMENSION), rows(folder / "tastes.f32", DIMENSION)[:100]
    truth = [set(np.argpartition(-(vectors @ taste), candidates)[:candidates]) for taste in tastes]
    width = k
    while True:
        ray.get([shard.widen.remote(width) for shard in shards])
        parts = ray.get([shard.search.remote(tastes) for shard in shards])
        found = np.concatenate([part[0] for part in parts], axis=1)
        scores = np.concatenate([part[1] for part in parts], axis=1)
        best = np.take_along_axis(found, np.argsort(-scores, axis=1)[:, :candidates], 1)
        share = np.mean([len(truth[i] & set(best[i])) / candidates for i in range(len(tastes))])
        if share >= recall or width > 8 * k:
            return width, float(share)
        width = width * 5 // 4


def versions():
    from importlib.metadata import version

    return {name: version(name) for name in ("ray", "faiss-cpu", "numpy", "torch", "onnxruntime")}


async def serve(feed, users):
    loop = asyncio.get_running_loop()
    while line := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        print(json.dumps(await answer(feed, users, json.loads(line))), flush=True)


def main():
    address, folder, *sizes, recall = sys.argv[1:]
    folder = pathlib.Path(folder)
    candidates, size, per_author, shard_count = map(int, sizes)
    ray.init(
        address=address,
        namespace="feed-peer",
        log_to_driver=False,
        runtime_env={"env_vars": {"PYTHONPATH": os.environ["PYTHONPATH"], "OMP_NUM_THREADS": "1"}},
    )
    mean = candidates / shard_count
    k = min(candidates, int(mean + 6 * mean**0.5))
    shards = [Shard.remote(folder, shard, shard_count, k) for shard in range(shard_count)]
    first = Ranker.remote(folder, candidates, None)
    variant = ray.get(first.choice.remote())
    rankers = [first] + [Ranker.remote(folder, candidates, variant) for _ in range(1, os.cpu_count())]
    ray.get([ranker.choice.remote() for ranker in rankers])
    width, found = width_for(float(recall), folder, shards, k, candidates)
    feed = Feed(folder, candidates, size, per_author, shards, rankers)
    processes = {
        "search": ray.get([shard.process.remote() for shard in shards]),
        "ranking": ray.get([ranker.process.remote() for ranker in rankers]),
        "pages": [os.getpid()],
    }
    print(
        json.dumps(
            {"ready": variant, "width": width, "recall": found, "processes": processes, "versions": versions()}
        ),
        flush=True,
    )
    asyncio.run(serve(feed, len(feed.tastes)))


if __name__ == "__main__":
    main()
