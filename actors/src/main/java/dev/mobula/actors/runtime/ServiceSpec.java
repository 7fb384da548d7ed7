package dev.mobula.actors.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// How to run a service: what makes it, how many, where, with what, and within which limits.
///
/// @param name what it is looked up by; letters, digits, dot, dash and underscore
/// @param factory class name of its [ServiceFactory]
/// @param settings bytes handed to the factory; owned by the spec from here on
/// @param replicas how many equal instances share its calls
/// @param resources what each instance reserves on its node, by resource name ("CPU", or a
///     custom one)
/// @param node the node it must run on, when it must
/// @param jvmOptions options of each instance's own JVM, where instances have one
/// @param restartsMax how often a dead instance is replaced; -1 for always
/// @param threads how many calls an instance answers at once
/// @param limits bounds of each instance's mailbox
/// @param state where its durable state lives
/// @param detached whether it outlives the process that spawned it
public record ServiceSpec(
        String name,
        String factory,
        byte[] settings,
        int replicas,
        Map<String, Double> resources,
        Optional<String> node,
        List<String> jvmOptions,
        int restartsMax,
        int threads,
        MailboxLimits limits,
        StateKind state,
        boolean detached) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final int REPLICAS_MAX = 1_000;
    private static final int THREADS_MAX = 256;

    public ServiceSpec {
        requireName(name);
        requireRange("replicas", replicas, 1, REPLICAS_MAX);
        requireRange("threads", threads, 1, THREADS_MAX);
        requireRange("restartsMax", restartsMax, -1, Integer.MAX_VALUE);
        resources.forEach(ServiceSpec::requireQuantity);
        if (replicas > 1 && state != StateKind.NONE) {
            throw new IllegalArgumentException(
                    "replicas="
                            + replicas
                            + " of a service with state="
                            + state
                            + ": state has one owner; shard the service instead");
        }
        resources = Map.copyOf(resources);
        jvmOptions = List.copyOf(jvmOptions);
    }

    /// Starts from one replica with one thread and no state, restarted for ever, gone with its
    /// maker.
    public static Builder named(String name, Class<? extends ServiceFactory> factory) {
        return new Builder(name, factory.getName());
    }

    /// The reference callers use.
    public ServiceRef ref() {
        return new ServiceRef(name, replicas);
    }

    static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name=\"" + name + "\" does not match " + NAME.pattern());
        }
    }

    private static void requireRange(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    field + "=" + value + " is outside " + least + ".." + most);
        }
    }

    private static void requireQuantity(String resource, double quantity) {
        if (!(quantity >= 0) || Double.isInfinite(quantity)) {
            throw new IllegalArgumentException(
                    "resources[" + resource + "]=" + quantity + " is not a quantity");
        }
    }

    /// Collects what differs from the defaults of [ServiceSpec#named].
    public static final class Builder {
        private final String name;
        private final String factory;
        private byte[] settings = new byte[0];
        private int replicas = 1;
        private Map<String, Double> resources = Map.of();
        private Optional<String> node = Optional.empty();
        private List<String> jvmOptions = List.of();
        private int restartsMax = -1;
        private int threads = 1;
        private MailboxLimits limits = MailboxLimits.standard();
        private StateKind state = StateKind.NONE;
        private boolean detached;

        private Builder(String name, String factory) {
            this.name = name;
            this.factory = factory;
        }

        public Builder settings(byte[] bytes) {
            settings = bytes;
            return this;
        }

        public Builder replicas(int count) {
            replicas = count;
            return this;
        }

        public Builder resources(Map<String, Double> quantities) {
            resources = quantities;
            return this;
        }

        public Builder node(String nodeName) {
            node = Optional.of(nodeName);
            return this;
        }

        public Builder jvmOptions(String... options) {
            jvmOptions = List.of(options);
            return this;
        }

        public Builder restartsMax(int restarts) {
            restartsMax = restarts;
            return this;
        }

        public Builder threads(int count) {
            threads = count;
            return this;
        }

        public Builder limits(MailboxLimits mailbox) {
            limits = mailbox;
            return this;
        }

        public Builder state(StateKind kind) {
            state = kind;
            return this;
        }

        /// Lets the service stay when the process that spawned it ends.
        public Builder detached() {
            detached = true;
            return this;
        }

        public ServiceSpec build() {
            return new ServiceSpec(
                    name,
                    factory,
                    settings,
                    replicas,
                    resources,
                    node,
                    jvmOptions,
                    restartsMax,
                    threads,
                    limits,
                    state,
                    detached);
        }
    }
}
