package dev.mobula.actors.loop;

import dev.mobula.actors.ranker.RankerStatus;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.ranker.Scores;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.ScoredBatch;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.FeatureColumns;
import dev.mobula.training.log.Impression;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.LogView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.Set;
import java.util.stream.Collectors;

/*
 * Three computations have to agree, bit for bit where one kernel makes both: what was logged when a page was served, what the rankers make of the
 * logged features now with the model that served it, and, for the new model, what they make of them and what the bundle's
 * own layers make of them here. A difference in the first means that the log does not hold what was scored, so nothing
 * that is learned from it can be trusted; one in the second, that what was judged offline is not what will serve.
 */
/// Logged requests through the rankers again.
final class Parity {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int READ_ROWS = 256;
    private static final float NEARLY = 1e-4f;

    private final Rankers rankers;
    private final ServedLog log;
    private final int rowsMax;

    Parity(Rankers rankers, ServedLog log, int rowsMax) {
        this.rankers = rankers;
        this.log = log;
        this.rowsMax = rowsMax;
    }

    /// Why the new version cannot be trusted; empty when all agrees.
    List<String> against(Bundle bundle, String version, String served) {
        RankingModel model = bundle.ranker(Kernels.ofThisMachine());
        List<Impression> logged = newest(model.layout().fingerprint());
        if (logged.isEmpty()) {
            return List.of(
                    "no logged impression has the features of " + version + ": nothing to replay");
        }
        List<String> reasons = new ArrayList<>();
        replayedAsServed(logged, served).ifPresent(reasons::add);
        replayedAsJudged(logged, model, version).ifPresent(reasons::add);
        return reasons;
    }

    /// The newest impressions whose features are these, of all logs that have some.
    private List<Impression> newest(String fingerprint) {
        List<Impression> all = new ArrayList<>();
        for (Path part : log.impressions()) {
            ServedLog.look(part).ifPresent(view -> addNewest(view, fingerprint, all));
        }
        all.sort(Comparator.comparingLong(Impression::timeMicros).reversed());
        return all.subList(0, Math.min(rowsMax, all.size()));
    }

    private void addNewest(LogView view, String fingerprint, List<Impression> to) {
        FeatureColumns features = EventLog.features(view.schema());
        if (!features.layout().fingerprint().equals(fingerprint)) {
            return;
        }
        Rows rows = new Rows(view.schema());
        try (LogReader reader = view.reader()) {
            reader.seek(Math.max(view.firstRow(), view.endRow() - rowsMax));
            while (reader.next(rows, READ_ROWS)) {
                for (int row = 0; row < rows.size(); row++) {
                    if (!rows.values(0).isMissing(row)) {
                        to.add(EventLog.impression(rows, row, features));
                    }
                }
            }
        }
    }

    /// What the version that serves said then, it must say again by the same kernel.
    private Optional<String> replayedAsServed(List<Impression> logged, String served) {
        Set<KernelIdentity> kernels = kernelsOf(served);
        if (kernels.isEmpty()) {
            return Optional.of("no ranker has model " + served + ", which serves");
        }
        for (Impression one : logged) {
            Optional<KernelIdentity> kernel =
                    kernels.stream().filter(its -> its.toString().equals(one.kernel())).findFirst();
            if (!one.model().equals(served) || kernel.isEmpty()) {
                continue;
            }
            Scores again = replay(served, kernel.get(), one.features());
            for (int head = 0; head < one.scores().size(); head++) {
                if (again.size() != 1 || differ(one.scores().get(head), again.value(0, head))) {
                    return Optional.of(
                            "request %s, item %d: model %s scored %s then, and now %s"
                                    .formatted(
                                            one.request(),
                                            one.item(),
                                            served,
                                            one.scores(),
                                            again.batch()));
                }
            }
        }
        return Optional.empty();
    }

    /// The rankers score with the new version as its bundle does here: to the bit by the same kernel, nearly so by others.
    private Optional<String> replayedAsJudged(
            SequencedCollection<Impression> logged, RankingModel model, String version) {
        Set<KernelIdentity> kernels = kernelsOf(version);
        if (kernels.isEmpty()) {
            return Optional.of("no ranker has model " + version);
        }
        PackedScorer scorer =
                PackedScorer.of(
                        model.graph().orElseThrow(),
                        model.layout().sharedWidth(),
                        model.weights(),
                        Kernels.ofThisMachine());
        try (Ranker ranker = new Ranker(model, scorer);
                Ranker.Session session = ranker.open(1)) {
            for (Impression one : logged) {
                ScoredBatch here = session.replay(one.features(), ranker.kernel());
                for (KernelIdentity kernel : kernels) {
                    Scores there = replay(version, kernel, one.features());
                    if (!agree(here, there, kernel.equals(ranker.kernel()))) {
                        return Optional.of(
                                "request %s, item %d: model %s scores %s by %s on the rankers, and %s as its bundle"
                                        .formatted(
                                                one.request(),
                                                one.item(),
                                                version,
                                                there.batch(),
                                                kernel,
                                                here));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean agree(ScoredBatch here, Scores there, boolean isSameKernel) {
        if (here.size() != 1 || there.size() != 1 || !here.heads().equals(there.heads())) {
            return false;
        }
        for (int head = 0; head < here.heads().size(); head++) {
            float score = here.score(0, head);
            float other = there.value(0, head);
            boolean isEqual =
                    isSameKernel
                            ? !differ(score, other)
                            : Math.abs(score - other) <= NEARLY * Math.max(1, Math.abs(score));
            if (!Float.isFinite(score) || !isEqual) {
                return false;
            }
        }
        return true;
    }

    private static boolean differ(float one, float other) {
        return Float.floatToRawIntBits(one) != Float.floatToRawIntBits(other);
    }

    private Scores replay(String version, KernelIdentity kernel, FeatureVector features) {
        return rankers.replay(version, kernel, features.toBytes(), LIMIT).join();
    }

    /// Rankers choose for themselves, so there may be several.
    private Set<KernelIdentity> kernelsOf(String version) {
        return rankers.status().stream()
                .flatMap(ranker -> ranker.models().stream())
                .filter(model -> model.version().equals(version))
                .map(RankerStatus.Loaded::kernel)
                .collect(Collectors.toSet());
    }
}
