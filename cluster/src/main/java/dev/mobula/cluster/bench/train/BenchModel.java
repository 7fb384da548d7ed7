package dev.mobula.cluster.bench.train;

import dev.mobula.ranking.model.Families;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ReferenceModel;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.Task;
import dev.mobula.training.program.Batch;
import dev.mobula.training.program.Column;
import dev.mobula.training.program.Engine;
import dev.mobula.training.program.GraphModel;
import dev.mobula.training.program.Lookup;
import dev.mobula.training.program.Objective;
import dev.mobula.training.program.Objective.HeadLoss;
import dev.mobula.training.program.ParameterLayout;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.program.Tower;
import dev.mobula.training.program.Tower.Input.Embeddings;
import dev.mobula.training.program.Tower.Input.Numbers;
import dev.mobula.training.table.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/// One of the two models that speed is measured on, with its batches, in the engine asked for.
///
/// @param isOpen whether there are more batches; a run pauses while there are none
record BenchModel(Kind kind, Engine engine, BooleanSupplier isOpen) implements Task {
    static final int ROWS = 1024;
    static final int BATCHES = 32;
    static final double RATE = 1e-3;

    private static final int USERS = 100_000;
    private static final int ITEMS = 50_000;
    private static final int EMBEDDING = 64;
    private static final int NUMBERS = 16;
    private static final int CATEGORIES = 20;
    private static final int CATEGORY_ROWS = 16_500;
    private static final int RANKER_NUMBERS = 40;
    private static final int HEADS = 5;
    private static final double TEMPERATURE = 0.05;

    /// Which model.
    enum Kind {
        TWO_TOWER("two-tower"),
        RANKER("ranker");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    private static LayerGraph tower() {
        return Families.encoder(EMBEDDING + NUMBERS, new int[] {2 * EMBEDDING}, EMBEDDING);
    }

    @Override
    public ProgramSpec spec(Share share) {
        int rowsMax = share.rowsMax(ROWS);
        return switch (kind) {
            case TWO_TOWER ->
                    new ProgramSpec(
                            ParameterLayout.builder()
                                    .addAll("user", tower())
                                    .addAll("item", tower())
                                    .build(),
                            List.of(
                                    TableSpec.of("users", EMBEDDING),
                                    TableSpec.of("items", EMBEDDING)),
                            List.of(new Lookup("user", "users", 1), new Lookup("item", "items", 1)),
                            List.of(
                                    new Column("of user", NUMBERS),
                                    new Column("of item", NUMBERS),
                                    new Column("logq", 1)),
                            rowsMax);
            case RANKER ->
                    new ProgramSpec(
                            ParameterLayout.builder()
                                    .addAll("ranker", ReferenceModel.graph())
                                    .build(),
                            List.of(TableSpec.of("features", NUMBERS)),
                            List.of(new Lookup("category", "features", CATEGORIES)),
                            labels(),
                            rowsMax);
        };
    }

    private static List<Column> labels() {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("numbers", RANKER_NUMBERS));
        ReferenceModel.graph().headNames().forEach(head -> columns.add(new Column(head, 1)));
        return columns;
    }

    @Override
    public Program open(ProgramSpec spec) {
        return open(spec, engine);
    }

    @Override
    public Program open(ProgramSpec spec, Engine ignored) {
        return model(spec).open(engine, System::nanoTime);
    }

    private GraphModel model(ProgramSpec spec) {
        return switch (kind) {
            case TWO_TOWER ->
                    new GraphModel(
                            spec,
                            List.of(
                                    new Tower(
                                            "user",
                                            tower(),
                                            List.of(
                                                    new Embeddings("user"),
                                                    new Numbers("of user"))),
                                    new Tower(
                                            "item",
                                            tower(),
                                            List.of(
                                                    new Embeddings("item"),
                                                    new Numbers("of item")))),
                            new Objective.InBatch(
                                    "user",
                                    "item",
                                    TEMPERATURE,
                                    "item",
                                    Optional.of("logq"),
                                    Optional.empty()));
            case RANKER -> {
                LayerGraph graph = ReferenceModel.graph();
                List<HeadLoss> losses =
                        graph.headNames().stream()
                                .map(
                                        head ->
                                                HeadLoss.of(head, head)
                                                        .weighing(head.equals("dwell") ? 0.1 : 1))
                                .toList();
                yield new GraphModel(
                        spec,
                        List.of(
                                new Tower(
                                        "ranker",
                                        graph,
                                        List.of(
                                                new Embeddings("category"),
                                                new Numbers("numbers")))),
                        new Objective.Heads("ranker", losses));
            }
        };
    }

    /// Keys of a table, of which the first is 2.
    static int keys(Kind kind, int table) {
        return switch (kind) {
            case TWO_TOWER -> table == 0 ? USERS : ITEMS;
            case RANKER -> CATEGORIES * CATEGORY_ROWS;
        };
    }

    @Override
    public BatchSource batches(Share share, long seed) {
        ProgramSpec whole = spec(Share.ALL);
        List<Batch> made = new ArrayList<>();
        for (int i = 0; i < BATCHES; i++) {
            made.add(batch(whole, i));
        }
        return new Source(whole, share, made, isOpen);
    }

    /// The whole of a batch, the same for all that measure.
    Batch batch(ProgramSpec whole, int index) {
        SplittableRandom random = new SplittableRandom(index);
        Batch batch = Batch.create(whole);
        batch.setRows(ROWS);
        for (int i = 0; i < whole.lookups().size(); i++) {
            long[] keys = batch.keys(i);
            for (int j = 0; j < keys.length; j++) {
                keys[j] =
                        kind == Kind.TWO_TOWER
                                ? 2L + random.nextInt(keys(kind, i))
                                : 2L
                                        + (long) (j % CATEGORIES) * CATEGORY_ROWS
                                        + random.nextInt(CATEGORY_ROWS);
            }
        }
        for (int i = 0; i < whole.columns().size(); i++) {
            boolean isLabel = kind == Kind.RANKER && i > 0 && i < HEADS;
            float[] column = batch.column(i);
            for (int j = 0; j < column.length; j++) {
                column[j] = isLabel ? random.nextInt(2) : (float) random.nextGaussian();
            }
        }
        return batch;
    }

    private static final class Source implements BatchSource {
        private final ProgramSpec spec;
        private final Share share;
        private final List<Batch> made;
        private final BooleanSupplier isOpen;
        private long at;

        Source(ProgramSpec spec, Share share, List<Batch> made, BooleanSupplier isOpen) {
            this.spec = spec;
            this.share = share;
            this.made = made;
            this.isOpen = isOpen;
        }

        @Override
        public boolean next(Batch batch) {
            if (!isOpen.getAsBoolean()) {
                return false;
            }
            Batch from = made.get((int) (at++ % made.size()));
            int first = share.from(ROWS);
            int rows = share.to(ROWS) - first;
            batch.setRows(rows);
            for (int i = 0; i < spec.lookups().size(); i++) {
                int perRow = spec.lookups().get(i).perRow();
                System.arraycopy(from.keys(i), first * perRow, batch.keys(i), 0, rows * perRow);
            }
            for (int i = 0; i < spec.columns().size(); i++) {
                int perRow = spec.columns().get(i).perRow();
                System.arraycopy(from.column(i), first * perRow, batch.column(i), 0, rows * perRow);
            }
            return true;
        }

        @Override
        public String cursor() {
            return Long.toString(at);
        }

        @Override
        public void seek(String cursor) {
            at = Long.parseLong(cursor);
        }

        @Override
        public String fingerprint() {
            return "bench";
        }
    }
}
