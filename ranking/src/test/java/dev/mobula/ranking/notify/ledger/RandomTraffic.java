package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.ledger.Command.Proof;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Commands as a crowd of schedulers would send them: retried, late, doubled, out of order, across clock changes.
final class RandomTraffic {
    static final List<ZoneId> ZONES =
            List.of(
                    ZoneId.of("America/New_York"),
                    ZoneId.of("America/Havana"),
                    ZoneId.of("America/Santiago"),
                    ZoneId.of("Australia/Lord_Howe"),
                    ZoneId.of("Pacific/Kiritimati"),
                    ZoneId.of("Pacific/Midway"));
    static final BudgetPolicy POLICY =
            new BudgetPolicy(
                    1,
                    0,
                    false,
                    List.of(
                            Limit.perDay(4),
                            Limit.perWeek(15),
                            Limit.rolling(Duration.ofHours(24), 6),
                            Limit.perDay(2).on(Channel.EMAIL),
                            Limit.rolling(Duration.ofHours(8), 2).ofType("promo")),
                    Duration.ofMinutes(40).toMillis(),
                    1,
                    2,
                    2,
                    Set.of("security"),
                    List.of(),
                    ZoneOffset.UTC,
                    List.of());

    final List<UserKey> users;
    long now = Instant.parse("2026-10-28T00:00:00Z").toEpochMilli();
    private final SplittableRandom random;
    private final List<Command.Reserve> asked = new ArrayList<>();
    private final List<Reply.Granted> granted = new ArrayList<>();

    RandomTraffic(SplittableRandom random, int users) {
        this.random = random;
        this.users = IntStream.range(0, users).mapToObj(user -> new UserKey("acme", user)).toList();
    }

    ZoneId zone(UserKey user) {
        return ZONES.get((int) user.user() % ZONES.size());
    }

    UserKey user() {
        return users.get(random.nextInt(users.size()));
    }

    /// The next command; time passes.
    Command next() {
        now += random.nextInt(10) == 0 ? random.nextInt(3_600_000) : random.nextInt(60_000);
        if (granted.isEmpty() || random.nextInt(5) < 2) {
            return reserve();
        }
        Reply.Granted one = recent(granted);
        return switch (random.nextInt(7)) {
            case 0, 1, 2 -> new Command.BeginSend(one.id(), one.fence());
            case 3, 4 -> new Command.Commit(one.id(), "p");
            case 5 ->
                    new Command.Release(
                            one.id(),
                            random.nextBoolean() ? Proof.NOT_ATTEMPTED : Proof.PROVIDER_REJECTED);
            default -> new Command.Extend(one.id(), random.nextLong(1, 900_000));
        };
    }

    private <T> T recent(List<T> all) {
        return all.get(Math.max(0, all.size() - 1 - random.nextInt(12)));
    }

    private Command reserve() {
        if (!asked.isEmpty() && random.nextInt(8) == 0) {
            Command.Reserve again = recent(asked);
            if (now < again.expiresAtMillis()) {
                return again;
            }
        }
        boolean critical = random.nextInt(20) == 0;
        long plan = random.nextInt(4) == 0 ? now + random.nextLong(100_000_000) : 0;
        Command.Reserve request =
                new Command.Reserve(
                        user(),
                        random.nextBoolean() ? Channel.PUSH : Channel.EMAIL,
                        critical ? "security" : random.nextBoolean() ? "promo" : "like",
                        critical
                                ? Priority.CRITICAL
                                : random.nextInt(5) == 0 ? Priority.HIGH : Priority.NORMAL,
                        1,
                        random.nextInt(6) == 0 ? "group-" + random.nextInt(40) : "",
                        List.of(),
                        plan,
                        Math.max(now, plan) + random.nextLong(60_000, 90_000_000),
                        random.nextLong(1, 900_000),
                        0,
                        "key-" + asked.size());
        asked.add(request);
        return request;
    }

    void saw(Outcome outcome) {
        if (outcome.reply() instanceof Reply.Granted one && !outcome.replayed()) {
            granted.add(one);
        }
    }

    /// The answer in short, as the naive ledger says it.
    static String inShort(Reply reply) {
        return switch (reply) {
            case Reply.Granted one ->
                    "granted " + one.id().serial() + " until " + one.expiresAtMillis();
            case Reply.Denied denied -> denied.reason().toString();
            case Reply.Standing standing -> standing.state().toString();
            case Reply.Refused refused -> refused.error().toString();
            case Reply other -> throw new IllegalArgumentException(other.toString());
        };
    }
}
