package dev.mobula.retrieval.source;

import dev.mobula.retrieval.collaborative.ItemNeighbours;
import dev.mobula.retrieval.vectors.LongTable;
import java.util.Arrays;

/// Items that people had together with what this person had lately; the reason names the strongest of these.
public final class CovisitationSource implements CandidateSource {
    private final Neighbourhood neighbourhood;

    /// Finds by a table that was made from many histories. `items` numbers the ids as the table does, and is not changed
    /// any more.
    public CovisitationSource(ItemNeighbours neighbours, LongTable items) {
        this(
                (id, visitor) -> {
                    int item = items.find(id);
                    for (int rank = 0; item >= 0 && rank < neighbours.count(item); rank++) {
                        visitor.visit(
                                items.id(neighbours.neighbour(item, rank)),
                                neighbours.weight(item, rank));
                    }
                });
    }

    /// Finds by what is counted live.
    public CovisitationSource(LiveCovisitation live) {
        this((Neighbourhood) live);
    }

    private CovisitationSource(Neighbourhood neighbourhood) {
        this.neighbourhood = neighbourhood;
    }

    @Override
    public String name() {
        return "covisitation";
    }

    @Override
    public void find(SourceQuery query, Candidates found) {
        Sums sums = new Sums(found.room());
        for (long recent : query.recentItems()) {
            neighbourhood.visit(recent, (other, weight) -> sums.add(other, weight, recent));
        }
        LongTable had = LongTable.of(query.recentItems());
        BestCandidates best = new BestCandidates(found.room());
        for (int i = 0; i < sums.ids.size(); i++) {
            long id = sums.ids.id(i);
            if (had.find(id) < 0) {
                best.offer(id, sums.total[i], sums.strongestBy[i]);
            }
        }
        best.drainTo(found, Reason.HAD_TOGETHER);
    }

    /// Weights added up by item, with the one that gave most.
    private static final class Sums {
        private final LongTable ids;
        private float[] total;
        private float[] strongest;
        private long[] strongestBy;

        Sums(int expected) {
            ids = new LongTable(expected);
            total = new float[expected];
            strongest = new float[expected];
            strongestBy = new long[expected];
        }

        void add(long id, float weight, long by) {
            int number = ids.add(id);
            if (number == total.length) {
                total = Arrays.copyOf(total, 2 * number + 1);
                strongest = Arrays.copyOf(strongest, total.length);
                strongestBy = Arrays.copyOf(strongestBy, total.length);
            }
            total[number] += weight;
            if (weight > strongest[number]) {
                strongest[number] = weight;
                strongestBy[number] = by;
            }
        }
    }
}
