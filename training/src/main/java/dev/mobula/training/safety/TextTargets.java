package dev.mobula.training.safety;

import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.TableSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Texts, and for every head what is true of each: 1, 0, something between for an opinion, or not known.
///
/// @param targets text after text, heads within; not a number where nobody knows; owned
@SuppressWarnings("ArrayRecordComponent") // columns of a data set
public record TextTargets(List<String> texts, List<String> heads, float[] targets) {
    /// Stands for what nobody knows.
    public static final float UNKNOWN = Float.NaN;

    private static final int BATCH_ROWS = 1_024;

    public TextTargets {
        texts = List.copyOf(texts);
        heads = List.copyOf(heads);
        if (heads.isEmpty() || heads.size() > LabelledTexts.CLASSES_MAX) {
            throw TrainingException.invalid(
                    "heads", heads.size(), "must be 1.." + LabelledTexts.CLASSES_MAX);
        }
        if (targets.length != texts.size() * (long) heads.size()) {
            throw TrainingException.invalid(
                    "targets", targets.length, texts.size() + " texts, " + heads.size() + " heads");
        }
        for (float target : targets) {
            if (target < 0 || target > 1) {
                throw TrainingException.invalid("target", target, "must be 0..1, or not known");
            }
        }
    }

    /// One head for two classes, the second; one per class for more.
    public static TextTargets of(LabelledTexts labelled) {
        List<String> heads = NgramTraining.heads(labelled);
        float[] targets = new float[labelled.size() * heads.size()];
        for (int i = 0; i < labelled.size(); i++) {
            int head = heads.indexOf(labelled.classes().get(labelled.labels()[i]));
            if (head >= 0) {
                targets[i * heads.size() + head] = 1;
            }
        }
        return new TextTargets(labelled.texts(), heads, targets);
    }

    /// Reads texts with any number of labels each: `violence;sexual` in one column. A text without any is of no head.
    public static TextTargets read(
            Path file, String textColumn, String labelColumn, String separator, Rejects rejects) {
        List<String> texts = new ArrayList<>();
        List<List<String>> labels = new ArrayList<>();
        TreeSet<String> heads = new TreeSet<>();
        List<String> columns = List.of(textColumn + ":text", labelColumn + ":text");
        try (TableReader reader = TableSource.open(file, columns, rejects)) {
            int text = reader.schema().require(textColumn);
            int label = reader.schema().require(labelColumn);
            Rows rows = new Rows(reader.schema());
            while (reader.next(rows, BATCH_ROWS) && texts.size() <= LabelledTexts.TEXTS_MAX) {
                for (int row = 0; row < rows.size(); row++) {
                    texts.add(string(rows, text, row));
                    List<String> own =
                            Arrays.stream(string(rows, label, row).split(quoted(separator)))
                                    .map(String::strip)
                                    .filter(one -> !one.isEmpty())
                                    .toList();
                    labels.add(own);
                    heads.addAll(own);
                }
            }
        }
        if (texts.size() > LabelledTexts.TEXTS_MAX) {
            throw TrainingException.invalid("file", file, "has over " + LabelledTexts.TEXTS_MAX);
        }
        List<String> names = List.copyOf(heads);
        float[] targets = new float[texts.size() * names.size()];
        for (int i = 0; i < labels.size(); i++) {
            for (String one : labels.get(i)) {
                targets[i * names.size() + names.indexOf(one)] = 1;
            }
        }
        return new TextTargets(texts, names, targets);
    }

    /// Reads texts alone.
    public static List<String> texts(Path file, String textColumn, Rejects rejects) {
        List<String> texts = new ArrayList<>();
        try (TableReader reader = TableSource.open(file, List.of(textColumn + ":text"), rejects)) {
            int text = reader.schema().require(textColumn);
            Rows rows = new Rows(reader.schema());
            while (reader.next(rows, BATCH_ROWS) && texts.size() <= LabelledTexts.TEXTS_MAX) {
                for (int row = 0; row < rows.size(); row++) {
                    texts.add(string(rows, text, row));
                }
            }
        }
        if (texts.size() > LabelledTexts.TEXTS_MAX) {
            throw TrainingException.invalid("file", file, "has over " + LabelledTexts.TEXTS_MAX);
        }
        return texts;
    }

    private static String quoted(String separator) {
        return Pattern.quote(separator);
    }

    private static String string(Rows rows, int column, int row) {
        return rows.values(column).isMissing(row)
                ? ""
                : new String(rows.texts(column).bytes(row), StandardCharsets.UTF_8);
    }

    public int size() {
        return texts.size();
    }

    public float of(int text, int head) {
        return targets[text * heads.size() + head];
    }

    /// What is true of every text, by one head.
    double[] column(int head) {
        double[] column = new double[size()];
        for (int i = 0; i < column.length; i++) {
            column[i] = of(i, head);
        }
        return column;
    }

    public boolean isKnown(int text, int head) {
        return !Float.isNaN(of(text, head));
    }

    /// Some of the texts.
    public TextTargets subset(int[] rows) {
        List<String> some = new ArrayList<>(rows.length);
        float[] theirs = new float[rows.length * heads.size()];
        for (int i = 0; i < rows.length; i++) {
            some.add(texts.get(rows[i]));
            System.arraycopy(
                    targets, rows[i] * heads.size(), theirs, i * heads.size(), heads.size());
        }
        return new TextTargets(some, heads, theirs);
    }

    /// These texts and others, of which only the heads that are here are taken; the others' heads are not known.
    public TextTargets and(TextTargets others) {
        List<String> all = new ArrayList<>(texts);
        all.addAll(others.texts);
        float[] both = Arrays.copyOf(targets, all.size() * heads.size());
        for (int i = 0; i < others.size(); i++) {
            for (int head = 0; head < heads.size(); head++) {
                int theirs = others.heads.indexOf(heads.get(head));
                both[targets.length + i * heads.size() + head] =
                        theirs < 0 ? UNKNOWN : others.of(i, theirs);
            }
        }
        return new TextTargets(all, heads, both);
    }
}
