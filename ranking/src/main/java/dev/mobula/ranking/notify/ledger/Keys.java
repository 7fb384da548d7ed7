package dev.mobula.ranking.notify.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The keys of a ledger's rows. No name holds a zero byte, so zero ends each.
final class Keys {
    static final byte DUE = 1;
    static final byte FORGET = 2;
    static final byte DIGEST = 3;
    static final byte READY = 4;
    static final byte[] CLOCK = {0, 'c'};
    static final byte[] EPOCH = {0, 'e'};
    static final byte[] SEAL = {0, 's'};

    private Keys() {}

    static byte[] name(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] user(UserKey owner) {
        byte[] tenant = name(owner.tenant());
        return ByteBuffer.allocate(tenant.length + 1 + Long.BYTES)
                .put(tenant)
                .put((byte) 0)
                .putLong(owner.user() ^ Long.MIN_VALUE)
                .array();
    }

    /// The first key after all of a tenant's people.
    static byte[] afterTenant(String tenant) {
        byte[] name = name(tenant);
        return ByteBuffer.allocate(name.length + 1).put(name).put((byte) 1).array();
    }

    static UserKey owner(byte[] key, int offset) {
        int end = offset;
        while (key[end] != 0) {
            end++;
        }
        return new UserKey(
                new String(key, offset, end - offset, StandardCharsets.UTF_8),
                ByteBuffer.wrap(key).getLong(end + 1) ^ Long.MIN_VALUE);
    }

    static byte[] reservation(ReservationId id) {
        byte[] user = user(id.owner());
        return ByteBuffer.allocate(user.length + Long.BYTES).put(user).putLong(id.serial()).array();
    }

    static byte[] idempotency(String tenant, String operation, String key) {
        return name(tenant + '\0' + operation + '\0' + key);
    }

    static byte[] digest(UserKey owner, int channel, String digest) {
        byte[] user = user(owner);
        byte[] text = name(digest);
        return ByteBuffer.allocate(user.length + 1 + text.length)
                .put(user)
                .put((byte) channel)
                .put(text)
                .array();
    }

    /// Sorts by kind, then by time.
    static byte[] expiry(byte kind, long millis, byte[] subject) {
        return ByteBuffer.allocate(1 + Long.BYTES + subject.length)
                .put(kind)
                .putLong(millis)
                .put(subject)
                .array();
    }

    static byte[] subject(byte[] expiryKey) {
        return Arrays.copyOfRange(expiryKey, 1 + Long.BYTES, expiryKey.length);
    }

    static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    static long number(byte[] stored) {
        return ByteBuffer.wrap(stored).getLong();
    }
}
