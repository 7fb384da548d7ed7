package dev.mobula.training.safety;

import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.TableSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Texts and the class of each.
///
/// @param classes names of the classes, in order
/// @param labels the place of each text's class among them, owned
@SuppressWarnings("ArrayRecordComponent") // a column of a data set
public record LabelledTexts(List<String> texts, int[] labels, List<String> classes) {
    /// The most texts.
    public static final int TEXTS_MAX = 5_000_000;

    /// The most classes.
    public static final int CLASSES_MAX = 64;

    private static final int BATCH_ROWS = 1_024;

    public LabelledTexts {
        texts = List.copyOf(texts);
        classes = List.copyOf(classes);
        if (texts.size() != labels.length || texts.size() > TEXTS_MAX) {
            throw TrainingException.invalid(
                    "texts", texts.size(), labels.length + " labels, at most " + TEXTS_MAX);
        }
        for (int label : labels) {
            if (label < 0 || label >= classes.size()) {
                throw TrainingException.invalid("label", label, "must be one of " + classes);
            }
        }
    }

    /// Reads two columns of a CSV, TSV, JSONL, Arrow or Parquet file. Classes are in order of name.
    public static LabelledTexts read(
            Path file, String textColumn, String labelColumn, Rejects rejects) {
        List<String> texts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> columns = List.of(textColumn + ":text", labelColumn + ":text");
        try (TableReader reader = TableSource.open(file, columns, rejects)) {
            int text = reader.schema().require(textColumn);
            int label = reader.schema().require(labelColumn);
            Rows rows = new Rows(reader.schema());
            while (reader.next(rows, BATCH_ROWS)) {
                for (int row = 0; row < rows.size(); row++) {
                    texts.add(string(rows, text, row));
                    names.add(string(rows, label, row));
                }
                if (texts.size() > TEXTS_MAX) {
                    throw TrainingException.invalid("file", file, "has over " + TEXTS_MAX);
                }
            }
        }
        return of(texts, names);
    }

    private static String string(Rows rows, int column, int row) {
        return new String(rows.texts(column).bytes(row), StandardCharsets.UTF_8);
    }

    /// Texts with named classes.
    public static LabelledTexts of(List<String> texts, List<String> names) {
        List<String> classes = List.copyOf(new TreeSet<>(names));
        if (classes.size() < 2 || classes.size() > CLASSES_MAX) {
            throw TrainingException.invalid("classes", classes.size(), "must be 2.." + CLASSES_MAX);
        }
        int[] labels = names.stream().mapToInt(classes::indexOf).toArray();
        return new LabelledTexts(texts, labels, classes);
    }

    public int size() {
        return labels.length;
    }

    /// Some of the texts, with all classes.
    public LabelledTexts subset(int[] rows) {
        List<String> some = new ArrayList<>(rows.length);
        int[] theirs = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            some.add(texts.get(rows[i]));
            theirs[i] = labels[rows[i]];
        }
        return new LabelledTexts(some, theirs, classes);
    }

    /// These texts and others of the same classes.
    public LabelledTexts and(LabelledTexts others) {
        if (!classes.equals(others.classes)) {
            throw TrainingException.invalid("classes", others.classes, "must be " + classes);
        }
        List<String> all = new ArrayList<>(texts);
        all.addAll(others.texts);
        int[] both = IntStream.concat(IntStream.of(labels), IntStream.of(others.labels)).toArray();
        return new LabelledTexts(all, both, classes);
    }

    /// Two parts of the texts: a share of the groups, and the others. Texts of one group stay together.
    static List<int[]> splitGroups(int[] groups, double share, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean[] first = new boolean[IntStream.of(groups).max().orElse(-1) + 1];
        for (int i = 0; i < first.length; i++) {
            first[i] = random.nextDouble() < share;
        }
        return List.of(
                IntStream.range(0, groups.length).filter(i -> first[groups[i]]).toArray(),
                IntStream.range(0, groups.length).filter(i -> !first[groups[i]]).toArray());
    }
}
