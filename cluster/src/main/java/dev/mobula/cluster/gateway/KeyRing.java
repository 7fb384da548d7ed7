package dev.mobula.cluster.gateway;

import dev.mobula.cluster.gateway.Access.Denied.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets in whoever shows a key of the file, for what the key allows and as often as it allows.
///
/// The file is looked at once a second, so a key that was added or withdrawn counts without a restart. A file that cannot
/// be read leaves the last good keys in force.
public final class KeyRing implements Access {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
    private static final String BEARER = "Bearer ";
    private static final long LOOK_NANOS = 1_000_000_000L;

    private record Entry(Key key, TokenBucket bucket) {}

    private record Ring(Map<String, Entry> byHash, FileTime written) {}

    private final KeyFile file;
    private final LongSupplier nanoTime;
    private volatile Ring ring;
    private volatile long lookedNanos;

    private KeyRing(KeyFile file, LongSupplier nanoTime) throws IOException {
        this.file = file;
        this.nanoTime = nanoTime;
        lookedNanos = nanoTime.getAsLong();
        ring = read(Map.of());
    }

    /// Reads the keys; a file that is missing, broken or empty is an error here.
    public static KeyRing open(KeyFile file, LongSupplier nanoTime) throws IOException {
        KeyRing opened = new KeyRing(file, nanoTime);
        if (opened.ring.byHash().isEmpty()) {
            throw new IOException(file.path() + " holds no key");
        }
        return opened;
    }

    private Ring read(Map<String, Entry> before) throws IOException {
        FileTime written = Files.getLastModifiedTime(file.path());
        Map<String, Entry> byHash = new HashMap<>();
        for (Key key : file.read()) {
            Entry known = before.get(key.sha256());
            boolean same = known != null && known.key().equals(key);
            byHash.put(
                    key.sha256(),
                    same
                            ? known
                            : new Entry(
                                    key,
                                    new TokenBucket(
                                            key.requestsPerSecond(), nanoTime.getAsLong())));
        }
        return new Ring(Map.copyOf(byHash), written);
    }

    @Override
    public Caller admit(Optional<String> authorization, Scope scope) {
        String header =
                authorization.orElseThrow(
                        () -> unknown("no key; send \"Authorization: Bearer KEY\""));
        if (!header.startsWith(BEARER)) {
            throw unknown("the Authorization header does not begin with \"Bearer \"");
        }
        // The secret has 256 random bits and is compared by its hash: timing tells nothing of use.
        Entry entry = current().byHash().get(Key.hash(header.substring(BEARER.length()).strip()));
        if (entry == null) {
            throw unknown("the key is not known here");
        }
        if (!entry.key().scopes().contains(scope)) {
            throw new Denied(
                    Why.FORBIDDEN,
                    "the key " + entry.key().name() + " lacks the scope " + scope.label(),
                    Duration.ZERO);
        }
        long waitNanos = entry.bucket().take(nanoTime.getAsLong());
        if (waitNanos > 0) {
            throw new Denied(
                    Why.TOO_OFTEN,
                    "the key "
                            + entry.key().name()
                            + " may call "
                            + entry.key().requestsPerSecond()
                            + " times a second",
                    Duration.ofNanos(waitNanos));
        }
        return new Caller(entry.key().name(), entry.key().scopes());
    }

    private static Denied unknown(String detail) {
        return new Denied(Why.UNKNOWN, detail, Duration.ZERO);
    }

    private Ring current() {
        long now = nanoTime.getAsLong();
        if (now - lookedNanos >= LOOK_NANOS) {
            lookedNanos = now;
            reload();
        }
        return ring;
    }

    private synchronized void reload() {
        try {
            if (!Files.getLastModifiedTime(file.path()).equals(ring.written())) {
                ring = read(ring.byHash());
                LOG.info("{}: {} keys", file.path(), ring.byHash().size());
            }
        } catch (IOException broken) {
            LOG.warn("the former keys stay in force: {}", broken.getMessage());
        }
    }
}
