package dev.mobula.retrieval.source;

import dev.mobula.retrieval.shard.Hits;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Short ways to ask a source and to make one.
final class Find {
    private Find() {}

    static Candidates find(CandidateSource source, SourceQuery query, int quota) {
        Candidates found = new Candidates(quota);
        source.find(query, found);
        return found;
    }

    static long[] ids(Candidates found) {
        return IntStream.range(0, found.size()).mapToLong(found::id).toArray();
    }

    static long[] ids(Retrieval found) {
        return IntStream.range(0, found.size()).mapToLong(found::id).toArray();
    }

    /// A source that finds these ids, scored by their order.
    static CandidateSource fixed(String name, long... ids) {
        return source(
                name,
                found -> {
                    for (int i = 0; i < ids.length; i++) {
                        found.add(ids[i], ids.length - i, Reason.TRENDING, 0);
                    }
                });
    }

    static CandidateSource source(String name, Consumer<Candidates> find) {
        return new CandidateSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void find(SourceQuery query, Candidates found) {
                find.accept(found);
            }
        };
    }

    /// A search over vectors of one number: the nearest whole numbers, each its own id.
    static VectorSearch numbers(int count) {
        return (query, k, filter, deadline) -> {
            long[] nearest =
                    LongStream.range(0, count)
                            .boxed()
                            .sorted(
                                    (a, b) ->
                                            Double.compare(
                                                    Math.abs(a - query[0]), Math.abs(b - query[0])))
                            .limit(k)
                            .mapToLong(Long::longValue)
                            .toArray();
            float[] scores = new float[nearest.length];
            for (int i = 0; i < nearest.length; i++) {
                scores[i] = -Math.abs(nearest[i] - query[0]);
            }
            return new Hits(nearest, scores, true);
        };
    }
}
