package dev.mobula.retrieval.store;

import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.rocksdb.ColumnFamilyHandle;

/*
 * An event is one entry of the change stream; everything derived from it is written in the same batch, so there is nothing
 * to catch up with after a crash.
 *
 * Ids are kept by the hour of their event's time, so an event and its repetition meet in the same hour, whenever they
 * arrive, and a whole hour of them is dropped at once. What is older than the ids that are kept is refused: so an event is
 * never stored twice, however late it comes again. A reporter that stamps a repetition anew is forgiven ten minutes.
 *
 * What was seen is kept by the window of its time, each item exactly, with its time. An item seen within the window is
 * in this window's rows or the last one's; older rows are dropped at once. So the filter never errs in either direction,
 * and a user's share of it is bounded by refusing what goes beyond.
 *
 * The history is trimmed when it has grown a batch of rows too long, so trimming costs a constant per event.
 */
/// Events and what follows from them: which ids are known, what a user did last, what a user saw.
final class EventRows {
    private static final long ID_GENERATION_MILLIS = TimeUnit.HOURS.toMillis(1);
    private static final long REPEAT_MILLIS = TimeUnit.MINUTES.toMillis(10);
    private static final int HISTORY_SLACK = 64;
    private static final int RECENT_HEADS_MAX = 20_000;
    private static final byte[] NOTHING = {};
    private static final byte[] IDS_FROM = "ids-from".getBytes(StandardCharsets.US_ASCII);

    private final Engine engine;
    private final EventKinds kinds;
    private final UserLimits limits;
    private final EventRules rules;
    private final ColumnFamilyHandle ids;
    private final ColumnFamilyHandle heads;
    private final ColumnFamilyHandle history;
    private final ColumnFamilyHandle seen;
    private final ColumnFamilyHandle forgotten;
    private final ColumnFamilyHandle meta;
    private final OldRows oldIds;
    private final RecentHeads recent = new RecentHeads();
    private final Set<Long> everForgotten = ConcurrentHashMap.newKeySet();
    private volatile long idsFromMillis;

    /// Heads that were written last, as they are with all writes so far; for the committer's thread alone.
    private static final class RecentHeads extends LinkedHashMap<Long, UserHead> {
        @Serial private static final long serialVersionUID = 1L;

        RecentHeads() {
            super(1 << 12, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, UserHead> eldest) {
            return size() > RECENT_HEADS_MAX;
        }
    }

    EventRows(Engine engine, EventKinds kinds, UserLimits limits) {
        this.engine = engine;
        this.kinds = kinds;
        this.limits = limits;
        this.rules = new EventRules(kinds, limits);
        this.ids = engine.family("ids");
        this.oldIds = new OldRows(engine, ids);
        this.heads = engine.family("heads");
        this.history = engine.family("history");
        this.seen = engine.family("seen");
        this.forgotten = engine.family("forgotten");
        this.meta = engine.family("default");
        byte[] from = engine.get(meta, IDS_FROM);
        this.idsFromMillis = from == null ? Long.MIN_VALUE : Keys.idAt(from, 0);
        engine.visit(
                forgotten,
                NOTHING,
                (user, at) -> {
                    everForgotten.add(Keys.idAt(user, 0));
                    return true;
                });
    }

    /// The families of these rows.
    static List<String> families() {
        return List.of("ids", "heads", "history", "seen", "forgotten");
    }

    EventOutcome record(Transaction transaction, UserEvent event, long nowMillis) {
        long from = Math.max(idsFromMillis, nowMillis - limits.eventAgeMaxMillis());
        Optional<EventOutcome> refusal = rules.refusal(event, from, nowMillis);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (event.atMillis() <= forgottenMillis(transaction, event.user())) {
            return EventOutcome.refused("user", event.user(), "was forgotten after this event");
        }
        if (isKnown(transaction, event)) {
            return EventOutcome.DUPLICATE;
        }
        EventKind kind = rules.kind(event.kind());
        UserHead head = head(transaction, event.user());
        if (kind.marksSeen()) {
            Optional<UserHead> after = see(transaction, event, head, nowMillis);
            if (after.isEmpty()) {
                return EventOutcome.refused(
                        "item",
                        event.item(),
                        "user "
                                + event.user()
                                + " has seen "
                                + limits.seenPerUserMax()
                                + " items in this window");
            }
            head = after.get();
        }
        store(transaction, event, kind, head);
        return EventOutcome.STORED;
    }

    private long forgottenMillis(Transaction transaction, long user) {
        byte[] at = everForgotten.contains(user) ? transaction.get(forgotten, Keys.of(user)) : null;
        return at == null ? Long.MIN_VALUE : Keys.idAt(at, 0);
    }

    private void store(Transaction transaction, UserEvent event, EventKind kind, UserHead before) {
        UserHead head = before.counted(kind.name());
        long position = transaction.append(UserCodec.encode(new UserWrite.Happened(event)));
        transaction.put(ids, idKey(event, event.atMillis()), NOTHING);
        if (kind.isRemembered()) {
            transaction.put(history, historyKey(event, position), encode(event));
            int rows = head.historyRows() + 1;
            if (rows >= limits.historyMax() + HISTORY_SLACK) {
                trim(transaction, event.user());
                rows = limits.historyMax();
            }
            head = head.withHistoryRows(rows);
        }
        transaction.put(heads, Keys.of(event.user()), head.encode());
        recent.put(event.user(), head);
    }

    private UserHead head(Transaction transaction, long user) {
        UserHead head = recent.get(user);
        return head != null ? head : UserHead.of(transaction.get(heads, Keys.of(user)), user);
    }

    /// Forgets what was read or written lately: a transaction was taken back.
    void undone() {
        recent.clear();
    }

    private boolean isKnown(Transaction transaction, UserEvent event) {
        byte[] key = idKey(event, event.atMillis());
        if (transaction.get(ids, key) != null) {
            return true;
        }
        byte[] earlier = idKey(event, event.atMillis() - REPEAT_MILLIS);
        return idGeneration(event.atMillis()) != idGeneration(event.atMillis() - REPEAT_MILLIS)
                && transaction.get(ids, earlier) != null;
    }

    private static long idGeneration(long atMillis) {
        return Math.floorDiv(atMillis, ID_GENERATION_MILLIS);
    }

    private static byte[] idKey(UserEvent event, long atMillis) {
        byte[] id = event.id().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 * Long.BYTES + id.length)
                .put(Keys.of(idGeneration(atMillis)))
                .put(Keys.of(event.user()))
                .put(id)
                .array();
    }

    /// Marks the item as seen; empty when the user's share is used up.
    private Optional<UserHead> see(
            Transaction transaction, UserEvent event, UserHead head, long nowMillis) {
        long at = Math.min(event.atMillis(), nowMillis);
        if (at <= nowMillis - limits.seenWindowMillis()) {
            return Optional.of(head);
        }
        long generation = seenGeneration(at);
        byte[] key = seenKey(generation, event.user(), event.item());
        byte[] stored = transaction.get(seen, key);
        UserHead now = head.at(seenGeneration(nowMillis));
        if (stored == null) {
            if (now.seenIn(generation) >= limits.seenPerUserMax()) {
                return Optional.empty();
            }
            now = now.seen(generation);
        }
        if (stored == null || Keys.idAt(stored, 0) < at) {
            transaction.put(seen, key, Keys.of(at));
        }
        return Optional.of(now);
    }

    private long seenGeneration(long atMillis) {
        return Math.floorDiv(atMillis, limits.seenWindowMillis());
    }

    private static byte[] seenKey(long generation, long user, long item) {
        return ByteBuffer.allocate(3 * Long.BYTES)
                .put(Keys.of(generation))
                .put(Keys.of(user))
                .put(Keys.of(item))
                .array();
    }

    /// Which of these items the user saw within the window. Windows in which the user saw nothing are not looked into.
    boolean[] seen(long user, long[] items, long nowMillis) {
        boolean[] found = new boolean[items.length];
        long newest = seenGeneration(nowMillis);
        UserHead head = UserHead.of(engine.get(heads, Keys.of(user)), user);
        boolean clockWentBack = head.seenGeneration() > newest;
        UserHead now = head.at(newest);
        for (long generation = newest; generation >= newest - 1; generation--) {
            if (clockWentBack || now.seenIn(generation) > 0) {
                markSeen(generation, user, items, nowMillis, found);
            }
        }
        return found;
    }

    private void markSeen(
            long generation, long user, long[] items, long nowMillis, boolean[] found) {
        List<byte[]> keys = new ArrayList<>(items.length);
        for (long item : items) {
            keys.add(seenKey(generation, user, item));
        }
        long after = nowMillis - limits.seenWindowMillis();
        engine.getAll(seen, keys, (at, key) -> found[key] |= Keys.idAt(at, 0) > after);
    }

    /// Newest first: later times have smaller keys.
    private static byte[] historyKey(UserEvent event, long position) {
        return ByteBuffer.allocate(3 * Long.BYTES)
                .put(Keys.of(event.user()))
                .put(Keys.of(~event.atMillis()))
                .put(Keys.of(~position))
                .array();
    }

    private static byte[] encode(UserEvent event) {
        byte[] kind = event.kind().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + Float.BYTES + kind.length)
                .putLong(event.item())
                .putFloat(event.value())
                .put(kind)
                .array();
    }

    private Optional<PastEvent> decode(byte[] key, byte[] row) {
        ByteBuffer in = ByteBuffer.wrap(row);
        long item = in.getLong();
        float value = in.getFloat();
        String name = new String(row, in.position(), in.remaining(), StandardCharsets.UTF_8);
        return kinds.find(name)
                .map(
                        kind ->
                                new PastEvent(
                                        item,
                                        kind.name(),
                                        kind.weight(),
                                        value,
                                        ~Keys.idAt(key, Long.BYTES)));
    }

    private void trim(Transaction transaction, long user) {
        List<byte[]> old = new ArrayList<>();
        int[] kept = {0};
        transaction.scan(
                history,
                Keys.of(user),
                row -> {
                    if (kept[0]++ >= limits.historyMax()) {
                        old.add(row);
                    }
                });
        old.forEach(row -> transaction.delete(history, row));
    }

    /// The newest remembered events; kinds that are no longer configured are left out.
    List<PastEvent> history(long user, int max) {
        List<PastEvent> events = new ArrayList<>();
        int most = Math.min(max, limits.historyMax());
        engine.visit(
                history,
                Keys.of(user),
                (key, row) -> {
                    decode(key, row).ifPresent(events::add);
                    return events.size() < most;
                });
        return events;
    }

    /// How many events of each kind the user's counters say.
    void counts(long user, Map<String, Long> found) {
        UserHead.of(engine.get(heads, Keys.of(user)), user).counts(UserCodec.EVENT_COUNTER, found);
    }

    /// Removes what is kept of a user's events, and refuses those of before now from here on.
    void forget(Transaction transaction, long user, long nowMillis) {
        byte[] prefix = Keys.of(user);
        transaction.deleteAll(history, prefix);
        transaction.deleteAll(heads, prefix);
        recent.remove(user);
        for (ColumnFamilyHandle family : List.of(ids, seen)) {
            for (byte[] generation : new OldRows(engine, family).prefixes(Long.BYTES)) {
                transaction.deleteAll(
                        family, ByteBuffer.allocate(16).put(generation).put(prefix).array());
            }
        }
        transaction.put(forgotten, prefix, Keys.of(nowMillis));
        everForgotten.add(user);
    }

    /// Drops the ids and seen items that no longer count, and notes of users forgotten so long ago that events of then are
    /// refused anyway.
    void retain(long nowMillis) {
        long from = nowMillis - limits.eventAgeMaxMillis();
        dropIds(idGeneration(from - REPEAT_MILLIS), from);
        while (oldIds.bytes() > limits.idBytesMax()) {
            List<byte[]> hours = oldIds.prefixes(Long.BYTES);
            if (hours.isEmpty()) {
                break;
            }
            long oldest = Keys.idAt(hours.getFirst(), 0);
            dropIds(oldest + 1, (oldest + 1) * ID_GENERATION_MILLIS + REPEAT_MILLIS);
            oldIds.compactBefore(Keys.of(oldest + 1));
        }
        new OldRows(engine, seen).dropBefore(Keys.of(seenGeneration(nowMillis) - 1));
        for (long user : everForgotten) {
            byte[] at = engine.get(forgotten, Keys.of(user));
            if (at == null || Keys.idAt(at, 0) < from) {
                Engine.await(
                        engine.submit(
                                transaction -> dropNote(transaction, user, from), Long.BYTES));
            }
        }
    }

    private void dropNote(Transaction transaction, long user, long fromMillis) {
        if (forgottenMillis(transaction, user) < fromMillis) {
            transaction.delete(forgotten, Keys.of(user));
            everForgotten.remove(user);
        }
    }

    /// From here on, events of before that time are refused; only then are their ids dropped.
    private void dropIds(long generation, long fromMillis) {
        if (!oldIds.isAnyBefore(Keys.of(generation))) {
            return;
        }
        long from = Math.max(idsFromMillis, fromMillis);
        Engine.await(
                engine.submit(
                        transaction -> {
                            idsFromMillis = from;
                            transaction.put(meta, IDS_FROM, Keys.of(from));
                        },
                        Long.BYTES));
        oldIds.dropBefore(Keys.of(generation));
    }
}
