package dev.mobula.training.safety;

import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.MetaHeads;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.retrieval.campaign.NearDuplicates;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.metrics.Auc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/*
 * The candidate is compared with the model that serves on the texts that calibrated the candidate, which it did not learn
 * from. The model that serves may have learned from some of them, so the comparison favours what is there: a candidate
 * must not be worse by more than a hundredth of AUC, and then pass the store's own gates.
 */
/// One turn of learning from what people decided: train, compare, publish, promote, or turn down.
public final class TextLearning {
    private static final double ALIKE = .6;
    private static final double WORSE_MAX = .01;

    private final BundleStore store;
    private final NgramSettings settings;
    private final boolean stack;

    /// What came of a turn.
    ///
    /// @param bundle what was published
    /// @param against why it was turned down; empty when it was promoted
    public record Turn(String bundle, List<String> against, int texts, int reviewed) {
        public Turn {
            against = List.copyOf(against);
        }

        public boolean isPromoted() {
            return against.isEmpty();
        }
    }

    /// @param stack whether all three models are trained, or n-grams alone
    public TextLearning(BundleStore store, NgramSettings settings, boolean stack) {
        this.store = store;
        this.settings = settings;
        this.stack = stack;
    }

    /// Trains on texts and decisions, and promotes what is not worse than what serves.
    ///
    /// @param serving the promoted model, where there is one
    /// @param data digests of the texts, by name
    public Turn turn(
            String name,
            TextTargets texts,
            ReviewedTexts reviewed,
            Optional<TextModel> serving,
            Map<String, String> data)
            throws IOException {
        TextTargets all = reviewed.onto(texts);
        List<String> canonical =
                all.texts().stream().map(text -> Canonicaliser.read(text).text()).toList();
        int[] groups = NearDuplicates.groups(canonical, ALIKE);
        String version =
                name + "-" + all.size() + "-" + Integer.toHexString(all.texts().hashCode());
        NgramTraining linear = new NgramTraining(settings, Progress.NONE);
        NgramTraining.Trained trained =
                stack
                        ? new StackTraining(settings, Progress.NONE).train(version, all, groups)
                        : linear.train(version, all, groups);
        String id = TextBundles.publish(store, name, trained, MetaHeads.NONE, settings, data);
        List<String> against = new ArrayList<>();
        serving.ifPresent(model -> against.addAll(worse(linear, trained, model)));
        if (against.isEmpty()
                && store.promote(id, "", (done, total) -> {})
                        instanceof BundleStore.Promotion.Blocked blocked) {
            against.addAll(blocked.reasons());
        }
        return new Turn(id, against, all.size(), all.size() - texts.size());
    }

    private static List<String> worse(
            NgramTraining linear, NgramTraining.Trained trained, TextModel serving) {
        List<String> against = new ArrayList<>();
        Map<String, Observations> before = linear.observe(serving, trained.held());
        trained.observations()
                .forEach(
                        (head, now) -> {
                            Observations then = before.get(head);
                            if (!isTold(now)) {
                                against.add(head + ": nothing of both kinds calibrated it");
                                return;
                            }
                            if (then == null) {
                                return; // the model that serves does not find this
                            }
                            double own = auc(now);
                            double other = auc(then);
                            if (own < other - WORSE_MAX) {
                                against.add(
                                        String.format(
                                                Locale.ROOT,
                                                "%s: AUC %.3f on texts that calibrated it, %.3f of what serves",
                                                head,
                                                own,
                                                other));
                            }
                        });
        return against;
    }

    private static boolean isTold(Observations seen) {
        return of(seen, true).length > 0 && of(seen, false).length > 0;
    }

    private static double auc(Observations seen) {
        return Auc.of(of(seen, true), of(seen, false));
    }

    private static double[] of(Observations seen, boolean positive) {
        return IntStream.range(0, seen.size())
                .filter(i -> seen.labels()[i] > .5 == positive)
                .mapToDouble(i -> seen.scores()[i])
                .toArray();
    }
}
