package dev.mobula.training.world.spam;

import java.util.SplittableRandom;

/// What a campaign does to its text so that no two copies are equal, from the least to the most.
enum Disguise {
    NONE,
    WORDS,
    ZERO_WIDTH,
    HOMOGLYPHS,
    LEET,
    PARAPHRASE;

    private static final String LATIN = "aeocpxyi";
    private static final String ALIKE = "\u0430\u0435\u043E\u0441\u0440\u0445\u0443\u0456";
    private static final String FIGURES = "aeiost";
    private static final String LEETS = "431057";
    private static final double WORD_SHARE = .1;
    private static final double PARAPHRASE_SHARE = .3;
    private static final double LETTER_SHARE = .25;

    String apply(String text, SplittableRandom random) {
        return switch (this) {
            case NONE -> text;
            case WORDS -> words(text, WORD_SHARE, random);
            case ZERO_WIDTH -> zeroWidth(words(text, WORD_SHARE, random), random);
            case HOMOGLYPHS -> letters(words(text, WORD_SHARE, random), LATIN, ALIKE, random);
            case LEET -> letters(words(text, WORD_SHARE, random), FIGURES, LEETS, random);
            case PARAPHRASE -> letters(words(text, PARAPHRASE_SHARE, random), LATIN, ALIKE, random);
        };
    }

    Disguise next() {
        return switch (this) {
            case NONE -> WORDS;
            case WORDS -> ZERO_WIDTH;
            case ZERO_WIDTH -> HOMOGLYPHS;
            case HOMOGLYPHS -> LEET;
            case LEET, PARAPHRASE -> PARAPHRASE;
        };
    }

    /// Changes some words, but not the link at the end.
    private static String words(String text, double share, SplittableRandom random) {
        String[] words = text.split(" ", -1);
        for (int i = 0; i < words.length - 1; i++) {
            if (random.nextDouble() < share) {
                words[i] = Words.any(random);
            }
        }
        return String.join(" ", words);
    }

    private static String zeroWidth(String text, SplittableRandom random) {
        StringBuilder out = new StringBuilder();
        int end = text.lastIndexOf(' ');
        for (int i = 0; i < text.length(); i++) {
            out.append(text.charAt(i));
            if (i < end && random.nextDouble() < LETTER_SHARE) {
                out.append('\u200B');
            }
        }
        return out.toString();
    }

    private static String letters(String text, String from, String to, SplittableRandom random) {
        StringBuilder out = new StringBuilder(text);
        int end = text.lastIndexOf(' ');
        for (int i = 0; i < end; i++) {
            int at = from.indexOf(text.charAt(i));
            if (at >= 0 && random.nextDouble() < LETTER_SHARE) {
                out.setCharAt(i, to.charAt(at));
            }
        }
        return out.toString();
    }
}
