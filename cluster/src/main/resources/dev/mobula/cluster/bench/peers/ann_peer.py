"""Another nearest-neighbour library, driven line by line by `./mobula bench ann --peer`.

Started once per library with the folder that holds the data:

    vectors.f32, queries.f32   float32 rows, prepared for the metric (length one for cosine)
    truth.i32                  the true k nearest rows of every query

It builds its index or loads the one that it built before, prints {"ready": ...} with the memory that
a loaded index took, and then answers each line
{"knob": N} with one run over all queries on one thread: {"knob": N, "seconds": S, "recall": R}, in seconds of processor time, so that
other work on the machine does not count. Queries are handed over
in one batch, which spares the library Python's cost per call. An empty line or the end of input ends it.

Graphs have the size of Mobula's: M = 16, that is 32 links on the base layer, and 200 candidates while building.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import sys
import time

LINKS = 16
CANDIDATES = 200
SEED = 42


class Hnswlib:
    package = "hnswlib"

    def __init__(self, vectors, metric, cache, threads):
        import hnswlib

        space = "l2" if metric == "SQUARED_L2" else "ip"
        self.index = hnswlib.Index(space=space, dim=vectors.shape[1])
        if cache.exists():
            self.index.load_index(str(cache), max_elements=len(vectors))
        else:
            self.index.init_index(
                max_elements=len(vectors), M=LINKS, ef_construction=CANDIDATES, random_seed=SEED
            )
            self.index.add_items(vectors, num_threads=threads)
            self.index.save_index(str(cache))
        self.index.set_num_threads(1)

    def search(self, queries, k, knob):
        self.index.set_ef(max(knob, k))
        return self.index.knn_query(queries, k=k, num_threads=1)[0]


class FaissHnsw:
    package = "faiss-cpu"

    def __init__(self, vectors, metric, cache, threads):
        import faiss

        self.faiss = faiss
        if cache.exists():
            self.index = faiss.read_index(str(cache))
        else:
            faiss.omp_set_num_threads(threads)
            self.index = self.create(vectors, self.measure(metric))
            faiss.write_index(self.index, str(cache))
        faiss.omp_set_num_threads(1)

    def measure(self, metric):
        if metric == "SQUARED_L2":
            return self.faiss.METRIC_L2
        return self.faiss.METRIC_INNER_PRODUCT

    def create(self, vectors, measure):
        index = self.faiss.IndexHNSWFlat(vectors.shape[1], LINKS, measure)
        index.hnsw.efConstruction = CANDIDATES
        index.add(vectors)
        return index

    def search(self, queries, k, knob):
        params = self.faiss.SearchParametersHNSW(efSearch=max(knob, k))
        return self.index.search(queries, k, params=params)[1]


class FaissSq8Refine(FaissHnsw):
    def create(self, vectors, measure):
        faiss = self.faiss
        codes = faiss.IndexHNSWSQ(
            vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, LINKS, measure
        )
        codes.hnsw.efConstruction = CANDIDATES
        codes.train(vectors)
        index = faiss.IndexRefineFlat(codes)
        index.add(vectors)
        codes.this.disown()
        index.own_fields = True
        return index

    def search(self, queries, k, knob):
        inner = self.faiss.SearchParametersHNSW(efSearch=max(knob, k))
        params = self.faiss.IndexRefineSearchParameters(k_factor=4.0, base_index_params=inner)
        return self.index.search(queries, k, params=params)[1]


class SvsVamana:
    package = "scalable-vs"

    def __init__(self, vectors, metric, cache, threads):
        import svs

        distance = svs.DistanceType.MIP if metric == "INNER_PRODUCT" else svs.DistanceType.L2
        parts = [str(cache / name) for name in ("config", "graph", "data")]
        if cache.exists():
            loader = svs.VectorDataLoader(parts[2], svs.DataType.float32)
            self.index = svs.Vamana(
                parts[0], svs.GraphLoader(parts[1]), loader, distance=distance, num_threads=1
            )
            return
        params = svs.VamanaBuildParameters(
            alpha=.95 if metric == "INNER_PRODUCT" else 1.2,
            graph_max_degree=2 * LINKS,
            window_size=CANDIDATES,
        )
        self.index = svs.Vamana.build(params, vectors, distance, num_threads=threads)
        cache.mkdir()
        self.index.save(*parts)
        self.index.num_threads = 1

    def search(self, queries, k, knob):
        self.index.search_window_size = max(knob, k)
        return self.index.search(queries, k)[0]


class Scann:
    package = "scann"

    # Rows that are scored exactly: more where many leaves are read, or recall ends below .99.
    reordered = 100

    def __init__(self, vectors, metric, cache, threads):
        from scann.scann_ops.py import scann_ops_pybind as ops

        if cache.exists():
            self.index = ops.load_searcher(str(cache))
            return
        measure = "squared_l2" if metric == "SQUARED_L2" else "dot_product"
        leaves = max(10, int(2 * len(vectors) ** 0.5))
        self.index = (
            ops.builder(vectors, 10, measure)
            .set_n_training_threads(threads)
            .tree(leaves, max(1, leaves // 20), training_sample_size=min(len(vectors), 250_000))
            .score_ah(2, anisotropic_quantization_threshold=0.2)
            .reorder(self.reordered)
            .build()
        )
        cache.mkdir()
        self.index.serialize(str(cache))

    def search(self, queries, k, knob):
        reorder = max(self.reordered, knob)
        return self.index.search_batched(
            queries, k, pre_reorder_num_neighbors=reorder, leaves_to_search=knob
        )[0]


LIBRARIES = {
    "hnswlib": Hnswlib,
    "faiss-hnsw": FaissHnsw,
    "faiss-sq8": FaissSq8Refine,
    "svs": SvsVamana,
    "scann": Scann,
}


def recall(truth, found):
    hits = sum(len(set(a) & set(b)) for a, b in zip(truth.tolist(), found.tolist()))
    return hits / truth.size


def resident_bytes():
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("library", choices=sorted(LIBRARIES))
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--metric", required=True)
    arguments.add_argument("--dimension", type=int, required=True)
    arguments.add_argument("--k", type=int, default=10)
    options = arguments.parse_args()

    import numpy

    def rows(name, kind, width):
        return numpy.fromfile(options.folder / name, dtype=kind).reshape(-1, width)

    vectors = rows("vectors.f32", numpy.float32, options.dimension)
    queries = rows("queries.f32", numpy.float32, options.dimension)
    truth = rows("truth.i32", numpy.int32, options.k)

    kind = LIBRARIES[options.library]
    began = time.perf_counter()
    cache = options.folder / f"{options.library}.peer"
    loaded = cache.exists()
    before = resident_bytes()
    library = kind(vectors, options.metric, cache, os.cpu_count())
    grown = resident_bytes() - before if loaded else 0
    version = importlib.metadata.version(kind.package)
    seconds = time.perf_counter() - began
    answer({"ready": options.library, "version": version, "seconds": seconds, "bytes": grown})

    for line in sys.stdin:
        if not line.strip():
            break
        knob = json.loads(line)["knob"]
        began = time.process_time()
        found = library.search(queries, options.k, knob)
        seconds = time.process_time() - began
        answer({"knob": knob, "seconds": seconds, "recall": recall(truth, numpy.asarray(found))})


def answer(value):
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main()
