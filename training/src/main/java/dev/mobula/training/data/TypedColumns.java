package dev.mobula.training.data;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;

/// Where the columns of a typed file are, by the names of its first line; -1 for a column it lacks.
record TypedColumns(int count, int user, int item, int weight, int time) {
    static TypedColumns of(TextFile file, String headings) {
        String[] names = headings.split("\t", -1);
        int user = find(names, "user_id:token");
        int item = find(names, "item_id:token");
        if (user < 0 || item < 0) {
            throw new TrainingException(
                    Code.BAD_DATA,
                    file.path()
                            + ":1: headings="
                            + headings
                            + ": must name user_id:token and item_id:token");
        }
        return new TypedColumns(
                names.length,
                user,
                item,
                find(names, "rating:float"),
                find(names, "timestamp:float"));
    }

    private static int find(String[] names, String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
