package dev.mobula.cluster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How long threads were ready and had no processor, because another process had it.
public final class RunQueue {
    private static final Path SCHEDULE = Path.of("/proc/thread-self/schedstat");

    private RunQueue() {}

    /// Nanoseconds that this thread has waited so far. Linux counts them; elsewhere there are none.
    public static long nanosDelayed() {
        try {
            return Long.parseLong(Files.readString(SCHEDULE).strip().split(" ", -1)[1]);
        } catch (IOException notLinux) {
            return 0;
        }
    }
}
