package dev.mobula.actors.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.training.price.BudgetProblem;
import dev.mobula.training.price.NotificationInstance;
import dev.mobula.training.price.PriceSolution;
import dev.mobula.training.price.PriceSolver;
import dev.mobula.training.price.ServedPlan;
import dev.mobula.training.price.SolverSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class PriceServicesTest {
    private static final SolverSettings SETTINGS = new SolverSettings(1e-2, 0.3, 3, 60);

    @TempDir private Path state;

    @Test
    void severalServicesFindWhatOneProcessFindsAndALostOneCostsOneSolution() throws Exception {
        BudgetProblem problem = NotificationInstance.of(1_500, 8, 5);
        double[] none = new double[problem.rows()];
        PriceSolution alone;
        try (PriceSolver solver = PriceSolver.of(problem, 3)) {
            alone = solver.solve(SETTINGS, none);
        }
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state), true);
                PriceCrew crew = PriceCrew.spawn(cluster, "prices", 3)) {
            PriceSolution together = crew.solve(problem, SETTINGS, none);
            assertThat(together.prices()).containsExactly(alone.prices());
            assertThat(together.upperBound()).isCloseTo(alone.upperBound(), within(1e-9));
            cluster.restart(new ServiceRef("prices-1", 1));
            PriceSolution warm = crew.solve(problem, SETTINGS.warm(), together.prices());
            assertThat(warm.iterations()).isLessThan(together.iterations());
            double served =
                    ServedPlan.serve(problem, warm.prices(), new SplittableRandom(1)).value();
            assertThat(warm.gap(served)).isBetween(0.0, 0.1);
        }
    }

    @Test
    void pricesAreRolledOutWholeSurviveACrashAndTheLastGoodOnesGoOn() {
        AtomicLong nanos = new AtomicLong();
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state), true)) {
            PriceBoard publisher = PriceBoard.open(cluster, "board", nanos::get);
            PriceBoard reader = PriceBoard.open(cluster, "board", nanos::get);
            assertThat(reader.current().version()).isZero();
            PriceSheet first = sheet(1, 0.2);
            assertThat(publisher.publish(first).version()).isEqualTo(1);
            assertThatThrownBy(() -> publisher.publish(sheet(1, 0.3)))
                    .isInstanceOf(CallException.class)
                    .hasMessageContaining("version=1");
            assertThatThrownBy(() -> sheet(2, Double.NaN)).hasMessageContaining("price");
            assertThatThrownBy(() -> sheet(2, 1e9)).hasMessageContaining("price");
            cluster.restart(new ServiceRef("board", 1));
            assertThat(PriceBoard.open(cluster, "board", nanos::get).current().version())
                    .isEqualTo(1);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
            while (reader.current().version() < 1) {
                Thread.onSpinWait();
            }
            assertThat(reader.current().prices()).containsExactly(first.prices());
            assertThat(reader.stale()).isFalse();
            cluster.stop(new ServiceRef("board", 1));
            nanos.addAndGet(TimeUnit.MINUTES.toNanos(5));
            assertThat(reader.current().version()).isEqualTo(1);
            assertThat(reader.stale()).isTrue();
        }
    }

    private static PriceSheet sheet(long version, double price) {
        double[] prices = new double[PriceSheet.free().rows().count() + 1];
        prices[0] = price;
        return new PriceSheet(
                version, 5, List.of("like"), List.of(), 1, prices, 1, new double[] {0}, 10, 9.9);
    }
}
