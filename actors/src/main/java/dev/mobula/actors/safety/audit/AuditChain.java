package dev.mobula.actors.safety.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import dev.mobula.retrieval.store.RowStore.RowBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The chain as it is stored: links, what each commits to, and which links speak of whom.
///
/// It writes into the batch of whoever has something to log, so that what happened and its link are stored together or
/// not at all.
public final class AuditChain {
    /// The kind of a link that says what was erased.
    public static final String ERASED = "erased";

    /// The kind of a link that says up to where older ones were pruned.
    public static final String PRUNED = "pruned";

    private static final String LINKS = "audit";
    private static final String FACTS = "audit.facts";
    private static final String PERSONAL = "audit.personal";
    private static final String PEOPLE = "audit.people";
    private static final int SALT_BYTES = 16;
    private static final int ERASED_PER_LINK = 1_000;
    private static final int PRUNED_MAX = 10_000;
    private static final byte[] END = key(-1L);
    private static final JsonMapper JSON = new JsonMapper();

    private final SecureRandom random;

    public AuditChain(SecureRandom random) {
        this.random = random;
    }

    /// The families that the store must hold.
    public static List<String> families() {
        return List.of(LINKS, FACTS, PERSONAL, PEOPLE);
    }

    /// Adds a link.
    ///
    /// @param facts becomes JSON that stays; it names nobody
    /// @param personal becomes JSON that is erased with any of the people it speaks of; an empty map for none
    public AuditEntry append(
            RowBatch rows,
            long nowMillis,
            String kind,
            Object facts,
            Map<String, ?> personal,
            Collection<Long> people) {
        AuditEntry last = last(rows);
        AuditContent stays = content(facts);
        @Nullable AuditContent goes = personal.isEmpty() ? null : content(personal);
        AuditEntry entry =
                new AuditEntry(
                        last == null ? 1 : last.sequence() + 1,
                        last == null ? nowMillis : Math.max(nowMillis, last.atMillis()),
                        kind,
                        stays.commitment(),
                        goes == null ? "" : goes.commitment(),
                        last == null ? AuditEntry.NOTHING_BEFORE : last.hash());
        byte[] key = key(entry.sequence());
        rows.put(LINKS, key, bytes(entry));
        rows.put(LINKS, END, bytes(entry)); // so that the last is found without a search
        rows.put(FACTS, key, bytes(stays));
        if (goes != null) {
            rows.put(PERSONAL, key, bytes(goes));
            for (long person : people) {
                rows.put(PEOPLE, key(person, entry.sequence()), new byte[0]);
            }
        }
        return entry;
    }

    private AuditContent content(Object value) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new AuditContent(
                HexFormat.of().formatHex(salt), new String(bytes(value), StandardCharsets.UTF_8));
    }

    /// Erases all that speaks of a person, and adds links that say where; how many were erased.
    public int forget(RowBatch rows, long person, long nowMillis) {
        List<Long> sequences = new ArrayList<>();
        rows.scan(
                PEOPLE,
                key(person, 0),
                key(person, -1L),
                (key, none) -> {
                    sequences.add(ByteBuffer.wrap(key).getLong(Long.BYTES));
                    return true;
                });
        for (int from = 0; from < sequences.size(); from += ERASED_PER_LINK) {
            List<Long> some =
                    sequences.subList(from, Math.min(sequences.size(), from + ERASED_PER_LINK));
            for (long sequence : some) {
                rows.delete(PERSONAL, key(sequence));
                rows.delete(PEOPLE, key(person, sequence));
            }
            append(rows, nowMillis, ERASED, Map.of("sequences", some), Map.of(), List.of());
        }
        return sequences.size();
    }

    /// Takes links that are older than a time off the beginning, some at a time, and says so in a link; how many.
    public int prune(RowBatch rows, long beforeMillis, long nowMillis) {
        List<AuditEntry> old = new ArrayList<>();
        AuditEntry newest = last(rows);
        rows.scan(
                LINKS,
                key(0),
                END,
                (key, value) -> {
                    AuditEntry entry = read(value, AuditEntry.class);
                    boolean isOld =
                            entry.atMillis() < beforeMillis
                                    && newest != null
                                    && entry.sequence() < newest.sequence();
                    if (isOld) {
                        old.add(entry);
                    }
                    return isOld && old.size() < PRUNED_MAX;
                });
        if (old.isEmpty()) {
            return 0;
        }
        for (AuditEntry entry : old) {
            byte[] key = key(entry.sequence());
            rows.delete(LINKS, key);
            rows.delete(FACTS, key);
            rows.delete(PERSONAL, key);
        }
        Map<String, Object> told =
                Map.of("first", old.getLast().sequence() + 1, "previous", old.getLast().hash());
        append(rows, nowMillis, PRUNED, told, Map.of(), List.of());
        return old.size();
    }

    /// The last link; null when there is none.
    public @Nullable AuditEntry last(RowBatch rows) {
        byte[] stored = rows.get(LINKS, END);
        return stored == null ? null : read(stored, AuditEntry.class);
    }

    /// Rows after a sequence number, at most so many.
    public List<AuditRow> after(RowBatch rows, long sequence, int max) {
        List<AuditRow> found = new ArrayList<>();
        rows.scan(
                LINKS,
                key(sequence + 1),
                END,
                (key, value) -> {
                    found.add(
                            new AuditRow(
                                    read(value, AuditEntry.class),
                                    content(rows, FACTS, key),
                                    content(rows, PERSONAL, key)));
                    return found.size() < max;
                });
        return found;
    }

    private static @Nullable AuditContent content(RowBatch rows, String family, byte[] key) {
        byte[] stored = rows.get(family, key);
        return stored == null ? null : read(stored, AuditContent.class);
    }

    private static byte[] key(long... parts) {
        ByteBuffer key = ByteBuffer.allocate(parts.length * Long.BYTES);
        for (long part : parts) {
            key.putLong(part);
        }
        return key.array();
    }

    private static byte[] bytes(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException cause) {
            throw new IllegalArgumentException("has no JSON form: " + value, cause);
        }
    }

    private static <T> T read(byte[] stored, Class<T> form) {
        try {
            return JSON.readValue(stored, form);
        } catch (IOException damaged) {
            throw new RetrievalException(
                    Code.CORRUPT, "audit row: " + damaged.getMessage(), damaged);
        }
    }
}
