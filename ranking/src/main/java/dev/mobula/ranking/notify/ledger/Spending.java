package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Denial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Counts what a ledger grants, begins and denies, by tenant, channel and hour of the last two days.
///
/// It is no part of the ledger's rows: who counts may lose a little in a crash, and no budget depends on it. Not
/// thread-safe.
public final class Spending {
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final int HOURS_KEPT = 48;
    private static final int CELLS_MAX = 20_000;

    /// What is counted.
    enum Kind {
        GRANTED,
        RELEASED,
        BEGUN,
        RETURNED
    }

    private record Key(long hour, String tenant, Channel channel) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byHour = Long.compare(hour, other.hour);
            int byTenant = byHour != 0 ? byHour : tenant.compareTo(other.tenant);
            return byTenant != 0 ? byTenant : channel.compareTo(other.channel);
        }
    }

    private static final class Cell {
        private final Map<Kind, Long> units = new EnumMap<>(Kind.class);
        private final Map<Denial, Long> denied = new EnumMap<>(Denial.class);

        private long of(Kind kind) {
            return units.getOrDefault(kind, 0L);
        }
    }

    private final TreeMap<Key, Cell> cells = new TreeMap<>();

    private Cell cell(String tenant, Channel channel, long millis) {
        Key key = new Key(Math.floorDiv(millis, HOUR) * HOUR, tenant, channel);
        Cell cell = cells.computeIfAbsent(key, fresh -> new Cell());
        while (cells.size() > CELLS_MAX
                || cells.firstKey().hour() < key.hour() - (HOURS_KEPT - 1) * HOUR) {
            cells.pollFirstEntry();
        }
        return cell;
    }

    void count(String tenant, Channel channel, long millis, Kind kind, long units) {
        cell(tenant, channel, millis).units.merge(kind, units, Long::sum);
    }

    void deny(String tenant, Channel channel, long millis, Denial reason) {
        cell(tenant, channel, millis).denied.merge(reason, 1L, Long::sum);
    }

    /// Adds what was counted before.
    public void add(List<Spent> before) {
        for (Spent spent : before) {
            Cell cell = cell(spent.tenant(), spent.channel(), spent.hourMillis());
            cell.units.merge(Kind.GRANTED, spent.granted(), Long::sum);
            cell.units.merge(Kind.RELEASED, spent.released(), Long::sum);
            cell.units.merge(Kind.BEGUN, spent.begun(), Long::sum);
            cell.units.merge(Kind.RETURNED, spent.returned(), Long::sum);
            spent.denied().forEach((reason, times) -> cell.denied.merge(reason, times, Long::sum));
        }
    }

    /// All of it, the oldest hour first.
    public List<Spent> all() {
        List<Spent> all = new ArrayList<>(cells.size());
        cells.forEach(
                (key, cell) ->
                        all.add(
                                new Spent(
                                        key.tenant(),
                                        key.channel(),
                                        key.hour(),
                                        cell.of(Kind.GRANTED),
                                        cell.of(Kind.RELEASED),
                                        cell.of(Kind.BEGUN),
                                        cell.of(Kind.RETURNED),
                                        cell.denied)));
        return all;
    }
}
