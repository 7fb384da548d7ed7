package dev.mobula.training.program;

import dev.mobula.ranking.model.Families;
import dev.mobula.ranking.model.Head.Link;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.training.program.Objective.HeadLoss;
import dev.mobula.training.program.Tower.Input.Embeddings;
import dev.mobula.training.program.Tower.Input.Mean;
import dev.mobula.training.program.Tower.Input.Numbers;
import dev.mobula.training.table.TableSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/// Small models of every kind, and random batches for them.
final class Models {
    private Models() {}

    static GraphModel twoTower(int rowsMax) {
        LayerGraph user = Families.encoder(13, new int[] {20}, 6);
        LayerGraph item = Families.encoder(11, new int[] {17, 12}, 6);
        ParameterLayout parameters =
                ParameterLayout.builder().addAll("user", user).addAll("item", item).build();
        ProgramSpec spec =
                new ProgramSpec(
                        parameters,
                        List.of(TableSpec.of("users", 5), TableSpec.of("items", 5)),
                        List.of(
                                new Lookup("user", "users", 1),
                                new Lookup("history", "items", 4),
                                new Lookup("item", "items", 1)),
                        List.of(
                                new Column("age", 3),
                                new Column("price", 6),
                                new Column("logq", 1),
                                new Column("weight", 1)),
                        rowsMax);
        return new GraphModel(
                spec,
                List.of(
                        new Tower(
                                "user",
                                user,
                                List.of(
                                        new Embeddings("user"),
                                        new Numbers("age"),
                                        new Mean("history"))),
                        new Tower(
                                "item",
                                item,
                                List.of(new Embeddings("item"), new Numbers("price")))),
                new Objective.InBatch(
                        "user", "item", 0.3, "item", Optional.of("logq"), Optional.of("weight")));
    }

    static GraphModel ranker(int rowsMax, boolean isPle) {
        SequencedMap<String, Link> heads = new LinkedHashMap<>();
        heads.put("click", Link.SIGMOID);
        heads.put("buy", Link.SIGMOID);
        heads.put("dwell", Link.IDENTITY);
        LayerGraph graph =
                isPle
                        ? Families.ple(19, 2, 1, 1, new int[] {14}, new int[] {8}, heads)
                        : Families.mmoe(19, 2, 3, new int[] {14, 9}, new int[] {8}, heads);
        ProgramSpec spec =
                new ProgramSpec(
                        ParameterLayout.builder().addAll("ranker", graph).build(),
                        List.of(TableSpec.of("features", 4)),
                        List.of(new Lookup("category", "features", 3)),
                        List.of(
                                new Column("number", 7),
                                new Column("clicked", 1),
                                new Column("bought", 1),
                                new Column("seconds", 1),
                                new Column("known", 1)),
                        rowsMax);
        return new GraphModel(
                spec,
                List.of(
                        new Tower(
                                "ranker",
                                graph,
                                List.of(new Embeddings("category"), new Numbers("number")))),
                new Objective.Heads(
                        "ranker",
                        List.of(
                                HeadLoss.of("click", "clicked"),
                                HeadLoss.of("buy", "bought").maskedBy("known").weighing(2),
                                HeadLoss.of("dwell", "seconds").weighing(0.1))));
    }

    /// Rows `[from, to)` of a random global batch.
    static Program.Input input(ProgramSpec spec, Arena arena, long seed, int from, int to) {
        Batch batch = Batch.create(spec);
        batch.setRows(to - from);
        SplittableRandom random = new SplittableRandom(seed);
        for (int row = 0; row < to; row++) {
            for (int i = 0; i < spec.lookups().size(); i++) {
                int perRow = spec.lookups().get(i).perRow();
                for (int j = 0; j < perRow; j++) {
                    long key = random.nextInt(6) == 0 ? Batch.MISSING : 2 + random.nextInt(9);
                    if (row >= from) {
                        batch.keys(i)[(row - from) * perRow + j] = key;
                    }
                }
            }
            for (int i = 0; i < spec.columns().size(); i++) {
                int perRow = spec.columns().get(i).perRow();
                boolean isFlag = spec.columns().get(i).name().endsWith("ed");
                for (int j = 0; j < perRow; j++) {
                    double value = random.nextDouble();
                    if (row >= from) {
                        batch.column(i)[(row - from) * perRow + j] =
                                isFlag ? Math.round(value) : (float) value;
                    }
                }
            }
        }
        return input(spec, arena, batch);
    }

    private static Program.Input input(ProgramSpec spec, Arena arena, Batch batch) {
        Gathered gathered = new Gathered(spec, arena);
        gathered.number(batch);
        for (int t = 0; t < gathered.tables(); t++) {
            Gathered.Table table = gathered.table(t);
            for (int i = 1; i < table.count(); i++) {
                SplittableRandom ofKey = new SplittableRandom(table.keys()[i] + 100L * t);
                for (int j = 0; j < table.width(); j++) {
                    table.rows()
                            .setAtIndex(
                                    ValueLayout.JAVA_FLOAT,
                                    (long) i * table.width() + j,
                                    (float) ofKey.nextGaussian());
                }
            }
        }
        MemorySegment parameters = arena.allocate(4L * Math.max(1, spec.parameters().size()), 64);
        spec.parameters().initialize(parameters, 5);
        return new Program.Input(parameters, batch, gathered, 1);
    }

    static float[] floats(MemorySegment segment, int from, int count) {
        return segment.asSlice(4L * from, 4L * count).toArray(ValueLayout.JAVA_FLOAT);
    }
}
