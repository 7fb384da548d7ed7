package dev.mobula.training.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.training.data.Sequences;
import dev.mobula.training.evaluate.SequenceEvaluation.Held;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class SequenceEvaluationTest {
    private static final int[] ALL = {};
    private static final Sequences SEQUENCES =
            new Sequences(
                    List.of("u", "v", "w"),
                    List.of("a", "b", "c", "d"),
                    new int[][] {{0, 1, 2}, {3, 2}, {1}});

    /// Likes items by their number, whatever the history.
    private static final HistoryModel HIGHER_IS_BETTER =
            new HistoryModel() {
                @Override
                public int items() {
                    return 4;
                }

                @Override
                public Scorer scorer() {
                    return (history, scores) -> {
                        for (int i = 0; i < 4; i++) {
                            scores[i] = i;
                        }
                    };
                }
            };

    private static RankingRow run(Held held, int k, int[]... candidates) {
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            return new SequenceEvaluation(
                            SEQUENCES, candidates, executor, 2, () -> 0, Progress.NONE)
                    .run("numbers", HIGHER_IS_BETTER, 0, held, k);
        }
    }

    @Test
    void theLastEventIsToBeFoundAndTheHistoryIsMasked() {
        RankingRow row = run(Held.TEST, 1, ALL, ALL, ALL);
        assertThat(row.users()).isEqualTo(2);
        // u: d before c, a miss at 1; v: d is masked, c comes first
        assertThat(row.recall()).isEqualTo(0.5);
        RankingRow two = run(Held.TEST, 2, ALL, ALL, ALL);
        assertThat(two.recall()).isEqualTo(1);
        assertThat(two.ndcg()).isCloseTo((1 + Math.log(2) / Math.log(3)) / 2, within(1e-12));
    }

    @Test
    void theLastButOneValidates() {
        RankingRow row = run(Held.VALIDATION, 3, ALL, ALL, ALL);
        assertThat(row.users()).isEqualTo(1);
        assertThat(row.ndcg()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void onlyGivenCandidatesCompete() {
        assertThat(run(Held.TEST, 1, new int[] {0}, new int[] {1}, ALL).recall()).isEqualTo(1);
        assertThat(run(Held.TEST, 1, new int[] {3}, new int[] {1}, ALL).recall()).isEqualTo(0.5);
    }

    @Test
    void candidatesForTooFewPeopleAreRefused() {
        assertThatThrownBy(() -> run(Held.TEST, 1, ALL)).hasMessageContaining("must be 3");
    }
}
