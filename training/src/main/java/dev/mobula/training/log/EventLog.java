package dev.mobula.training.log;

import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.columns.Values;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The log of a serving system: impressions with the features they were scored from, and the feedback to them.
///
/// Two folders, `impressions` and `feedback`, each a [SegmentLog]. The future of a write completes when it is on disk.
public final class EventLog implements AutoCloseable {
    /// The note of the impressions' schema that names the heads of the scores.
    public static final String HEADS_NOTE = "mobula_heads";

    /// Columns of impressions before the features.
    static final List<Column> IMPRESSION =
            List.of(
                    Column.of("request", Kind.TEXT),
                    Column.of("user", Kind.WHOLE),
                    Column.of("item", Kind.WHOLE),
                    Column.of("time", Kind.INSTANT),
                    Column.of("surface", Kind.TEXT),
                    Column.of("position", Kind.WHOLE),
                    Column.of("source", Kind.TEXT),
                    Column.of("propensity", Kind.NUMBER),
                    Column.of("model", Kind.TEXT),
                    Column.of("kernel", Kind.TEXT),
                    Column.of("scores", Kind.REALS));

    /// What is known of all feedback.
    public static final TableSchema FEEDBACK =
            TableSchema.of(
                    Column.of("request", Kind.TEXT),
                    Column.of("user", Kind.WHOLE),
                    Column.of("item", Kind.WHOLE),
                    Column.of("time", Kind.INSTANT),
                    Column.of("kind", Kind.TEXT),
                    Column.of("value", Kind.NUMBER));

    /// The columns of feedback and more, for a log of events that says more of them; whoever reads feedback reads it.
    public static TableSchema feedbackWith(Column... more) {
        List<Column> columns = new ArrayList<>(FEEDBACK.columns());
        columns.addAll(List.of(more));
        return new TableSchema(columns, Map.of());
    }

    private final Path folder;
    private final FeatureColumns features;
    private final int heads;
    private final GroupCommit impressions;
    private final GroupCommit feedback;

    private EventLog(
            Path folder,
            FeatureColumns features,
            int heads,
            GroupCommit impressions,
            GroupCommit feedback) {
        this.folder = folder;
        this.features = features;
        this.heads = heads;
        this.impressions = impressions;
        this.feedback = feedback;
    }

    /// Opens or creates the log for a model's features and heads; each of its two parts has these limits.
    public static EventLog open(
            Path folder,
            FeatureSchema schema,
            List<String> heads,
            LogOptions options,
            InstantSource clock) {
        FeatureColumns features = new FeatureColumns(FeatureLayout.of(schema));
        SegmentLog served =
                SegmentLog.open(impressions(folder), columns(features, heads), options, clock);
        try {
            SegmentLog done = SegmentLog.open(feedback(folder), FEEDBACK, options, clock);
            return new EventLog(
                    folder,
                    features,
                    heads.size(),
                    new GroupCommit(served, "impressions"),
                    new GroupCommit(done, "feedback"));
        } catch (RuntimeException e) {
            served.close();
            throw e;
        }
    }

    /// The columns of a log of impressions with these features, scored by these heads.
    public static TableSchema columns(FeatureColumns features, List<String> heads) {
        List<Column> columns = new ArrayList<>(IMPRESSION);
        columns.addAll(features.columns());
        return new TableSchema(
                columns,
                Map.of(
                        FeatureColumns.SCHEMA_NOTE,
                        features.layout().schema().toJson(),
                        HEADS_NOTE,
                        String.join(",", heads)));
    }

    /// Where the impressions of a log lie.
    public static Path impressions(Path folder) {
        return folder.resolve("impressions");
    }

    /// Where the feedback of a log lies.
    public static Path feedback(Path folder) {
        return folder.resolve("feedback");
    }

    public Path folder() {
        return folder;
    }

    /// Logs what a page showed: all of it or nothing. The future holds the position after it.
    public CompletableFuture<Long> served(List<Impression> page) {
        return impressions.append(rows(page, features, impressions.log().schema(), heads));
    }

    /// A page as rows of a log of impressions.
    ///
    /// @param heads how many scores an impression has
    public static Rows rows(
            List<Impression> page, FeatureColumns features, TableSchema schema, int heads) {
        Rows rows = new Rows(schema);
        for (Impression one : page) {
            if (one.scores().size() != heads) {
                throw TrainingException.invalid(
                        "scores", one.scores(), "must have one for each of " + heads + " heads");
            }
            rows.texts(0).add(one.request());
            rows.wholes(1).add(one.user());
            rows.wholes(2).add(one.item());
            rows.wholes(3).add(one.timeMicros());
            rows.texts(4).add(one.surface());
            rows.wholes(5).add(one.position());
            rows.texts(6).add(one.source());
            rows.numbers(7).add(one.propensity());
            rows.texts(8).add(one.model());
            rows.texts(9).add(one.kernel());
            Values.Reals scores = (Values.Reals) rows.lists(10).elements();
            one.scores().forEach(scores::add);
            rows.lists(10).endList();
            features.add(one.features(), rows, IMPRESSION.size());
            rows.endRow();
        }
        return rows;
    }

    /// Logs feedback: all of it or nothing. The future holds the position after it.
    public CompletableFuture<Long> done(List<Feedback> events) {
        Rows rows = new Rows(FEEDBACK);
        for (Feedback event : events) {
            rows.texts(0).add(event.request());
            rows.wholes(1).add(event.user());
            rows.wholes(2).add(event.item());
            rows.wholes(3).add(event.timeMicros());
            rows.texts(4).add(event.kind());
            rows.numbers(5).add(event.value());
            rows.endRow();
        }
        return feedback.append(rows);
    }

    /// Reads an impression back.
    public static Impression impression(Rows rows, int row, FeatureColumns features) {
        List<Float> scores = new ArrayList<>();
        Values.Lists all = rows.lists(10);
        for (int i = 0; i < all.length(row); i++) {
            scores.add(((Values.Reals) all.elements()).get(all.start(row) + i));
        }
        long item = rows.wholes(2).get(row);
        return new Impression(
                rows.texts(0).get(row),
                rows.wholes(1).get(row),
                item,
                rows.wholes(3).get(row),
                rows.texts(4).get(row),
                (int) rows.wholes(5).get(row),
                rows.texts(6).get(row),
                rows.numbers(7).get(row),
                rows.texts(8).get(row),
                rows.texts(9).get(row),
                scores,
                features.read(rows, row, IMPRESSION.size(), item));
    }

    /// The columns of the features in a table of impressions, by its notes.
    public static FeatureColumns features(TableSchema impressions) {
        String json = impressions.notes().get(FeatureColumns.SCHEMA_NOTE);
        if (json == null) {
            throw TrainingException.invalid(
                    "notes", impressions.notes().keySet(), "must name the feature schema");
        }
        return new FeatureColumns(FeatureLayout.of(FeatureSchema.parse(json)));
    }

    @Override
    public void close() {
        impressions.close();
        feedback.close();
    }
}
