package dev.mobula.actors.feed;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes cursors that only the engine can make, and reads them back.
///
/// A cursor is `version (1) | user (8) | session (8) | page (4) | expires (8) | seal (16)` in base64; the seal is the
/// beginning of an HMAC-SHA256 over the rest and the surface.
final class CursorSeal {
    private static final byte VERSION = 1;
    private static final int BODY_BYTES = 1 + 8 + 8 + 4 + 8;
    private static final int SEAL_BYTES = 16;
    private static final int KEY_BYTES_MIN = 16;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /// One cursor session of a user on a surface, and how many pages of it were served.
    record Cursor(long user, long session, int pages, long expiresMillis) {
        String sessionName() {
            return Long.toHexString(session);
        }
    }

    CursorSeal(byte[] secret) {
        if (secret.length < KEY_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "cursorKey has " + secret.length + " bytes, at least " + KEY_BYTES_MIN);
        }
        key = new SecretKeySpec(secret, ALGORITHM);
    }

    String seal(Cursor cursor, String surface) {
        ByteBuffer all = ByteBuffer.allocate(BODY_BYTES + SEAL_BYTES);
        all.put(VERSION)
                .putLong(cursor.user())
                .putLong(cursor.session())
                .putInt(cursor.pages())
                .putLong(cursor.expiresMillis());
        all.put(sealOf(Arrays.copyOf(all.array(), BODY_BYTES), surface));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(all.array());
    }

    /// Reads a cursor of this user and surface, or refuses saying what is wrong with it.
    Cursor open(String text, long user, String surface, long nowMillis) {
        byte[] bytes = decoded(text);
        byte[] body = Arrays.copyOf(bytes, BODY_BYTES);
        byte[] seal = Arrays.copyOfRange(bytes, BODY_BYTES, bytes.length);
        if (body[0] != VERSION || !MessageDigest.isEqual(seal, sealOf(body, surface))) {
            throw refused(text, "is not one that this engine gave for surface " + surface);
        }
        ByteBuffer fields = ByteBuffer.wrap(body).position(1);
        Cursor cursor =
                new Cursor(fields.getLong(), fields.getLong(), fields.getInt(), fields.getLong());
        if (cursor.user() != user) {
            throw refused(text, "was given to another user than " + user);
        }
        if (cursor.expiresMillis() < nowMillis) {
            throw refused(text, "has expired: ask for a first page again");
        }
        return cursor;
    }

    private static byte[] decoded(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length == BODY_BYTES + SEAL_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException notBase64) {
            throw refused(text, "is not base64");
        }
        throw refused(text, "is not as long as a cursor is");
    }

    private static IllegalArgumentException refused(String text, String what) {
        String shown = text.length() <= 80 ? text : text.substring(0, 80) + "…";
        return new IllegalArgumentException("cursor=" + shown + " " + what);
    }

    private byte[] sealOf(byte[] body, String surface) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(body);
            mac.update(surface.getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(mac.doFinal(), SEAL_BYTES);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, missing);
        }
    }
}
