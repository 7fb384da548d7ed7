package dev.mobula.cluster.doctor;

import java.nio.file.Path;
import java.util.Optional;

/// A machine, as far as the doctor looks into it.
public interface Machine {
    /// Its system and processor, for example `Linux amd64`.
    String platform();

    /// The version of the JVM that runs, and where it is.
    Runtime.Version javaVersion();

    Path javaHome();

    Path home();

    Optional<String> variable(String name);

    /// Where the PATH finds a command.
    Optional<Path> find(String command);

    /// What a command says; empty when it cannot be run or fails.
    Optional<String> ask(String... command);

    boolean exists(Path path);

    long memoryBytes();

    /// The room left for files in this folder or its nearest existing parent.
    long freeBytes(Path folder);

    /// How many files one process may hold open.
    long openFilesMax();

    /// True when nobody listens on this loopback port.
    boolean isFree(int port);
}
