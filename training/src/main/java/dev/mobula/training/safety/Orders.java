package dev.mobula.training.safety;

import java.util.SplittableRandom;

/// Orders in which texts are read.
final class Orders {
    private Orders() {}

    /// The numbers from 0, in random order.
    static void shuffle(int[] order, SplittableRandom random) {
        for (int i = 0; i < order.length; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
    }
}
