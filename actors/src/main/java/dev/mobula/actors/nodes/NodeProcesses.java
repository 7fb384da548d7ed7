package dev.mobula.actors.nodes;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// The processes of one node: found afresh at every look, never by a remembered number.
final class NodeProcesses {
    static final String MARK_VARIABLE = "MOBULA_NODE_MARK";

    private static final Duration GENTLE_MAX = Duration.ofMillis(500);
    private static final Duration FORCED_MAX = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    private final String markEntry;
    private final long session;
    private final boolean sessionIsKnown;

    NodeProcesses(NodeIdentity identity) {
        this(identity.mark(), identity.session(), identity.bootId().equals(ProcFs.bootId()));
    }

    NodeProcesses(String mark, long session, boolean sessionIsKnown) {
        this.markEntry = MARK_VARIABLE + "=" + mark;
        this.session = session;
        this.sessionIsKnown = sessionIsKnown;
    }

    List<NodeProcess> all() {
        return ProcFs.processes().filter(this::isOurs).toList();
    }

    List<NodeProcess> where(Predicate<NodeProcess> condition) {
        return all().stream().filter(condition).toList();
    }

    /// Stops all of them, gently first, and returns when none is left.
    void stop() {
        Set<ProcessHandle> asked = new HashSet<>();
        boolean gone =
                await(
                        GENTLE_MAX,
                        () -> {
                            List<NodeProcess> left = all();
                            left.stream()
                                    .map(NodeProcess::handle)
                                    .filter(asked::add)
                                    .forEach(ProcessHandle::destroy);
                            return left.isEmpty();
                        });
        if (!gone) {
            kill();
        }
    }

    /// Kills all of them at once, and returns when none is left.
    void kill() {
        boolean gone =
                await(
                        FORCED_MAX,
                        () -> {
                            List<NodeProcess> left = all();
                            left.forEach(process -> process.handle().destroyForcibly());
                            return left.isEmpty();
                        });
        if (!gone) {
            throw new NodeException("processes that SIGKILL does not end: " + all());
        }
    }

    static boolean await(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            pause();
        }
        return true;
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NodeException("interrupted while waiting for a Ray node", interrupted);
        }
    }

    // An agent whose title has overwritten its environment is known by its session.
    private boolean isOurs(NodeProcess process) {
        return process.environment().contains(markEntry)
                || (sessionIsKnown
                        && process.session() == session
                        && process.title().startsWith("ray::"));
    }
}
