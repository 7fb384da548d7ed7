package dev.mobula.actors.items;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.retrieval.shard.Hits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// What a search over all shards found; `missing` names the shards whose answer is not whole, with the reason.
public record FoundItems(Hits hits, Map<String, String> missing) {
    public FoundItems {
        missing = Map.copyOf(missing);
    }

    /// Whether every shard gave its whole answer.
    public boolean complete() {
        return missing.isEmpty();
    }

    /// The best k of what the shards of a layout answered, each in its place.
    static FoundItems merge(ShardLayout at, List<CompletableFuture<byte[]>> answers, int k) {
        List<Hits> hits = new ArrayList<>();
        Map<String, String> missing = new LinkedHashMap<>();
        for (int i = 0; i < answers.size(); i++) {
            CompletableFuture<byte[]> answer = answers.get(i);
            if (answer.isCompletedExceptionally()) {
                missing.put(at.shard(i).name(), reason(answer.exceptionNow()));
            } else {
                Hits found = ItemShardProtocol.HITS.decode(answer.join());
                if (!found.complete()) {
                    missing.put(at.shard(i).name(), "CUT_SHORT");
                }
                hits.add(found);
            }
        }
        return new FoundItems(Hits.merge(hits, k), missing);
    }

    /// Why a shard did not answer, in a word.
    static String reason(Throwable failed) {
        if (!(failed instanceof CallException typed)) {
            return failed.getClass().getSimpleName();
        }
        String message = String.valueOf(typed.getMessage());
        int missing = message.indexOf(ShardSpaces.NOT_HERE);
        return missing < 0 ? typed.failure().name() : message.substring(missing);
    }
}
