package dev.mobula.actors.feed;

import dev.mobula.actors.runtime.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Users who are to be erased from a log of pages, and since when; each is on disk before it is known here.
final class PendingErasures {
    private static final String FILE = "to-erase";

    private final AtomicFile file;
    private final Map<Long, Long> sinceMillis;

    private PendingErasures(AtomicFile file, Map<Long, Long> sinceMillis) {
        this.file = file;
        this.sinceMillis = sinceMillis;
    }

    static PendingErasures open(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new PendingErasures(new AtomicFile(folder.resolve(FILE)), read(folder));
    }

    /// Those of a log that perhaps another process writes.
    static Map<Long, Long> read(Path folder) throws IOException {
        Map<Long, Long> users = new HashMap<>();
        String[] words = new AtomicFile(folder.resolve(FILE)).read().orElse("").split(" ", -1);
        for (int i = 1; i + 1 < words.length; i += 2) {
            users.put(Long.parseLong(words[i]), Long.parseLong(words[i + 1]));
        }
        return users;
    }

    synchronized int add(long user, long nowMillis) throws IOException {
        sinceMillis.merge(user, nowMillis, Math::max);
        write();
        return sinceMillis.size();
    }

    /// Whether what this user was shown at that time is to go.
    synchronized boolean has(long user, long shownMillis) {
        Long since = sinceMillis.get(user);
        return since != null && shownMillis <= since;
    }

    /// Those who wait since then or longer.
    synchronized Map<Long, Long> until(long millis) {
        Map<Long, Long> old = new HashMap<>(sinceMillis);
        old.values().removeIf(since -> since > millis);
        return old;
    }

    /// Takes out those that were erased and not forgotten again meanwhile.
    synchronized void done(Map<Long, Long> erased) throws IOException {
        erased.forEach(sinceMillis::remove);
        write();
    }

    private void write() throws IOException {
        StringBuilder text = new StringBuilder().append(sinceMillis.size());
        sinceMillis.forEach(
                (user, since) -> text.append(' ').append(user).append(' ').append(since));
        file.write(text.toString());
    }
}
