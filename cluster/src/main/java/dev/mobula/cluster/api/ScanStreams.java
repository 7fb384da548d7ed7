package dev.mobula.cluster.api;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.ranking.safety.StreamGuard;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// Outputs that are being written, each watched by a guard of its own. A client names its streams; the first chunk begins
/// one, the last ends it. One that is silent for long is forgotten, and one that was blocked stays so until then.
final class ScanStreams {
    /// The most streams of a client at once.
    static final int PER_CLIENT_MAX = 1_000;

    /// The most streams at once.
    static final int STREAMS_MAX = 10_000;

    /// How long a stream may be silent.
    static final Duration SILENCE = Duration.ofMinutes(5);

    /// The most characters of a chunk, and of a name.
    static final int CHUNK_CHARS_MAX = 65_536;

    static final int NAME_CHARS_MAX = 200;

    private record Key(String client, String name) {}

    /// One stream. Whoever feeds it holds its lock.
    private static final class Open {
        private final StreamGuard guard;
        private long usedMillis;

        Open(StreamGuard guard) {
            this.guard = guard;
        }
    }

    private final Map<Key, Open> open = new LinkedHashMap<>(16, .75f, true);
    private final Map<String, Integer> perClient = new HashMap<>();
    private final InstantSource clock;

    ScanStreams(InstantSource clock) {
        this.clock = clock;
    }

    /// Feeds a client's stream.
    ///
    /// @param begun the guard of a new one
    StreamGuard.Released push(
            String client, String name, Supplier<StreamGuard> begun, String chunk, boolean last) {
        Key key = new Key(client, name);
        Open stream = find(key, begun);
        synchronized (stream) {
            StreamGuard.Released released = stream.guard.push(chunk);
            if (last) {
                released = released.and(stream.guard.finish());
                end(key);
            }
            return released;
        }
    }

    private synchronized Open find(Key key, Supplier<StreamGuard> begun) {
        long now = clock.millis();
        Iterator<Map.Entry<Key, Open>> all = open.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Key, Open> oldest = all.next();
            if (oldest.getValue().usedMillis >= now - SILENCE.toMillis()) {
                break;
            }
            all.remove();
            fewer(oldest.getKey().client());
        }
        Open stream = open.get(key);
        if (stream == null) {
            int own = perClient.getOrDefault(key.client(), 0);
            if (open.size() >= STREAMS_MAX || own >= PER_CLIENT_MAX) {
                throw new CallException(
                        Failure.OVERLOADED,
                        "streams: %d of the client and %d in all are open, at most %d and %d"
                                .formatted(own, open.size(), PER_CLIENT_MAX, STREAMS_MAX));
            }
            stream = new Open(begun.get());
            open.put(key, stream);
            perClient.put(key.client(), own + 1);
        }
        stream.usedMillis = now;
        return stream;
    }

    private synchronized void end(Key key) {
        if (open.remove(key) != null) {
            fewer(key.client());
        }
    }

    private void fewer(String client) {
        perClient.computeIfPresent(client, (name, count) -> count > 1 ? count - 1 : null);
    }
}
