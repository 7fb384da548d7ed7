package dev.mobula.training.data;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads interaction files: lists of items per user, events one a line, typed columns, edges.
///
/// Every file may be gzip or plain. Lines that do not fit their format go to the [Rejects]; empty lines count as
/// nothing.
public final class InteractionFiles {
    private static final int ID_CHARS_MAX = 1_024;

    private final Rejects rejects;
    private final Interactions.Builder events;

    private InteractionFiles(Rejects rejects, boolean onePopulation) {
        this.rejects = rejects;
        this.events = new Interactions.Builder(onePopulation);
    }

    /// Files of lines `user item item …`, separated by blanks; file `i` gives events of source `i`.
    public static Interactions readLists(List<Path> files, Rejects rejects) {
        InteractionFiles reader = new InteractionFiles(rejects, false);
        for (int source = 0; source < files.size(); source++) {
            reader.lists(files.get(source), source);
        }
        return reader.events.build();
    }

    /// A file of lines `user<TAB>item[<TAB>weight[<TAB>time]]`, or one whose first line types its columns as
    /// `user_id:token item_id:token rating:float timestamp:float`.
    public static Interactions readEvents(Path path, Rejects rejects) {
        InteractionFiles reader = new InteractionFiles(rejects, false);
        try (TextFile file = TextFile.open(path)) {
            String first = file.next();
            if (first != null && first.contains(":token")) {
                reader.typed(file, TypedColumns.of(file, first));
            } else {
                reader.plain(file, first);
            }
        }
        return reader.events.build();
    }

    /// Files of lines `from,to` under one line of headings; file `i` gives events of source `i`. Users and items
    /// are one population with one numbering.
    public static Interactions readEdges(List<Path> files, Rejects rejects) {
        InteractionFiles reader = new InteractionFiles(rejects, true);
        for (int source = 0; source < files.size(); source++) {
            reader.edges(files.get(source), source);
        }
        return reader.events.build();
    }

    private void lists(Path path, int source) {
        try (TextFile file = TextFile.open(path)) {
            for (String line = file.next(); line != null; line = file.next()) {
                String[] words = line.strip().split("[ \t]+", -1);
                if (!isId(file, "user", words[0], !line.isBlank())) {
                    continue;
                }
                events.addUser(words[0]);
                for (int i = 1; i < words.length; i++) {
                    if (isId(file, "item", words[i], true)) {
                        events.add(words[0], words[i], 1, 0, source);
                    }
                }
            }
        }
    }

    private void plain(TextFile file, @Nullable String first) {
        for (String line = first; line != null; line = file.next()) {
            if (line.isBlank()) {
                continue;
            }
            String[] fields = line.split("\t", -1);
            if (fields.length < 2 || fields.length > 4) {
                rejects.add(file, "fields", Integer.toString(fields.length), "must be 2 to 4");
                continue;
            }
            add(
                    file,
                    fields[0],
                    fields[1],
                    fields.length > 2 ? fields[2] : "1",
                    fields.length > 3 ? fields[3] : "0");
        }
    }

    private void typed(TextFile file, TypedColumns columns) {
        for (String line = file.next(); line != null; line = file.next()) {
            if (line.isBlank()) {
                continue;
            }
            String[] fields = line.split("\t", -1);
            if (fields.length != columns.count()) {
                rejects.add(
                        file,
                        "fields",
                        Integer.toString(fields.length),
                        "must be " + columns.count() + " as in the first line");
                continue;
            }
            add(
                    file,
                    fields[columns.user()],
                    fields[columns.item()],
                    columns.weight() < 0 ? "1" : fields[columns.weight()],
                    columns.time() < 0 ? "0" : fields[columns.time()]);
        }
    }

    private void edges(Path path, int source) {
        try (TextFile file = TextFile.open(path)) {
            String headings = file.next();
            if (headings == null || headings.split(",", -1).length != 2) {
                throw new TrainingException(
                        Code.BAD_DATA, path + ":1: headings=" + headings + ": must be two columns");
            }
            for (String line = file.next(); line != null; line = file.next()) {
                String[] ends = line.split(",", -1);
                if (ends.length != 2) {
                    if (!line.isBlank()) {
                        rejects.add(file, "fields", Integer.toString(ends.length), "must be 2");
                    }
                } else if (isId(file, "from", ends[0], true) && isId(file, "to", ends[1], true)) {
                    events.add(ends[0], ends[1], 1, 0, source);
                }
            }
        }
    }

    private void add(TextFile file, String user, String item, String weight, String time) {
        if (!isId(file, "user", user, true) || !isId(file, "item", item, true)) {
            return;
        }
        Double parsedWeight = number(file, "weight", weight);
        Double parsedTime = parsedWeight == null ? null : number(file, "time", time);
        if (parsedWeight != null && parsedTime != null) {
            events.add(user, item, parsedWeight.floatValue(), parsedTime.longValue(), 0);
        }
    }

    private @Nullable Double number(TextFile file, String field, String value) {
        try {
            double number = Double.parseDouble(value);
            if (Double.isFinite(number)) {
                return number;
            }
            rejects.add(file, field, value, "must be finite");
        } catch (NumberFormatException e) {
            rejects.add(file, field, value, "must be a number");
        }
        return null;
    }

    private boolean isId(TextFile file, String field, String value, boolean wanted) {
        if (value.isBlank()) {
            if (wanted) {
                rejects.add(file, field, value, "must not be empty");
            }
            return false;
        }
        if (value.length() > ID_CHARS_MAX || value.indexOf('\uFFFD') >= 0) {
            rejects.add(
                    file,
                    field,
                    value,
                    "must be valid UTF-8 of at most " + ID_CHARS_MAX + " chars");
            return false;
        }
        return true;
    }
}
