package dev.mobula.actors.events;

import dev.mobula.actors.runtime.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Users whose rows are still to be erased, and for a week those whose rows were; each is on disk before it is known here.
final class Forgotten {
    private static final String FILE = "to-erase";
    private static final String DONE = "erased";
    private static final long DONE_MILLIS = TimeUnit.DAYS.toMillis(7);
    private static final int DONE_MAX = 100_000;

    private final AtomicFile file;
    private final AtomicFile doneFile;
    private final Map<Long, At> users;
    private final Map<Long, At> done;

    /// Where a user was forgotten last, and when that was heard of here.
    record At(int shard, long position, long heardMillis) {}

    private Forgotten(AtomicFile file, AtomicFile doneFile) throws IOException {
        this.file = file;
        this.doneFile = doneFile;
        users = read(file);
        done = read(doneFile);
    }

    private static Map<Long, At> read(AtomicFile file) throws IOException {
        Map<Long, At> users = new HashMap<>();
        String[] words = file.read().orElse("").split(" ", -1);
        for (int i = 1; i + 3 < words.length; i += 4) {
            At at =
                    new At(
                            Integer.parseInt(words[i + 1]),
                            Long.parseLong(words[i + 2]),
                            Long.parseLong(words[i + 3]));
            users.put(Long.parseLong(words[i]), at);
        }
        return users;
    }

    static Forgotten open(Path folder) {
        try {
            return new Forgotten(
                    new AtomicFile(folder.resolve(FILE)), new AtomicFile(folder.resolve(DONE)));
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
        }
    }

    /// Adds users durably.
    synchronized void add(Map<Long, At> forgotten) {
        if (!forgotten.isEmpty()) {
            users.putAll(forgotten);
            write(file, users);
        }
    }

    synchronized boolean hasAnyOf(int shard) {
        return users.values().stream().anyMatch(at -> at.shard() == shard);
    }

    /// Those there are now.
    synchronized Map<Long, At> now() {
        return Map.copyOf(users);
    }

    /// When all those were forgotten who wait or were erased lately, for whoever keeps other logs.
    synchronized Map<Long, Long> lately() {
        Map<Long, Long> all = new HashMap<>();
        done.forEach((user, at) -> all.put(user, at.heardMillis()));
        users.forEach((user, at) -> all.put(user, at.heardMillis()));
        return all;
    }

    /// Takes out those that were erased and not forgotten again meanwhile.
    synchronized void erased(Map<Long, At> erased, long nowMillis) {
        done.putAll(erased);
        done.values().removeIf(at -> at.heardMillis() < nowMillis - DONE_MILLIS);
        while (done.size() > DONE_MAX) {
            done.remove(done.keySet().iterator().next());
        }
        write(doneFile, done);
        erased.forEach(users::remove);
        write(file, users);
    }

    private static void write(AtomicFile file, Map<Long, At> users) {
        StringBuilder text = new StringBuilder().append(users.size());
        users.forEach(
                (user, at) ->
                        text.append(' ')
                                .append(user)
                                .append(' ')
                                .append(at.shard())
                                .append(' ')
                                .append(at.position())
                                .append(' ')
                                .append(at.heardMillis()));
        try {
            file.write(text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("forgotten users: " + e.getMessage(), e);
        }
    }
}
