package dev.mobula.training.safety;

import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.NgramModel;
import dev.mobula.ranking.safety.Ngrams;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.evaluate.Progress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/*
 * The linear model learns from the known labels and, of texts without any, from the large model's calibrated scores
 * (Hinton, Vinyals and Dean 2015): half the truth where it is known, half the opinion. Both are then judged on texts that
 * trained neither, at the operating points chosen there for the same limit.
 */
/// Teaches the linear model what a larger one thinks.
public final class Distillation {
    private static final double TRUTH = .5;

    private Distillation() {}

    /// Recall of both at their operating points, on the same held texts.
    public record Gap(double large, double small) {}

    /// The small model, and what it loses by head.
    public record Distilled(NgramTraining.Trained trained, Map<String, Gap> gaps) {
        public Distilled {
            gaps = Map.copyOf(gaps);
        }

        public NgramModel model() {
            return (NgramModel) trained.model();
        }
    }

    /// Teaches the linear model with all texts that the teacher was not calibrated on.
    ///
    /// @param teacher the large model with the texts that it was calibrated on: they calibrate the small one too, and
    ///     tell the gap; it learns nothing from them
    /// @param all texts with labels, of which those are left out
    /// @param more texts without labels
    public static Distilled of(
            NgramSettings settings,
            NgramTraining.Trained teacher,
            TextTargets all,
            List<String> more) {
        Set<String> left = new HashSet<>(teacher.held().texts());
        int[] own =
                IntStream.range(0, all.size())
                        .filter(i -> !left.contains(all.texts().get(i)))
                        .toArray();
        List<String> others = more.stream().filter(text -> !left.contains(text)).toList();
        return of(settings, teacher.model(), all.subset(own), others, teacher.held());
    }

    /// @param known texts with labels
    /// @param more texts without
    /// @param held texts with labels that neither model saw: they calibrate, choose the points, and tell the gap
    static Distilled of(
            NgramSettings settings,
            TextModel large,
            TextTargets known,
            List<String> more,
            TextTargets held) {
        List<String> heads = known.heads();
        float[] targets = new float[(known.size() + more.size()) * heads.size()];
        List<String> texts = new ArrayList<>(known.texts());
        texts.addAll(more);
        Ngrams scratch = large.scratch();
        for (int i = 0; i < texts.size(); i++) {
            double[] said = large.score(Canonicaliser.read(texts.get(i)), scratch);
            for (int head = 0; head < heads.size(); head++) {
                double opinion = said[large.heads().indexOf(heads.get(head))];
                boolean isKnown = i < known.size() && known.isKnown(i, head);
                double target =
                        isKnown ? TRUTH * known.of(i, head) + (1 - TRUTH) * opinion : opinion;
                targets[i * heads.size() + head] = (float) Math.clamp(target, 0, 1);
            }
        }
        NgramTraining training = new NgramTraining(settings, Progress.NONE);
        NgramModel fitted =
                training.fit(large.version() + "-small", new TextTargets(texts, heads, targets));
        NgramTraining.Trained small = training.calibrated(fitted, texts.size(), held);
        Map<String, Observations> theirs = training.observe(large, held);
        Map<String, Gap> gaps = new TreeMap<>();
        small.observations()
                .forEach(
                        (head, own) ->
                                gaps.put(
                                        head,
                                        new Gap(
                                                recall(settings, theirs.getOrDefault(head, own)),
                                                recall(settings, own))));
        return new Distilled(small, gaps);
    }

    private static double recall(NgramSettings settings, Observations seen) {
        return OperatingPoint.choose(settings.goal(), settings.limit(), seen).recall();
    }
}
