package dev.mobula.retrieval.frozen;

import static dev.mobula.retrieval.RetrievalException.invalid;

/// How a graph is built: links per node and layer, width of the search that finds them, seed of the layers, threads.
///
/// With one thread the same vectors and seed give the same graph.
public record GraphSpec(int links, int efConstruction, long seed, int threads) {
    /// Links chosen for a new node when nothing else is said; the base layer holds twice as many.
    public static final int DEFAULT_LINKS = 16;

    /// Width of the building search when nothing else is said.
    public static final int DEFAULT_EF_CONSTRUCTION = 200;

    public GraphSpec {
        if (links < 2 || links > 64) {
            throw invalid("links", links, "must be in 2..64");
        }
        if (efConstruction < links || efConstruction > 10_000) {
            throw invalid("efConstruction", efConstruction, "must be in links.." + 10_000);
        }
        if (threads < 1 || threads > 1024) {
            throw invalid("threads", threads, "must be in 1..1024");
        }
    }

    public static GraphSpec defaults(int threads) {
        return new GraphSpec(DEFAULT_LINKS, DEFAULT_EF_CONSTRUCTION, 42, threads);
    }

    public GraphSpec withThreads(int newThreads) {
        return new GraphSpec(links, efConstruction, seed, newThreads);
    }

    /// Slots of a node on the base layer.
    public int baseLinks() {
        return 2 * links;
    }
}
