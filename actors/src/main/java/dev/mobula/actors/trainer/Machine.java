package dev.mobula.actors.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where processes that can share memory meet.
final class Machine {
    static final Path MEMORY = Path.of("/dev/shm");

    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private Machine() {}

    /// Names this machine's shared memory: equal exactly where the same one is mounted. Empty where there is none.
    static String name() {
        try {
            return Files.readString(BOOT).strip() + "/" + Files.getAttribute(MEMORY, "unix:dev");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException absent) {
            return "";
        }
    }
}
