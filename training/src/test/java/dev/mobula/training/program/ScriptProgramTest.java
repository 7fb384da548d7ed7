package dev.mobula.training.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.training.collective.Collective;
import dev.mobula.training.table.TableSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ScriptProgramTest {
    private static final String LINES =
            """
                x = torch.cat([torch.view(item, [-1, 6]), age], 1)
                y = torch.linear(x, layer_weight, layer_bias)
                present = torch.sum(item_present, [1], True)
                error = torch.sub(torch.mul(y, present), label)
                loss = torch.sum(torch.mul(error, error))
            """;

    private static ProgramSpec spec() {
        ParameterLayout parameters =
                ParameterLayout.builder()
                        .add("layer.weight", List.of(1, 7), new Init.Normal(0.5))
                        .add("layer.bias", List.of(1), Init.zeros())
                        .build();
        return new ProgramSpec(
                parameters,
                List.of(TableSpec.of("items", 3)),
                List.of(new Lookup("item", "items", 2)),
                List.of(new Column("age", 1), new Column("label", 1)),
                4);
    }

    private static Program.Input input(ProgramSpec spec, Arena arena) {
        Batch batch = Batch.create(spec);
        batch.setRows(3);
        long[] keys = {5, 9, 9, Batch.MISSING, 5, 7};
        System.arraycopy(keys, 0, batch.keys(0), 0, keys.length);
        SplittableRandom random = new SplittableRandom(1);
        for (int c = 0; c < 2; c++) {
            for (int r = 0; r < 3; r++) {
                batch.column(c)[r] = (float) random.nextDouble();
            }
        }
        Gathered gathered = new Gathered(spec, arena);
        gathered.number(batch);
        for (int i = 3; i < gathered.table(0).count() * 3; i++) {
            gathered.table(0)
                    .rows()
                    .setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        MemorySegment parameters = arena.allocate(8 * Float.BYTES, 64);
        spec.parameters().initialize(parameters, 3);
        return new Program.Input(parameters, batch, gathered, 1);
    }

    @Test
    void gradientsAreThoseOfFiniteDifferences() {
        ProgramSpec spec = spec();
        try (Arena arena = Arena.ofConfined();
                ScriptProgram program = ScriptProgram.of(spec, LINES)) {
            Program.Input input = input(spec, arena);
            Gradients gradients = new Gradients(spec, arena);
            program.run(input, gradients, Collective.alone());
            float[] dense = gradients.dense().asSlice(0, 8 * 4).toArray(ValueLayout.JAVA_FLOAT);
            float[] rows = gradients.rows(0).asSlice(0, 12 * 4).toArray(ValueLayout.JAVA_FLOAT);
            assertSlopes(program, input, input.parameters(), dense, 0);
            assertSlopes(program, input, input.gathered().table(0).rows(), rows, 3);
        }
    }

    private static void assertSlopes(
            Program program, Program.Input input, MemorySegment at, float[] expected, int from) {
        try (Arena arena = Arena.ofConfined()) {
            Gradients ignored = new Gradients(program.spec(), arena);
            float step = 1e-2f;
            for (int i = from; i < expected.length; i++) {
                float value = at.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                at.setAtIndex(ValueLayout.JAVA_FLOAT, i, value + step);
                double up = program.run(input, ignored, Collective.alone()).sum();
                at.setAtIndex(ValueLayout.JAVA_FLOAT, i, value - step);
                double down = program.run(input, ignored, Collective.alone()).sum();
                at.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
                assertThat(expected[i])
                        .isCloseTo((float) ((up - down) / (2 * step)), within(2e-3f));
            }
        }
    }

    @Test
    void noArrayOutlivesItsStep() {
        ProgramSpec spec = spec();
        try (Arena arena = Arena.ofConfined();
                ScriptProgram program = ScriptProgram.of(spec, LINES)) {
            Program.Input input = input(spec, arena);
            Gradients gradients = new Gradients(spec, arena);
            for (int i = 0; i < 5; i++) {
                StepLoss loss = program.run(input, gradients, Collective.alone());
                assertThat(loss.weight()).isEqualTo(3);
            }
            assertThat(program.arraysLeft()).isEmpty();
        }
    }
}
