package dev.mobula.training.data;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads files of lines `user item item …`, items oldest first, and beside them candidates in the same form.
///
/// Every file may be gzip or plain. Lines that do not fit go to the [Rejects]; empty lines count as nothing.
public final class SequenceFiles {
    private SequenceFiles() {}

    /// A line of one person.
    private record Line(String user, String[] items) {}

    /// The sequences of all people; a person's second line is set aside.
    public static Sequences read(Path path, Rejects rejects) {
        Map<String, String[]> byUser = new HashMap<>();
        Map<String, Integer> itemNumbers = new HashMap<>();
        try (TextFile file = TextFile.open(path)) {
            for (Line line = next(file, rejects); line != null; line = next(file, rejects)) {
                if (byUser.putIfAbsent(line.user(), line.items()) != null) {
                    rejects.add(file, "user", line.user(), "must have one line");
                } else {
                    for (String item : line.items()) {
                        itemNumbers.putIfAbsent(item, 0);
                    }
                }
            }
        }
        if (byUser.isEmpty()) {
            throw new TrainingException(
                    Code.BAD_DATA, path + ": no line of the form user item item ...");
        }
        List<String> itemIds = itemNumbers.keySet().stream().sorted().toList();
        for (int i = 0; i < itemIds.size(); i++) {
            itemNumbers.put(itemIds.get(i), i);
        }
        List<String> userIds = byUser.keySet().stream().sorted().toList();
        int[][] itemsOf =
                userIds.stream()
                        .map(user -> numbers(byUser.getOrDefault(user, new String[0]), itemNumbers))
                        .toArray(int[][]::new);
        return new Sequences(userIds, itemIds, itemsOf);
    }

    /// Candidates for each person of the sequences, ascending; a person without a line has none.
    public static int[][] readCandidates(Path path, Sequences sequences, Rejects rejects) {
        Map<String, Integer> users = places(sequences.userIds());
        Map<String, Integer> items = places(sequences.itemIds());
        int[][] candidates = new int[sequences.users()][0];
        try (TextFile file = TextFile.open(path)) {
            for (Line line = next(file, rejects); line != null; line = next(file, rejects)) {
                Integer user = users.get(line.user());
                if (user == null) {
                    rejects.add(file, "user", line.user(), "must be in the sequences");
                    continue;
                }
                List<String> known = new ArrayList<>();
                for (String item : line.items()) {
                    if (items.containsKey(item)) {
                        known.add(item);
                    } else {
                        rejects.add(file, "item", item, "must be in the sequences");
                    }
                }
                candidates[user] = numbers(known.toArray(String[]::new), items);
                Arrays.sort(candidates[user]);
            }
        }
        return candidates;
    }

    private static @Nullable Line next(TextFile file, Rejects rejects) {
        for (String line = file.next(); line != null; line = file.next()) {
            String text = line.strip();
            if (text.isEmpty()) {
                continue;
            }
            String[] words = text.split("[ \t]+", -1);
            if (words.length < 2) {
                rejects.add(file, "words", Integer.toString(words.length), "must be 2 or more");
            } else if (text.indexOf('\uFFFD') >= 0) {
                rejects.add(file, "user", words[0], "the line must be valid UTF-8");
            } else {
                return new Line(words[0], Arrays.copyOfRange(words, 1, words.length));
            }
        }
        return null;
    }

    private static int[] numbers(String[] ids, Map<String, Integer> places) {
        return Arrays.stream(ids).mapToInt(id -> places.getOrDefault(id, -1)).toArray();
    }

    private static Map<String, Integer> places(List<String> ids) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            places.put(ids.get(i), i);
        }
        return places;
    }
}
