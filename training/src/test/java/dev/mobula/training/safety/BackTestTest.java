package dev.mobula.training.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
            BackTest test = new BackTest(reader.schema(), BackTest.Columns.of("time", "bad"));
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
            assertThatThrownBy(() -> new BackTest(reader.schema(), BackTest.Columns.of("when", "")))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("when");
        }
    }

    @Test
    void aLabelledSampleStandsForItsStratum() throws IOException {
        Path events = folder.resolve("events.csv");
        StringBuilder rows = new StringBuilder("time,author,score,bad,weight\n");
        // High scores are all labelled, of the low ones one in ten; one in four of either is bad.
        for (int i = 0; i < 4_000; i++) {
            boolean high = i % 10 == 0;
            boolean known = high || i % 100 == 1 || i % 100 == 53 || i % 100 == 77;
            String bad = i % 4 == 0 || i % 100 == 1 ? "1" : "0";
            rows.append(i).append(",a").append(i % 7).append(high ? ",0.9," : ",0.1,");
            rows.append(known ? bad : "").append(high ? ",1\n" : ",30\n");
        }
        Files.writeString(events, rows.toString());
        try (TableReader reader = TableSource.open(events, List.of(), new Rejects(0))) {
            BackTest.Columns columns = new BackTest.Columns("time", "bad", "weight", "author");
            BackTest test = new BackTest(reader.schema(), columns);
            RuleSet rules =
                    RuleSet.parse(
                            """
                            rule all { when event.score >= 0 then verdict("x") }
                            rule high { when event.score > 0.5 then verdict("x") }
                            """,
                            test.fields());
            BackTest.Found found = test.run(rules, reader, share -> {});
            BackTest.Outcome all = found.rules().getFirst();
            BackTest.Outcome high = found.rules().getLast();
            assertThat(all.subjects()).isEqualTo(7);
            assertThat(all.overlap()).isEqualTo("high 400");
            assertThat(high.alone()).isZero();
            // 200 of 400 high ones, and 40 of 120 low ones that stand for thirty each.
            assertThat(all.precision().value())
                    .isCloseTo((200 + 40 * 30) / (400.0 + 120 * 30), within(1e-9));
            assertThat(high.precision().value()).isEqualTo(.5);
            assertThat(high.recall().value()).isCloseTo(200 / (200.0 + 40 * 30), within(1e-9));
            assertThat(all.precision().upper() - all.precision().lower()).isBetween(.1, .25);
        }
    }
}
