package dev.mobula.ranking.experiment;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.experiment.Assignment.Exposure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/*
 * A user's slot in a layer, and the arm within an experiment, are hashes of the user with a salt of the layer's, or the
 * experiment's, own name. So an assignment needs no memory, is the same in every process, does not change when another
 * experiment starts or ends, and is independent between layers. The holdout has a salt of its own and goes first.
 */
/// All experiments of an engine, checked against each other; it assigns users to arms.
public final class ExperimentPlan {
    /// The most experiments at once.
    public static final int EXPERIMENTS_MAX = 1_000;

    private static final double HOLDOUT_SHARE_MAX = 0.5;
    private static final String HOLDOUT_SALT = "holdout";

    private final List<Experiment> experiments;
    private final double holdoutShare;

    /// Checks every experiment, each with the others and against the parameters that exist.
    ///
    /// @param holdoutShare the share of users kept out of all experiments
    public ExperimentPlan(
            List<Experiment> experiments, double holdoutShare, List<Parameter<?>> parameters) {
        this.experiments = List.copyOf(experiments);
        this.holdoutShare = holdoutShare;
        if (!(holdoutShare >= 0 && holdoutShare <= HOLDOUT_SHARE_MAX)) {
            throw refused("holdout=" + holdoutShare + " is outside 0.." + HOLDOUT_SHARE_MAX);
        }
        if (experiments.size() > EXPERIMENTS_MAX) {
            throw refused("experiments=" + experiments.size() + " is more than " + EXPERIMENTS_MAX);
        }
        checkNames();
        checkParameters(parameters);
        checkPairs();
    }

    /// Reads a plan from JSON: a holdout's share and experiments with layer, slots, start, end and arms.
    public static ExperimentPlan parse(String json, List<Parameter<?>> parameters) {
        return PlanFile.parse(json, parameters);
    }

    static RankingException refused(String message) {
        return new RankingException(Code.INVALID_EXPERIMENT, message);
    }

    static RankingException refused(String message, Exception cause) {
        return new RankingException(Code.INVALID_EXPERIMENT, message, cause);
    }

    private void checkNames() {
        Set<String> names = new HashSet<>();
        for (Experiment experiment : experiments) {
            if (!names.add(experiment.name())) {
                throw refused("experiment=" + experiment.name() + " is there twice");
            }
        }
    }

    private void checkParameters(List<Parameter<?>> parameters) {
        Map<String, Parameter<?>> known = new HashMap<>();
        parameters.forEach(parameter -> known.put(parameter.name(), parameter));
        for (Experiment experiment : experiments) {
            for (Arm arm : experiment.arms()) {
                arm.parameters()
                        .forEach(
                                (name, text) -> {
                                    Parameter<?> parameter = known.get(name);
                                    if (parameter == null) {
                                        throw refused(
                                                "parameter="
                                                        + name
                                                        + " in the experiment "
                                                        + experiment.name()
                                                        + " is unknown; known are "
                                                        + known.keySet().stream()
                                                                .sorted()
                                                                .toList());
                                    }
                                    parameter.parse(text);
                                });
            }
        }
    }

    private void checkPairs() {
        for (int i = 0; i < experiments.size(); i++) {
            for (int j = i + 1; j < experiments.size(); j++) {
                if (experiments.get(i).overlaps(experiments.get(j))) {
                    checkPair(experiments.get(i), experiments.get(j));
                }
            }
        }
    }

    private static void checkPair(Experiment one, Experiment other) {
        if (one.sharesSlotsWith(other)) {
            throw refused(
                    "slots="
                            + other.slotFrom()
                            + ".."
                            + other.slotTo()
                            + " of the experiment "
                            + other.name()
                            + " are taken by "
                            + one.name());
        }
        if (!one.layer().equals(other.layer())) {
            Set<String> both = parametersOf(one);
            both.retainAll(parametersOf(other));
            if (!both.isEmpty()) {
                throw refused(
                        "parameter="
                                + both.iterator().next()
                                + " is changed by "
                                + one.name()
                                + " and by "
                                + other.name()
                                + ", which meet in users: put them into one layer");
            }
        }
    }

    private static Set<String> parametersOf(Experiment experiment) {
        Set<String> names = new HashSet<>();
        experiment.arms().forEach(arm -> names.addAll(arm.parameters().keySet()));
        return names;
    }

    /// The arms of a user at a time.
    public Assignment assign(long user, long nowMillis) {
        if (share(HOLDOUT_SALT, user) < holdoutShare) {
            return new Assignment(user, true, List.of(), Map.of());
        }
        List<Exposure> exposures = new ArrayList<>();
        Map<String, String> changed = new HashMap<>();
        for (Experiment experiment : experiments) {
            int slot = (int) (share("layer:" + experiment.layer(), user) * Experiment.SLOTS);
            if (experiment.runsAt(nowMillis) && experiment.takes(slot)) {
                Arm arm = armOf(experiment, user);
                exposures.add(new Exposure(experiment.name(), arm.name()));
                changed.putAll(arm.parameters());
            }
        }
        return new Assignment(user, false, exposures, changed);
    }

    private static Arm armOf(Experiment experiment, long user) {
        long weights = experiment.arms().stream().mapToLong(Arm::weight).sum();
        double left = share("arm:" + experiment.name(), user) * weights;
        for (Arm arm : experiment.arms()) {
            left -= arm.weight();
            if (left < 0) {
                return arm;
            }
        }
        return experiment.arms().getLast();
    }

    /// Where a user stands in 0..1 under a salt: evenly spread, and independent between salts.
    private static double share(String salt, long user) {
        long hash = 0xcbf29ce484222325L;
        for (byte unit : salt.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (unit & 0xff)) * 0x100000001b3L;
        }
        return (mix(mix(hash) ^ mix(user + 0x9e3779b97f4a7c15L)) >>> 11) * 0x1.0p-53;
    }

    private static long mix(long value) {
        long x = value;
        x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
        x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
        return x ^ (x >>> 31);
    }

    /// The share of users kept out of all experiments.
    public double holdoutShare() {
        return holdoutShare;
    }

    public List<Experiment> experiments() {
        return experiments;
    }
}
