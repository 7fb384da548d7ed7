package dev.mobula.actors.ray;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import io.ray.api.Ray;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This process's membership in a Ray cluster: joins without side effects, leaves without traces.
final class RaySession {
    /*
     * What Ray would do and must not: replace the logging configuration of this process; start a
     * cluster of its own when no address is given; load services through a class loader in which
     * its own old libraries win; leave the 41 MB of its unpacked native library behind.
     */
    private static final Logger LOG = LoggerFactory.getLogger(RaySession.class);
    private static final String NATIVE_LIBRARY = "core_worker_library_java";
    private static final int CONNECT_MILLIS = 5_000;
    private static final String NODE_IP = "ray.node-ip";
    private static final String JVM_OPTIONS = "ray.job.jvm-options.";
    private static final Path MAPS = Path.of("/proc/self/maps");

    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(10);

    /// Open to whoever asks Ray, shut for good by leaving.
    private static final ReadWriteLock GATE = new ReentrantReadWriteLock();

    private static volatile boolean left;

    private RaySession() {}

    static void join(RayOptions options) {
        if (Ray.isInitialized()) {
            throw new CallException(Failure.REFUSED, "this process is already part of a cluster");
        }
        requireListener(options.address());
        WorkerJvm.tryOut(options.jvmOptions());
        String distribution = distributionJar(options.classPath());
        System.setProperty("ray.address", options.address());
        options.nodeIp()
                .ifPresentOrElse(
                        ip -> System.setProperty(NODE_IP, ip), () -> System.clearProperty(NODE_IP));
        System.setProperty("ray.job.namespace", options.namespace());
        System.setProperty("ray.job.code-search-path", distribution);
        System.setProperty("ray.logging.level", "WARN");
        forgetFormerOptions();
        int index = 0;
        for (String option : options.jvmOptions()) {
            System.setProperty(JVM_OPTIONS + index++, option);
        }
        System.setProperty(JVM_OPTIONS + index, "--class-path=" + options.classPath());
        keepLoggingConfiguration();
        try {
            Set<Thread> ours = shutdownHooks();
            Ray.init();
            left = false;
            removeHooksBut(ours);
        } catch (RuntimeException failed) {
            throw new CallException(
                    Failure.UNAVAILABLE,
                    "no Ray cluster takes this process in at "
                            + options.address()
                            + ": "
                            + rootOf(failed).getMessage(),
                    failed);
        } finally {
            deleteUnpackedLibrary();
        }
    }

    /// Ray itself would try for forty seconds.
    private static void requireListener(String address) {
        int colon = address.lastIndexOf(':');
        int port = Integer.parseInt(address.substring(colon + 1));
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(address.substring(0, colon), port), CONNECT_MILLIS);
        } catch (IOException unreachable) {
            throw new CallException(
                    Failure.UNAVAILABLE,
                    "no Ray cluster answers at " + address + ": " + unreachable.getMessage(),
                    unreachable);
        }
    }

    private static Throwable rootOf(Throwable failed) {
        Throwable root = failed;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /// Leaves once nobody asks Ray any more, and refuses every later question: Ray ends a process
    /// that asks it anything after it has left.
    static void leave() {
        left = true;
        boolean alone = false;
        try {
            alone = GATE.writeLock().tryLock(LEAVE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        if (!alone) {
            LOG.warn("Ray still owes an answer after {}; it sees this process end", LEAVE_LIMIT);
            return;
        }
        try {
            Ray.shutdown();
        } finally {
            GATE.writeLock().unlock();
        }
    }

    /// Whether this process is leaving or has left: a long question is given up then.
    static boolean left() {
        return left;
    }

    /// Gives Ray one order; refused when this process has left.
    static void tell(Runnable order) {
        GATE.readLock().lock();
        try {
            requireJoined();
            order.run();
        } finally {
            GATE.readLock().unlock();
        }
    }

    /// Puts one short question to Ray; refused when this process has left.
    static <T> T ask(Supplier<T> question) {
        GATE.readLock().lock();
        try {
            requireJoined();
            return question.get();
        } finally {
            GATE.readLock().unlock();
        }
    }

    private static void requireJoined() {
        if (left) {
            throw new CallException(Failure.REFUSED, "this process has left the cluster");
        }
    }

    /// The class path ends in Ray's own jar; as search path it adds nothing that is not there.
    static String distributionJar(String classPath) {
        return Stream.of(classPath.split(":"))
                .filter(entry -> entry.endsWith("ray_dist.jar"))
                .findFirst()
                .orElseThrow(
                        () ->
                                new CallException(
                                        Failure.REFUSED, "ray_dist.jar is not on the class path"));
    }

    /// A process may join, leave and join again with fewer options.
    private static void forgetFormerOptions() {
        System.getProperties()
                .keySet()
                .removeIf(property -> property.toString().startsWith(JVM_OPTIONS));
    }

    /// Ray's own hook would run beside those of this process, and a call into Ray never returns once
    /// it has. Whoever closes the cluster leaves Ray; a process that just ends is noticed by Ray.
    private static void removeHooksBut(Set<Thread> ours) {
        for (Thread hook : shutdownHooks()) {
            if (!ours.contains(hook)) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    private static Set<Thread> shutdownHooks() {
        try {
            Field hooks =
                    Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
            hooks.setAccessible(true);
            return hooks.get(null) instanceof Map<?, ?> threads
                    ? threads.keySet().stream()
                            .map(Thread.class::cast)
                            .collect(Collectors.toUnmodifiableSet())
                    : Set.of();
        } catch (ReflectiveOperationException changed) {
            LOG.warn("Ray's shutdown hook stays: {}", changed.toString());
            return Set.of();
        }
    }

    private static void keepLoggingConfiguration() {
        try {
            Field setup =
                    Class.forName("io.ray.runtime.util.LoggingUtil").getDeclaredField("setup");
            setup.setAccessible(true);
            setup.setBoolean(null, true);
        } catch (ReflectiveOperationException changed) {
            LOG.warn("Ray will replace the logging configuration: {}", changed.toString());
        }
    }

    /// The library stays loaded when its file is gone.
    private static void deleteUnpackedLibrary() {
        try {
            Optional<Path> folder = unpackedLibrary().map(Path::getParent);
            if (folder.isPresent()) {
                deleteFolder(folder.get());
            }
        } catch (IOException failed) {
            LOG.warn("Ray's unpacked library stays behind: {}", failed.toString());
        }
    }

    private static Optional<Path> unpackedLibrary() throws IOException {
        try (Stream<String> mappings = Files.lines(MAPS)) {
            return mappings.filter(line -> line.contains(NATIVE_LIBRARY))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .filter(Files::exists)
                    .findFirst();
        }
    }

    private static void deleteFolder(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
        Files.delete(folder);
    }
}
