package dev.mobula.actors.notify;

import dev.mobula.ranking.exploration.ArmDistribution;
import dev.mobula.ranking.exploration.RecoveringSoftmax;
import dev.mobula.ranking.exploration.RecoveringSoftmax.Effect;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Chooses how a message is worded, among templates that wear off with those who saw them and recover: by chance, with the
/// probability told.
///
/// It learns from what came of its choices while the process lives, within bounds of memory. Safe for any number of threads.
final class TemplateChooser {
    /*
     * What a template does is the relative difference between the reward when it was chosen and when
     * another was, each weighted by one over its probability; a person who saw it lately is tired of
     * it. A choice that nothing came of within a day had no reward.
     */
    private static final RecoveringSoftmax SOFTMAX = new RecoveringSoftmax(0.2, 0.5, 15);
    private static final long SETTLED_MILLIS = Duration.ofDays(1).toMillis();
    private static final double DAY_MILLIS = Duration.ofDays(1).toMillis();
    private static final int PENDING_MAX = 100_000;
    private static final int SEEN_MAX = 1_000_000;
    private static final int EFFECTS_MAX = 10_000;

    private final Map<String, Effect> effects = bounded(EFFECTS_MAX);
    private final Map<String, Long> seen = bounded(SEEN_MAX);
    private final LinkedHashMap<String, Pending> pending = new LinkedHashMap<>();

    /// A template, and the probability it was drawn with.
    record Chosen(String template, double probability) {
        static final Chosen NONE = new Chosen("", 1);
    }

    private record Pending(
            List<String> templates, List<Double> probabilities, int chosen, long at) {}

    private static <V> Map<String, V> bounded(int max) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > max;
            }
        };
    }

    /// Chooses for a decision; the same decision draws the same.
    synchronized Chosen choose(String decision, long user, List<String> templates, long now) {
        if (templates.isEmpty()) {
            return Chosen.NONE;
        }
        settle(now);
        long[] arms = new long[templates.size()];
        double[] effect = new double[arms.length];
        double[] days = new double[arms.length];
        for (int i = 0; i < arms.length; i++) {
            arms[i] = i;
            effect[i] = effects.getOrDefault(templates.get(i), Effect.NONE).value();
            Long last = seen.get(user + "/" + templates.get(i));
            days[i] = last == null ? RecoveringSoftmax.NEVER : (now - last) / DAY_MILLIS;
        }
        ArmDistribution distribution = SOFTMAX.distribution(arms, effect, days);
        ArmDistribution.Draw draw =
                distribution.draw(new SplittableRandom(decision.hashCode() * 31L + user));
        seen.put(user + "/" + templates.get(draw.index()), now);
        pending.put(
                decision, new Pending(templates, distribution.probabilities(), draw.index(), now));
        return new Chosen(templates.get(draw.index()), draw.probability());
    }

    /// What came of a decision: the person did what is wanted.
    synchronized void rewarded(String decision) {
        Pending choice = pending.remove(decision);
        if (choice != null) {
            learn(choice, 1);
        }
    }

    private void settle(long now) {
        while (pending.size() > PENDING_MAX || isOld(now)) {
            learn(pending.pollFirstEntry().getValue(), 0);
        }
    }

    private boolean isOld(long now) {
        return !pending.isEmpty() && pending.firstEntry().getValue().at() <= now - SETTLED_MILLIS;
    }

    private void learn(Pending choice, double reward) {
        for (int i = 0; i < choice.templates().size(); i++) {
            double probability = choice.probabilities().get(i);
            boolean chosen = i == choice.chosen();
            if (probability < 1 || chosen) {
                effects.merge(
                        choice.templates().get(i),
                        Effect.NONE.after(chosen, probability, reward),
                        TemplateChooser::sum);
            }
        }
    }

    private static Effect sum(Effect one, Effect other) {
        return new Effect(
                one.chosenReward() + other.chosenReward(),
                one.chosenWeight() + other.chosenWeight(),
                one.passedReward() + other.passedReward(),
                one.passedWeight() + other.passedWeight());
    }
}
