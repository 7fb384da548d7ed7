package dev.mobula.actors.nodes;

import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One Ray node on this machine: a raylet with its agents and workers, and in a head the GCS.
///
/// It runs in a session of its own and outlives this process unless closed; `identity()` is what another
/// process needs to `attach` to it. Closing ends every process of the node and of no other Ray.
public final class RayNode implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(90);
    private static final Duration SIGNAL_MAX = Duration.ofSeconds(30);
    private static final int LOG_TAIL_LINES = 30;
    private static final String STARTED = "Ray runtime started";

    private static final Pattern ADDRESS = Pattern.compile("\\S+:\\d+\\s*");

    private final NodeIdentity identity;
    private final NodeProcesses processes;
    private final @Nullable NodeCommand command;
    private @Nullable NodeProcess gcsAsStarted;

    private RayNode(NodeIdentity identity, @Nullable NodeCommand command) {
        this.identity = identity;
        this.processes = new NodeProcesses(identity);
        this.command = command;
    }

    /// Starts a node and returns when Ray says that it runs.
    public static RayNode start(RayInstallation ray, NodeSpec spec) {
        return start(ray, spec, identity -> {});
    }

    /// Starts a node; `launched` hears of it before it runs, so that a caller who is killed meanwhile has
    /// written down what to stop.
    public static RayNode start(
            RayInstallation ray, NodeSpec spec, Consumer<NodeIdentity> launched) {
        try {
            createFolders(spec);
            String mark = UUID.randomUUID().toString();
            Path tempDir = TempDir.create(spec.tempBase(), mark);
            NodeCommand command = new NodeCommand(ray, spec, mark, tempDir);
            Process launcher = command.start(log(tempDir, spec.name()));
            NodeIdentity identity =
                    new NodeIdentity(
                            spec.name(),
                            mark,
                            launcher.pid(),
                            ProcFs.bootId(),
                            spec.headAddress() == null ? "" : spec.headAddress(),
                            spec.ip(),
                            tempDir,
                            spec.stateRoot());
            try {
                launched.accept(identity);
                awaitStarted(launcher, log(tempDir, spec.name()), spec);
                String address =
                        spec.head()
                                ? awaitAddress(tempDir.resolve("ray_current_cluster"))
                                : identity.address();
                RayNode node = new RayNode(identity.at(address), command);
                node.gcsAsStarted = node.find(RayNode::isGcs);
                return node;
            } catch (RuntimeException failure) {
                new NodeProcesses(identity).kill();
                Folders.delete(tempDir);
                throw failure;
            }
        } catch (IOException failure) {
            throw new NodeException("cannot start " + spec.name() + ": " + failure, failure);
        }
    }

    /// The node that another process started.
    public static RayNode attach(NodeIdentity identity) {
        return new RayNode(identity, null);
    }

    public NodeIdentity identity() {
        return identity;
    }

    public String name() {
        return identity.name();
    }

    /// `host:port` of the cluster's GCS: what drivers and further nodes are given.
    public String address() {
        return identity.address();
    }

    public String nodeIp() {
        return identity.ip();
    }

    /// True while its raylet runs.
    public boolean alive() {
        return find(RayNode::isRaylet) != null;
    }

    public long rayletPid() {
        return pid(RayNode::isRaylet, "raylet");
    }

    public long gcsPid() {
        return pid(RayNode::isGcs, "GCS");
    }

    /// The JVMs that run actors on this node.
    public List<Long> workerPids() {
        return processes.where(RayNode::isWorker).stream().map(NodeProcess::pid).toList();
    }

    /// Every process of the node.
    public List<Long> pids() {
        return processes.all().stream().map(NodeProcess::pid).toList();
    }

    /// The memory that the node's processes occupy, pages they share counted once for each.
    public long residentBytes() {
        return processes.all().stream().mapToLong(ProcFs::residentBytes).sum();
    }

    /// `kill -9` of the raylet: the node is gone for the cluster, its workers with it.
    public void killRaylet() {
        kill(RayNode::isRaylet, "raylet");
    }

    /// `kill -9` of the GCS. A blocking head goes down with it, any other waits for `restartGcs`.
    public void killGcs() {
        kill(RayNode::isGcs, "GCS");
    }

    /// Starts the GCS again as it was started, on the same port, and from the storage the spec named.
    public void restartGcs() {
        NodeProcess former = gcsAsStarted;
        if (command == null || former == null) {
            throw new IllegalStateException(name() + ": its GCS was not started by this process");
        }
        if (find(RayNode::isGcs) != null) {
            throw new IllegalStateException(name() + ": its GCS is running");
        }
        try {
            command.startGcsAgain(former, gcsSocket().getPort(), log(identity.tempDir(), name()));
        } catch (IOException failure) {
            throw new NodeException("cannot restart the GCS of " + name(), failure);
        }
        if (!NodeProcesses.await(START_MAX, this::gcsAnswers)) {
            throw new NodeException(
                    "the GCS of "
                            + name()
                            + " does not answer on "
                            + address()
                            + " after "
                            + START_MAX.toSeconds()
                            + " s; its logs: "
                            + identity.tempDir().resolve("session_latest/logs"));
        }
    }

    /// Ends every process of the node, waits until none is left, and deletes its temp folder.
    @Override
    public void close() {
        processes.stop();
        try {
            Folders.delete(identity.tempDir());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void kill(Predicate<NodeProcess> which, String what) {
        NodeProcess process = find(which);
        if (process == null) {
            throw new NodeException(name() + " has no running " + what);
        }
        process.handle().destroyForcibly();
        if (!NodeProcesses.await(SIGNAL_MAX, () -> find(which) == null)) {
            throw new NodeException(name() + ": its " + what + " does not end");
        }
    }

    private long pid(Predicate<NodeProcess> which, String what) {
        NodeProcess process = find(which);
        if (process == null) {
            throw new NodeException(name() + " has no running " + what);
        }
        return process.pid();
    }

    private @Nullable NodeProcess find(Predicate<NodeProcess> which) {
        return processes.where(which).stream().findFirst().orElse(null);
    }

    private boolean gcsAnswers() {
        try (Socket socket = new Socket()) {
            socket.connect(gcsSocket(), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private InetSocketAddress gcsSocket() {
        int colon = address().lastIndexOf(':');
        return new InetSocketAddress(
                address().substring(0, colon), Integer.parseInt(address().substring(colon + 1)));
    }

    private static boolean isRaylet(NodeProcess process) {
        return process.title().endsWith("/raylet/raylet");
    }

    private static boolean isGcs(NodeProcess process) {
        return process.title().endsWith("/gcs/gcs_server");
    }

    private static boolean isWorker(NodeProcess process) {
        return process.command().contains("io.ray.runtime.runner.worker.DefaultWorker");
    }

    private static void createFolders(NodeSpec spec) throws IOException {
        Files.createDirectories(spec.stateRoot());
        for (Path folder :
                Stream.of(spec.sharedRoot(), spec.gcsStorage(), spec.tempBase())
                        .filter(Objects::nonNull)
                        .toList()) {
            Files.createDirectories(folder);
        }
    }

    private static Path log(Path tempDir, String name) {
        return tempDir.resolve(name + ".log");
    }

    private static void awaitStarted(Process launcher, Path log, NodeSpec spec) {
        boolean said =
                NodeProcesses.await(
                        START_MAX, () -> !launcher.isAlive() || text(log).contains(STARTED));
        if (!text(log).contains(STARTED)) {
            throw new NodeException(
                    spec.name()
                            + (said
                                    ? " did not start, exit code " + launcher.exitValue()
                                    : " did not start within " + START_MAX.toSeconds() + " s")
                            + "; the end of its log:\n"
                            + tail(text(log)));
        }
        if (!spec.blocking()) {
            NodeProcesses.await(SIGNAL_MAX, () -> !launcher.isAlive());
        }
    }

    private static String awaitAddress(Path file) {
        if (!NodeProcesses.await(SIGNAL_MAX, () -> ADDRESS.matcher(text(file)).matches())) {
            throw new NodeException("Ray did not write the cluster's address to " + file);
        }
        return text(file).strip();
    }

    private static String text(Path log) {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (NoSuchFileException notYet) {
            return "";
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String tail(String text) {
        List<String> lines = text.lines().toList();
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    }
}
