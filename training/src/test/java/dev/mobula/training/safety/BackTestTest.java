package dev.mobula.training.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.safety.rules.RuleSet;
import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.TableSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BackTestTest {
    @TempDir private Path folder;

    @Test
    void aReplayCountsWhatRulesHeldForAndHowOftenTheyWereRight() throws IOException {
        Path events = folder.resolve("events.csv");
        StringBuilder rows = new StringBuilder("time,author,links,bad\n");
        for (int i = 0; i < 100; i++) {
            boolean bad = i % 4 == 0;
            String known = i % 2 == 0 ? (bad ? "1" : "0") : "";
            rows.append(1_000_000 + i * 100).append(",a").append(i % 4).append(',');
            rows.append(bad ? 5 : i % 3).append(',').append(known).append('\n');
        }
        Files.writeString(events, rows.toString());
        try (TableReader reader = TableSource.open(events, List.of(), new Rejects(0))) {
            BackTest test = new BackTest(reader.schema(), "time", "bad");
            RuleSet rules =
                    RuleSet.parse(
                            """
                            rule links { when event.links > 4 then verdict("x") limit 10 per day }
                            rule busy { when count(event.author, 1h) > 20 then verdict("x") }
                            """,
                            test.fields());
            BackTest.Found found = test.run(rules, reader, share -> {});
            assertThat(found.events()).isEqualTo(100);
            assertThat(found.labelled()).isEqualTo(50);
            BackTest.Outcome links = found.rules().getFirst();
            assertThat(links.held()).isEqualTo(25);
            assertThat(links.acted()).isEqualTo(10);
            assertThat(links.stopped()).contains("at most 10");
            assertThat(links.precision().value()).isEqualTo(1);
            assertThat(links.recall().value()).isEqualTo(1);
            assertThat(links.recall().lower()).isBetween(.8, .99);
            BackTest.Outcome busy = found.rules().getLast();
            assertThat(busy.held()).isEqualTo(20);
            assertThat(links.alone()).isEqualTo(20);
            assertThat(busy.alone()).isEqualTo(15);
        }
    }

    @Test
    void aColumnThatIsNotThereIsNamed() throws IOException {
        Path events = folder.resolve("events.csv");
        Files.writeString(events, "time,author\n1,a\n");
        try (TableReader reader = TableSource.open(events, List.of(), new Rejects(0))) {
            assertThatThrownBy(() -> new BackTest(reader.schema(), "when", ""))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("when");
        }
    }
}
