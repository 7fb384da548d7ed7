package dev.mobula.ranking.features;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/// What was known of one user and one candidate when it was scored, to the bit. The arrays are owned.
///
/// Its bytes are `fingerprint (16) | id (8) | user words (4), item words (4) | words`, big-endian. Replaying it through
/// the model that scored it gives the same score.
@SuppressWarnings("ArrayRecordComponent") // words of one row, never shared: see the doc above
public record FeatureVector(String fingerprint, long id, int[] user, int[] item) {
    private static final int FINGERPRINT_BYTES = 16;
    private static final int HEADER_BYTES = FINGERPRINT_BYTES + Long.BYTES + 2 * Integer.BYTES;
    private static final int WORDS_MAX = 1 << 20;

    public byte[] toBytes() {
        ByteBuffer bytes =
                ByteBuffer.allocate(HEADER_BYTES + (user.length + item.length) * Integer.BYTES);
        bytes.put(HexFormat.of().parseHex(fingerprint));
        bytes.putLong(id).putInt(user.length).putInt(item.length);
        bytes.asIntBuffer().put(user).put(item);
        return bytes.array();
    }

    /// Reads what [#toBytes] wrote, or refuses naming what is wrong.
    public static FeatureVector of(byte[] logged) {
        if (logged.length < HEADER_BYTES) {
            throw corrupt("is " + logged.length + " bytes, a header is " + HEADER_BYTES);
        }
        ByteBuffer bytes = ByteBuffer.wrap(logged);
        byte[] fingerprint = new byte[FINGERPRINT_BYTES];
        bytes.get(fingerprint);
        long id = bytes.getLong();
        int userWords = bytes.getInt();
        int itemWords = bytes.getInt();
        if (userWords < 0 || itemWords < 0 || userWords > WORDS_MAX || itemWords > WORDS_MAX) {
            throw corrupt("claims " + userWords + " and " + itemWords + " words");
        }
        if (bytes.remaining() != (userWords + itemWords) * Integer.BYTES) {
            throw corrupt(
                    "has %d bytes for %d and %d words"
                            .formatted(bytes.remaining(), userWords, itemWords));
        }
        int[] user = new int[userWords];
        int[] item = new int[itemWords];
        bytes.asIntBuffer().get(user).get(item);
        return new FeatureVector(HexFormat.of().formatHex(fingerprint), id, user, item);
    }

    /// Refuses to be read by a layout other than its own.
    public void requireLayout(FeatureLayout layout) {
        if (!fingerprint.equals(layout.fingerprint())) {
            throw new RankingException(
                    Code.MISMATCH,
                    "vector of schema %s, schema '%s' is %s"
                            .formatted(fingerprint, layout.schema().name(), layout.fingerprint()));
        }
        layout.check(user, item);
    }

    private static RankingException corrupt(String what) {
        return new RankingException(Code.CORRUPT_FILE, "feature vector " + what);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeatureVector that
                && fingerprint.equals(that.fingerprint)
                && id == that.id
                && Arrays.equals(user, that.user)
                && Arrays.equals(item, that.item);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(id) + Arrays.hashCode(item);
    }

    @Override
    public String toString() {
        return "FeatureVector[id=" + id + ", schema=" + fingerprint + "]";
    }
}
