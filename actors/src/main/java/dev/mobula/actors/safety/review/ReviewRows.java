package dev.mobula.actors.safety.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.actors.safety.audit.AuditChain;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import dev.mobula.retrieval.store.RowStore.RowBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/// Rows of the review store: values in JSON under numbers or texts.
record ReviewRows(RowBatch rows) {
    static final String CASES = "cases";
    static final String QUEUE = "queue";
    static final String OPEN = "open";
    static final String REPORTS = "reports";
    static final String REPORTERS = "reporters";
    static final String DECISIONS = "decisions";
    static final String UNSETTLED = "unsettled";
    static final String EXAMPLES = "examples";
    static final String META = "meta";

    static final JsonMapper JSON = new JsonMapper();

    private static final String STATS = "stats";
    private static final String NEXT = "next.";

    static List<String> families() {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                CASES, QUEUE, OPEN, REPORTS, REPORTERS, DECISIONS, UNSETTLED,
                                EXAMPLES, META));
        all.addAll(AuditChain.families());
        return all;
    }

    static byte[] key(long... parts) {
        ByteBuffer key = ByteBuffer.allocate(parts.length * Long.BYTES);
        for (long part : parts) {
            key.putLong(part);
        }
        return key.array();
    }

    static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    <T> Optional<T> get(String family, byte[] key, Class<T> form) {
        byte[] stored = rows.get(family, key);
        return stored == null ? Optional.empty() : Optional.of(read(stored, form));
    }

    void put(String family, byte[] key, Object value) {
        try {
            rows.put(family, key, JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException cause) {
            throw new IllegalArgumentException("has no JSON form: " + value, cause);
        }
    }

    void delete(String family, byte[] key) {
        rows.delete(family, key);
    }

    /// Shows rows whose keys are one or more whole numbers, in order; false ends it.
    void scan(String family, byte[] from, BiPredicate<byte[], byte[]> visitor) {
        byte[] end = key(-1L, -1L, -1L);
        rows.scan(family, from, end, visitor::test);
    }

    /// Shows rows under texts that begin with this one.
    void scanTexts(String family, String prefix, BiPredicate<String, byte[]> visitor) {
        byte[] from = key(prefix);
        byte[] to = key(prefix + "\uDBFF\uDFFF");
        rows.scan(
                family,
                from,
                to,
                (key, value) -> visitor.test(new String(key, StandardCharsets.UTF_8), value));
    }

    static <T> T read(byte[] stored, Class<T> form) {
        try {
            return JSON.readValue(stored, form);
        } catch (IOException damaged) {
            throw new RetrievalException(
                    Code.CORRUPT, "review row: " + damaged.getMessage(), damaged);
        }
    }

    /// A number that was never given before, counted from 1: cases, decisions and examples are numbered apart.
    long next(String family) {
        byte[] key = key(NEXT + family);
        long next = get(META, key, Long.class).orElse(1L);
        put(META, key, next + 1);
        return next;
    }

    ReviewStats stats() {
        return get(META, key(STATS), ReviewStats.class).orElse(ReviewStats.NONE);
    }

    void stats(ReviewStats stats) {
        put(META, key(STATS), stats);
    }
}
