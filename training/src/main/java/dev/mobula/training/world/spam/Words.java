package dev.mobula.training.world.spam;

import java.util.SplittableRandom;

/// What posts are made of.
final class Words {
    private static final String[] ALL =
            ("harbour engine winter tea garden bridge music letter window river stone paper cloud market village painter"
                            + " journey silver candle forest morning kitchen theatre station colour picture mountain answer"
                            + " dinner holiday soldier teacher minute summer father sister island pocket corner butter")
                    .split(" ");
    private static final String[] SALES =
            ("winner prize offer click today free phone money double secret limited bonus account casino crypto invest"
                            + " profit deal cheap gift reward trusted instant cash")
                    .split(" ");

    private Words() {}

    static String any(SplittableRandom random) {
        return ALL[random.nextInt(ALL.length)];
    }

    static String honest(SplittableRandom random) {
        return text(ALL, 14 + random.nextInt(16), random);
    }

    static String sales(SplittableRandom random) {
        return text(SALES, 16, random);
    }

    private static String text(String[] from, int count, SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(from[random.nextInt(from.length)]);
        }
        return text.toString();
    }
}
