package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// The users of one shard, on disk: what they did and saw, whom they follow, block and mute, what they hid and prefer.
///
/// A write is acknowledged when it is synced to disk; many waiting writers share a sync. Reads see every acknowledged
/// write. All methods may be called from any thread.
public final class UserStore implements AutoCloseable {
    /// Looks at one edge of a scan; false ends it.
    @FunctionalInterface
    public interface EdgeVisitor {
        boolean visit(long user, long target, long sinceMillis);
    }

    private static final long WRITE_BYTES = 256;
    private static final String READERS = "readers";
    private static final int READERS_MAX = 16;

    private final Engine engine;
    private final UserCodec codec;
    private final StoreLimits limits;
    private final UserLimits userLimits;
    private final InstantSource clock;
    private final EdgeRows edges;
    private final EventRows events;
    private final SessionRows sessions;
    private final ProfileRows profiles;
    private final StreamErasure erasure;
    private final Map<String, Long> readers = new ConcurrentHashMap<>();

    private UserStore(
            StoreOptions options, EventKinds kinds, UserLimits userLimits, InstantSource clock) {
        this.engine = Engine.open(options, "users", families());
        this.limits = options.limits();
        this.userLimits = userLimits;
        this.clock = clock;
        this.codec = new UserCodec(limits, userLimits);
        this.edges = new EdgeRows(engine, limits);
        this.events = new EventRows(engine, kinds, userLimits);
        this.sessions = new SessionRows(engine, userLimits);
        this.profiles = new ProfileRows(engine, userLimits);
        this.erasure = new StreamErasure(engine);
        engine.visit(
                engine.family(READERS),
                new byte[0],
                (name, position) -> {
                    readers.put(UserCodec.text(name), Keys.idAt(position, 0));
                    return true;
                });
        holdForReaders();
    }

    private static List<RocksFiles.Family> families() {
        List<RocksFiles.Family> all = new ArrayList<>();
        all.add(new RocksFiles.Family("edges", false));
        all.add(new RocksFiles.Family("counters", true));
        List<String> plain = new ArrayList<>(EventRows.families());
        plain.addAll(
                List.of(
                        "sizes",
                        "blockers",
                        SessionRows.FAMILY,
                        ProfileRows.FAMILY,
                        StreamErasure.FAMILY,
                        READERS));
        plain.forEach(name -> all.add(new RocksFiles.Family(name, false)));
        return all;
    }

    /// Opens the store in the options' directory, and creates it when there is none.
    public static UserStore open(StoreOptions options) {
        return open(options, EventKinds.standard(), UserLimits.DEFAULT, InstantSource.system());
    }

    /// The same for these kinds of events, with these limits.
    public static UserStore open(
            StoreOptions options, EventKinds kinds, UserLimits limits, InstantSource clock) {
        return new UserStore(options, kinds, limits, clock);
    }

    /// Draws an edge and returns its position once it is on disk.
    public long connect(long user, EdgeKind kind, long target, long sinceMillis) {
        return apply(List.of(new UserWrite.Connect(user, kind, target, sinceMillis)));
    }

    /// Takes an edge back and returns the position once that is on disk.
    public long disconnect(long user, EdgeKind kind, long target) {
        return apply(List.of(new UserWrite.Disconnect(user, kind, target)));
    }

    /// Adds to a counter and returns the position once that is on disk.
    public long count(long user, String counter, long delta) {
        return apply(List.of(new UserWrite.Count(user, counter, delta)));
    }

    /// Removes everything kept of a user and returns the position once that is on disk.
    public long forget(long user) {
        return apply(List.of(new UserWrite.Forget(user)));
    }

    /// Stores all of these writes or none, and returns the position of the last once they are on disk.
    public long apply(List<UserWrite> writes) {
        return Engine.await(submit(writes));
    }

    /// As [#apply] without waiting. Input outside the limits is refused here; a user who is full fails the future.
    public CompletableFuture<Long> submit(List<UserWrite> writes) {
        if (writes.isEmpty() || writes.size() > limits.writesPerBatchMax()) {
            throw invalid("writes", writes.size(), "must be 1.." + limits.writesPerBatchMax());
        }
        List<UserWrite> checked = List.copyOf(writes);
        checked.forEach(codec::check);
        return engine.submit(
                transaction -> change(transaction, checked), WRITE_BYTES * checked.size());
    }

    private void change(Transaction transaction, List<UserWrite> writes) {
        try {
            writes.forEach(write -> change(transaction, write));
        } catch (RuntimeException takenBack) {
            events.undone();
            throw takenBack;
        }
    }

    private void change(Transaction transaction, UserWrite write) {
        switch (write) {
            case UserWrite.Connect connect -> edges.connect(transaction, connect);
            case UserWrite.Disconnect disconnect -> edges.disconnect(transaction, disconnect);
            case UserWrite.Count count -> edges.count(transaction, count);
            case UserWrite.Prefer prefer -> profiles.prefer(transaction, prefer);
            case UserWrite.Judge judge -> profiles.judge(transaction, judge);
            case UserWrite.Unjudge unjudge -> profiles.unjudge(transaction, unjudge);
            case UserWrite.Forget(long user) -> forget(transaction, user);
            case UserWrite.BlockedBy told -> {
                edges.tell(transaction, told);
                return;
            }
            case UserWrite.Happened(UserEvent event) -> {
                EventOutcome outcome = events.record(transaction, event, clock.millis());
                if (!outcome.isStored()) {
                    throw new RetrievalException(Code.INVALID_INPUT, outcome.reason());
                }
                return;
            }
            case UserWrite.Erased erased -> throw new IllegalArgumentException("write=" + erased);
        }
        transaction.append(UserCodec.encode(write));
    }

    private void forget(Transaction transaction, long user) {
        edges.forget(transaction, user);
        events.forget(transaction, user, clock.millis());
        sessions.forget(transaction, user);
        profiles.forget(transaction, user);
        erasure.note(transaction, user, transaction.position());
    }

    /// Records events, each on its own: what is wrong with one is its outcome and stops no other. The outcomes are there
    /// once everything they say is on disk.
    public CompletableFuture<List<EventOutcome>> record(List<UserEvent> reported) {
        if (reported.isEmpty() || reported.size() > userLimits.eventsPerCallMax()) {
            throw invalid("events", reported.size(), "must be 1.." + userLimits.eventsPerCallMax());
        }
        long unread = engine.changesHeld();
        if (unread > userLimits.unreadChangesMax()) {
            throw new RetrievalException(
                    Code.FULL,
                    "%d changes are not read yet by %s, limit %d"
                            .formatted(unread, readers, userLimits.unreadChangesMax()));
        }
        List<UserEvent> all = List.copyOf(reported);
        EventOutcome[] outcomes = new EventOutcome[all.size()];
        return engine.submit(
                        transaction -> record(transaction, all, outcomes), WRITE_BYTES * all.size())
                .thenApply(position -> List.of(outcomes));
    }

    private void record(Transaction transaction, List<UserEvent> all, EventOutcome[] outcomes) {
        try {
            long now = clock.millis();
            for (int i = 0; i < outcomes.length; i++) {
                outcomes[i] = events.record(transaction, all.get(i), now);
            }
        } catch (RuntimeException takenBack) {
            events.undone();
            throw takenBack;
        }
    }

    /// Notes what a page of a cursor session showed; done once it is on disk. Fails when the session has served too much.
    public CompletableFuture<Long> served(long user, String session, long[] items) {
        sessions.checkName(session);
        long[] shown = items.clone();
        return engine.submit(
                transaction -> sessions.serve(transaction, user, session, shown, clock.millis()),
                WRITE_BYTES + (long) Long.BYTES * shown.length);
    }

    /// Which of these items may be shown to the user.
    ///
    /// @param authors of the items, in their order
    public Verdict[] check(long user, long[] items, long[] authors, Optional<String> session) {
        if (items.length != authors.length) {
            throw invalid("authors", authors.length, "must be one for each of " + items.length);
        }
        long now = clock.millis();
        Verdict[] verdicts = new Verdict[items.length];
        Arrays.fill(verdicts, Verdict.ALLOWED);
        boolean[] seen = events.seen(user, items, now);
        long[] served =
                session.map(name -> sessions.served(user, name, now)).orElseGet(() -> new long[0]);
        for (int i = 0; i < items.length; i++) {
            if (Arrays.binarySearch(served, items[i]) >= 0) {
                verdicts[i] = Verdict.SERVED;
            }
            if (seen[i]) {
                verdicts[i] = Verdict.SEEN;
            }
        }
        edges.judge(user, items, authors, verdicts);
        return verdicts;
    }

    /// The newest events that say something about the user's liking, newest first.
    public List<PastEvent> history(long user, int max) {
        return events.history(user, max);
    }

    /// What the user chose, where the user chose.
    public Optional<Preferences> preferences(long user) {
        return profiles.preferences(user);
    }

    /// The labels of the account that hold now.
    public List<AccountLabel> labels(long user) {
        long now = clock.millis();
        return profiles.labels(user).stream().filter(label -> label.holdsAt(now)).toList();
    }

    /// Whether the user has this edge.
    public boolean has(long user, EdgeKind kind, long target) {
        return edges.has(user, kind, target);
    }

    /// The user's edges of one kind, in the order of their targets.
    public List<Edge> edges(long user, EdgeKind kind) {
        return edges.edges(user, kind);
    }

    /// Where the user's edges of one kind end, ascending.
    public long[] targets(long user, EdgeKind kind) {
        return targets(user, kind, Integer.MAX_VALUE);
    }

    /// The first of them, at most `max`.
    public long[] targets(long user, EdgeKind kind, int max) {
        return edges.targets(user, kind, max);
    }

    /// The value of a counter, 0 when nothing was ever added.
    public long counter(long user, String counter) {
        return counter.startsWith(UserCodec.EVENT_COUNTER)
                ? counters(user).getOrDefault(counter, 0L)
                : edges.counter(user, counter);
    }

    /// All counters of a user by name, `event.KIND` for events among them.
    public Map<String, Long> counters(long user) {
        Map<String, Long> found = new TreeMap<>();
        edges.counters(user, found);
        events.counts(user, found);
        return found;
    }

    /// Shows every edge of one kind, in the order of users and as of one moment, until the visitor answers false.
    /// Returns the position of that moment: following the stream from there misses nothing.
    public long scan(EdgeKind kind, EdgeVisitor visitor) {
        return edges.scan(kind, visitor);
    }

    /// Edges of one kind from this one on, in the order of users and targets, at most `max`. Pages that follow each other
    /// may show different moments.
    public List<UserWrite.Connect> page(EdgeKind kind, long fromUser, long fromTarget, int max) {
        return edges.page(kind, fromUser, fromTarget, max);
    }

    /// What was written after this position, at most `max` entries; position 0 is before the first write.
    public Changes<UserChange> changesSince(long position, int max) {
        return engine.changesSince(position, max, UserCodec::decodeChange);
    }

    /// The position of the newest acknowledged write, 0 when there was none.
    public long newestPosition() {
        return engine.newestPosition();
    }

    /// Notes durably that a reader needs nothing up to this position any more; all that follows is kept for it, until it
    /// is told again. A position of `Long.MAX_VALUE` lets the reader go.
    public CompletableFuture<Long> confirm(String reader, long position) {
        ItemCodec.text("reader", reader, limits.nameBytesMax());
        if (reader.isEmpty()
                || position < 0
                || (readers.size() >= READERS_MAX && !readers.containsKey(reader))) {
            throw invalid("reader", reader, "position=" + position + ", readers=" + readers);
        }
        byte[] key = UserCodec.bytes(reader);
        return engine.submit(
                        transaction -> {
                            if (position == Long.MAX_VALUE) {
                                transaction.delete(engine.family(READERS), key);
                            } else {
                                transaction.put(engine.family(READERS), key, Keys.of(position));
                            }
                        },
                        WRITE_BYTES)
                .thenApply(
                        stored -> {
                            if (position == Long.MAX_VALUE) {
                                readers.remove(reader);
                            } else {
                                readers.put(reader, position);
                            }
                            holdForReaders();
                            return stored;
                        });
    }

    private void holdForReaders() {
        engine.hold(
                readers.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE));
    }

    /// Drops what has outlived its time or its share of the disk, and takes forgotten users out of the change stream.
    public void retain() {
        long now = clock.millis();
        events.retain(now);
        sessions.retain(now);
        erasure.run();
    }

    /// Commits what was accepted and closes; later calls answer `CLOSED`.
    @Override
    public void close() {
        engine.close();
    }
}
