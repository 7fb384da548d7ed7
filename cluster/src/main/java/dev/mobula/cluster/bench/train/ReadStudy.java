package dev.mobula.cluster.bench.train;

import com.sun.management.OperatingSystemMXBean;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.dataset.Dataset;
import dev.mobula.training.dataset.Progress;
import dev.mobula.training.dataset.RowOrder;
import dev.mobula.training.dataset.ShuffledReader;
import dev.mobula.training.durable.Folders;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.program.Engine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/// A shuffled data set with the ranker's columns, read batch by batch, beside the steps that want the batches.
final class ReadStudy {
    private static final int NUMBERS = 40;
    private static final int KEYS = 20;
    private static final int LABELS = 5;
    private static final int KEYS_MAX = 330_000;
    private static final int WINDOW_ROWS = 65_536;
    private static final double SPEED_MIN = 5;
    private static final double NANOS_PER_MILLI = 1e6;

    private final BenchContext context;
    private final Report report;
    private final OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    ReadStudy(BenchContext context, Report report) {
        this.context = context;
        this.report = report;
    }

    void run() throws IOException {
        int rows = context.quick() ? 1 << 17 : 1 << 19;
        int rounds = context.quick() ? 3 : 7;
        Path folder = Files.createTempDirectory("mobula-bench-read-");
        try {
            Dataset data =
                    Dataset.write(
                            folder.resolve("data"),
                            new Made(rows),
                            LogOptions.DEFAULT,
                            InstantSource.system(),
                            Progress.NONE);
            compare(data, rows, rounds);
        } finally {
            Folders.delete(folder);
        }
    }

    private void compare(Dataset data, int rows, int rounds) {
        List<String> columns = data.schema().columns().stream().map(Column::name).toList();
        RowOrder order = new RowOrder(rows, WINDOW_ROWS, 1, BenchModel.ROWS, true);
        List<Double> reads = new ArrayList<>();
        List<Double> steps = new ArrayList<>();
        try (ShuffledReader reader = new ShuffledReader(data, columns, order);
                Stepper stepper = new Stepper(BenchModel.Kind.RANKER, Engine.VECTOR)) {
            stepper.run(context.quick() ? 6 : 15);
            int batches = rows / BenchModel.ROWS;
            read(reader, batches);
            for (int round = 0; round < rounds; round++) {
                reads.add(read(reader, batches));
                steps.add(stepper.run(context.quick() ? 0.8 : 3).cpuMillis());
            }
        }
        double read = TrainStudy.median(reads);
        double step = TrainStudy.median(steps);
        report.table(
                "A batch of the ranker, processor ms (medians of rounds)",
                Table.of("what", "ms")
                        .row("read, shuffled in windows of " + WINDOW_ROWS, read)
                        .row("step on vectors", step));
        report.check(Check.atLeast("reading against the step's need", step / read, "x", SPEED_MIN));
    }

    /// Processor milliseconds of a batch over a whole epoch: windows are read as they come.
    private double read(ShuffledReader reader, int batches) {
        Rows batch = new Rows(reader.schema());
        long cpu = system.getProcessCpuTime();
        for (int i = 0; i < batches; i++) {
            reader.next(batch);
        }
        return (system.getProcessCpuTime() - cpu) / NANOS_PER_MILLI / batches;
    }

    /// Rows of made-up values.
    private static final class Made implements TableReader {
        private final TableSchema schema;
        private final SplittableRandom random = new SplittableRandom(5);
        private int left;

        private Made(int rows) {
            this.left = rows;
            List<Column> columns = new ArrayList<>();
            for (int i = 0; i < NUMBERS; i++) {
                columns.add(Column.of("number" + i, Kind.REAL));
            }
            for (int i = 0; i < KEYS; i++) {
                columns.add(Column.of("key" + i, Kind.WHOLE));
            }
            for (int i = 0; i < LABELS; i++) {
                columns.add(Column.of("label" + i, Kind.NUMBER));
            }
            this.schema = TableSchema.of(columns.toArray(Column[]::new));
        }

        @Override
        public TableSchema schema() {
            return schema;
        }

        @Override
        public boolean next(Rows batch, int rowsMax) {
            batch.clear();
            int count = Math.min(left, rowsMax);
            for (int row = 0; row < count; row++) {
                int column = 0;
                for (int i = 0; i < NUMBERS; i++) {
                    batch.reals(column++).add((float) random.nextDouble());
                }
                for (int i = 0; i < KEYS; i++) {
                    batch.wholes(column++).add(random.nextInt(KEYS_MAX));
                }
                for (int i = 0; i < LABELS; i++) {
                    batch.numbers(column++).add(random.nextInt(2));
                }
                batch.endRow();
            }
            left -= count;
            return count > 0;
        }

        @Override
        public OptionalDouble done() {
            return OptionalDouble.empty();
        }

        @Override
        public void close() {}
    }
}
