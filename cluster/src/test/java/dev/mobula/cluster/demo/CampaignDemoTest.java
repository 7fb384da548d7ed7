package dev.mobula.cluster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.safety.campaigns.Campaigns;
import dev.mobula.cluster.engine.EngineSettings;
import dev.mobula.retrieval.campaign.Campaign;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The world's spammers post campaigns; the demo finds them and its users see less of them.
final class CampaignDemoTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int VIEWS = 4_000;

    // Measured .61, .64 and .71: what is labelled leaves at once, and new campaigns come while the
    // views are counted.
    private static final double HELD_MAX = .75;

    @TempDir private Path state;

    private static void await(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static double violatingFrom(Demo demo, SpamViews from) {
        await("views", () -> demo.spamViews().since(from).all() >= VIEWS);
        return demo.spamViews().since(from).per10k();
    }

    @Test
    void campaignsAreFoundAndUsersViewLessSpamOnceTheyAreLabelled() {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state));
                Demo demo =
                        Demo.start(
                                cluster,
                                new DemoSize(2_000, 200, 5),
                                Demo.settings(0).withSafety(EngineSettings.DEFAULT.safety()),
                                InstantSource.system(),
                                loaded -> {})) {
            demo.drive(Demo.TRAFFIC_MAX);
            await("traffic", () -> demo.spamViews().all() > 0);
            double open = violatingFrom(demo, demo.spamViews());
            Campaigns watch = demo.engine().safety().campaigns();
            Campaign found = watch.suspicious(1).getFirst();
            assertThat(found.links()).isNotEmpty();
            assertThat(found.accountsCount()).isGreaterThan(2);
            watch.act(true);
            await("labels", () -> watch.status().labelled() > 0 && watch.status().waiting() == 0);
            double held = violatingFrom(demo, demo.spamViews());
            assertThat(open).as("held " + held).isGreaterThan(0);
            assertThat(held).as("of 10,000 views, and %s before", open).isLessThan(HELD_MAX * open);
        }
    }
}
