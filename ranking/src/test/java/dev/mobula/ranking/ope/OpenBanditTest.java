package dev.mobula.ranking.ope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class OpenBanditTest {
    private static final Path FOLDER = folder();

    @Test
    void theIntervalFromTheRandomLogCoversWhatThompsonSamplingEarned() throws IOException {
        assumeTrue(Files.exists(FOLDER));
        for (String campaign : new String[] {"men", "women"}) {
            OpenBandit.Campaign random = OpenBandit.load(FOLDER, campaign, "random");
            double onPolicy = OpenBandit.load(FOLDER, campaign, "bts").log().meanReward();
            double[][] thompson =
                    OpenBandit.thompsonByPosition(
                            OpenBandit.prior(FOLDER, campaign), 20_000, 12345);
            Evaluation evaluation =
                    OffPolicyEvaluator.withSeed(12345)
                            .evaluate(
                                    random.log(),
                                    (round, action) -> thompson[random.positions()[round]][action]);
            Evaluation.Answered answer = (Evaluation.Answered) evaluation;
            for (String estimator : new String[] {"IPS", "SNIPS", "DR"}) {
                assertThat(answer.of(estimator).covers(onPolicy))
                        .as("%s %s %s covers %s", campaign, estimator, answer, onPolicy)
                        .isTrue();
            }
        }
    }

    /// Measured once with numpy on the same slice: IPS .00453, SNIPS .00460, effective sample size 2465.
    @Test
    void estimatesAgreeWithAnIndependentComputation() throws IOException {
        assumeTrue(Files.exists(FOLDER));
        OpenBandit.Campaign random = OpenBandit.load(FOLDER, "men", "random");
        double[][] thompson =
                OpenBandit.thompsonByPosition(OpenBandit.prior(FOLDER, "men"), 20_000, 12345);
        Evaluation.Answered answer =
                (Evaluation.Answered)
                        OffPolicyEvaluator.withSeed(12345)
                                .evaluate(
                                        random.log(),
                                        (round, action) ->
                                                thompson[random.positions()[round]][action]);
        assertThat(answer.of("IPS").value()).isCloseTo(0.00453, within(0.0001));
        assertThat(answer.of("SNIPS").value()).isCloseTo(0.00460, within(0.0001));
        assertThat(answer.diagnostics().effectiveSampleSize()).isCloseTo(2465, within(60.0));
    }

    private static Path folder() {
        Path at = Path.of("").toAbsolutePath();
        while (at.getParent() != null && !Files.exists(at.resolve("shared").resolve("datasets"))) {
            at = at.getParent();
        }
        return at.resolve("shared").resolve("datasets").resolve("open-bandit");
    }
}
