package dev.mobula.cluster.engine;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.EventOutcome;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.retrieval.store.UserWrite;
import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Lineage;
import dev.mobula.training.bundle.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/// A process with a whole engine in it that writes items, events, edges and bundles until it is killed, and says on its
/// output what was acknowledged: `item ID`, `gone ID` (after `going ID`, for in between either is right), `event ID USER`, `edge USER OTHER`, `bundle ID`.
final class EngineUnderWrites {
    static final int USERS = 12;
    private static final int BATCH_MAX = 20;
    private static final long PER_ROUND = 1_000_000;
    private static final long BUNDLE_PAUSE_NANOS = 50_000_000;

    private final Engine engine;
    private final Path folder;
    private final int round;

    private EngineUnderWrites(Engine engine, Path folder, int round) {
        this.engine = engine;
        this.folder = folder;
        this.round = round;
    }

    static Path bundles(Path folder) {
        return folder.resolve("bundles");
    }

    static Path state(Path folder) {
        return folder.resolve("state");
    }

    static Engine start(Cluster cluster, Path folder) {
        return Engine.start(
                cluster,
                SmallEngine.SETTINGS.withState(folder.resolve("gateway")),
                user -> Optional.empty(),
                InstantSource.system());
    }

    /// Writes until it is killed.
    ///
    /// @param args the folder, the seed, the number of the round, and `jvm` or `ray`
    public static void main(String[] args) throws InterruptedException {
        Path folder = Path.of(args[0]);
        SplittableRandom random = new SplittableRandom(Long.parseLong(args[1]));
        Cluster cluster =
                args[3].equals("ray")
                        ? ThreeNodes.start(folder).connect()
                        : new InJvmCluster(Optional.of(state(folder)));
        EngineUnderWrites writes =
                new EngineUnderWrites(start(cluster, folder), folder, Integer.parseInt(args[2]));
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int writer = i;
            SplittableRandom items = random.split();
            SplittableRandom events = random.split();
            SplittableRandom edges = random.split();
            writers.add(Thread.ofPlatform().start(() -> writes.items(writer, items)));
            writers.add(Thread.ofPlatform().start(() -> writes.events(writer, events)));
            writers.add(Thread.ofPlatform().start(() -> writes.edges(writer, edges)));
        }
        writers.add(Thread.ofPlatform().start(writes::publish));
        for (Thread writer : writers) {
            writer.join();
        }
    }

    private static synchronized void say(String what) {
        System.out.println(what);
        System.out.flush();
    }

    private long firstOf(int writer) {
        return (2L * round + writer) * PER_ROUND + 1;
    }

    /// Every fifth batch deletes some of what this writer stored before.
    private void items(int writer, SplittableRandom random) {
        long next = firstOf(writer);
        long oldest = next;
        for (int batch = 1; ; batch++) {
            int count = 1 + random.nextInt(BATCH_MAX);
            if (batch % 5 == 0) {
                long[] gone = new long[(int) Math.min(count, next - oldest)];
                for (int i = 0; i < gone.length; i++) {
                    gone[i] = oldest++;
                }
                for (long id : gone) {
                    say("going " + id);
                }
                engine.itemShards().delete(gone).join();
                for (long id : gone) {
                    say("gone " + id);
                }
                continue;
            }
            List<Item> items = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                items.add(
                        Item.of(next + i, writer + 1L, 1)
                                .withEmbedding(
                                        new float[] {
                                            1, (float) random.nextDouble(), 0, (float) batch
                                        }));
            }
            engine.itemShards().put(items).join();
            items.forEach(item -> say("item " + item.id()));
            next += count;
        }
    }

    private void events(int writer, SplittableRandom random) {
        long next = firstOf(writer);
        while (true) {
            List<UserEvent> batch = new ArrayList<>();
            for (int i = 1 + random.nextInt(BATCH_MAX); i > 0; i--) {
                long user = 1L + random.nextInt(USERS);
                batch.add(
                        UserEvent.of("e" + next++, user, next, "view", System.currentTimeMillis()));
            }
            // sent twice, as a reporter does that lost the answer
            engine.userShards().record(batch).join();
            List<EventOutcome> outcomes = engine.userShards().record(batch).join();
            for (int i = 0; i < batch.size(); i++) {
                if (outcomes.get(i).status() == EventOutcome.Status.DUPLICATE
                        || outcomes.get(i).isStored()) {
                    say("event " + batch.get(i).id() + " " + batch.get(i).user());
                }
            }
        }
    }

    private void edges(int writer, SplittableRandom random) {
        long next = firstOf(writer);
        while (true) {
            List<UserWrite> batch = new ArrayList<>();
            for (int i = 1 + random.nextInt(BATCH_MAX); i > 0; i--) {
                batch.add(
                        new UserWrite.Connect(
                                1L + random.nextInt(USERS),
                                EdgeKind.FOLLOW,
                                USERS + next++,
                                System.currentTimeMillis()));
            }
            engine.userShards().write(batch).join();
            batch.forEach(
                    write -> {
                        UserWrite.Connect edge = (UserWrite.Connect) write;
                        say("edge " + edge.user() + " " + edge.target());
                    });
        }
    }

    private void publish() {
        BundleStore store = BundleStore.open(bundles(folder), 1L << 30, InstantSource.system());
        try {
            for (int number = 0; ; number++) {
                Path file = folder.resolve("value-" + round + ".json");
                Files.writeString(file, "{\"round\": " + round + ", \"number\": " + number + "}");
                Lineage lineage =
                        new Lineage("run-" + round + "-" + number, "", "", "", Map.of(), List.of());
                BundleDraft draft = new BundleDraft("chaos", lineage, Evidence.NONE);
                String id = store.publish(draft.add(Role.VALUE_MODEL, "surfaces", file));
                say("bundle " + id);
                LockSupport.parkNanos(BUNDLE_PAUSE_NANOS);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
