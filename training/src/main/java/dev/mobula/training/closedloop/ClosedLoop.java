package dev.mobula.training.closedloop;

import dev.mobula.training.world.OraclePolicy;
import dev.mobula.training.world.Page;
import dev.mobula.training.world.Policy;
import dev.mobula.training.world.PopularityPolicy;
import dev.mobula.training.world.RandomPolicy;
import dev.mobula.training.world.Simulation;
import dev.mobula.training.world.Tally;
import dev.mobula.training.world.World;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/*
 * Every arm lives the same world from its first day. Utility is the truth's expectation of the pages served, so no luck
 * of clicks is in it, only the luck of the world and of learning: that is what several seeds are for.
 *
 * Both engine arms serve popularity in generation 0 and log it, so they meet the same requests and their first model is
 * the same, learned once. From generation 2 on one of them goes on with it while the other learns from its whole log.
 */
/// Compares policies in a world where what is served decides what can be learned.
public final class ClosedLoop {
    private static final long DAY_SECONDS = 86_400;
    private static final int LOG_ROWS_MAX = 2_000_000;

    private final LoopSpec spec;
    private final Path folder;
    private final LongSupplier nanoClock;
    private final Progress progress;

    /// Told whenever an arm has lived through a generation.
    @FunctionalInterface
    public interface Progress {
        void lived(long seed, Arm arm, int generation, Measured measured);
    }

    /// @param folder for indexes, of this experiment alone
    public ClosedLoop(LoopSpec spec, Path folder, LongSupplier nanoClock, Progress progress) {
        this.spec = spec;
        this.folder = folder;
        this.nanoClock = nanoClock;
        this.progress = progress;
    }

    /// Runs the arms in the world of one seed: for each, what every generation came to.
    public Map<Arm, List<Measured>> run(long seed, Set<Arm> arms) {
        World world = World.create(spec.world(seed));
        Map<Arm, List<Measured>> results = new EnumMap<>(Arm.class);
        FirstModel first = new FirstModel();
        for (Arm arm : arms) {
            results.put(
                    arm,
                    switch (arm) {
                        case RANDOM -> live(world, seed, arm, life -> new RandomPolicy(seed));
                        case POPULARITY ->
                                live(world, seed, arm, life -> new PopularityPolicy(world, seed));
                        case ORACLE -> live(world, seed, arm, ClosedLoop.this::oracle);
                        case FIRST_MODEL, RETRAINED -> engine(world, seed, arm, first);
                    });
        }
        return results;
    }

    /// The model that the first retraining gives, for whoever needs it first.
    private static final class FirstModel {
        private final List<EngineModel> learned = new ArrayList<>();

        EngineModel of(Learner learner, ServedLog log, long seed) {
            if (learned.isEmpty()) {
                learned.add(learner.learn(log, "generation-1", seed));
            }
            return learned.getFirst();
        }
    }

    /// Makes a policy for one life.
    @FunctionalInterface
    private interface Maker {
        Policy make(Simulation life);
    }

    private Policy oracle(Simulation life) {
        return new OraclePolicy(life.truth(), life.pageItems());
    }

    private List<Measured> live(World world, long seed, Arm arm, Maker maker) {
        Simulation life = new Simulation(world);
        Policy policy = maker.make(life);
        List<Measured> all = new ArrayList<>();
        for (int generation = 0; generation < spec.generations(); generation++) {
            all.add(serve(world, life, policy, generation));
            progress.lived(seed, arm, generation, all.getLast());
        }
        return all;
    }

    private List<Measured> engine(World world, long seed, Arm arm, FirstModel first) {
        Simulation life = new Simulation(world);
        ServedLog log = new ServedLog(LOG_ROWS_MAX);
        Learner learner = new Learner(spec.epochs(), nanoClock);
        List<Measured> all = new ArrayList<>();
        Path index = folder.resolve(arm.name() + "-" + seed);
        try (EnginePolicy policy = new EnginePolicy(world, log, index, nanoClock, seed)) {
            for (int generation = 0; generation < spec.generations(); generation++) {
                long now = beginOf(generation);
                if (generation == 1) {
                    policy.adopt(first.of(learner, log, seed), now);
                } else if (generation > 1 && arm == Arm.RETRAINED) {
                    policy.adopt(
                            learner.learn(log, "generation-" + generation, seed + generation), now);
                }
                all.add(serve(world, life, policy, generation));
                progress.lived(seed, arm, generation, all.getLast());
            }
        }
        return all;
    }

    private long beginOf(int generation) {
        return World.START_SECONDS + DAY_SECONDS * generation * spec.generationDays();
    }

    private Measured serve(World world, Simulation life, Policy policy, int generation) {
        long end = beginOf(generation + 1);
        Tally before = life.tally();
        Page page = new Page(life.pageItems());
        Page best = new Page(life.pageItems());
        Policy oracle = oracle(life);
        BitSet viewed = new BitSet(world.items());
        double bestSum = 0;
        double servedSum = 0;
        long judged = 0;
        while (life.nextSeconds() < end && life.next()) {
            page.clear();
            policy.choose(life.request(), page);
            if (life.request().number() % spec.judgedEvery() == 0) {
                best.clear();
                oracle.choose(life.request(), best);
                bestSum += life.truth().utility(best);
                servedSum += life.truth().utility(page);
                judged++;
            }
            life.serve(
                    page,
                    impression -> {
                        viewed.set(impression.item());
                        policy.observe(impression);
                    });
        }
        Tally tally = life.tally().since(before);
        int onOffer = world.endItem(end) - world.firstItem(beginOf(generation));
        return new Measured(
                tally.requests(),
                tally.utilityPerRequest(),
                bestSum / Math.max(1, judged),
                servedSum / Math.max(1, judged),
                (double) viewed.cardinality() / onOffer,
                (double) tally.spamImpressions() / Math.max(1, tally.impressions()),
                (double) tally.activeUserDays() / spec.generationDays() / world.users());
    }
}
