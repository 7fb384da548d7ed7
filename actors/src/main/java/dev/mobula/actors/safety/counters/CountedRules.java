package dev.mobula.actors.safety.counters;

import dev.mobula.ranking.safety.rules.Counters;
import dev.mobula.ranking.safety.rules.Facts;
import dev.mobula.ranking.safety.rules.RuleEvent;
import dev.mobula.ranking.safety.rules.RuleSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/*
 * All counters of a batch of events are counted in one call, which answers what each window held right after the hit, so
 * the rules of an event see the counts of its own moment although later events of the batch are counted too.
 */
/// Rules whose counters survive the process that evaluates them. One thread at a time.
public final class CountedRules {
    private final RuleSet rules;
    private final KeyCounters counters;
    private final Duration limit;

    public CountedRules(RuleSet rules, KeyCounters counters, Duration limit) {
        this.rules = rules;
        this.counters = counters;
        this.limit = limit;
    }

    /// Told for every rule that holds.
    @FunctionalInterface
    public interface Sink {
        /// One rule held for one event.
        ///
        /// @param event its place in the batch
        void holds(int event, int rule, boolean stopped);
    }

    private record Place(int site, String key) {}

    /// Remembers what is to be counted, and then tells what it came to.
    private static final class Told implements Counters {
        private final List<String> names;
        private final List<Hit> hits;
        private final Map<Place, Integer> at = new HashMap<>();
        private double[] counts = {};

        Told(List<String> names, List<Hit> hits) {
            this.names = names;
            this.hits = hits;
        }

        @Override
        public void add(
                int site,
                String key,
                long windowMillis,
                long atMillis,
                boolean distinct,
                long valueHash) {
            at.put(new Place(site, key), hits.size());
            hits.add(Hit.of(names.get(site), key, windowMillis, atMillis, distinct, valueHash));
        }

        @Override
        public double count(int site, String key, long windowMillis, long atMillis) {
            return counts[at.getOrDefault(new Place(site, key), 0)];
        }

        @Override
        public double distinct(int site, String key, long windowMillis, long atMillis) {
            return count(site, key, windowMillis, atMillis);
        }
    }

    /// Counts and judges events; their counters together must be at most [KeyCounters#HITS_MAX].
    public void evaluate(List<RuleEvent> events, Facts facts, Sink sink) {
        List<Hit> hits = new ArrayList<>();
        List<Told> told = new ArrayList<>();
        for (RuleEvent event : events) {
            Told own = new Told(rules.counterNames(), hits);
            rules.count(event, facts, own);
            told.add(own);
        }
        double[] counts = hits.isEmpty() ? new double[0] : counters.hit(hits, limit).join();
        for (int i = 0; i < events.size(); i++) {
            int place = i;
            told.get(i).counts = counts;
            rules.judge(
                    events.get(i),
                    facts,
                    told.get(i),
                    (rule, effects, stopped) -> sink.holds(place, rule, stopped));
        }
    }
}
