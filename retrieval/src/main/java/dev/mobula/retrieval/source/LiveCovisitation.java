package dev.mobula.retrieval.source;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.vectors.LongTable;
import java.util.Arrays;

/// Which items people had together lately, counted as the events arrive.
/*
 * Idea: nearness is the cosine of two items' events, together(i, j) / √(had(i) · had(j)). An event weighs half as much
 * after each half-life; a pair weighs as the moment between its two events does, so nearness is at most 1. Forward decay
 * as in TrendingCounts: what is stored only grows, and the landmark moves now and then.
 *
 * Memory: an item keeps `neighboursMax` counters of neighbours. When they are full the weakest makes room, and the
 * newcomer takes over its count, which is noted as what it may be too high by [1]; only the rest of it counts as
 * nearness, so a neighbour is never shown stronger than it was seen. Items and people are bounded too: when there are
 * too many, the half that was not touched for longest goes.
 *
 * Cost: an event touches twice as many counters as a person has last items, each found by a scan of one short array.
 *
 * [1] Metwally, Agrawal, El Abbadi, Efficient Computation of Frequent and Top-k Elements in Data Streams, ICDT 2005.
 */
public final class LiveCovisitation implements Neighbourhood {
    private static final double EXPONENT_MAX = 256;

    private final double halfLifeMillis;
    private final int itemsMax;
    private final int neighboursMax;
    private final int peopleMax;
    private final int lastItemsMax;
    private Known<Item> items;
    private Known<Person> people;
    private long landmarkMillis = Long.MIN_VALUE;

    /// Limits of the memory.
    ///
    /// @param lastItemsMax how many of a person's last items a new one is paired with
    public LiveCovisitation(
            double halfLifeMillis,
            int itemsMax,
            int neighboursMax,
            int peopleMax,
            int lastItemsMax) {
        if (!(halfLifeMillis > 0)
                || itemsMax < 2
                || neighboursMax < 1
                || peopleMax < 2
                || lastItemsMax < 1) {
            throw invalid(
                    "halfLifeMillis, itemsMax, neighboursMax, peopleMax, lastItemsMax",
                    halfLifeMillis
                            + ", "
                            + itemsMax
                            + ", "
                            + neighboursMax
                            + ", "
                            + peopleMax
                            + ", "
                            + lastItemsMax,
                    "must be positive, at least 2, at least 1, at least 2, at least 1");
        }
        this.halfLifeMillis = halfLifeMillis;
        this.itemsMax = itemsMax;
        this.neighboursMax = neighboursMax;
        this.peopleMax = peopleMax;
        this.lastItemsMax = lastItemsMax;
        items = new Known<>(Item[]::new);
        people = new Known<>(Person[]::new);
    }

    /// What is known by id, with the time each was last touched.
    private static final class Known<T> {
        private final java.util.function.IntFunction<T[]> array;
        private LongTable ids = new LongTable(64);
        private T[] values;
        private long[] touchedMillis = new long[64];

        Known(java.util.function.IntFunction<T[]> array) {
            this.array = array;
            values = array.apply(64);
        }

        int find(long id) {
            return ids.find(id);
        }

        T touch(long id, long timeMillis, int max, java.util.function.Supplier<T> fresh) {
            int number = ids.find(id);
            if (number < 0) {
                if (ids.size() >= max) {
                    keepTheLatelyTouched(max);
                }
                number = add(id, fresh.get());
            }
            touchedMillis[number] = Math.max(touchedMillis[number], timeMillis);
            return values[number];
        }

        private int add(long id, T value) {
            int number = ids.add(id);
            if (number == values.length) {
                values = Arrays.copyOf(values, 2 * number);
                touchedMillis = Arrays.copyOf(touchedMillis, 2 * number);
            }
            values[number] = value;
            touchedMillis[number] = Long.MIN_VALUE;
            return number;
        }

        private void keepTheLatelyTouched(int max) {
            LongTable oldIds = ids;
            T[] oldValues = values;
            long[] oldTouched = touchedMillis;
            long[] sorted = Arrays.copyOf(oldTouched, oldIds.size());
            Arrays.sort(sorted);
            long median = sorted[sorted.length / 2];
            ids = new LongTable(64);
            values = array.apply(64);
            touchedMillis = new long[64];
            for (int i = 0; i < oldIds.size() && ids.size() < max / 2; i++) {
                if (oldTouched[i] >= median) {
                    int number = add(oldIds.id(i), oldValues[i]);
                    touchedMillis[number] = oldTouched[i];
                }
            }
        }
    }

    /// The last items of one person, as a ring.
    private static final class Person {
        private final long[] last;
        private final long[] lastMillis;
        private int size;
        private int next;

        Person(int lastItemsMax) {
            last = new long[lastItemsMax];
            lastMillis = new long[lastItemsMax];
        }

        boolean has(long item) {
            for (int i = 0; i < size; i++) {
                if (last[i] == item) {
                    return true;
                }
            }
            return false;
        }

        void add(long item, long timeMillis) {
            last[next] = item;
            lastMillis[next] = timeMillis;
            next = (next + 1) % last.length;
            size = Math.min(size + 1, last.length);
        }
    }

    /// How often an item was had, and with what.
    private static final class Item {
        private double had;
        private long[] ids = new long[4];
        private double[] counts = new double[4];
        private double[] tooHighBy = new double[4];
        private int size;

        void addNeighbour(long id, double weight, int max) {
            int weakest = 0;
            for (int i = 0; i < size; i++) {
                if (ids[i] == id) {
                    counts[i] += weight;
                    return;
                }
                weakest = counts[i] < counts[weakest] ? i : weakest;
            }
            if (size < max) {
                if (size == ids.length) {
                    ids = Arrays.copyOf(ids, Math.min(max, 2 * size));
                    counts = Arrays.copyOf(counts, ids.length);
                    tooHighBy = Arrays.copyOf(tooHighBy, ids.length);
                }
                ids[size] = id;
                counts[size] = weight;
                tooHighBy[size++] = 0;
            } else {
                tooHighBy[weakest] = counts[weakest];
                counts[weakest] += weight;
                ids[weakest] = id;
            }
        }

        void scale(double factor) {
            had *= factor;
            for (int i = 0; i < size; i++) {
                counts[i] *= factor;
                tooHighBy[i] *= factor;
            }
        }
    }

    /// A person had an item. Events may come late and out of order; having one of the last items again counts for the
    /// item alone.
    public synchronized void add(long person, long item, long timeMillis) {
        double weight = growth(timeMillis);
        Item itself = items.touch(item, timeMillis, itemsMax, Item::new);
        itself.had += weight;
        Person who = people.touch(person, timeMillis, peopleMax, () -> new Person(lastItemsMax));
        if (who.has(item)) {
            return;
        }
        for (int i = 0; i < who.size; i++) {
            long other = who.last[i];
            int number = items.find(other);
            if (number >= 0) {
                double between = power(who.lastMillis[i] / 2.0 + timeMillis / 2.0);
                itself.addNeighbour(other, between, neighboursMax);
                items.values[number].addNeighbour(item, between, neighboursMax);
            }
        }
        who.add(item, timeMillis);
    }

    /// The item is gone: it is nobody's neighbour any more.
    public synchronized void remove(long item) {
        int number = items.find(item);
        if (number >= 0) {
            items.values[number] = new Item();
        }
    }

    @Override
    public synchronized void visit(long item, Visitor visitor) {
        int number = items.find(item);
        if (number < 0) {
            return;
        }
        Item itself = items.values[number];
        for (int i = 0; i < itself.size; i++) {
            int other = items.find(itself.ids[i]);
            double had = other < 0 ? 0 : items.values[other].had;
            double together = itself.counts[i] - itself.tooHighBy[i];
            if (had > 0 && together > 0) {
                visitor.visit(
                        itself.ids[i],
                        (float) (together / (Math.sqrt(itself.had) * Math.sqrt(had))));
            }
        }
    }

    /// Items that are known.
    public synchronized int size() {
        return items.ids.size();
    }

    private double growth(long timeMillis) {
        if (landmarkMillis == Long.MIN_VALUE) {
            landmarkMillis = timeMillis;
        }
        if ((timeMillis - landmarkMillis) / halfLifeMillis > EXPONENT_MAX) {
            double factor = 1 / power((double) timeMillis);
            for (int i = 0; i < items.ids.size(); i++) {
                items.values[i].scale(factor);
            }
            landmarkMillis = timeMillis;
        }
        return power((double) timeMillis);
    }

    private double power(double timeMillis) {
        return Math.exp(Math.log(2) * (timeMillis - landmarkMillis) / halfLifeMillis);
    }
}
