package dev.mobula.training.safety;

import dev.mobula.ranking.safety.Ngrams;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.TrainingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/*
 * A classifier learns that a word such as `ignore` is an attack, because harmless texts seldom have it. Two cures. The
 * words that most set the positives apart, by the z-score of their log odds (Monroe, Colaresi and Quinn 2008, with one
 * half of a text as prior), are put into harmless templates, so that they stand on both sides. And of every positive the
 * most similar harmless texts are named, to be looked at or to weigh more.
 */
/// Harmless texts that look bad: written around a set's trigger words, or found near its positives.
public final class HardNegatives {
    private static final int TEXTS_MIN = 3;
    private static final int WORD_CHARS_MIN = 3;
    private static final int BITS = 16;
    private static final Pattern WORD = Pattern.compile("[\\p{L}']+");

    private HardNegatives() {}

    /// The words that most set a class apart from the others, the strongest first.
    public static List<String> triggers(LabelledTexts texts, int label, int wordsMax) {
        Map<String, int[]> seen = new HashMap<>();
        int[] sizes = new int[2];
        for (int i = 0; i < texts.size(); i++) {
            int side = texts.labels()[i] == label ? 0 : 1;
            sizes[side]++;
            for (String word : words(texts.texts().get(i))) {
                seen.computeIfAbsent(word, w -> new int[2])[side]++;
            }
        }
        List<Map.Entry<String, Double>> strength = new ArrayList<>();
        seen.forEach(
                (word, counts) -> {
                    if (counts[0] >= TEXTS_MIN) {
                        strength.add(Map.entry(word, strength(counts, sizes)));
                    }
                });
        strength.sort(
                Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()));
        return strength.stream()
                .filter(one -> one.getValue() > 0)
                .limit(wordsMax)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static double strength(int[] counts, int[] sizes) {
        double up = (counts[0] + .5) / (sizes[0] - counts[0] + .5);
        double down = (counts[1] + .5) / (sizes[1] - counts[1] + .5);
        return Math.log(up / down) / Math.sqrt(1 / (counts[0] + .5) + 1 / (counts[1] + .5));
    }

    private static Set<String> words(String text) {
        Set<String> words = new HashSet<>();
        WORD.matcher(Canonicaliser.read(text).text())
                .results()
                .map(found -> found.group())
                .filter(word -> word.length() >= WORD_CHARS_MIN)
                .forEach(words::add);
        return words;
    }

    /// Adds texts that a grammar writes: as many positives of its class `attack` as harmless ones of its class `benign`,
    /// these around the trigger words of both the texts and the grammar's own positives.
    ///
    /// @param label the place of the positives' class; the texts have two
    public static LabelledTexts written(
            LabelledTexts texts, int label, Grammar grammar, int each, int wordsMax, long seed) {
        if (texts.classes().size() != 2) {
            throw TrainingException.invalid("classes", texts.classes(), "must be two");
        }
        SplittableRandom random = new SplittableRandom(seed);
        List<String> own = pool(texts, label, wordsMax);
        LabelledTexts attacks =
                texts.and(of(grammar, "attack", each, own, random, label, texts.classes()));
        List<String> all = pool(attacks, label, wordsMax);
        return attacks.and(of(grammar, "benign", each, all, random, 1 - label, texts.classes()));
    }

    /// The trigger words, each as often as positives have it: harmless texts then have them in the same measure.
    private static List<String> pool(LabelledTexts texts, int label, int wordsMax) {
        Set<String> triggers = Set.copyOf(triggers(texts, label, wordsMax));
        if (triggers.isEmpty()) {
            throw TrainingException.invalid("texts", texts.size(), "set no word apart");
        }
        List<String> pool = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            if (texts.labels()[i] == label) {
                words(texts.texts().get(i)).stream()
                        .filter(triggers::contains)
                        .sorted()
                        .forEach(pool::add);
            }
        }
        return pool;
    }

    private static LabelledTexts of(
            Grammar grammar,
            String name,
            int each,
            List<String> triggers,
            SplittableRandom random,
            int label,
            List<String> classes) {
        List<String> written = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            written.add(
                    grammar.write(
                            name, random, slot -> triggers.get(random.nextInt(triggers.size()))));
        }
        int[] labels = new int[each];
        Arrays.fill(labels, label);
        return new LabelledTexts(written, labels, classes);
    }

    /// A harmless text and the positive that it resembles.
    public record Near(int harmless, int positive, double likeness) {}

    /// Of every text of a class the most similar text of another class, the most similar pairs first.
    public static List<Near> nearest(LabelledTexts texts, int label, int pairsMax) {
        List<String> canonical =
                texts.texts().stream().map(text -> Canonicaliser.read(text).text()).toList();
        SparseRows rows = SparseRows.of(canonical, BITS, 2);
        double[] weights = new double[Ngrams.buckets(BITS)];
        List<Near> found = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            if (texts.labels()[i] != label) {
                continue;
            }
            rows.addTo(i, 1, weights);
            int best = -1;
            double most = 0;
            for (int other = 0; other < texts.size(); other++) {
                double likeness = texts.labels()[other] == label ? 0 : rows.dot(other, weights) / 2;
                if (likeness > most) {
                    most = likeness;
                    best = other;
                }
            }
            rows.addTo(i, -1, weights);
            if (best >= 0) {
                found.add(new Near(best, i, most));
            }
        }
        found.sort(Comparator.comparingDouble(Near::likeness).reversed());
        return List.copyOf(found.subList(0, Math.min(pairsMax, found.size())));
    }
}
