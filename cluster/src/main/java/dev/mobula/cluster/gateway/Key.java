package dev.mobula.cluster.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// One client's key as the gateway keeps it: never the secret itself, only its SHA-256.
///
/// A secret is 256 random bits, so a plain hash of it cannot be guessed back.
///
/// @param requestsPerSecond how often the client may call, over all its scopes
public record Key(String name, String sha256, Set<Scope> scopes, int requestsPerSecond) {
    /// How often a client may call unless its key says otherwise.
    public static final int DEFAULT_REQUESTS_PER_SECOND = 1_000;

    static final String PREFIX = "mobula_";
    private static final int SECRET_BYTES = 32;
    private static final int REQUESTS_PER_SECOND_MAX = 1_000_000;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,64}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    public Key {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name=" + name + " is not 1 to 64 letters, digits, dots, dashes or _");
        }
        if (!HASH.matcher(sha256).matches()) {
            throw new IllegalArgumentException("key " + name + ": sha256 is not 64 hex digits");
        }
        if (scopes.isEmpty()) {
            throw new IllegalArgumentException("key " + name + ": scopes=[] allow nothing");
        }
        if (requestsPerSecond < 1 || requestsPerSecond > REQUESTS_PER_SECOND_MAX) {
            throw new IllegalArgumentException(
                    "key "
                            + name
                            + ": requestsPerSecond="
                            + requestsPerSecond
                            + " is outside 1.."
                            + REQUESTS_PER_SECOND_MAX);
        }
        scopes = java.util.Collections.unmodifiableSet(new TreeSet<>(scopes));
    }

    /// A new secret, to be given to the client and kept nowhere.
    public static String newSecret(SecureRandom random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// What is kept of a secret.
    public static String hash(String secret) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
