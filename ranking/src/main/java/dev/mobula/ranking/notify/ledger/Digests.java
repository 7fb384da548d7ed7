package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Messages made of many items: collected in a window, then sent as one.
///
/// A window that is flushed is kept with its message until the next one is: whoever crashed in between flushes the same
/// window again and gets the same message. Items that come meanwhile open the next window.
final class Digests {
    private static final int VERSION = 1;
    private static final int DIGESTS_DUE_MAX = 10_000;
    private static final long MESSAGE_MILLIS = Duration.ofDays(1).toMillis();
    private static final long RETRY_MILLIS = Duration.ofHours(1).toMillis();

    private record Item(String key, double value, long expiresMillis) {}

    /// @param startMillis when its first item came
    /// @param rolled it had too few items once and waits for the last time
    private record Collecting(
            long startMillis,
            long dueMillis,
            boolean rolled,
            String type,
            DigestPlan plan,
            List<Item> items) {
        private Collecting due(long millis, boolean nowRolled, List<Item> left) {
            return new Collecting(startMillis, millis, nowRolled, type, plan, left);
        }
    }

    private record Flushed(long startMillis, Reply.Granted reservation, List<String> items) {}

    private record Digest(@Nullable Collecting open, @Nullable Flushed flushed) {
        private static final Digest NONE = new Digest(null, null);
    }

    private Digests() {}

    static Reply add(Turn turn, Command.AddDigestItem command) {
        byte[] key = Keys.digest(command.owner(), command.channel().code(), command.digest());
        Digest digest = read(turn.draft().get(Table.DIGEST, key), command.owner());
        Collecting open = digest.open();
        if (command.expiresAtMillis() <= turn.now()) {
            throw new Refusal(
                    LedgerError.EXPIRED,
                    "expiresAt=" + command.expiresAtMillis() + ", now " + turn.now());
        }
        if (open == null) {
            open =
                    new Collecting(
                            turn.now(),
                            cut(turn, command),
                            false,
                            command.type(),
                            command.plan(),
                            List.of());
            schedule(turn, open, key);
        }
        Item item = new Item(command.item(), command.value(), command.expiresAtMillis());
        Collecting more = open.due(open.dueMillis(), open.rolled(), with(open.items(), item));
        write(turn, key, new Digest(more, digest.flushed()));
        return new Reply.DigestWaits(more.startMillis(), more.dueMillis());
    }

    /// The newest item of a key stands; over the bound the least valuable goes.
    private static List<Item> with(List<Item> items, Item item) {
        List<Item> more = new ArrayList<>(items);
        more.removeIf(other -> other.key().equals(item.key()));
        more.add(item);
        if (more.size() > DigestPlan.ITEMS_MAX) {
            more.remove(more.stream().min(Comparator.comparingDouble(Item::value)).orElseThrow());
        }
        return more;
    }

    /// The next time on the user's clock, or the longest wait, whichever comes first.
    private static long cut(Turn turn, Command.AddDigestItem command) {
        DigestPlan plan = command.plan();
        long latest = turn.now() + plan.maxWaitMillis();
        if (plan.cutMinute() < 0) {
            return latest;
        }
        BudgetPolicy policy = turn.policy(command.owner());
        ZoneId zone = turn.book(command.owner(), policy).zone(policy).days();
        LocalDate today = Instant.ofEpochMilli(turn.now()).atZone(zone).toLocalDate();
        long cut = at(today, plan.cutMinute(), zone);
        for (int ahead = 1; cut <= turn.now(); ahead++) {
            cut = at(today.plusDays(ahead), plan.cutMinute(), zone);
        }
        return Math.min(latest, cut);
    }

    private static long at(LocalDate date, int minute, ZoneId zone) {
        return date.atStartOfDay().plusMinutes(minute).atZone(zone).toInstant().toEpochMilli();
    }

    static Reply flush(Turn turn, Command.FlushDigest command) {
        byte[] key = Keys.digest(command.owner(), command.channel().code(), command.digest());
        Digest digest = read(turn.draft().get(Table.DIGEST, key), command.owner());
        Flushed flushed = digest.flushed();
        if (flushed != null && flushed.startMillis() == command.windowStartMillis()) {
            return new Reply.DigestReady(flushed.reservation(), flushed.items());
        }
        Collecting open = digest.open();
        if (open == null || open.startMillis() != command.windowStartMillis()) {
            throw new Refusal(
                    LedgerError.RESERVATION_NOT_FOUND,
                    "digest %s of %s: no window of %d"
                            .formatted(
                                    command.digest(),
                                    command.owner(),
                                    command.windowStartMillis()));
        }
        if (turn.now() < open.dueMillis()) {
            return new Reply.DigestWaits(open.startMillis(), open.dueMillis());
        }
        turn.draft().delete(Table.EXPIRY, Keys.expiry(Keys.DIGEST, open.dueMillis(), key));
        return cut(turn, command, key, digest, alive(open, turn.now()));
    }

    private static Collecting alive(Collecting open, long now) {
        List<Item> left =
                open.items().stream()
                        .filter(item -> item.expiresMillis() > now)
                        .sorted(
                                Comparator.comparingDouble(Item::value)
                                        .reversed()
                                        .thenComparing(Item::key))
                        .toList();
        return open.due(open.dueMillis(), open.rolled(), left);
    }

    private static Reply cut(
            Turn turn, Command.FlushDigest command, byte[] key, Digest digest, Collecting open) {
        boolean tooFew = open.items().size() < open.plan().itemsMin();
        if (open.items().isEmpty() || (tooFew && open.rolled() && !open.plan().sendsBelow())) {
            write(turn, key, new Digest(null, digest.flushed()));
            return new Reply.DigestWaits(open.startMillis(), 0);
        }
        if (tooFew && !open.rolled()) {
            return postpone(
                    turn,
                    key,
                    digest,
                    open.due(turn.now() + open.plan().maxWaitMillis(), true, open.items()));
        }
        Reply reply = Admission.reserveWhenPossible(turn, request(turn, command, open));
        return switch (reply) {
            case Reply.Granted granted -> {
                List<String> items =
                        open.items().stream().limit(open.plan().itemsMax()).map(Item::key).toList();
                write(turn, key, new Digest(null, new Flushed(open.startMillis(), granted, items)));
                byte[] until =
                        Keys.expiry(
                                Keys.READY,
                                granted.expiresAtMillis(),
                                Keys.reservation(granted.id()));
                turn.draft().put(Table.EXPIRY, until, key);
                yield new Reply.DigestReady(granted, items);
            }
            case Reply.Denied denied -> {
                long retry = Math.max(denied.retryAtMillis(), turn.now() + RETRY_MILLIS);
                yield postpone(turn, key, digest, open.due(retry, open.rolled(), open.items()));
            }
            case Reply other ->
                    throw new IllegalStateException("answer to a reservation: " + other);
        };
    }

    private static Reply postpone(Turn turn, byte[] key, Digest digest, Collecting later) {
        schedule(turn, later, key);
        write(turn, key, new Digest(later, digest.flushed()));
        return new Reply.DigestWaits(later.startMillis(), later.dueMillis());
    }

    private static Command.Reserve request(
            Turn turn, Command.FlushDigest command, Collecting open) {
        String group =
                "digest:%d:%s:%s:%d"
                        .formatted(
                                command.owner().user(),
                                command.channel(),
                                command.digest(),
                                open.startMillis());
        return new Command.Reserve(
                command.owner(),
                command.channel(),
                open.type(),
                Priority.NORMAL,
                1,
                group,
                List.of(),
                0,
                turn.now() + MESSAGE_MILLIS,
                Command.TTL_MILLIS_MAX,
                0,
                group);
    }

    static Reply peek(Turn turn, Command.PeekDigest command) {
        byte[] key = Keys.digest(command.owner(), command.channel().code(), command.digest());
        Collecting open = read(turn.draft().get(Table.DIGEST, key), command.owner()).open();
        if (open == null) {
            return new Reply.DigestShows(0, 0, List.of());
        }
        List<String> items = alive(open, turn.now()).items().stream().map(Item::key).toList();
        return new Reply.DigestShows(open.startMillis(), open.dueMillis(), items);
    }

    /// The messages that were made and are still only reserved: after a crash, too, somebody finds them.
    static Reply ready(Turn turn, Command.ReadyDigests command) {
        List<Reply.DigestReady> ready = new ArrayList<>();
        turn.draft()
                .stored()
                .scan(
                        Table.EXPIRY,
                        Keys.expiry(Keys.READY, turn.now() + 1, new byte[0]),
                        Keys.expiry(Keys.READY, Long.MAX_VALUE, new byte[0]),
                        (key, digest) -> {
                            UserKey owner = Keys.owner(digest, 0);
                            byte[] row = turn.draft().get(Table.DIGEST, digest);
                            Flushed last = read(row, owner).flushed();
                            if (last != null && waits(turn, last.reservation().id())) {
                                ready.add(new Reply.DigestReady(last.reservation(), last.items()));
                            }
                            return ready.size() < command.max();
                        });
        return new Reply.DigestsReady(ready);
    }

    private static boolean waits(Turn turn, ReservationId id) {
        byte[] row = turn.draft().get(Table.RESERVATION, Keys.reservation(id));
        if (row == null) {
            return false;
        }
        Reservation reservation = Reservation.decode(row, id);
        return reservation.state() == ReservationState.RESERVED
                && reservation.deadlineMillis() > turn.now();
    }

    private static void schedule(Turn turn, Collecting open, byte[] key) {
        turn.draft()
                .put(
                        Table.EXPIRY,
                        Keys.expiry(Keys.DIGEST, open.dueMillis(), key),
                        Keys.number(open.startMillis()));
    }

    static List<Command.FlushDigest> due(Rows rows, long now, int max) {
        List<Command.FlushDigest> due = new ArrayList<>();
        int most = Math.min(max, DIGESTS_DUE_MAX);
        rows.scan(
                Table.EXPIRY,
                Keys.expiry(Keys.DIGEST, 0, new byte[0]),
                Keys.expiry(Keys.DIGEST, now + 1, new byte[0]),
                (key, value) -> {
                    if (due.size() < most) {
                        due.add(flushOf(Keys.subject(key), Keys.number(value)));
                    }
                    return due.size() < most;
                });
        return due;
    }

    private static Command.FlushDigest flushOf(byte[] key, long startMillis) {
        UserKey owner = Keys.owner(key, 0);
        int at = Keys.user(owner).length;
        return new Command.FlushDigest(
                owner,
                Channel.of(key[at]),
                new String(key, at + 1, key.length - at - 1, StandardCharsets.UTF_8),
                startMillis);
    }

    private static Digest read(byte @Nullable [] row, UserKey owner) {
        if (row == null) {
            return Digest.NONE;
        }
        RecordReader in = new RecordReader(row, VERSION, "digest of " + owner);
        Collecting open = in.readByte() == 0 ? null : readOpen(in);
        Flushed flushed = in.readByte() == 0 ? null : readFlushed(in, owner);
        in.finish();
        return new Digest(open, flushed);
    }

    private static Collecting readOpen(RecordReader in) {
        long start = in.readSigned();
        long due = in.readSigned();
        boolean rolled = in.readByte() == 1;
        String type = in.readText();
        DigestPlan plan = DigestPlan.read(in);
        List<Item> items = new ArrayList<>();
        for (int i = in.readLength(1); i > 0; i--) {
            items.add(
                    new Item(
                            in.readText(),
                            Double.longBitsToDouble(in.readFixed()),
                            in.readSigned()));
        }
        return new Collecting(start, due, rolled, type, plan, items);
    }

    private static Flushed readFlushed(RecordReader in, UserKey owner) {
        long start = in.readSigned();
        Reply.Granted granted =
                new Reply.Granted(
                        new ReservationId(owner, in.readCount()), in.readCount(), in.readSigned());
        List<String> items = new ArrayList<>();
        for (int i = in.readLength(1); i > 0; i--) {
            items.add(in.readText());
        }
        return new Flushed(start, granted, items);
    }

    private static void write(Turn turn, byte[] key, Digest digest) {
        RecordWriter out = new RecordWriter(VERSION);
        Optional<Collecting> open = Optional.ofNullable(digest.open());
        out.writeByte(open.isPresent() ? 1 : 0);
        open.ifPresent(
                collecting -> {
                    out.writeSigned(collecting.startMillis());
                    out.writeSigned(collecting.dueMillis());
                    out.writeByte(collecting.rolled() ? 1 : 0);
                    out.writeText(collecting.type());
                    collecting.plan().write(out);
                    out.writeCount(collecting.items().size());
                    for (Item item : collecting.items()) {
                        out.writeText(item.key());
                        out.writeFixed(Double.doubleToRawLongBits(item.value()));
                        out.writeSigned(item.expiresMillis());
                    }
                });
        Optional<Flushed> flushed = Optional.ofNullable(digest.flushed());
        out.writeByte(flushed.isPresent() ? 1 : 0);
        flushed.ifPresent(
                last -> {
                    out.writeSigned(last.startMillis());
                    out.writeCount(last.reservation().id().serial());
                    out.writeCount(last.reservation().fence());
                    out.writeSigned(last.reservation().expiresAtMillis());
                    out.writeCount(last.items().size());
                    last.items().forEach(out::writeText);
                });
        turn.draft().put(Table.DIGEST, key, out.finish());
    }
}
