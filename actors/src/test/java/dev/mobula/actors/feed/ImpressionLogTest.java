package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.training.log.Impression;
import dev.mobula.training.log.LogOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pages are found by their names among many, whoever else was erased.
final class ImpressionLogTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final FeatureLayout LAYOUT = StarterModel.create().layout();
    private static final List<String> HEADS = List.of("click", "like");

    @TempDir private Path folder;

    private long now = NOW;
    private final InstantSource clock = () -> Instant.ofEpochMilli(now);

    private ImpressionLog open() {
        return ImpressionLog.open(folder, LogOptions.DEFAULT, clock);
    }

    /// A page a second.
    private static String idOf(int page) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(NOW + 1_000L * page, RequestId.TIME_DIGITS)
                + "-"
                + RequestId.key(LAYOUT.fingerprint(), HEADS)
                + "-"
                + hex.toHexDigits((long) page);
    }

    private static void log(ImpressionLog log, int page, long user) {
        String id = idOf(page);
        long time = NOW + 1_000L * page;
        LoggedPage logged =
                new LoggedPage(
                        id,
                        user,
                        "home",
                        time,
                        "m",
                        "",
                        "packed/8/1",
                        "click",
                        List.of(),
                        false,
                        Map.of(),
                        List.of(),
                        List.of());
        Impression shown =
                new Impression(
                        id,
                        user,
                        7,
                        time * 1_000,
                        "home",
                        0,
                        "ann",
                        1,
                        "m",
                        "packed/8/1",
                        List.of(.5f, (float) page),
                        new FeatureVector(
                                LAYOUT.fingerprint(),
                                7,
                                new int[LAYOUT.userWords()],
                                new int[LAYOUT.itemWords()]));
        Scoring scoring = new Scoring(Optional.of(LAYOUT.schema()), HEADS);
        log.log(logged, scoring, List.of(shown)).join();
    }

    @Test
    void everyPageIsFoundByItsNameAlsoWhenItsNeighboursWereErased() throws IOException {
        int pages = 300;
        try (ImpressionLog log = open()) {
            for (int page = 0; page < pages; page++) {
                log(log, page, page % 3);
            }
            now += 1_000L * pages;
            log.forget(1);
            assertThat(log.page(idOf(1))).as("at once").isEmpty();
            assertThat(log.shown(idOf(1))).isEmpty();
            assertThat(ImpressionLog.forgotten(folder)).containsOnlyKeys(1L);
        }
        try (ImpressionLog log = open()) {
            assertThat(log.page(idOf(1))).as("after a restart").isEmpty();
            assertThat(log.erasePending()).as("a page may still be on its way").isZero();
            now += 60_000;
            log(log, pages + 1, 1);
            assertThat(log.erasePending()).isEqualTo(2L * pages / 3);
            assertThat(log.erasePending()).isZero();
            assertThat(ImpressionLog.forgotten(folder)).isEmpty();
            for (int page = 0; page < pages; page += 7) {
                boolean isErased = page % 3 == 1;
                assertThat(log.page(idOf(page)).isEmpty()).as("page %d", page).isEqualTo(isErased);
                assertThat(log.shown(idOf(page)).size()).isEqualTo(isErased ? 0 : 1);
                if (!isErased) {
                    assertThat(log.shown(idOf(page)).getFirst().scores())
                            .containsExactly(.5f, (float) page);
                }
            }
            log(log, pages + 2, 5);
            assertThat(log.page(idOf(pages + 1))).as("a new life").isPresent();
            assertThat(log.page(idOf(pages + 2))).isPresent();
            assertThat(log.page(idOf(pages + 3))).isEmpty();
        }
    }

    @Test
    void featuresThatAreServedNoMoreGoWithTheirAge() throws IOException {
        try (ImpressionLog log = open()) {
            log(log, 1, 1);
            log.retain();
            assertThat(ImpressionLog.folders(folder)).as("written to").hasSize(1);
        }
        try (ImpressionLog log = open()) {
            log.retain();
            assertThat(ImpressionLog.folders(folder)).as("young").hasSize(1);
            now = System.currentTimeMillis() + LogOptions.DEFAULT.age().toMillis() + 60_000;
            log.retain();
            assertThat(ImpressionLog.folders(folder)).isEmpty();
            log(log, 2, 2);
            assertThat(log.page(idOf(2))).isPresent();
        }
    }
}
