package dev.mobula.training.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.testing.Seeds;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.program.Batch;
import dev.mobula.training.program.Gathered;
import dev.mobula.training.program.Gradients;
import dev.mobula.training.program.Lookup;
import dev.mobula.training.program.ParameterLayout;
import dev.mobula.training.program.ProgramSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalTablesTest {
    private static final int WIDTH = 3;

    private final Arena arena = Arena.ofConfined();
    private int step;

    @TempDir Path root;

    @AfterEach
    void close() {
        arena.close();
    }

    private static TableSpec spec() {
        return TableSpec.of("items", WIDTH).with(RowOptimizer.adagrad(0.5));
    }

    private static LocalTables open(TableSpec spec) {
        return new LocalTables(List.of(spec), 7, StepKernels.ofThisMachine());
    }

    private static ProgramSpec program(TableSpec spec) {
        return new ProgramSpec(
                ParameterLayout.builder().build(),
                List.of(spec),
                List.of(new Lookup("item", "items", 1)),
                List.of(),
                64);
    }

    private static float[] read(Tables tables, long key) {
        float[] row = new float[WIDTH];
        tables.read(0, new long[] {key}, row);
        return row;
    }

    /// One step in which every key's gradient is `slope` in each column.
    private void learn(Tables tables, TableSpec spec, long seconds, float slope, long... keys) {
        push(tables, spec, seconds, slope, pull(tables, spec, keys));
    }

    private Gathered pull(Tables tables, TableSpec spec, long... keys) {
        ProgramSpec program = program(spec);
        Batch batch = Batch.create(program);
        batch.setRows(keys.length);
        System.arraycopy(keys, 0, batch.keys(0), 0, keys.length);
        Gathered gathered = new Gathered(program, arena);
        gathered.number(batch);
        tables.pull(gathered);
        return gathered;
    }

    private void push(Tables tables, TableSpec spec, long seconds, float slope, Gathered gathered) {
        Gradients gradients = new Gradients(program(spec), arena);
        for (int i = WIDTH; i < gathered.table(0).count() * WIDTH; i++) {
            gradients.rows(0).setAtIndex(ValueLayout.JAVA_FLOAT, i, slope);
        }
        tables.push(gathered, gradients, new Tables.Push(++step, 1, 1, seconds));
    }

    @Test
    void aRowLearnsByRowWiseAdagrad() {
        try (LocalTables tables = open(spec())) {
            float[] before = read(tables, 5);
            learn(tables, spec(), 0, 2f, 5);
            float[] after = read(tables, 5);
            for (int j = 0; j < WIDTH; j++) {
                // the accumulator is the mean square, 4: the step is .5 * 2 / sqrt(4)
                assertThat(before[j] - after[j]).isCloseTo(0.5f, within(1e-6f));
            }
            assertThat(read(tables, 6)).isNotEqualTo(before);
            assertThat(read(tables, Batch.MISSING)).containsOnly(0f);
        }
    }

    @Test
    void aNewRowStartsAsItWasReadBeforeItWasMade() {
        try (LocalTables tables = open(spec());
                LocalTables other = open(spec())) {
            assertThat(read(tables, 9)).containsExactly(read(other, 9));
            learn(other, spec(), 0, 0f, 9);
            assertThat(tables.keys(0)).isEmpty();
            assertThat(other.keys(0)).containsExactly(9);
            assertThat(read(tables, 9)).containsExactly(read(other, 9));
        }
    }

    @Test
    void aKeyIsAdmittedWhenItCameOftenEnough() {
        TableSpec spec = spec().admittingAfter(3, 100);
        try (LocalTables tables = open(spec)) {
            learn(tables, spec, 0, 1f, 5);
            learn(tables, spec, 0, 1f, 5);
            assertThat(tables.keys(0)).containsExactly(Batch.UNKNOWN);
            assertThat(read(tables, 5)).containsExactly(read(tables, Batch.UNKNOWN));
            learn(tables, spec, 0, 1f, 5);
            assertThat(tables.keys(0)).containsExactlyInAnyOrder(Batch.UNKNOWN, 5);
            assertThat(read(tables, 5)).isNotEqualTo(read(tables, Batch.UNKNOWN));
        }
    }

    @Test
    void countsOlderThanTwoWindowsAreForgotten() {
        TableSpec spec = spec().admittingAfter(3, 100);
        try (LocalTables tables = open(spec)) {
            learn(tables, spec, 0, 1f, 5);
            learn(tables, spec, 99, 1f, 5);
            learn(tables, spec, 350, 1f, 5);
            assertThat(tables.keys(0)).containsExactly(Batch.UNKNOWN);
            learn(tables, spec, 401, 1f, 5);
            learn(tables, spec, 402, 1f, 5);
            assertThat(tables.keys(0)).contains(5);
        }
    }

    @Test
    void aKeyThatIsNotUsedIsForgotten() {
        TableSpec spec = spec().expiringAfter(160);
        try (LocalTables tables = open(spec)) {
            float[] fresh = read(tables, 5);
            learn(tables, spec, 1_000, 1f, 5, 6);
            learn(tables, spec, 1_100, 1f, 6);
            assertThat(tables.keys(0)).containsExactlyInAnyOrder(5, 6);
            learn(tables, spec, 1_200, 1f, 7);
            assertThat(tables.keys(0)).containsExactlyInAnyOrder(6, 7);
            assertThat(read(tables, 5)).containsExactly(fresh);
        }
    }

    @Test
    void aRowThatWentToAnotherKeyBetweenPullAndPushIsLeftAlone() {
        TableSpec spec = spec().expiringAfter(160);
        try (LocalTables tables = open(spec)) {
            float[] fresh = read(tables, 5);
            learn(tables, spec, 1_000, 1f, 5);
            Gathered pulled = pull(tables, spec, 5);
            learn(tables, spec, 1_200, 1f, 7);
            learn(tables, spec, 1_201, 1f, 8);
            float[] other = read(tables, 8);
            assertThat(tables.keys(0)).containsExactlyInAnyOrder(7, 8);

            push(tables, spec, 1_202, 2f, pulled);
            assertThat(read(tables, 8)).containsExactly(other);
            assertThat(tables.keys(0)).containsExactlyInAnyOrder(5, 7, 8);
            assertThat(read(tables, 5)[0] - fresh[0]).isCloseTo(-.5f, within(1e-6f));
        }
    }

    @Test
    void aFullTableReadsTheUnknownRowForFurtherKeys() {
        TableSpec spec = spec().withRowsMax(2);
        try (LocalTables tables = open(spec)) {
            learn(tables, spec, 0, 1f, 5, 6, 7);
            assertThat(tables.keys(0)).containsExactlyInAnyOrder(5, 6, Batch.UNKNOWN);
            assertThat(read(tables, 8)).containsExactly(read(tables, Batch.UNKNOWN));
        }
    }

    @Test
    void keysComeAndGoLikeInAMap() {
        TableSpec spec = spec().expiringAfter(32);
        Seeds.forAll(
                5,
                random -> {
                    Map<Long, Long> lastUse = new HashMap<>();
                    try (LocalTables tables = open(spec)) {
                        for (long seconds = 100; seconds < 700; seconds += 2) {
                            long[] keys = new long[1 + random.nextInt(40)];
                            for (int i = 0; i < keys.length; i++) {
                                keys[i] = 2L + random.nextInt(3_000);
                                lastUse.put(keys[i], seconds);
                            }
                            learn(tables, spec, seconds, 1f, keys);
                            long oldest = seconds - 32;
                            lastUse.values().removeIf(used -> used < oldest);
                        }
                        long[] kept = tables.keys(0);
                        Arrays.sort(kept);
                        assertThat(kept)
                                .containsExactly(
                                        lastUse.keySet().stream()
                                                .mapToLong(Long::longValue)
                                                .sorted()
                                                .toArray());
                    }
                });
    }

    @Test
    void whatIsLoadedGoesOnLikeWhatWasSaved() throws IOException {
        TableSpec spec = spec().admittingAfter(2, 100).expiringAfter(500);
        Path first = Files.createDirectory(root.resolve("first"));
        Path second = Files.createDirectory(root.resolve("second"));
        Path third = Files.createDirectory(root.resolve("third"));
        try (LocalTables saved = open(spec);
                LocalTables loaded = open(spec)) {
            learn(saved, spec, 10, 1f, 5, 6, 7);
            learn(saved, spec, 20, 2f, 5, 8);
            saved.save(first);
            loaded.load(first, 1);
            int at = step;
            learn(saved, spec, 30, 3f, 6, 8, 9);
            step = at;
            learn(loaded, spec, 30, 3f, 6, 8, 9);
            assertThat(loaded.save(second)).isEqualTo(saved.save(third));
            assertThat(saved.keys(0)).contains(5, 6, 8);
        }
    }
}
