package dev.mobula.training.data;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads files of comma-separated lines without quotes, all of the same number of fields, gzip or plain.
public final class TextRows {
    private TextRows() {}

    /// The stripped fields of every line; lines of another number of fields are set aside, empty ones count as nothing.
    public static List<List<String>> read(Path path, int fields, Rejects rejects) {
        List<List<String>> rows = new ArrayList<>();
        try (TextFile file = TextFile.open(path)) {
            for (String line = file.next(); line != null; line = file.next()) {
                if (line.isBlank()) {
                    continue;
                }
                String[] words = line.split(",", -1);
                if (words.length != fields) {
                    rejects.add(
                            file, "fields", Integer.toString(words.length), "must be " + fields);
                    continue;
                }
                List<String> row = new ArrayList<>(fields);
                for (String word : words) {
                    row.add(word.strip());
                }
                rows.add(row);
            }
        }
        if (rows.isEmpty()) {
            throw new TrainingException(
                    Code.BAD_DATA, path + ": no line of " + fields + " comma-separated fields");
        }
        return rows;
    }
}
