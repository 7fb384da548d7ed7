package dev.mobula.ranking.model.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.model.SequenceEncoder;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.testing.Seeds;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CausalTransformerTest {
    private static final CausalTransformer.Shape SHAPE =
            new CausalTransformer.Shape("history", 24, 20, 2, 3);
    private static final Weights WEIGHTS = Weights.random(SHAPE.parameters(), 5);
    private static final CausalTransformer ENCODER =
            CausalTransformer.of(SHAPE, WEIGHTS, Kernels.ofThisMachine());

    @Test
    void itIsTheFormulaWrittenOutInDoubles() {
        Seeds.forAll(
                20,
                random -> {
                    int count = 1 + random.nextInt(SHAPE.eventsMax());
                    float[] events = events(random, count);
                    double[] expected = Reference.encode(events, count);
                    float[] actual = encode(ENCODER, events, count);
                    for (int j = 0; j < SHAPE.width(); j++) {
                        assertThat((double) actual[j]).isCloseTo(expected[j], within(1e-5));
                    }
                });
    }

    @Test
    void vectorsAndScalarsGiveTheSameBits() {
        CausalTransformer scalar = CausalTransformer.of(SHAPE, WEIGHTS, Kernels.scalar());
        float[] events = events(new SplittableRandom(1), 20);
        assertThat(encode(ENCODER, events, 20)).isEqualTo(encode(scalar, events, 20));
    }

    @Test
    void noEventsGiveZeros() {
        assertThat(encode(ENCODER, new float[0], 0)).containsOnly(0f);
    }

    @Test
    void aReusedSessionRemembersNothing() {
        SplittableRandom random = new SplittableRandom(2);
        float[] longer = events(random, 20);
        float[] shorter = events(random, 3);
        SequenceEncoder.Session session = ENCODER.open();
        float[] out = new float[SHAPE.width()];
        session.encode(longer, 20, out, 0);
        session.encode(shorter, 3, out, 0);
        assertThat(out).isEqualTo(encode(ENCODER, shorter, 3));
    }

    @Test
    void headsThatDoNotDivideTheWidthAreRefused() {
        assertThatThrownBy(() -> new CausalTransformer.Shape("h", 10, 5, 1, 3))
                .hasMessageContaining("width=10 heads=3");
    }

    private static float[] encode(SequenceEncoder encoder, float[] events, int count) {
        float[] out = new float[encoder.width()];
        encoder.open().encode(events, count, out, 0);
        return out;
    }

    private static float[] events(SplittableRandom random, int count) {
        float[] events = new float[count * SHAPE.width()];
        for (int i = 0; i < events.length; i++) {
            events[i] = (float) random.nextDouble(-1, 1);
        }
        return events;
    }

    /// Textbook code, one matrix at a time.
    private static final class Reference {
        static double[] encode(float[] events, int count) {
            int width = SHAPE.width();
            double[][] x = new double[count][width];
            float[] positions = values("positions");
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < width; j++) {
                    x[i][j] = events[i * width + j] + positions[(count - 1 - i) * width + j];
                }
            }
            for (int b = 0; b < SHAPE.blocks(); b++) {
                String block = "block" + b + ".";
                double[][] attended = attend(apply(block + "qkv", norm(block + "norm1", x)));
                add(x, apply(block + "out", attended));
                double[][] up = apply(block + "up", norm(block + "norm2", x));
                for (double[] row : up) {
                    for (int j = 0; j < row.length; j++) {
                        row[j] = Math.max(0, row[j]);
                    }
                }
                add(x, apply(block + "down", up));
            }
            return norm("norm", x)[count - 1];
        }

        private static double[][] attend(double[][] qkv) {
            int width = SHAPE.width();
            int part = width / SHAPE.heads();
            double[][] out = new double[qkv.length][width];
            for (int head = 0; head < SHAPE.heads(); head++) {
                for (int i = 0; i < qkv.length; i++) {
                    double[] weight = new double[i + 1];
                    double sum = 0;
                    for (int j = 0; j <= i; j++) {
                        double dot = 0;
                        for (int d = head * part; d < (head + 1) * part; d++) {
                            dot += qkv[i][d] * qkv[j][width + d];
                        }
                        weight[j] = Math.exp(dot / Math.sqrt(part));
                        sum += weight[j];
                    }
                    for (int j = 0; j <= i; j++) {
                        for (int d = head * part; d < (head + 1) * part; d++) {
                            out[i][d] += weight[j] / sum * qkv[j][2 * width + d];
                        }
                    }
                }
            }
            return out;
        }

        private static double[][] apply(String layer, double[][] x) {
            float[] weight = values(layer + ".weight");
            float[] bias = values(layer + ".bias");
            double[][] out = new double[x.length][bias.length];
            for (int i = 0; i < x.length; i++) {
                for (int o = 0; o < bias.length; o++) {
                    out[i][o] = bias[o];
                    for (int k = 0; k < x[i].length; k++) {
                        out[i][o] += x[i][k] * weight[o * x[i].length + k];
                    }
                }
            }
            return out;
        }

        private static double[][] norm(String layer, double[][] x) {
            float[] scale = values(layer + ".weight");
            float[] shift = values(layer + ".bias");
            double[][] out = new double[x.length][scale.length];
            for (int i = 0; i < x.length; i++) {
                double mean = java.util.Arrays.stream(x[i]).average().orElseThrow();
                double variance =
                        java.util.Arrays.stream(x[i])
                                .map(v -> (v - mean) * (v - mean))
                                .average()
                                .orElseThrow();
                for (int j = 0; j < scale.length; j++) {
                    double standard = (x[i][j] - mean) / Math.sqrt(variance + 1e-5);
                    out[i][j] = standard * scale[j] + shift[j];
                }
            }
            return out;
        }

        private static void add(double[][] x, double[][] step) {
            for (int i = 0; i < x.length; i++) {
                for (int j = 0; j < x[i].length; j++) {
                    x[i][j] += step[i][j];
                }
            }
        }

        private static float[] values(String name) {
            String full = "history." + name;
            List<Integer> shape = SHAPE.parameters().get(full);
            return WEIGHTS.require(full, shape);
        }
    }
}
