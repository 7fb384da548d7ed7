package dev.mobula.actors.safety.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.ranking.safety.rules.EventSchema;
import dev.mobula.ranking.safety.rules.Facts;
import dev.mobula.ranking.safety.rules.RuleEvent;
import dev.mobula.ranking.safety.rules.RuleSet;
import dev.mobula.ranking.safety.rules.WindowCounters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyCountersTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final EventSchema FIELDS =
            new EventSchema(List.of("score"), List.of("author", "text"));

    @TempDir private Path state;

    private static List<RuleEvent> events(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<RuleEvent> events = new ArrayList<>();
        long now = 1_000_000_000L;
        for (int i = 0; i < count; i++) {
            now += random.nextInt(2_000);
            String author = "a" + random.nextInt(12);
            String text = "t" + random.nextInt(30);
            events.add(
                    new RuleEvent(
                            now, new double[] {random.nextDouble()}, new String[] {author, text}));
        }
        return events;
    }

    private static RuleSet rules() {
        return RuleSet.parse(
                """
                rule burst { when count(event.author, 1m) > 4 then review("a") }
                rule wide { when distinct(event.author, event.text, 2m) > 6 then review("b") }
                rule fast { when velocity(event.author, 1m) > 0.1 and event.score > 0.5 then review("c") }
                """,
                FIELDS);
    }

    private static Map<Integer, List<Integer>> inMemory(List<RuleEvent> events) {
        RuleSet rules = rules();
        WindowCounters counters = new WindowCounters(1_000);
        Map<Integer, List<Integer>> held = new HashMap<>();
        for (int i = 0; i < events.size(); i++) {
            int place = i;
            rules.evaluate(
                    events.get(i),
                    Facts.NONE,
                    counters,
                    (rule, effects, stopped) ->
                            held.computeIfAbsent(place, p -> new ArrayList<>()).add(rule));
        }
        return held;
    }

    @Test
    void rulesSeeTheSameCountsAsInMemoryAlsoAcrossARestart() {
        List<RuleEvent> events = events(600, 1);
        Map<Integer, List<Integer>> held = new HashMap<>();
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            KeyCounters counters = KeyCounters.spawn(cluster, "counters", 2);
            CountedRules rules = new CountedRules(List.of(rules()), counters, LIMIT);
            for (int from = 0; from < events.size(); from += 50) {
                int base = from;
                rules.evaluate(
                        events.subList(from, from + 50),
                        Facts.NONE,
                        (event, set, rule, effects, stopped) ->
                                held.computeIfAbsent(base + event, p -> new ArrayList<>())
                                        .add(rule));
                if (from == 300) {
                    counters.layout().shards().forEach(cluster::restart);
                }
            }
        }
        assertThat(held).isNotEmpty().isEqualTo(inMemory(events));
    }

    @Test
    void countsOutliveTheProcess() {
        List<Hit> hits = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            hits.add(Hit.of("links", "k" + i % 5, 60_000, 1_000_000 + i));
        }
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            assertThat(KeyCounters.spawn(cluster, "counters", 2).hit(hits, LIMIT).join())
                    .endsWith(100, 100, 100, 100, 100);
        }
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            KeyCounters counters = KeyCounters.spawn(cluster, "counters", 2);
            assertThat(counters.hit(hits.subList(0, 5), LIMIT).join())
                    .containsExactly(101, 101, 101, 101, 101);
        }
    }

    @Test
    void whatIsOutsideTheWindowIsNotCountedAndASketchIsClose() {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            KeyCounters counters = KeyCounters.spawn(cluster, "counters", 1);
            List<Hit> hits = new ArrayList<>();
            for (int i = 0; i < 4_000; i++) {
                hits.add(Hit.of("d", "k", 3_600_000, 1_000_000 + i, true, i % 2_000 * 31L));
            }
            double[] counts = counters.hit(hits, LIMIT).join();
            assertThat(counts[3]).isEqualTo(4);
            assertThat(counts[3_999]).isCloseTo(2_000, within(300.0));
            Hit old = Hit.of("d", "k", 3_600_000, 1_000_000, true, 1);
            Hit later = Hit.of("d", "k", 3_600_000, 20_000_000, true, 1);
            assertThat(counters.hit(List.of(later), LIMIT).join()).containsExactly(1);
            assertThat(counters.hit(List.of(old), LIMIT).join()[0]).isGreaterThanOrEqualTo(0);
        }
    }

    @Test
    void badHitsAreRefusedAndNothingIsCounted() {
        assertThatThrownBy(() -> Hit.of("c", "k", 10, 1))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("windowMillis=10");
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            KeyCounters counters = KeyCounters.spawn(cluster, "counters", 1);
            Hit one = Hit.of("c", "k", 60_000, 1);
            List<Hit> many = Collections.nCopies(KeyCounters.HITS_MAX + 1, one);
            assertThatThrownBy(() -> counters.hit(many, LIMIT))
                    .isInstanceOf(CallException.class)
                    .hasMessageContaining("at most");
            assertThat(counters.hit(List.of(one), LIMIT).join()).containsExactly(1);
        }
    }
}
