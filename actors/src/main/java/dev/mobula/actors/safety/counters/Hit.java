package dev.mobula.actors.safety.counters;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// One thing to be counted: under a key, in windows of a length, at a time.
///
/// @param high the key's hash, with `low`
/// @param distinct whether values are counted once each, rather than events
/// @param value the hash of the value, for distinct ones
public record Hit(
        long high, long low, long windowMillis, long atMillis, boolean distinct, long value) {
    /// The shortest window.
    public static final long WINDOW_MILLIS_MIN = 1_000;

    /// The longest window, a year.
    public static final long WINDOW_MILLIS_MAX = 366L * 86_400_000;

    static final Codec<Hit> CODEC =
            new Codec<>() {
                @Override
                public void write(Hit value, MessageWriter out) {
                    out.writeLong(value.high)
                            .writeLong(value.low)
                            .writeLong(value.windowMillis)
                            .writeLong(value.atMillis)
                            .writeBoolean(value.distinct)
                            .writeLong(value.value);
                }

                @Override
                public Hit read(MessageReader in) {
                    return new Hit(
                            in.readLong(),
                            in.readLong(),
                            in.readLong(),
                            in.readLong(),
                            in.readBoolean(),
                            in.readLong());
                }
            };

    public Hit {
        if (windowMillis < WINDOW_MILLIS_MIN || windowMillis > WINDOW_MILLIS_MAX || atMillis < 0) {
            throw new CallException(
                    Failure.REFUSED,
                    "windowMillis=%d, atMillis=%d: must be %d..%d, and not before 1970"
                            .formatted(
                                    windowMillis, atMillis, WINDOW_MILLIS_MIN, WINDOW_MILLIS_MAX));
        }
    }

    /// An event under a counter's name and a key.
    public static Hit of(String counter, String key, long windowMillis, long atMillis) {
        return of(counter, key, windowMillis, atMillis, false, 0);
    }

    /// A value under a counter's name and a key.
    public static Hit of(
            String counter,
            String key,
            long windowMillis,
            long atMillis,
            boolean distinct,
            long value) {
        ByteBuffer hash = ByteBuffer.wrap(digest(counter.length() + ":" + counter + key));
        return new Hit(hash.getLong(), hash.getLong(), windowMillis, atMillis, distinct, value);
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has MD5", impossible);
        }
    }

    /// The part of the window that this falls into; a window has [CounterWindow#PARTS].
    long part() {
        return atMillis / Math.max(1, windowMillis / CounterWindow.PARTS);
    }
}
