package dev.mobula.actors.nodes;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What one Ray node is to be: head or worker, its address, size, folders and secrets.
///
/// `headAddress` is null for a head. The node's temp folder is made below `tempBase` and deleted at the end.
/// `gcsStorage` (heads only) keeps the cluster's tables in an embedded RocksDB, so that the GCS may die
/// and return; `blocking` ties the node's processes together, so that one that dies takes the rest down.
public record NodeSpec(
        String name,
        @Nullable String headAddress,
        String ip,
        int port,
        int cpus,
        Map<String, Double> resources,
        long objectStoreBytes,
        Path tempBase,
        Path stateRoot,
        @Nullable Path sharedRoot,
        @Nullable Path gcsStorage,
        @Nullable String token,
        boolean blocking) {

    /// The address of a node that nothing outside this machine can reach.
    public static final String LOOPBACK = "127.0.0.1";

    /// The same, spelled so that a driver of this machine tells the head from the other nodes.
    public static final String LOOPBACK_OF_WORKERS = "localhost";

    /// How many services may be pinned to one node by its own resource.
    public static final double PINS = 1000;

    // Ray puts sockets deep below it; the path of a socket may have 107 bytes.
    private static final int TEMP_BASE_CHARS_MAX = 28;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern IP =
            Pattern.compile("localhost|[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*");
    private static final long OBJECT_STORE_BYTES_MIN = 80_000_000;

    public NodeSpec {
        require(NAME.matcher(name).matches(), "name", name, "letters, digits, '.', '_', '-'");
        require(IP.matcher(ip).matches(), "ip", ip, "an address in digits, not a name");
        require(port >= 0 && port <= 65_535, "port", port, "0 (any) to 65535");
        require(cpus >= 0, "cpus", cpus, "0 or more");
        require(
                objectStoreBytes >= OBJECT_STORE_BYTES_MIN,
                "objectStoreBytes",
                objectStoreBytes,
                OBJECT_STORE_BYTES_MIN + " or more");
        require(
                tempBase.toString().length() <= TEMP_BASE_CHARS_MAX,
                "tempBase",
                tempBase,
                "at most " + TEMP_BASE_CHARS_MAX + " characters long, for Ray's sockets");
        require(
                headAddress == null || gcsStorage == null,
                "gcsStorage",
                gcsStorage,
                "for a head only");
        require(token == null || token.length() >= 16, "token", "…", "16 or more characters");
        resources = Map.copyOf(resources);
    }

    /// A head node, on loopback, on a free port unless told otherwise.
    public static Builder head(String name) {
        return new Builder(name, null);
    }

    /// A node that joins the head at `headAddress` (`host:port`).
    public static Builder worker(String name, String headAddress) {
        return new Builder(name, headAddress);
    }

    /// The resource that only the node of this name has: one unit of it pins a service there.
    public static String pinTo(String nodeName) {
        return "mobula-node:" + nodeName;
    }

    public boolean head() {
        return headAddress == null;
    }

    /// Whether nothing outside this machine can reach it.
    public boolean onLoopback() {
        return ip.equals(LOOPBACK) || ip.equals(LOOPBACK_OF_WORKERS);
    }

    /// Names the node and keeps its secret.
    @Override
    public String toString() {
        return "NodeSpec[" + name + (head() ? ", head" : " of " + headAddress) + ", " + ip + "]";
    }

    private static void require(boolean holds, String field, @Nullable Object value, String range) {
        if (!holds) {
            throw new IllegalArgumentException(field + "=" + value + ": must be " + range);
        }
    }

    /// Collects a spec; everything but the state root has a default.
    public static final class Builder {
        private final String name;
        private final @Nullable String headAddress;
        private String ip = LOOPBACK;
        private int port;
        private int cpus = 2;
        private Map<String, Double> resources = Map.of();
        private long objectStoreBytes = 200_000_000;
        // Not the JVM's own temp folder: on some machines its path is too long for Ray's sockets.
        private Path tempBase = Path.of("/tmp");
        private @Nullable Path sharedRoot;
        private @Nullable Path gcsStorage;
        private @Nullable String token;
        private boolean blocking = true;

        private Builder(String name, @Nullable String headAddress) {
            this.name = name;
            this.headAddress = headAddress;
        }

        public boolean head() {
            return headAddress == null;
        }

        public Builder ip(String value) {
            ip = value;
            return this;
        }

        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder cpus(int value) {
            cpus = value;
            return this;
        }

        public Builder resources(Map<String, Double> value) {
            resources = value;
            return this;
        }

        public Builder objectStoreBytes(long value) {
            objectStoreBytes = value;
            return this;
        }

        public Builder tempBase(Path value) {
            tempBase = value.toAbsolutePath();
            return this;
        }

        public Builder sharedRoot(@Nullable Path value) {
            sharedRoot = value;
            return this;
        }

        public Builder gcsStorage(@Nullable Path value) {
            gcsStorage = value;
            return this;
        }

        public Builder token(@Nullable String value) {
            token = value;
            return this;
        }

        public Builder blocking(boolean value) {
            blocking = value;
            return this;
        }

        /// The spec of a node that keeps its own state below `stateRoot`.
        public NodeSpec withState(Path stateRoot) {
            return new NodeSpec(
                    name,
                    headAddress,
                    ip,
                    port,
                    cpus,
                    resources,
                    objectStoreBytes,
                    tempBase,
                    stateRoot.toAbsolutePath(),
                    sharedRoot == null ? null : sharedRoot.toAbsolutePath(),
                    gcsStorage == null ? null : gcsStorage.toAbsolutePath(),
                    token,
                    blocking);
        }
    }
}
