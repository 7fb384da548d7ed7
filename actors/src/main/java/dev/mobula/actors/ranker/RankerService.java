package dev.mobula.actors.ranker;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.model.EngineCalibration;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.ScoredBatch;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.ranking.serving.LiveModel;
import dev.mobula.ranking.serving.ModelLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Scores candidates with the models of its line-up over resident items.
///
/// A request is scored whole by one model, the one its user has. What cannot be scored is dropped with the reason; a
/// request that cannot be scored is refused, and the others of its call are not.
public final class RankerService implements Service {
    private static final int REQUESTS_MAX = 256;
    private static final long CALIBRATION_NANOS = Duration.ofMillis(250).toNanos();

    private final RankerSettings settings;
    private final RankerMeters meters;
    private final ModelShelf shelf;
    private final Shadows shadows;

    private RankerService(ServiceContext context, RankerSettings settings)
            throws IOException, InterruptedException {
        this.settings = settings;
        meters = new RankerMeters(context.meters(), context.name());
        shelf =
                new ModelShelf(
                        context.state(), loader(settings), context.cluster(), settings, meters);
        shadows = new Shadows(meters);
    }

    private static ModelLoader loader(RankerSettings settings) {
        return new ModelLoader(
                Kernels.ofThisMachine(),
                settings.torch() ? Set.of(ModelLoader.Engine.TORCH) : Set.of(),
                new EngineCalibration(System::nanoTime, CALIBRATION_NANOS),
                settings.candidatesMax());
    }

    /// Starts a ranker from the encoded [RankerSettings]: with its last line-up, or else with the starter model.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) throws IOException, InterruptedException {
            return new RankerService(context, RankerSettings.CODEC.decode(context.settings()));
        }
    }

    @Override
    public byte[] call(int op, byte[] request) throws IOException, InterruptedException {
        try {
            return switch (op) {
                case RankerProtocol.SCORE ->
                        RankerProtocol.RANKED.encode(
                                scoreAll(RankerProtocol.REQUESTS.decode(request)));
                case RankerProtocol.REPLAY ->
                        RankerProtocol.SCORES.encode(replay(RankerProtocol.LOGGED.decode(request)));
                case RankerProtocol.DESCRIBE ->
                        RankerProtocol.READINGS.encode(
                                describe(RankerProtocol.LOGGED.decode(request)));
                case RankerProtocol.SCHEMA ->
                        RankerProtocol.TEXT_ALONE.encode(
                                layout(
                                                shelf.standing()
                                                        .entry(
                                                                RankerProtocol.TEXT_ALONE.decode(
                                                                        request)))
                                        .schema()
                                        .toJson());
                case RankerProtocol.INSTALL ->
                        RankerProtocol.TEXT_ALONE.encode(
                                shelf.install(Path.of(RankerProtocol.TEXT_ALONE.decode(request))));
                case RankerProtocol.LINE_UP -> lineUp(RankerProtocol.TEXT_ALONE.decode(request));
                case RankerProtocol.RETIRE -> retire(RankerProtocol.TEXT_ALONE.decode(request));
                case RankerProtocol.LINEUP -> ServedLineup.CODEC.encode(shelf.served());
                case RankerProtocol.STATUS -> new StatusCodec().encode(status());
                default -> throw new CallException(Failure.REFUSED, "no operation " + op);
            };
        } catch (RankingException refused) {
            Failure failure =
                    refused.code().isCallersFault() ? Failure.REFUSED : Failure.APPLICATION;
            throw new CallException(failure, String.valueOf(refused.getMessage()), refused);
        }
    }

    private List<Ranked> scoreAll(List<RankRequest> requests) {
        if (requests.size() > REQUESTS_MAX) {
            throw new CallException(
                    Failure.REFUSED, "requests=" + requests.size() + ", at most " + REQUESTS_MAX);
        }
        ModelShelf.Standing standing = shelf.standing();
        List<Ranked> all = new ArrayList<>();
        for (RankRequest request : requests) {
            all.add(scoreOne(standing, request));
        }
        return all;
    }

    private Ranked scoreOne(ModelShelf.Standing standing, RankRequest request) {
        try {
            requireKnownFeatures(standing, request);
            ModelShelf.Entry entry = entryFor(standing, request);
            Scores scores =
                    score(entry, request)
                            .orElseThrow(
                                    () ->
                                            new CallException(
                                                    Failure.UNAVAILABLE, "a model is swapped"));
            meters.scored(scores.model(), scores.size(), scores.drops());
            shadows.compare(standing, request, scores.batch(), this::scoreAsShadow);
            return new Ranked.Scored(scores);
        } catch (RankingException refused) {
            if (!refused.code().isCallersFault()) {
                throw refused;
            }
            meters.refused();
            return new Ranked.Refused(request.user(), String.valueOf(refused.getMessage()));
        }
    }

    /// Candidates that were found elsewhere than in its space are no page of a bundle's, so whoever asks has to know.
    private static ModelShelf.Entry entryFor(ModelShelf.Standing standing, RankRequest request) {
        if (!request.model().isEmpty()) {
            return standing.entry(request.model());
        }
        String version = standing.lineup().versionFor(request.user());
        ModelShelf.Entry entry = standing.entry(version);
        entry.space()
                .ifPresent(
                        space -> {
                            throw new RankingException(
                                    RankingException.Code.INVALID_REQUEST,
                                    "model '%s' ranks what is found in space %s: it must be named"
                                            .formatted(version, space.name()));
                        });
        return entry;
    }

    /// A name that one version knows may be unknown to another; one that none knows is a mistake.
    private static void requireKnownFeatures(ModelShelf.Standing standing, RankRequest request) {
        for (String name : request.features().keySet()) {
            boolean isKnown =
                    standing.entries().values().stream()
                            .anyMatch(entry -> layout(entry).userFeatures().contains(name));
            if (!isKnown) {
                throw new RankingException(
                        RankingException.Code.INVALID_FEATURE,
                        "feature '" + name + "' is a user's in no loaded model");
            }
        }
    }

    private static FeatureLayout layout(ModelShelf.Entry entry) {
        return entry.model().model().layout();
    }

    private Optional<ScoredBatch> scoreAsShadow(ModelShelf.Entry entry, RankRequest request) {
        return score(entry, request).map(Scores::batch);
    }

    /// Nothing when the model was retired since the standing was read.
    private Optional<Scores> score(ModelShelf.Entry entry, RankRequest request) {
        if (request.candidates().length > settings.candidatesMax()) {
            throw new RankingException(
                    RankingException.Code.INVALID_REQUEST,
                    "candidates=%d, at most %d"
                            .formatted(request.candidates().length, settings.candidatesMax()));
        }
        Map<String, FeatureValue> known = new HashMap<>(request.context());
        known.putAll(request.features());
        known.keySet().retainAll(layout(entry).userFeatures());
        Optional<LiveModel.Lease> lent = entry.model().lease();
        if (lent.isEmpty()) {
            return Optional.empty();
        }
        try (LiveModel.Lease lease = lent.get()) {
            Ranker.Session session = lease.session();
            ScoredBatch batch =
                    session.rank(
                            layout(entry).encodeUser(known),
                            entry.items().columns(),
                            request.candidates(),
                            request.nowSeconds());
            List<byte[]> vectors =
                    request.wantsVectors() ? vectors(batch, session.batch()) : List.of();
            return Optional.of(scores(entry, request.surface(), batch, vectors));
        }
    }

    /// The scored candidates are those of the feature batch, in its order, without the ones dropped after scoring.
    private static List<byte[]> vectors(ScoredBatch scored, FeatureBatch features) {
        List<byte[]> vectors = new ArrayList<>();
        int at = 0;
        for (long id : scored.ids()) {
            while (features.id(at) != id) {
                at++;
            }
            vectors.add(features.vector(at).toBytes());
        }
        return vectors;
    }

    private static Scores scores(
            ModelShelf.Entry entry, String surface, ScoredBatch batch, List<byte[]> vectors) {
        LiveModel model = entry.model();
        return new Scores(
                batch.modelVersion(),
                batch.kernel(),
                model.model().layout().fingerprint(),
                entry.valueOn(surface),
                batch.heads(),
                model.calibrators().uncalibrated(batch.heads()),
                batch.ids(),
                batch.scores(),
                model.calibrators().apply(batch),
                batch.drops(),
                vectors);
    }

    private Scores replay(RankerProtocol.Logged logged) {
        ModelShelf.Entry entry = shelf.standing().entry(logged.model());
        LiveModel.Lease lent =
                entry.model()
                        .lease()
                        .orElseThrow(
                                () -> new CallException(Failure.UNAVAILABLE, "a model is swapped"));
        try (lent) {
            ScoredBatch batch =
                    lent.session().replay(FeatureVector.of(logged.vector()), logged.kernel());
            return scores(entry, "", batch, List.of());
        }
    }

    private List<FeatureLayout.Reading> describe(RankerProtocol.Logged logged) {
        return layout(shelf.standing().entry(logged.model()))
                .describe(FeatureVector.of(logged.vector()));
    }

    private byte[] lineUp(String json) throws IOException {
        Lineup lineup = Lineup.parse(json);
        shelf.lineUp(lineup);
        shadows.keepOnly(lineup.shadows());
        return RankerProtocol.NOTHING;
    }

    private byte[] retire(String version) throws IOException {
        shelf.retire(version);
        return RankerProtocol.NOTHING;
    }

    private RankerStatus status() {
        return new RankerStatus(
                shelf.standing().lineup(),
                shelf.loaded(),
                shelf.following(),
                shadows.status(),
                shadows.skipped());
    }

    @Override
    public void close() {
        shadows.close();
        shelf.close();
        meters.close();
    }
}
