package dev.mobula.actors.safety.counters;

import dev.mobula.ranking.safety.rules.Counters;
import dev.mobula.ranking.safety.rules.Effect;
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
 * the rules of an event see the counts of its own moment although later events of the batch are counted too. Sets that
 * are evaluated side by side share the counters that they name alike: an event is counted once for all of them.
 */
/// Rules whose counters survive the process that evaluates them. One thread at a time.
public final class CountedRules {
    private final List<RuleSet> sets;
    private final List<List<String>> names;
    private final KeyCounters counters;
    private final Duration limit;

    public CountedRules(List<RuleSet> sets, KeyCounters counters, Duration limit) {
        this.sets = List.copyOf(sets);
        this.names = sets.stream().map(RuleSet::counterNames).toList();
        this.counters = counters;
        this.limit = limit;
    }

    /// Told for every rule that holds.
    @FunctionalInterface
    public interface Sink {
        /// One rule held for one event.
        ///
        /// @param event its place in the batch
        /// @param set the place of its set
        void holds(int event, int set, int rule, List<Effect> effects, boolean stopped);
    }

    private record Place(String counter, String key) {}

    /// Remembers what is to be counted of one event, and then tells what it came to.
    private static final class Told {
        private final List<Hit> hits;
        private final Map<Place, Integer> at = new HashMap<>();
        private double[] counts = {};

        Told(List<Hit> hits) {
            this.hits = hits;
        }

        Counters under(List<String> names) {
            return new Counters() {
                @Override
                public void add(
                        int site,
                        String key,
                        long windowMillis,
                        long atMillis,
                        boolean distinct,
                        long valueHash) {
                    String name = names.get(site);
                    if (at.putIfAbsent(new Place(name, key), hits.size()) == null) {
                        hits.add(Hit.of(name, key, windowMillis, atMillis, distinct, valueHash));
                    }
                }

                @Override
                public double count(int site, String key, long windowMillis, long atMillis) {
                    return counts[at.getOrDefault(new Place(names.get(site), key), 0)];
                }

                @Override
                public double distinct(int site, String key, long windowMillis, long atMillis) {
                    return count(site, key, windowMillis, atMillis);
                }
            };
        }
    }

    /// How many counters an event may touch.
    public int hitsPerEvent() {
        return sets.stream().mapToInt(RuleSet::counters).sum();
    }

    /// Counts and judges events; their counters together must be at most [KeyCounters#HITS_MAX]. When the counters do not
    /// answer this throws before anything is judged.
    public void evaluate(List<RuleEvent> events, Facts facts, Sink sink) {
        List<Hit> hits = new ArrayList<>();
        List<Told> told = new ArrayList<>();
        for (RuleEvent event : events) {
            Told own = new Told(hits);
            for (int set = 0; set < sets.size(); set++) {
                sets.get(set).count(event, facts, own.under(names.get(set)));
            }
            told.add(own);
        }
        double[] counts = hits.isEmpty() ? new double[1] : counters.hit(hits, limit).join();
        for (int i = 0; i < events.size(); i++) {
            int event = i;
            told.get(i).counts = counts;
            for (int j = 0; j < sets.size(); j++) {
                int set = j;
                sets.get(j)
                        .judge(
                                events.get(i),
                                facts,
                                told.get(i).under(names.get(j)),
                                (rule, effects, stopped) ->
                                        sink.holds(event, set, rule, effects, stopped));
            }
        }
    }
}
