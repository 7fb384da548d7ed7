package dev.mobula.retrieval.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Items drawn at random, with the odd cases in: empty texts, extreme numbers, no embedding.
final class RandomItems {
    private static final String[] LETTERS = {"a", "Z", "0", " ", "é", "中", "🐟", "\u0000", "\n"};

    private RandomItems() {}

    static Item item(SplittableRandom random, long id) {
        Map<String, Attribute> attributes = new TreeMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            attributes.put(text(random, 10), attribute(random));
        }
        List<Label> labels = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            labels.add(
                    new Label(
                            "l" + text(random, 5),
                            text(random, 5),
                            random.nextFloat(),
                            number(random)));
        }
        float[] embedding = new float[random.nextInt(3) * random.nextInt(20)];
        for (int i = 0; i < embedding.length; i++) {
            embedding[i] = (random.nextFloat() - .5f) * random.nextInt(1, 1_000);
        }
        ItemState state = random.nextBoolean() ? ItemState.VISIBLE : ItemState.WITHHELD;
        return new Item(id, number(random), number(random), state, attributes, labels, embedding);
    }

    static Attribute attribute(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> new Attribute.Whole(number(random));
            case 1 -> new Attribute.Real(random.nextDouble(-1e300, 1e300));
            case 2 -> new Attribute.Text(text(random, 40));
            default -> new Attribute.Words(List.of(text(random, 4), text(random, 4)));
        };
    }

    static String text(SplittableRandom random, int lengthMax) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(lengthMax); i > 0; i--) {
            text.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }

    static long number(SplittableRandom random) {
        return random.nextLong() >> random.nextInt(64);
    }
}
