package dev.mobula.actors.notify;

import dev.mobula.ranking.exploration.ArmDistribution;
import dev.mobula.ranking.exploration.RecoveringSoftmax;
import dev.mobula.ranking.exploration.RecoveringSoftmax.Effect;
import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import dev.mobula.retrieval.store.RowStore.RowBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// The rows of what templates do: a choice among templates that wear off with those who saw them, and recover.
record TemplateBook(RowBatch rows, Limits limits) {
    /*
     * What a template does is the relative difference between the reward when it was chosen and when
     * another was, each weighted by one over its probability; a person who saw it lately is tired of
     * it. A choice that nothing came of within a day had no reward.
     *
     * Open choices and what people saw lie in rows under their names, and once more in the order of
     * time. Each choice adds one row of either at most and sweeps a few of the oldest that are too
     * old or too many, so the store stays within its limits. A template is forgotten after ten
     * times the half-life of being tired of it, when nothing of that is left.
     */
    static final List<String> FAMILIES =
            List.of("effects", "seen", "seen-order", "open", "open-order", "meta");

    private static final RecoveringSoftmax SOFTMAX = new RecoveringSoftmax(0.2, 0.5, 15);
    private static final long SETTLED_MILLIS = Duration.ofDays(1).toMillis();
    private static final double DAY_MILLIS = Duration.ofDays(1).toMillis();
    private static final long SEEN_MILLIS = Duration.ofDays(150).toMillis();
    private static final int SWEPT_AT_ONCE = 8;
    private static final int TENTHS = 10;
    private static final int VERSION = 1;
    private static final byte[] THERE = {1};
    private static final byte[] COUNTS = bytes("counts");

    /// How much is kept.
    ///
    /// @param open choices that nothing has come of yet
    /// @param seen pairs of a person and a template
    /// @param effects templates
    record Limits(long open, long seen, long effects) {
        static final Limits DEFAULT = new Limits(100_000, 1_000_000, 10_000);
    }

    /// How many rows there are.
    private record Counts(long open, long seen, long effects) {}

    private record Open(
            long at, long user, int chosen, List<String> templates, List<Double> probabilities) {
        private Wording.Chosen answer() {
            return new Wording.Chosen(templates.get(chosen), probabilities.get(chosen));
        }
    }

    /// Chooses for a decision; one that was chosen for and is still open gets the same again.
    Wording.Chosen choose(String decision, long user, List<String> templates, long now) {
        Optional<Open> before = open(decision);
        if (before.isPresent()) {
            return before.get().answer();
        }
        settle(now);
        double[] effect = new double[templates.size()];
        double[] days = new double[effect.length];
        for (int i = 0; i < effect.length; i++) {
            effect[i] = effect(templates.get(i)).value();
            byte[] last = rows.get("seen", seenKey(user, templates.get(i)));
            days[i] = last == null ? RecoveringSoftmax.NEVER : (now - millis(last)) / DAY_MILLIS;
        }
        ArmDistribution from = SOFTMAX.distribution(Wording.arms(templates), effect, days);
        int drawn = Wording.draw(from, decision, user).index();
        saw(user, templates.get(drawn), now);
        Open open = new Open(now, user, drawn, templates, from.probabilities());
        rows.put("open", bytes(decision), written(open));
        rows.put("open-order", ordered(now, bytes(decision)), THERE);
        count(1, 0, 0);
        return open.answer();
    }

    /// What came of a decision: the person did what is wanted. False when nothing is waited for any more.
    boolean rewarded(String decision) {
        Optional<Open> choice = open(decision);
        choice.ifPresent(open -> close(decision, open, 1));
        return choice.isPresent();
    }

    /// Erases a person; their choices that are open count for nothing.
    void forget(long user) {
        List<String> templates = new ArrayList<>();
        rows.scan(
                "seen",
                seenKey(user, ""),
                after(user),
                (key, value) ->
                        templates.add(
                                new String(
                                        key,
                                        Long.BYTES,
                                        key.length - Long.BYTES,
                                        StandardCharsets.UTF_8)));
        templates.forEach(template -> forgetSeen(user, template));
        List<String> decisions = new ArrayList<>();
        scan(
                "open",
                (key, value) -> {
                    if (read(value).user() == user) {
                        decisions.add(new String(key, StandardCharsets.UTF_8));
                    }
                });
        decisions.forEach(decision -> open(decision).ifPresent(open -> drop(decision, open)));
    }

    private Optional<Open> open(String decision) {
        byte[] stored = rows.get("open", bytes(decision));
        return stored == null ? Optional.empty() : Optional.of(read(stored));
    }

    private void settle(long now) {
        long over = counts().open() - limits.open() + 1;
        for (byte[] key : oldest("open-order")) {
            long at = ByteBuffer.wrap(key).getLong();
            if (over-- <= 0 && at > now - SETTLED_MILLIS) {
                break;
            }
            String decision =
                    new String(key, Long.BYTES, key.length - Long.BYTES, StandardCharsets.UTF_8);
            open(decision).ifPresent(open -> close(decision, open, 0));
        }
        over = counts().seen() - limits.seen() + 1;
        for (byte[] key : oldest("seen-order")) {
            ByteBuffer parts = ByteBuffer.wrap(key);
            if (over-- <= 0 && parts.getLong() > now - SEEN_MILLIS) {
                break;
            }
            long user = parts.getLong(Long.BYTES);
            int from = 2 * Long.BYTES;
            forgetSeen(user, new String(key, from, key.length - from, StandardCharsets.UTF_8));
        }
    }

    private List<byte[]> oldest(String family) {
        List<byte[]> keys = new ArrayList<>();
        rows.scan(
                family,
                new byte[0],
                ordered(Long.MAX_VALUE, new byte[0]),
                (key, value) -> {
                    keys.add(key);
                    return keys.size() < SWEPT_AT_ONCE;
                });
        return keys;
    }

    private void drop(String decision, Open open) {
        rows.delete("open", bytes(decision));
        rows.delete("open-order", ordered(open.at(), bytes(decision)));
        count(-1, 0, 0);
    }

    private void close(String decision, Open open, double reward) {
        drop(decision, open);
        for (int i = 0; i < open.templates().size(); i++) {
            double probability = open.probabilities().get(i);
            boolean chosen = i == open.chosen();
            if (probability < 1 || chosen) {
                String template = open.templates().get(i);
                keep(template, effect(template).after(chosen, probability, reward), open.at());
            }
        }
    }

    private void saw(long user, String template, long now) {
        forgetSeen(user, template);
        rows.put("seen", seenKey(user, template), ordered(now, new byte[0]));
        rows.put("seen-order", ordered(now, seenKey(user, template)), THERE);
        count(0, 1, 0);
    }

    private void forgetSeen(long user, String template) {
        byte[] key = seenKey(user, template);
        byte[] last = rows.get("seen", key);
        if (last != null) {
            rows.delete("seen", key);
            rows.delete("seen-order", ordered(millis(last), key));
            count(0, -1, 0);
        }
    }

    private Effect effect(String template) {
        byte[] stored = rows.get("effects", bytes(template));
        if (stored == null) {
            return Effect.NONE;
        }
        RecordReader in = reader(stored);
        in.readFixed();
        return new Effect(number(in), number(in), number(in), number(in));
    }

    private void keep(String template, Effect effect, long at) {
        if (rows.get("effects", bytes(template)) == null) {
            count(0, 0, 1);
        }
        RecordWriter out = new RecordWriter(VERSION);
        out.writeFixed(at);
        out.writeFixed(Double.doubleToLongBits(effect.chosenReward()));
        out.writeFixed(Double.doubleToLongBits(effect.chosenWeight()));
        out.writeFixed(Double.doubleToLongBits(effect.passedReward()));
        out.writeFixed(Double.doubleToLongBits(effect.passedWeight()));
        rows.put("effects", bytes(template), out.finish());
        if (counts().effects() > limits.effects()) {
            forgetOldEffects();
        }
    }

    private record Learned(byte[] template, long at) {}

    /// A tenth at once, so that not every new template looks through all of them.
    private void forgetOldEffects() {
        List<Learned> all = new ArrayList<>();
        scan(
                "effects",
                (key, value) -> {
                    RecordReader in = reader(value);
                    all.add(new Learned(key, in.readFixed()));
                });
        all.sort(Comparator.comparingLong(Learned::at));
        long gone = Math.max(1, limits.effects() / TENTHS);
        all.stream().limit(gone).forEach(old -> rows.delete("effects", old.template()));
        count(0, 0, -Math.min(gone, all.size()));
    }

    private void scan(String family, BiConsumer<byte[], byte[]> visitor) {
        byte[] end = {(byte) 0xFF};
        rows.scan(
                family,
                new byte[0],
                end,
                (key, value) -> {
                    visitor.accept(key, value);
                    return true;
                });
    }

    private Counts counts() {
        byte[] stored = rows.get("meta", COUNTS);
        if (stored == null) {
            return new Counts(0, 0, 0);
        }
        RecordReader in = reader(stored);
        return new Counts(in.readCount(), in.readCount(), in.readCount());
    }

    private void count(long open, long seen, long effects) {
        Counts before = counts();
        RecordWriter out = new RecordWriter(VERSION);
        out.writeCount(before.open() + open);
        out.writeCount(before.seen() + seen);
        out.writeCount(before.effects() + effects);
        rows.put("meta", COUNTS, out.finish());
    }

    /// How many rows there are of open choices, of what was seen, and of templates.
    long[] sizes() {
        Counts counts = counts();
        return new long[] {counts.open(), counts.seen(), counts.effects()};
    }

    private static byte[] written(Open open) {
        RecordWriter out = new RecordWriter(VERSION);
        out.writeFixed(open.at());
        out.writeFixed(open.user());
        out.writeCount(open.chosen());
        out.writeCount(open.templates().size());
        for (int i = 0; i < open.templates().size(); i++) {
            out.writeText(open.templates().get(i));
            out.writeFixed(Double.doubleToLongBits(open.probabilities().get(i)));
        }
        return out.finish();
    }

    private static Open read(byte[] stored) {
        RecordReader in = reader(stored);
        long at = in.readFixed();
        long user = in.readFixed();
        int chosen = (int) in.readCount();
        List<String> templates = new ArrayList<>();
        List<Double> probabilities = new ArrayList<>();
        for (int left = in.readLength(1 + Long.BYTES); left > 0; left--) {
            templates.add(in.readText());
            probabilities.add(number(in));
        }
        return new Open(at, user, chosen, templates, probabilities);
    }

    private static RecordReader reader(byte[] stored) {
        return new RecordReader(stored, VERSION, "template row");
    }

    private static double number(RecordReader in) {
        return Double.longBitsToDouble(in.readFixed());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long millis(byte[] seen) {
        return ByteBuffer.wrap(seen).getLong();
    }

    private static byte[] ordered(long millis, byte[] key) {
        return ByteBuffer.allocate(Long.BYTES + key.length).putLong(millis).put(key).array();
    }

    private static byte[] seenKey(long user, String template) {
        return ordered(user, bytes(template));
    }

    /// The end of a person's rows, in the unsigned order of keys.
    private static byte[] after(long user) {
        return user == -1 ? new byte[Long.BYTES + 1] : seenKey(user + 1, "");
    }
}
