package dev.mobula.retrieval.collaborative;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.Arrays;

/// Who interacted with what: a sparse matrix of users and items, readable by row and by column.
///
/// Users and items are numbered from 0. Each pair is in it once; the rows ascend.
public final class InteractionMatrix {
    private final int[] userOffsets;
    private final int[] userItems;
    private final int[] itemOffsets;
    private final int[] itemUsers;

    private InteractionMatrix(int items, int[] userOffsets, int[] userItems) {
        this.userOffsets = userOffsets;
        this.userItems = userItems;
        this.itemOffsets = new int[items + 1];
        this.itemUsers = new int[userItems.length];
        transpose();
    }

    /// The matrix whose user `u` has the items `userItems[userOffsets[u]..userOffsets[u + 1]]`, ascending. The arrays
    /// become the matrix's own.
    public static InteractionMatrix of(int items, int[] userOffsets, int[] userItems) {
        int users = userOffsets.length - 1;
        if (users < 0 || userOffsets[0] != 0 || userOffsets[users] != userItems.length) {
            throw invalid("userOffsets", users + 1, "must run from 0 to userItems.length");
        }
        for (int u = 0; u < users; u++) {
            int previous = -1;
            if (userOffsets[u] > userOffsets[u + 1]) {
                throw invalid("userOffsets[" + u + "]", userOffsets[u], "must ascend");
            }
            for (int i = userOffsets[u]; i < userOffsets[u + 1]; i++) {
                if (userItems[i] <= previous || userItems[i] >= items) {
                    throw invalid(
                            "userItems[" + i + "]",
                            userItems[i],
                            "must ascend from " + previous + " and stay below " + items);
                }
                previous = userItems[i];
            }
        }
        return new InteractionMatrix(items, userOffsets, userItems);
    }

    private void transpose() {
        for (int item : userItems) {
            itemOffsets[item + 1]++;
        }
        for (int i = 0; i < items(); i++) {
            itemOffsets[i + 1] += itemOffsets[i];
        }
        int[] next = itemOffsets.clone();
        for (int u = 0; u < users(); u++) {
            for (int i = userOffsets[u]; i < userOffsets[u + 1]; i++) {
                itemUsers[next[userItems[i]]++] = u;
            }
        }
    }

    public int users() {
        return userOffsets.length - 1;
    }

    public int items() {
        return itemOffsets.length - 1;
    }

    /// The number of pairs.
    public int size() {
        return userItems.length;
    }

    /// How many items the user has.
    public int degreeOfUser(int user) {
        return userOffsets[user + 1] - userOffsets[user];
    }

    /// How many users the item has.
    public int degreeOfItem(int item) {
        return itemOffsets[item + 1] - itemOffsets[item];
    }

    /// The user's items, ascending.
    public int[] itemsOf(int user) {
        return Arrays.copyOfRange(userItems, userOffsets[user], userOffsets[user + 1]);
    }

    /// Whether the pair is in the matrix.
    public boolean contains(int user, int item) {
        return Arrays.binarySearch(userItems, userOffsets[user], userOffsets[user + 1], item) >= 0;
    }

    int[] userOffsets() {
        return userOffsets;
    }

    int[] userItems() {
        return userItems;
    }

    int[] itemOffsets() {
        return itemOffsets;
    }

    int[] itemUsers() {
        return itemUsers;
    }
}
