package dev.mobula.cluster.engine;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.safety.campaigns.Campaigns;
import dev.mobula.ranking.safety.Signals;
import dev.mobula.retrieval.campaign.Campaign;
import dev.mobula.retrieval.campaign.DenseBlocks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/// What the engine knows of a text and its author besides: `campaign`, how likely the campaign that the text would be part
/// of is one hand's work, and `graph`, how surely the account acts together with others.
final class KnownSignals implements Signals {
    private static final long BLOCKS_MILLIS = Duration.ofMinutes(1).toMillis();
    private static final long NANOS_MIN = 1_000_000;

    private final Campaigns campaigns;
    private final InstantSource clock;
    private volatile Map<String, Double> together = Map.of();
    private long refreshed = Long.MIN_VALUE;

    KnownSignals(Campaigns campaigns, InstantSource clock) {
        this.campaigns = campaigns;
        this.clock = clock;
    }

    /// Asks again which accounts act together, now and then. By one thread.
    void refresh() {
        long now = clock.millis();
        if (now - BLOCKS_MILLIS < refreshed) {
            return;
        }
        refreshed = now;
        Map<String, Double> found = new HashMap<>();
        for (DenseBlocks.Block block : campaigns.blocks()) {
            block.accounts().forEach(one -> found.merge(one.toString(), 1 - block.p(), Math::max));
        }
        together = found;
    }

    @Override
    public Map<String, Double> of(Optional<String> actor, String text, long nanos) {
        Map<String, Double> known = new HashMap<>();
        actor.map(together::get).ifPresent(score -> known.put("graph", score));
        if (!text.isBlank() && nanos >= NANOS_MIN) {
            try {
                campaigns
                        .like(text, Duration.ofNanos(nanos))
                        .map(Campaign::score)
                        .ifPresent(score -> known.put("campaign", score));
            } catch (CallException | CompletionException late) {
                return known;
            }
        }
        return known;
    }
}
