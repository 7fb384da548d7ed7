package dev.mobula.retrieval.source;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.vectors.LongTable;
import java.util.Arrays;
import java.util.List;

/// Several sources as one, fused by rank: hybrid search when they are words and vectors.
/*
 * Idea: scores of different sources cannot be compared, ranks can. A candidate's score is Σ 1 / (K + rank) over the
 * sources that found it, rank from 1 [1]; K = 60 keeps one source's first from beating what two agree on. Its reason is
 * that of the source which ranked it best, the earlier source on a tie.
 *
 * [1] Cormack, Clarke, Buettcher, Reciprocal Rank Fusion Outperforms Condorcet and Individual Rank Learning Methods,
 * SIGIR 2009.
 */
public final class FusionSource implements CandidateSource {
    private static final int K = 60;

    private final String name;
    private final List<CandidateSource> sources;

    public FusionSource(String name, List<CandidateSource> sources) {
        if (sources.isEmpty()) {
            throw invalid("sources", 0, "must be at least 1");
        }
        this.name = name;
        this.sources = List.copyOf(sources);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void find(SourceQuery query, Candidates found) {
        int depth = found.room();
        Fused fused = new Fused(depth * sources.size());
        for (CandidateSource source : sources) {
            if (query.deadline().passed()) {
                found.cutShort();
                break;
            }
            Candidates part = new Candidates(depth);
            source.find(query, part);
            if (part.wasCutShort()) {
                found.cutShort();
            }
            fused.add(part);
        }
        fused.drainTo(found);
    }

    /// Scores added up by id.
    private static final class Fused {
        private final LongTable ids;
        private final double[] scores;
        private final int[] bestRanks;
        private final Reason[] reasons;
        private final long[] subjects;

        Fused(int capacity) {
            ids = new LongTable(capacity);
            scores = new double[capacity];
            bestRanks = new int[capacity];
            reasons = new Reason[capacity];
            subjects = new long[capacity];
            Arrays.fill(bestRanks, Integer.MAX_VALUE);
        }

        void add(Candidates part) {
            for (int rank = 0; rank < part.size(); rank++) {
                int number = ids.add(part.id(rank));
                scores[number] += 1.0 / (K + rank + 1);
                if (rank < bestRanks[number]) {
                    bestRanks[number] = rank;
                    reasons[number] = part.reason(rank);
                    subjects[number] = part.subject(rank);
                }
            }
        }

        void drainTo(Candidates found) {
            BestCandidates best = new BestCandidates(found.room());
            for (int i = 0; i < ids.size(); i++) {
                best.offer(ids.id(i), scores[i], i);
            }
            Candidates ordered = new Candidates(found.room());
            best.drainTo(ordered, Reason.TEXT);
            for (int i = 0; i < ordered.size(); i++) {
                int number = (int) ordered.subject(i);
                found.add(ordered.id(i), ordered.score(i), reasons[number], subjects[number]);
            }
        }
    }
}
