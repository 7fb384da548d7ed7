package dev.mobula.ranking.features;

import java.nio.charset.StandardCharsets;

/// The one hash that turns values into table rows, in serving and in training alike.
///
/// FNV-1a over UTF-8 or the eight bytes of an id, finished with the 64-bit mixer of MurmurHash3; the range is reduced
/// by the high word of a product. Salted by the feature's name, so two features in one table do not collide alike.
final class FeatureHash {
    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private FeatureHash() {}

    static long salt(String feature) {
        return text(FNV_BASIS, feature);
    }

    static long text(long salt, String value) {
        long hash = salt;
        for (byte unit : value.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (unit & 0xff)) * FNV_PRIME;
        }
        return mix(hash);
    }

    static long id(long salt, long value) {
        return mix(salt ^ mix(value));
    }

    /// A row of a table, never one of the two reserved ones.
    static int row(long hash, int rows) {
        long values = (long) rows - EmbeddingSpec.FIRST_ROW;
        return EmbeddingSpec.FIRST_ROW + (int) Math.unsignedMultiplyHigh(hash, values);
    }

    static long mix(long value) {
        long x = value;
        x = (x ^ (x >>> 33)) * 0xff51afd7ed558ccdL;
        x = (x ^ (x >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return x ^ (x >>> 33);
    }
}
