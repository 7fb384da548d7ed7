package dev.mobula.training.factor;

import dev.mobula.training.TrainingException;
import java.util.Arrays;

/// A vector for every person and every item, `width` numbers each, one after the other. The arrays are owned.
@SuppressWarnings("ArrayRecordComponent")
public record Embeddings(int width, float[] users, float[] items) {
    public Embeddings {
        if (width < 1 || users.length % width != 0 || items.length % width != 0) {
            throw TrainingException.invalid("width", width, "must divide both arrays");
        }
    }

    public int userCount() {
        return users.length / width;
    }

    public int itemCount() {
        return items.length / width;
    }

    /// A copy of a person's vector.
    public float[] user(int user) {
        return Arrays.copyOfRange(users, user * width, (user + 1) * width);
    }

    /// A copy of an item's vector.
    public float[] item(int item) {
        return Arrays.copyOfRange(items, item * width, (item + 1) * width);
    }
}
