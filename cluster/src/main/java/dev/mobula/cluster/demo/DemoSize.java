package dev.mobula.cluster.demo;

/// How large a world the demo generates, and from which seed.
public record DemoSize(int items, int users, long seed) {
    private static final int LEAST = 10;
    private static final int ITEMS_MAX = 200_000;
    private static final int USERS_MAX = 200_000;

    public DemoSize {
        require("items", items, ITEMS_MAX);
        require("users", users, USERS_MAX);
    }

    private static void require(String name, int value, int most) {
        if (value < LEAST || value > most) {
            throw new IllegalArgumentException(
                    name + "=" + value + " is outside " + LEAST + ".." + most);
        }
    }
}
