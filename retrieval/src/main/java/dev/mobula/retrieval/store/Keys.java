package dev.mobula.retrieval.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Keys that sort as the numbers they hold.
final class Keys {
    private Keys() {}

    static byte[] of(long id) {
        return ByteBuffer.allocate(Long.BYTES).putLong(id ^ Long.MIN_VALUE).array();
    }

    static byte[] of(long id, int kind) {
        return ByteBuffer.allocate(Long.BYTES + 1)
                .putLong(id ^ Long.MIN_VALUE)
                .put((byte) kind)
                .array();
    }

    static byte[] of(long id, int kind, long target) {
        return ByteBuffer.allocate(2 * Long.BYTES + 1)
                .putLong(id ^ Long.MIN_VALUE)
                .put((byte) kind)
                .putLong(target ^ Long.MIN_VALUE)
                .array();
    }

    static byte[] of(long id, byte[] name) {
        return ByteBuffer.allocate(Long.BYTES + name.length)
                .putLong(id ^ Long.MIN_VALUE)
                .put(name)
                .array();
    }

    static long idAt(byte[] key, int offset) {
        return ByteBuffer.wrap(key).getLong(offset) ^ Long.MIN_VALUE;
    }

    /// The smallest key that is greater than every key with this prefix, or null when there is none.
    static byte @Nullable [] after(byte[] prefix) {
        byte[] end = prefix.clone();
        for (int i = end.length - 1; i >= 0; i--) {
            if (++end[i] != 0) {
                return end;
            }
        }
        return null;
    }
}
