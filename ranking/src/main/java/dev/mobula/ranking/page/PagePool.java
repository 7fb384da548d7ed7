package dev.mobula.ranking.page;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a page is made from: the candidates of one request in columns, addressed by index.
public final class PagePool {
    private final long[] ids;
    private final double[] values;
    private final int[] authors;
    private final int[] topics;
    private final int authorCount;
    private final int topicCount;
    private final List<String> sources;
    private final float[] embeddings;
    private final int dimensions;

    private PagePool(
            List<PageCandidate> candidates, Map<Long, Integer> authors, Map<Long, Integer> topics) {
        int n = candidates.size();
        this.ids = candidates.stream().mapToLong(PageCandidate::id).toArray();
        this.values = candidates.stream().mapToDouble(PageCandidate::value).toArray();
        this.authors = candidates.stream().mapToInt(c -> index(authors, c.author())).toArray();
        this.topics = candidates.stream().mapToInt(c -> index(topics, c.topic())).toArray();
        this.authorCount = authors.size();
        this.topicCount = topics.size();
        this.sources = candidates.stream().map(PageCandidate::source).toList();
        this.dimensions = n == 0 ? 0 : candidates.getFirst().embedding().length;
        this.embeddings = new float[n * dimensions];
        for (int i = 0; i < n; i++) {
            place(candidates.get(i), i);
        }
    }

    /// Takes the candidates, or refuses naming the one that is there twice or has a value that is not finite.
    public static PagePool of(List<PageCandidate> candidates) {
        Set<Long> seen = new HashSet<>();
        for (PageCandidate candidate : candidates) {
            if (!seen.add(candidate.id())) {
                throw invalid("candidate " + candidate.id() + " is there twice");
            }
            if (!Double.isFinite(candidate.value())) {
                throw invalid("candidate " + candidate.id() + " has value " + candidate.value());
            }
        }
        return new PagePool(candidates, new HashMap<>(), new HashMap<>());
    }

    private static int index(Map<Long, Integer> indexes, long key) {
        return key == PageCandidate.NONE ? -1 : indexes.computeIfAbsent(key, k -> indexes.size());
    }

    /// Unit length, dimension after dimension, so that one candidate's similarity to all is a sum of rows.
    private void place(PageCandidate candidate, int at) {
        float[] embedding = candidate.embedding();
        if (embedding.length != dimensions) {
            throw invalid(
                    "candidate %d has %d dimensions, the first has %d"
                            .formatted(candidate.id(), embedding.length, dimensions));
        }
        double squares = 0;
        for (float x : embedding) {
            squares += (double) x * x;
        }
        double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
        if (!Double.isFinite(squares)) {
            throw invalid("candidate " + candidate.id() + " has an embedding that is not finite");
        }
        for (int d = 0; d < dimensions; d++) {
            embeddings[d * ids.length + at] = (float) (embedding[d] * scale);
        }
    }

    private static RankingException invalid(String what) {
        return new RankingException(Code.INVALID_REQUEST, what);
    }

    public int size() {
        return ids.length;
    }

    public long id(int index) {
        return ids[index];
    }

    public double value(int index) {
        return values[index];
    }

    public String source(int index) {
        return sources.get(index);
    }

    /// A number for the author, -1 for none.
    int author(int index) {
        return authors[index];
    }

    int topic(int index) {
        return topics[index];
    }

    int authorCount() {
        return authorCount;
    }

    int topicCount() {
        return topicCount;
    }

    int dimensions() {
        return dimensions;
    }

    /// Component `d` of candidate `i` at `d * size + i`.
    float[] embeddings() {
        return embeddings;
    }

    /// Cosine of two candidates.
    public double similarity(int one, int other) {
        double dot = 0;
        for (int d = 0; d < dimensions; d++) {
            dot += (double) embeddings[d * ids.length + one] * embeddings[d * ids.length + other];
        }
        return dot;
    }

    /// The index of an id, or -1.
    int indexOf(long id) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == id) {
                return i;
            }
        }
        return -1;
    }

    /// Better value first; equal ones by id.
    int compare(int one, int other) {
        int byValue = Double.compare(values[other], values[one]);
        return byValue != 0 ? byValue : Long.compare(ids[one], ids[other]);
    }
}
