package dev.mobula.actors.ranker;

import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.ranking.serving.ShadowComparison;
import java.util.List;

/// One ranker in words and numbers: its line-up, its models, how far it has read the item shards, its shadows.
///
/// @param shadowsSkipped requests that no shadow scored because too many waited
public record RankerStatus(
        Lineup lineup,
        List<Loaded> models,
        List<Following> following,
        List<Shadow> shadows,
        long shadowsSkipped) {
    public RankerStatus {
        models = List.copyOf(models);
        following = List.copyOf(following);
        shadows = List.copyOf(shadows);
    }

    /// A version that is ready to serve.
    public record Loaded(
            String version,
            KernelIdentity kernel,
            String schema,
            List<String> heads,
            List<String> uncalibrated) {
        public Loaded {
            heads = List.copyOf(heads);
            uncalibrated = List.copyOf(uncalibrated);
        }
    }

    /// How far one schema's columns have read one item shard.
    ///
    /// @param newest the shard's newest position when it was last asked
    public record Following(
            String schema, String shard, long position, long newest, int items, long rejected) {
        /// Changes not read yet.
        public long lag() {
            return Math.max(0, newest - position);
        }
    }

    /// How a shadow differs from what was served.
    public record Shadow(String version, long requests, List<ShadowComparison.HeadSummary> heads) {
        public Shadow {
            heads = List.copyOf(heads);
        }
    }
}
