package dev.mobula.actors.safety.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// One link of the chain: what kind of thing happened when, commitments to what it was, and the hash of the link before.
///
/// It holds nothing personal: what happened is stored beside it, salted, and may be erased.
///
/// @param facts commitment to what stays as long as the link does
/// @param personal commitment to what speaks of people; empty when nothing does
/// @param previous hash of the link before, zeros for the first
public record AuditEntry(
        long sequence, long atMillis, String kind, String facts, String personal, String previous) {
    /// The `previous` of the first link.
    public static final String NOTHING_BEFORE = "0".repeat(64);

    private static final String DOMAIN = "mobula-audit-1";

    /// What the next link holds on to.
    public String hash() {
        MessageDigest digest = sha256();
        feed(digest, DOMAIN);
        digest.update(
                ByteBuffer.allocate(2 * Long.BYTES).putLong(sequence).putLong(atMillis).array());
        feed(digest, kind);
        feed(digest, facts);
        feed(digest, personal);
        feed(digest, previous);
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /// With its length before it, so that no two sequences of texts are one.
    static void feed(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }
}
