package dev.mobula.training.run;

import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.dataset.Cursor;
import dev.mobula.training.dataset.RowOrder;
import dev.mobula.training.dataset.ShuffledReader;
import dev.mobula.training.log.FeatureColumns;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.Share;
import dev.mobula.training.program.Batch;
import dev.mobula.training.ranker.LayoutInputs;
import dev.mobula.training.run.RankerRecipe.Label;
import dev.mobula.training.run.RankerRecipe.Loss;
import java.util.ArrayList;
import java.util.List;

/// Batches of joined impressions, shuffled, without an end.
final class RankerBatches implements BatchSource {
    private final ShuffledReader reader;
    private final FeatureColumns features;
    private final LayoutInputs inputs;
    private final List<Label> labels;
    private final Share share;
    private final Rows rows;
    private final FeatureBatch one;

    RankerBatches(
            RankerRecipe.Plan plan, LayoutInputs inputs, Share share, long seed, int batchRows) {
        this.inputs = inputs;
        this.features = plan.features();
        this.labels = plan.labels();
        this.share = share;
        RowOrder order = new RowOrder(plan.trainRows(), plan.windowRows(), seed, batchRows, true);
        this.reader = new ShuffledReader(plan.data(), columns(plan), order);
        this.rows = new Rows(reader.schema());
        this.one = new FeatureBatch(plan.layout(), 1);
    }

    /// The features first, then one column for each label.
    static List<String> columns(RankerRecipe.Plan plan) {
        List<String> names =
                new ArrayList<>(plan.features().columns().stream().map(Column::name).toList());
        plan.labels().forEach(label -> names.add(label.column()));
        return names.stream().distinct().toList();
    }

    @Override
    public boolean next(Batch batch) {
        reader.next(rows, share.rank(), share.size());
        batch.setRows(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            one.replay(features.read(rows, row, 0, row));
            put(batch, row);
        }
        return true;
    }

    private void put(Batch batch, int row) {
        inputs.fill(one.userRow(), one.itemRows(), one.pairRows(), batch, row);
        int column = inputs.columnCount();
        for (Label label : labels) {
            batch.column(column++)[row] = (float) target(rows, row, label);
        }
    }

    /// What a head is to say of a row.
    static double target(Rows rows, int row, Label label) {
        double value = rows.numbers(rows.schema().require(label.column())).get(row);
        return label.loss() == Loss.LOG ? (value > 0 ? 1 : 0) : value;
    }

    /// The vector of a row of [#columns].
    static FeatureVector vector(RankerRecipe.Plan plan, Rows rows, int row) {
        return plan.features().read(rows, row, 0, row);
    }

    static TableSchema schema(RankerRecipe.Plan plan) {
        return plan.data().schema().only(columns(plan));
    }

    @Override
    public String cursor() {
        return reader.cursor().toString();
    }

    @Override
    public void seek(String cursor) {
        reader.seek(Cursor.parse(cursor));
    }

    @Override
    public String fingerprint() {
        return reader.identity();
    }

    @Override
    public void close() {
        reader.close();
    }
}
