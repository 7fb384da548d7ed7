package dev.mobula.retrieval.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HistoryWindowTest {
    private static final int PAIRS_MAX = 50;

    @Test
    void theTableHoldsTheNewestPairsEachOnce() {
        Seeds.forAll(
                100,
                random -> {
                    HistoryWindow window = new HistoryWindow(PAIRS_MAX);
                    List<List<Long>> added = new ArrayList<>();
                    int count = random.nextInt(120);
                    for (int i = 0; i < count; i++) {
                        long person = random.nextInt(10);
                        long item = random.nextInt(-3, 7);
                        window.add(person, item);
                        added.add(List.of(person, item));
                    }
                    Set<List<Long>> newest =
                            new HashSet<>(added.subList(Math.max(0, count - PAIRS_MAX), count));
                    assertThat(pairs(window.table())).isEqualTo(newest);
                    HistoryWindow.Table graph = window.graph();
                    assertThat(pairs(graph)).isEqualTo(newest);
                    assertThat(graph.matrix().users()).isEqualTo(graph.matrix().items());
                    assertThat(window.added()).isEqualTo(count);
                });
    }

    private static Set<List<Long>> pairs(HistoryWindow.Table table) {
        Set<List<Long>> pairs = new HashSet<>();
        for (int row = 0; row < table.matrix().users(); row++) {
            for (int item : table.matrix().itemsOf(row)) {
                assertThat(pairs.add(List.of(table.people().id(row), table.items().id(item))))
                        .isTrue();
            }
        }
        return pairs;
    }
}
