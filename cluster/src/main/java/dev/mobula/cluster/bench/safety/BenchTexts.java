package dev.mobula.cluster.bench.safety;

import dev.mobula.training.safety.LabelledTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Posts made of words drawn by two classes with different habits, so that a model has something to learn.
final class BenchTexts {
    private static final int WORDS = 4_000;

    private BenchTexts() {}

    static LabelledTexts posts(int count, long seed) {
        SplittableRandom random = new SplittableRandom(1);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < WORDS; i++) {
            words.add(word(random));
        }
        SplittableRandom own = new SplittableRandom(seed);
        List<String> texts = new ArrayList<>();
        List<String> classes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean bad = own.nextInt(4) == 0;
            texts.add(text(words, own, bad, 40 + own.nextInt(180)));
            classes.add(bad ? "bad" : "fine");
        }
        return LabelledTexts.of(texts, classes);
    }

    /// A text of about so many characters.
    static String text(List<String> words, SplittableRandom random, boolean bad, int chars) {
        StringBuilder text = new StringBuilder(chars + 16);
        while (text.length() < chars) {
            // Few words are much more frequent than the others, and some are of one class.
            double draw = random.nextDouble();
            int rank = (int) (WORDS * draw * draw * draw);
            boolean telling = random.nextInt(12) == 0;
            int at = telling ? WORDS - 1 - 2 * (rank % 400) - (bad ? 1 : 0) : rank;
            text.append(text.isEmpty() ? "" : " ").append(words.get(at));
        }
        return text.toString();
    }

    static String long32k(int chars) {
        LabelledTexts posts = posts(chars / 40 + 2, 77);
        String text = String.join(" ", posts.texts());
        return text.substring(0, chars);
    }

    private static String word(SplittableRandom random) {
        StringBuilder word = new StringBuilder();
        int syllables = 1 + random.nextInt(3);
        for (int i = 0; i < syllables; i++) {
            word.append("bcdfghklmnprstvw".charAt(random.nextInt(16)));
            word.append("aeiou".charAt(random.nextInt(5)));
            if (random.nextInt(3) == 0) {
                word.append("nrst".charAt(random.nextInt(4)));
            }
        }
        return word.toString();
    }
}
