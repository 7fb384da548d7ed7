package dev.mobula.actors.ray;

import io.ray.api.ActorHandle;
import io.ray.api.ObjectRef;
import io.ray.api.Ray;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Actors called the plain way, one Ray call per request: what the runtime is measured against.
public final class PlainRay implements AutoCloseable {
    private final List<ActorHandle<Echo>> actors = new ArrayList<>();
    private final int limitMillis;

    /// Answers with the first bytes of what it is sent.
    public static final class Echo {
        private final int replyBytes;

        public Echo(int replyBytes) {
            this.replyBytes = replyBytes;
        }

        public byte[] echo(byte[] request) {
            return Arrays.copyOf(request, replyBytes);
        }
    }

    /// Starts that many actors on the cluster this process is part of.
    public PlainRay(int count, int replyBytes, Duration limit) {
        limitMillis = Math.toIntExact(limit.toMillis());
        for (int i = 0; i < count; i++) {
            actors.add(Ray.actor(Echo::new, replyBytes).setMaxConcurrency(1).remote());
        }
        callAll(new byte[replyBytes]);
    }

    /// Asks the first actor.
    public byte[] call(byte[] request) {
        return actors.getFirst().task(Echo::echo, request).remote().get(limitMillis);
    }

    /// Asks every actor at once and waits for all.
    public List<byte[]> callAll(byte[] request) {
        List<ObjectRef<byte[]>> replies = new ArrayList<>();
        for (ActorHandle<Echo> actor : actors) {
            replies.add(actor.task(Echo::echo, request).remote());
        }
        return Ray.get(replies, limitMillis);
    }

    @Override
    public void close() {
        actors.forEach(ActorHandle::kill);
    }
}
