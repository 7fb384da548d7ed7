package dev.mobula.actors.events;

import dev.mobula.actors.runtime.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Users whose rows are still to be erased; each is on disk before it is known here.
final class Forgotten {
    private static final String FILE = "to-erase";

    private final AtomicFile file;
    private final Map<Long, At> users = new HashMap<>();

    /// Where a user was forgotten last, and when that was heard of here.
    record At(int shard, long position, long heardMillis) {}

    private Forgotten(AtomicFile file) throws IOException {
        this.file = file;
        String[] words = file.read().orElse("").split(" ", -1);
        for (int i = 1; i + 3 < words.length; i += 4) {
            At at =
                    new At(
                            Integer.parseInt(words[i + 1]),
                            Long.parseLong(words[i + 2]),
                            Long.parseLong(words[i + 3]));
            users.put(Long.parseLong(words[i]), at);
        }
    }

    static Forgotten open(Path folder) {
        try {
            return new Forgotten(new AtomicFile(folder.resolve(FILE)));
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
        }
    }

    /// Adds users durably.
    synchronized void add(Map<Long, At> forgotten) {
        if (!forgotten.isEmpty()) {
            users.putAll(forgotten);
            write();
        }
    }

    synchronized boolean hasAnyOf(int shard) {
        return users.values().stream().anyMatch(at -> at.shard() == shard);
    }

    /// Those there are now.
    synchronized Map<Long, At> now() {
        return Map.copyOf(users);
    }

    /// Takes out those that were erased and not forgotten again meanwhile.
    synchronized void erased(Map<Long, At> done) {
        done.forEach(users::remove);
        write();
    }

    private void write() {
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
            throw new UncheckedIOException(FILE + ": " + e.getMessage(), e);
        }
    }
}
