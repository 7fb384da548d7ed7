package dev.mobula.cluster.api;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.safety.Guard;
import dev.mobula.ranking.safety.GuardPolicies;
import dev.mobula.training.durable.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// The policies in force, and the file that keeps them. A document is taken whole, once it is on disk, or refused whole.
public final class PolicyFile {
    private static final String USUAL =
            """
            {"policies": [{"name": "default", "version": "default-1", "redacted": ["secret", "personal"]}]}
            """;

    /// A document and what it says.
    private record Held(String json, GuardPolicies policies) {}

    private final Guard guard;
    private final Optional<Path> file;
    private final AtomicReference<Held> held;

    private PolicyFile(Guard guard, Optional<Path> file, Held held) {
        this.guard = guard;
        this.file = file;
        this.held = new AtomicReference<>(held);
        guard.allow(held.policies().allowed());
    }

    /// Reads the file, or begins with the usual policy when there is none.
    ///
    /// @param file empty keeps what is set until the process ends
    public static PolicyFile open(Guard guard, Optional<Path> file) {
        String json = file.filter(Files::exists).map(PolicyFile::read).orElse(USUAL);
        try {
            return new PolicyFile(
                    guard, file, new Held(json, GuardPolicies.parse(json, guard.heads())));
        } catch (RankingException bad) {
            String where = file.map(Path::toString).orElse("policies");
            throw new RankingException(bad.code(), where + ": " + bad.getMessage(), bad);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unread) {
            throw new UncheckedIOException(unread);
        }
    }

    GuardPolicies policies() {
        return held.get().policies();
    }

    String json() {
        return held.get().json();
    }

    /// Puts a document in force.
    synchronized void replace(String json) {
        Held next = new Held(json, GuardPolicies.parse(json, guard.heads()));
        file.ifPresent(path -> DurableFile.write(path, json.getBytes(StandardCharsets.UTF_8)));
        held.set(next);
        guard.allow(next.policies().allowed());
    }
}
