package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rocksdb.ColumnFamilyHandle;

/// The edges that begin at a user, the counters, and who blocks the user.
///
/// A block is kept by the one who blocks; the blocked user's owner is told and keeps it by the position it has at the
/// other owner, so that what is told late or twice never undoes what came after.
final class EdgeRows {
    private static final int COUNTERS = 0;
    private static final int BLOCKERS = 100;

    private final Engine engine;
    private final StoreLimits limits;
    private final ColumnFamilyHandle edges;
    private final ColumnFamilyHandle counters;
    private final ColumnFamilyHandle sizes;
    private final ColumnFamilyHandle blockers;

    EdgeRows(Engine engine, StoreLimits limits) {
        this.engine = engine;
        this.limits = limits;
        this.edges = engine.family("edges");
        this.counters = engine.family("counters");
        this.sizes = engine.family("sizes");
        this.blockers = engine.family("blockers");
    }

    void connect(Transaction transaction, UserWrite.Connect write) {
        byte[] key = Keys.of(write.user(), write.kind().code(), write.target());
        if (transaction.get(edges, key) == null) {
            grow(transaction, write.user(), write.kind().code(), limits.edgesPerUserAndKindMax());
        }
        transaction.put(edges, key, UserCodec.encodeEdge(write.sinceMillis()));
    }

    void disconnect(Transaction transaction, UserWrite.Disconnect write) {
        byte[] key = Keys.of(write.user(), write.kind().code(), write.target());
        if (transaction.get(edges, key) != null) {
            transaction.delete(edges, key);
            resize(transaction, write.user(), write.kind().code(), -1);
        }
    }

    void count(Transaction transaction, UserWrite.Count write) {
        byte[] name = write.counter().getBytes(StandardCharsets.UTF_8);
        byte[] key = Keys.of(write.user(), name);
        if (transaction.get(counters, key) == null) {
            grow(transaction, write.user(), COUNTERS, limits.countersPerUserMax());
        }
        transaction.merge(counters, key, Engine.counter(write.delta()));
    }

    void tell(Transaction transaction, UserWrite.BlockedBy write) {
        byte[] key = blockerKey(write.user(), write.by());
        byte[] stored = transaction.get(blockers, key);
        if (stored == null) {
            resize(transaction, write.user(), BLOCKERS, 1);
        } else if (Keys.idAt(stored, 0) > write.position()) {
            return;
        }
        transaction.put(blockers, key, Keys.of(write.position(), write.blocked() ? 1 : 0));
    }

    private static byte[] blockerKey(long user, long by) {
        return ByteBuffer.allocate(2 * Long.BYTES).put(Keys.of(user)).put(Keys.of(by)).array();
    }

    private static boolean blocks(byte[] row) {
        return row[Long.BYTES] == 1;
    }

    /// Removes a user's rows. The blocks are taken back one by one, for those who are told of them.
    void forget(Transaction transaction, long user) {
        List<Long> blocked = new ArrayList<>();
        transaction.scan(
                edges,
                Keys.of(user, EdgeKind.BLOCK.code()),
                key -> blocked.add(Keys.idAt(key, Long.BYTES + 1)));
        blocked.forEach(
                target ->
                        transaction.append(
                                UserCodec.encode(
                                        new UserWrite.Disconnect(user, EdgeKind.BLOCK, target))));
        for (ColumnFamilyHandle family : List.of(edges, counters, sizes, blockers)) {
            transaction.deleteAll(family, Keys.of(user));
        }
    }

    private void grow(Transaction transaction, long user, int kind, int max) {
        long size = size(transaction, user, kind);
        if (size >= max) {
            String what = kind == COUNTERS ? "counters" : "edges of kind " + kind;
            throw invalid("user", user, "has " + size + " " + what + ", limit " + max);
        }
        resize(transaction, user, kind, 1);
    }

    private void resize(Transaction transaction, long user, int kind, int by) {
        long size = size(transaction, user, kind) + by;
        transaction.put(sizes, Keys.of(user, kind), Engine.counter(size));
    }

    private long size(Transaction transaction, long user, int kind) {
        byte[] stored = transaction.get(sizes, Keys.of(user, kind));
        return stored == null ? 0 : Engine.counter(stored);
    }

    boolean has(long user, EdgeKind kind, long target) {
        return engine.get(edges, Keys.of(user, kind.code(), target)) != null;
    }

    List<Edge> edges(long user, EdgeKind kind) {
        List<Edge> found = new ArrayList<>();
        engine.visit(
                edges,
                Keys.of(user, kind.code()),
                (key, record) ->
                        found.add(
                                new Edge(
                                        kind,
                                        Keys.idAt(key, Long.BYTES + 1),
                                        UserCodec.decodeEdge(user, record))));
        return found;
    }

    /// Where the user's edges of one kind end, ascending, at most `max`.
    long[] targets(long user, EdgeKind kind, int max) {
        Targets found = new Targets();
        engine.visit(
                edges,
                Keys.of(user, kind.code()),
                (key, record) -> found.size < max && found.add(Keys.idAt(key, Long.BYTES + 1)));
        return Arrays.copyOf(found.ids, found.size);
    }

    /// Ids as they are read, without boxing.
    private static final class Targets {
        private long[] ids = new long[16];
        private int size;

        boolean add(long id) {
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, 2 * size);
            }
            ids[size++] = id;
            return true;
        }
    }

    long counter(long user, String counter) {
        byte[] stored =
                engine.get(counters, Keys.of(user, counter.getBytes(StandardCharsets.UTF_8)));
        return stored == null ? 0 : Engine.counter(stored);
    }

    void counters(long user, Map<String, Long> found) {
        engine.visit(
                counters,
                Keys.of(user),
                (key, stored) -> {
                    int length = key.length - Long.BYTES;
                    String name = new String(key, Long.BYTES, length, StandardCharsets.UTF_8);
                    found.put(name, Engine.counter(stored));
                    return true;
                });
    }

    /// Which of the kinds of edges the user has any of, and whether anybody ever blocked the user.
    private boolean[] any(long user) {
        List<byte[]> keys =
                List.of(
                        Keys.of(user, EdgeKind.HIDE.code()),
                        Keys.of(user, EdgeKind.BLOCK.code()),
                        Keys.of(user, EdgeKind.MUTE.code()),
                        Keys.of(user, BLOCKERS));
        boolean[] any = new boolean[keys.size()];
        engine.getAll(sizes, keys, (size, key) -> any[key] = Engine.counter(size) > 0);
        return any;
    }

    /// Fills in what stands between a user and items or their authors. A user without edges costs one read.
    void judge(long user, long[] items, long[] authors, Verdict[] verdicts) {
        boolean[] any = any(user);
        List<byte[]> keys = new ArrayList<>();
        List<Verdict> meaning = new ArrayList<>();
        add(any[0], EdgeKind.HIDE, user, items, Verdict.HIDDEN, keys, meaning);
        add(any[2], EdgeKind.MUTE, user, authors, Verdict.MUTED, keys, meaning);
        add(any[1], EdgeKind.BLOCK, user, authors, Verdict.BLOCKED, keys, meaning);
        engine.getAll(edges, keys, (row, key) -> verdicts[key % items.length] = meaning.get(key));
        if (any[3]) {
            List<byte[]> by = new ArrayList<>();
            for (long author : authors) {
                by.add(blockerKey(user, author));
            }
            engine.getAll(
                    blockers,
                    by,
                    (row, key) -> {
                        if (blocks(row)) {
                            verdicts[key] = Verdict.BLOCKED_BY;
                        }
                    });
        }
    }

    private static void add(
            boolean wanted,
            EdgeKind kind,
            long user,
            long[] targets,
            Verdict verdict,
            List<byte[]> keys,
            List<Verdict> meaning) {
        if (wanted) {
            for (long target : targets) {
                keys.add(Keys.of(user, kind.code(), target));
                meaning.add(verdict);
            }
        }
    }

    long scan(EdgeKind kind, UserStore.EdgeVisitor visitor) {
        return engine.scan(
                edges,
                new byte[0],
                (key, record) -> {
                    long user = Keys.idAt(key, 0);
                    return key[Long.BYTES] != kind.code()
                            || visitor.visit(
                                    user,
                                    Keys.idAt(key, Long.BYTES + 1),
                                    UserCodec.decodeEdge(user, record));
                });
    }

    List<UserWrite.Connect> page(EdgeKind kind, long fromUser, long fromTarget, int max) {
        List<UserWrite.Connect> page = new ArrayList<>();
        engine.scan(
                edges,
                new byte[0],
                Keys.of(fromUser, kind.code(), fromTarget),
                (key, record) -> {
                    long user = Keys.idAt(key, 0);
                    if (key[Long.BYTES] == kind.code()) {
                        long since = UserCodec.decodeEdge(user, record);
                        long target = Keys.idAt(key, Long.BYTES + 1);
                        page.add(new UserWrite.Connect(user, kind, target, since));
                    }
                    return page.size() < max;
                });
        return page;
    }
}
