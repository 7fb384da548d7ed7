package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.window.QuietHours;
import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a tenant allows to be sent to one person.
///
/// @param version one more than that of the policy it replaces
/// @param effectiveAtMillis from when on it holds
/// @param paused nothing but critical messages goes out
/// @param limits all of them must allow a message
/// @param gapMillis the least time between two messages
/// @param protectedUnits units of each daily limit that only messages of high priority may take
/// @param highPerDay messages of high priority in a day
/// @param criticalPerDay critical messages in a day
/// @param criticalTypes the types that may be critical
/// @param quiet quiet hours by law or by house rule, beside the user's own
/// @param defaultZone where days begin for a user whose zone is unknown
/// @param countryZones where else such a user may be, so that quiet holds there too
public record BudgetPolicy(
        long version,
        long effectiveAtMillis,
        boolean paused,
        List<Limit> limits,
        long gapMillis,
        int protectedUnits,
        int highPerDay,
        int criticalPerDay,
        Set<String> criticalTypes,
        List<QuietHours> quiet,
        ZoneId defaultZone,
        List<ZoneId> countryZones) {
    static final int LIMITS_MAX = 32;

    private static final int TYPES_MAX = 64;
    private static final int ZONES_MAX = 32;
    private static final int QUIET_MAX = 8;
    private static final Duration GAP = Duration.ofHours(4);
    private static final int CRITICAL_PER_DAY = 10;

    public BudgetPolicy {
        limits = List.copyOf(limits);
        criticalTypes = Set.copyOf(criticalTypes);
        quiet = List.copyOf(quiet);
        countryZones = List.copyOf(countryZones);
        Names.between("policy version", version, 1, Long.MAX_VALUE);
        Names.between("policy limits", limits.size(), 0, LIMITS_MAX);
        Names.between("policy gapMillis", gapMillis, 0, Duration.ofDays(7).toMillis());
        Names.between("policy protectedUnits", protectedUnits, 0, Limit.CAP_MAX);
        Names.between("policy highPerDay", highPerDay, 0, Limit.CAP_MAX);
        Names.between("policy criticalPerDay", criticalPerDay, 0, Limit.CAP_MAX);
        Names.between("policy criticalTypes", criticalTypes.size(), 0, TYPES_MAX);
        Names.between("policy quiet", quiet.size(), 0, QUIET_MAX);
        Names.between("policy countryZones", countryZones.size(), 0, ZONES_MAX);
        criticalTypes.forEach(type -> Names.plain("policy criticalTypes", type));
        if (limits.stream().map(Limit::counter).distinct().count() < limits.size()) {
            throw Names.invalid("policy limits", limits, "names a counter twice");
        }
    }

    /// The usual policy of a daily cap: a gap of four hours, and half as much again in any 24 hours, because a day's cap
    /// alone would allow twice as much around midnight.
    public static BudgetPolicy ofDailyCap(int cap, ZoneId defaultZone) {
        return new BudgetPolicy(
                1,
                0,
                false,
                List.of(
                        Limit.perDay(cap),
                        Limit.rolling(Duration.ofHours(24), Math.ceilDiv(3 * cap, 2))),
                GAP.toMillis(),
                0,
                cap,
                CRITICAL_PER_DAY,
                Set.of(),
                List.of(),
                defaultZone,
                List.of());
    }

    /// The same as the next version, in force at once, paused or not.
    public BudgetPolicy paused(boolean pauses) {
        return new BudgetPolicy(
                version + 1,
                0,
                pauses,
                limits,
                gapMillis,
                protectedUnits,
                highPerDay,
                criticalPerDay,
                criticalTypes,
                quiet,
                defaultZone,
                countryZones);
    }

    /// The longest stretch of time that a limit looks back on.
    long reachMillis() {
        return Math.max(gapMillis, limits.stream().mapToLong(Limit::spanMillis).max().orElse(0));
    }

    void write(RecordWriter out) {
        out.writeCount(version);
        out.writeSigned(effectiveAtMillis);
        out.writeByte(paused ? 1 : 0);
        out.writeCount(limits.size());
        limits.forEach(limit -> limit.write(out));
        out.writeCount(gapMillis);
        out.writeCount(protectedUnits);
        out.writeCount(highPerDay);
        out.writeCount(criticalPerDay);
        out.writeCount(criticalTypes.size());
        new TreeSet<>(criticalTypes).forEach(out::writeText);
        Contact.writeQuiet(out, quiet);
        out.writeText(defaultZone.getId());
        out.writeCount(countryZones.size());
        countryZones.forEach(zone -> out.writeText(zone.getId()));
    }

    static BudgetPolicy read(RecordReader in) {
        long version = in.readCount();
        long effectiveAtMillis = in.readSigned();
        boolean paused = in.readByte() == 1;
        List<Limit> limits = new ArrayList<>();
        for (int i = in.readLength(1); i > 0; i--) {
            limits.add(Limit.read(in));
        }
        long gapMillis = in.readCount();
        int protectedUnits = (int) in.readCount();
        int highPerDay = (int) in.readCount();
        int criticalPerDay = (int) in.readCount();
        Set<String> criticalTypes = new TreeSet<>(Comparator.naturalOrder());
        for (int i = in.readLength(1); i > 0; i--) {
            criticalTypes.add(in.readText());
        }
        List<QuietHours> quiet = Contact.readQuiet(in);
        ZoneId defaultZone = readZone(in);
        List<ZoneId> countryZones = new ArrayList<>();
        for (int i = in.readLength(1); i > 0; i--) {
            countryZones.add(readZone(in));
        }
        return new BudgetPolicy(
                version,
                effectiveAtMillis,
                paused,
                limits,
                gapMillis,
                protectedUnits,
                highPerDay,
                criticalPerDay,
                criticalTypes,
                quiet,
                defaultZone,
                countryZones);
    }

    static ZoneId readZone(RecordReader in) {
        String name = in.readText();
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            throw in.corrupt("zone " + name);
        }
    }
}
