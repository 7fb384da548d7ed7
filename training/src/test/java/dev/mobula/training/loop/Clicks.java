package dev.mobula.training.loop;

import dev.mobula.training.program.Batch;
import dev.mobula.training.program.Column;
import dev.mobula.training.program.Init;
import dev.mobula.training.program.Lookup;
import dev.mobula.training.program.ParameterLayout;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.program.ScriptProgram;
import dev.mobula.training.table.TableSpec;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A small model of who clicks what: a hidden taste per user and item, a logistic model over embeddings.
final class Clicks implements Task {
    static final int ROWS = 64;

    private static final String LINES =
            """
                u = torch.view(user, [-1, 8])
                i = torch.view(item, [-1, 8])
                hidden = torch.relu(torch.linear(torch.cat([u, i, torch.mul(u, i)], 1), w1, b1))
                logit = torch.linear(hidden, w2, b2)
                loss = torch.binary_cross_entropy_with_logits(logit, label, None, None, 2)
            """;

    private final int stepsMax;

    Clicks(int stepsMax) {
        this.stepsMax = stepsMax;
    }

    @Override
    public ProgramSpec spec(Share share) {
        ParameterLayout parameters =
                ParameterLayout.builder()
                        .add("w1", List.of(16, 24), Init.linear(List.of(16, 24)))
                        .add("b1", List.of(16), Init.zeros())
                        .add("w2", List.of(1, 16), Init.linear(List.of(1, 16)))
                        .add("b2", List.of(1), Init.zeros())
                        .build();
        return new ProgramSpec(
                parameters,
                List.of(TableSpec.of("users", 8), TableSpec.of("items", 8)),
                List.of(new Lookup("user", "users", 1), new Lookup("item", "items", 1)),
                List.of(new Column("label", 1)),
                share.rowsMax(ROWS));
    }

    @Override
    public Program open(ProgramSpec spec) {
        return ScriptProgram.of(spec, LINES);
    }

    @Override
    public BatchSource batches(Share share, long seed) {
        return new Source(share, seed);
    }

    @Override
    public Map<String, Double> evaluate(ModelView model) {
        float[] rows = model.embeddings("users", 2, 3, 4);
        double sum = 0;
        for (float value : rows) {
            sum += value;
        }
        return Map.of("sum", sum);
    }

    private final class Source implements BatchSource {
        private final Share share;
        private final long seed;
        private int step;

        private Source(Share share, long seed) {
            this.share = share;
            this.seed = seed;
        }

        @Override
        public boolean next(Batch batch) {
            if (step == stepsMax) {
                return false;
            }
            SplittableRandom random = new SplittableRandom(seed * 31 + step++);
            int from = share.from(ROWS);
            batch.setRows(share.to(ROWS) - from);
            for (int row = 0; row < ROWS; row++) {
                int user = random.nextInt(40);
                int item = random.nextInt(30);
                if (row >= from && row < share.to(ROWS)) {
                    batch.keys(0)[row - from] = user + 2L;
                    batch.keys(1)[row - from] = item + 2L;
                    batch.column(0)[row - from] = (user % 3 == item % 3) ? 1f : 0f;
                }
            }
            return true;
        }

        @Override
        public String cursor() {
            return Integer.toString(step);
        }

        @Override
        public void seek(String cursor) {
            step = Integer.parseInt(cursor);
        }

        @Override
        public String fingerprint() {
            return "clicks-" + seed;
        }
    }
}
