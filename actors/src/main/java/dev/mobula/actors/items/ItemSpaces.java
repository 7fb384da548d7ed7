package dev.mobula.actors.items;

import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.ShardLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/// The spaces of all item shards, as whoever swaps bundles sees them: installed everywhere, ready or not, retired.
public final class ItemSpaces {
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(5);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(30);

    private final ItemShards items;

    public ItemSpaces(ItemShards items) {
        this.items = items;
    }

    /// Has every shard make a space of its part of the `vectors` in a folder, which they all must see. They fill it in the
    /// background. Again is harmless.
    public CompletableFuture<Void> install(String name, Path folder) {
        ShardLayout layout = items.layout();
        List<CompletableFuture<byte[]>> asked = new ArrayList<>();
        for (int shard = 0; shard < layout.count(); shard++) {
            SpaceInstall install =
                    new SpaceInstall(
                            name, folder.toAbsolutePath().toString(), shard, layout.count());
            asked.add(
                    call(
                            layout.shard(shard),
                            ItemShardProtocol.INSTALL_SPACE,
                            SpaceInstall.CODEC.encode(install),
                            INSTALL_LIMIT));
        }
        return all(asked);
    }

    /// Has every shard end the spaces that are not among these.
    public CompletableFuture<Void> keepOnly(Set<String> kept) {
        Set<String> gone =
                status().values().stream()
                        .flatMap(List::stream)
                        .map(SpaceStatus::name)
                        .filter(name -> !kept.contains(name))
                        .collect(Collectors.toSet());
        List<CompletableFuture<byte[]>> asked = new ArrayList<>();
        for (String name : gone) {
            for (ServiceRef shard : items.shards()) {
                asked.add(
                        call(
                                shard,
                                ItemShardProtocol.RETIRE_SPACE,
                                name.getBytes(StandardCharsets.UTF_8),
                                ASK_LIMIT));
            }
        }
        return all(asked);
    }

    /// What spaces each shard has.
    public Map<String, List<SpaceStatus>> status() {
        Map<String, CompletableFuture<byte[]>> asked = new LinkedHashMap<>();
        for (ServiceRef shard : items.shards()) {
            asked.put(
                    shard.name(),
                    call(shard, ItemShardProtocol.SPACES, ItemShardProtocol.NOTHING, ASK_LIMIT));
        }
        Map<String, List<SpaceStatus>> status = new LinkedHashMap<>();
        asked.forEach(
                (shard, answer) -> status.put(shard, ShardSpaces.STATUS.decode(answer.join())));
        return status;
    }

    /// The shards where a space does not answer, with the reason; empty when it answers everywhere.
    public Map<String, String> notReady(String name) {
        Map<String, String> missing = new LinkedHashMap<>();
        status().forEach(
                        (shard, spaces) ->
                                spaces.stream()
                                        .filter(space -> space.name().equals(name))
                                        .findFirst()
                                        .ifPresentOrElse(
                                                space -> {
                                                    if (!space.ready()) {
                                                        missing.put(shard, filling(space));
                                                    }
                                                },
                                                () -> missing.put(shard, "is not installed")));
        return missing;
    }

    private static String filling(SpaceStatus space) {
        return "finds %d items of at most %d%s"
                .formatted(
                        space.findable(),
                        space.known(),
                        space.trouble().isEmpty() ? "" : ": " + space.trouble());
    }

    /// The vectors that items have in a space, in their order; empty where there is none. Fails when an owner does not
    /// answer.
    public CompletableFuture<List<float[]>> vectors(String space, long[] ids, Duration limit) {
        Map<ServiceRef, List<Long>> byOwner =
                items.layout().byOwner(Arrays.stream(ids).boxed().toList(), Long::longValue);
        Map<List<Long>, CompletableFuture<byte[]>> asked = new HashMap<>();
        byOwner.forEach(
                (owner, owned) -> {
                    long[] own = owned.stream().mapToLong(Long::longValue).toArray();
                    byte[] body =
                            ShardSpaces.Wanted.CODEC.encode(new ShardSpaces.Wanted(space, own));
                    asked.put(owned, call(owner, ItemShardProtocol.SPACE_VECTORS, body, limit));
                });
        return all(asked.values())
                .thenApply(
                        done -> {
                            Map<Long, float[]> found = new HashMap<>();
                            asked.forEach(
                                    (owned, answer) -> {
                                        List<float[]> vectors =
                                                ShardSpaces.VECTORS.decode(answer.join());
                                        for (int i = 0; i < owned.size(); i++) {
                                            found.put(owned.get(i), vectors.get(i));
                                        }
                                    });
                            return Arrays.stream(ids)
                                    .mapToObj(id -> found.getOrDefault(id, new float[0]))
                                    .toList();
                        });
    }

    private CompletableFuture<byte[]> call(ServiceRef shard, int op, byte[] body, Duration limit) {
        return items.cluster().call(shard, Request.of(op, body).within(limit).retried());
    }

    private static CompletableFuture<Void> all(Iterable<? extends CompletableFuture<?>> parts) {
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (CompletableFuture<?> part : parts) {
            done = done.thenCombine(part, (before, it) -> null);
        }
        return done;
    }
}
