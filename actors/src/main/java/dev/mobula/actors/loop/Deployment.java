package dev.mobula.actors.loop;

import dev.mobula.actors.ranker.RankerStatus;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings bundles to the services that put them to work, and takes them away again: models, values and spaces as one.
final class Deployment {
    private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);
    private static final int LINE_UP_ATTEMPTS = 10;

    private final LoopParts parts;
    private final Duration poll;
    private final Staging staging;
    private final SpaceSwap spaces;

    Deployment(LoopParts parts, Duration poll) {
        this.parts = parts;
        this.poll = poll;
        staging = new Staging(parts.folder().resolve("installed"));
        spaces = new SpaceSwap(parts.spaces(), parts.rankers(), parts.folder().resolve("spaces"));
    }

    /// Why a bundle cannot be put to work; empty when it can. A part that no service would take up is a reason too: what is
    /// swapped is swapped whole or not at all.
    List<String> against(Bundle bundle) {
        return bundle.manifest().parts(Role.SAFETY_MODEL).isEmpty()
                ? staging.against(bundle)
                : List.of("it has a part that the loop does not put to work: " + Role.SAFETY_MODEL);
    }

    /// The item shards begin to make the bundle's space, the rankers load its model; the model's version.
    String install(Bundle bundle) {
        Path model = staging.folderOf(bundle, spaces.install(bundle));
        return parts.rankers().install(model).join();
    }

    /// Waits until the bundle's space answers on every item shard, or gives the reasons why it does not.
    List<String> awaitReady(Bundle bundle, Instant end) throws InterruptedException {
        List<String> missing = spaces.notReady(bundle);
        while (!missing.isEmpty() && parts.clock().instant().isBefore(end)) {
            parts.pause().pause(poll);
            missing = spaces.notReady(bundle);
        }
        return missing;
    }

    /// The version that answers whoever is no canary's.
    String active() {
        return parts.rankers().status().getFirst().lineup().active();
    }

    /// Tried again while a ranker is away: it takes the line-up of its folder when it returns, which may be an older one.
    void lineUp(Lineup lineup) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                parts.rankers().lineUp(lineup).join();
                parts.switched().run();
                return;
            } catch (CompletionException failed) {
                boolean retryable =
                        failed.getCause() instanceof CallException typed
                                && typed.failure().retryable();
                if (!retryable || attempt == LINE_UP_ATTEMPTS) {
                    throw failed;
                }
                parts.pause().pause(poll);
            }
        }
    }

    /// Models of earlier turns; one that cannot be had away now is retired after the next turn.
    void retireAllBut(Set<String> kept) {
        Rankers rankers = parts.rankers();
        Set<String> old = new LinkedHashSet<>();
        for (RankerStatus ranker : rankers.status()) {
            ranker.models().forEach(model -> old.add(model.version()));
            old.removeAll(ranker.lineup().versions());
        }
        old.removeAll(kept);
        for (String version : old) {
            try {
                rankers.retire(version).join();
            } catch (CompletionException later) {
                LOG.warn("model {} stays: {}", version, later.getMessage());
            }
        }
        staging.keepNewest();
    }

    /// Makes whole what serves, after a loss: the spaces that versions of the line-up search.
    void restore() {
        spaces.restore();
    }
}
