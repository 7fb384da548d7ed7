package dev.mobula.actors.loop;

import dev.mobula.ranking.serving.Lineup;
import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Evidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A turn is written down before each phase, and every phase can be done again: who takes up a turn that was broken off does
 * its phase anew. Only PROMOTE is told apart: when the durable pointer stands on the turn's bundle already, the turn goes on
 * with WATCH.
 *
 * What answers is decided by the rankers' line-up, which is one reference in each of them. A request is scored whole by one
 * version of one ranker, so neither a swap nor a way back fails a request or mixes two versions on a page; while a line-up
 * goes round, users of rankers that have it already get the new version a moment sooner. What a bundle has besides a ranker
 * hangs on that version: the value of its pages and the space in which their candidates are found, which is ready before the
 * version answers anybody.
 *
 * While the new version is watched, the old one keeps a share of the users, as the canary of a line-up turned round: the
 * comparison stays one of the same hours.
 */
/// Learns from what was served and puts the result to work with care, one turn at a time.
public final class RetrainingLoop {
    private static final Logger LOG = LoggerFactory.getLogger(RetrainingLoop.class);

    private final LoopParts parts;
    private final LoopSettings settings;
    private final TurnFile file;
    private final Deployment deployment;
    private final Pointer pointer;

    public RetrainingLoop(LoopParts parts, LoopSettings settings) {
        this.parts = parts;
        this.settings = settings;
        file = new TurnFile(parts.folder());
        deployment = new Deployment(parts, settings.poll());
        pointer = new Pointer(parts.bundles());
    }

    /// The turn that is under way, or the last one.
    public Optional<Turn> last() {
        return file.read();
    }

    /// Makes whole what serves, after a loss: the spaces that versions of the line-up search.
    public void restore() {
        deployment.restore();
    }

    /// The bundle that somebody else moved the store's pointer to, and that is not put to work yet; empty while a turn is
    /// under way.
    public Optional<String> promotedElsewhere() {
        Optional<Turn> last = file.read();
        return last.isPresent() && !last.get().isOver()
                ? Optional.empty()
                : pointer.movedTo(last.isEmpty());
    }

    /// Puts a bundle to work for everybody, as somebody promoted it or went back to it: without a canary, but not before all
    /// of it is ready. Tried once.
    public void serve(String id) throws InterruptedException {
        pointer.follow(Optional.of(id));
        Bundle bundle = parts.bundles().load(id, (done, total) -> {});
        List<String> against = new ArrayList<>(deployment.against(bundle));
        if (against.isEmpty()) {
            String before = deployment.active();
            String version = deployment.install(bundle);
            against.addAll(deployment.awaitReady(bundle, end()));
            if (against.isEmpty()) {
                deployment.lineUp(Lineup.of(version));
                deployment.retireAllBut(Set.copyOf(List.of(version, before)));
                LOG.info("bundle {} serves as {}", id, version);
                return;
            }
        }
        throw new IllegalStateException(
                "bundle " + id + " is promoted and does not serve: " + against);
    }

    /// A bundle on its way to its users.
    private record Candidate(Bundle bundle, String version, String before) {}

    /// Runs the next turn to its end, or takes up the one that was broken off.
    public Turn turn() throws InterruptedException {
        Turn turn = learned(begun());
        Bundle bundle = parts.bundles().load(turn.bundle(), (done, total) -> {});
        for (Phase phase : phasesOf(turn)) {
            turn = file.write(turn.at(phase));
            LOG.info("turn {}: {}", turn.number(), phase);
            if (phase == Phase.PARITY) {
                turn = file.write(installed(turn, bundle));
            }
            Candidate candidate = new Candidate(bundle, turn.version(), turn.before());
            List<String> against = reasons(phase, candidate);
            if (!against.isEmpty()) {
                return turnedDown(turn, against);
            }
        }
        deployment.retireAllBut(Set.of(turn.version(), turn.before()));
        return turn;
    }

    private Turn begun() {
        Optional<Turn> last = file.read();
        if (last.isPresent() && !last.get().isOver()) {
            return last.get();
        }
        return file.write(Turn.first(last.map(Turn::number).orElse(0) + 1));
    }

    private Turn learned(Turn turn) {
        return turn.bundle().isEmpty()
                ? file.write(turn.of(parts.learning().learn(turn.number())))
                : turn;
    }

    /// Those that are to come: all of them, or the rest when the pointer stands on the bundle already.
    private List<Phase> phasesOf(Turn turn) {
        boolean promoted =
                turn.phase().compareTo(Phase.PROMOTE) >= 0
                        && parts.bundles()
                                .promotions()
                                .promoted()
                                .equals(Optional.of(turn.bundle()));
        return promoted
                ? List.of(Phase.WATCH, Phase.DONE)
                : List.of(
                        Phase.GATES,
                        Phase.PARITY,
                        Phase.SHADOW,
                        Phase.CANARY,
                        Phase.PROMOTE,
                        Phase.WATCH,
                        Phase.DONE);
    }

    /// Why the turn ends in this phase; empty when it goes on.
    private List<String> reasons(Phase phase, Candidate candidate) throws InterruptedException {
        return switch (phase) {
            case LEARN -> List.of();
            case GATES -> gates(candidate);
            case PARITY -> parity(candidate);
            case SHADOW -> shadow(candidate);
            case CANARY -> canary(candidate);
            case PROMOTE -> promote(candidate);
            case WATCH -> watch(candidate);
            case DONE -> done(candidate);
        };
    }

    private List<String> gates(Candidate candidate) {
        List<String> unfit = deployment.against(candidate.bundle());
        if (!unfit.isEmpty()) {
            return unfit;
        }
        BundleStore bundles = parts.bundles();
        Optional<Evidence> promoted =
                bundles.promotions().promoted().map(id -> bundles.describe(id).evidence());
        return bundles.gates().reasons(candidate.bundle().manifest().evidence(), promoted);
    }

    /// What answers now is what the turn goes back to.
    private Turn installed(Turn turn, Bundle bundle) {
        String version = deployment.install(bundle);
        String active = deployment.active();
        return turn.serving(version, active.equals(version) ? turn.before() : active);
    }

    private List<String> parity(Candidate candidate) throws InterruptedException {
        List<String> missing = deployment.awaitReady(candidate.bundle(), end());
        return missing.isEmpty()
                ? new Parity(parts.rankers(), parts.log(), settings.parityRows())
                        .against(candidate.bundle(), candidate.version(), candidate.before())
                : missing;
    }

    /// Shadows rank what was found for the version that serves: what the candidate would find is seen in its canary.
    private List<String> shadow(Candidate candidate) throws InterruptedException {
        deployment.lineUp(Lineup.of(candidate.before()).withShadows(candidate.version()));
        Instant end = end();
        ShadowView seen;
        do {
            parts.pause().pause(settings.poll());
            seen = ShadowView.of(parts.rankers().status(), candidate.version());
        } while (seen.requests() < settings.shadowRequests() && isBefore(end));
        if (seen.requests() < settings.shadowRequests()) {
            return List.of(
                    "only %d of %d requests were scored in shadow within %s"
                            .formatted(
                                    seen.requests(),
                                    settings.shadowRequests(),
                                    settings.patience()));
        }
        return seen.against(settings.driftMax());
    }

    private List<String> canary(Candidate candidate) throws InterruptedException {
        Outcomes.Watch watch = parts.outcomes().watch();
        deployment.lineUp(
                Lineup.of(candidate.before())
                        .withCanary(candidate.version(), settings.canaryShare()));
        return guarded(
                watch,
                candidate,
                settings.canaryShare(),
                settings.canaryImpressions(),
                candidate.version());
    }

    /// The move is noted as the loop's own before it is made.
    private List<String> promote(Candidate candidate) {
        pointer.follow(Optional.of(candidate.bundle().id()));
        BundleStore.Promotion moved =
                parts.bundles().promote(candidate.bundle().id(), "", (done, total) -> {});
        return switch (moved) {
            case BundleStore.Promotion.Done _ -> List.of();
            case BundleStore.Promotion.Blocked(String _, List<String> reasons) -> {
                pointer.follow(parts.bundles().promotions().promoted());
                yield reasons;
            }
        };
    }

    private List<String> watch(Candidate candidate) throws InterruptedException {
        Outcomes.Watch watch = parts.outcomes().watch();
        deployment.lineUp(
                Lineup.of(candidate.version())
                        .withCanary(candidate.before(), settings.heldBackShare()));
        return guarded(
                watch,
                candidate,
                1 - settings.heldBackShare(),
                settings.watchImpressions(),
                candidate.before());
    }

    private List<String> done(Candidate candidate) throws InterruptedException {
        deployment.lineUp(Lineup.of(candidate.version()));
        return List.of();
    }

    /// Looks until a guard speaks up or the version counted has shown enough.
    ///
    /// @param share of the users that the candidate has
    private List<String> guarded(
            Outcomes.Watch watch, Candidate candidate, double share, long enough, String counted)
            throws InterruptedException {
        Instant end = end();
        while (true) {
            parts.pause().pause(settings.poll());
            Map<String, Outcome> seen = watch.soFar();
            List<String> against =
                    settings.guards()
                            .against(
                                    seen.getOrDefault(candidate.version(), Outcome.NONE),
                                    seen.getOrDefault(candidate.before(), Outcome.NONE),
                                    share);
            long shown = seen.getOrDefault(counted, Outcome.NONE).impressions();
            if (!against.isEmpty() || shown >= enough) {
                return against;
            }
            if (!isBefore(end)) {
                return List.of(
                        "version %s showed only %d of %d items within %s"
                                .formatted(counted, shown, enough, settings.patience()));
            }
        }
    }

    /// What served before serves again; a pointer that was moved goes back.
    private Turn turnedDown(Turn turn, List<String> against) throws InterruptedException {
        LOG.warn("turn {} is turned down in {}: {}", turn.number(), turn.phase(), against);
        List<String> reasons = new ArrayList<>(against);
        if (!turn.before().isEmpty()) {
            deployment.lineUp(Lineup.of(turn.before()));
        }
        if (turn.phase() == Phase.WATCH) {
            reasons.addAll(pointerBack(turn));
            pointer.follow(parts.bundles().promotions().promoted());
        }
        Turn over = file.write(turn.turnedDown(reasons));
        if (!turn.before().isEmpty()) {
            deployment.retireAllBut(Set.of(turn.before()));
        }
        return over;
    }

    private List<String> pointerBack(Turn turn) {
        if (parts.bundles().promotions().stack().size() < 2) {
            return List.of("no bundle was promoted before: the pointer stays");
        }
        parts.bundles()
                .rollback(
                        String.format(Locale.ROOT, "turn %d: a guard spoke up", turn.number()),
                        (done, total) -> {});
        return List.of();
    }

    private Instant end() {
        return parts.clock().instant().plus(settings.patience());
    }

    private boolean isBefore(Instant end) {
        return parts.clock().instant().isBefore(end);
    }
}
