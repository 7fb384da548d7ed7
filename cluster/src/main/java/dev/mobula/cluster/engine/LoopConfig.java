package dev.mobula.cluster.engine;

import dev.mobula.actors.loop.Guards;
import dev.mobula.actors.loop.LogLearning;
import dev.mobula.actors.loop.LoopSettings;
import dev.mobula.cluster.config.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How an engine learns from what it served.
public record LoopConfig(
        @Key(
                        value = "How often it learns by itself; 0: only when it is asked to.",
                        min = 0,
                        max = 365L * 86_400_000)
                Duration every,
        @Key(
                        "The YAML file of the training, without name, data and bundle; null for a small model of clicks, likes, hides and reports.")
                Optional<Path> training,
        @Key(
                        "The YAML file of a training of an encoder, task two-tower or sequence, without name, data and bundle: what finds candidates for the model learned with it. It learns from the first of kinds. Null: items are found by the vectors they are stored with.")
                Optional<Path> encoder,
        @Key(
                        "The folder of turns, and of bundles unless told; every ranker must see it. Null: below state.")
                Optional<Path> folder,
        @Key("The store of bundles; null for one in the loop's folder.") Optional<Path> bundles,
        @Key(
                        value = "Disk for bundles; over it the oldest that were never promoted go.",
                        min = 1 << 20,
                        max = 1e15)
                long bundleBytesMax,
        @Key(
                        "The logs of pages of other gateways, each STATE/impressions; this one's is read anyhow.")
                List<Path> otherPages,
        @Key("Kinds of events that the training learns from.") List<String> kinds,
        @Key(
                        value = "How long after it was shown an item's events count.",
                        min = 1,
                        max = 365L * 86_400_000)
                Duration window,
        @Key(value = "Items shown that there must be to learn from.", min = 1, max = 1e12)
                long itemsLeast,
        @Key("What events are worth to the guards, each {kind, value}.") List<Worth> worth,
        @Key("Kinds of events that are complaints.") List<String> complaints,
        @Key(value = "Logged items that are scored again.", min = 1, max = 100_000) int parityItems,
        @Key(value = "Live requests that a new model scores in shadow.", min = 1, max = 1e12)
                long shadowRequests,
        @Key(
                        value = "How far a head's mean may be from the served one's in shadow.",
                        min = 0,
                        max = 1e9)
                double driftMax,
        @Key(value = "Share of the users that a canary answers.", min = 0.001, max = 0.5)
                double canaryShare,
        @Key(value = "Items that a canary has to show before it is believed.", min = 1, max = 1e12)
                long canaryItems,
        @Key(
                        value =
                                "Share of the users that keep the old model while the new one is watched.",
                        min = 0.001,
                        max = 0.5)
                double heldBackShare,
        @Key(value = "Items that the old model has to show meanwhile.", min = 1, max = 1e12)
                long watchItems,
        @Key(
                        value = "Items that both models must have shown before a guard judges.",
                        min = 1,
                        max = 1e12)
                long guardItems,
        @Key(value = "Time between two looks at how a model does.", min = 10, max = 3_600_000)
                Duration poll,
        @Key(
                        value = "Most time for each of shadow, canary and watch.",
                        min = 10,
                        max = 365L * 86_400_000)
                Duration patience) {
    /// Learns only when asked, as carefully as the loop does by itself.
    public static final LoopConfig DEFAULT = usual();

    /// A small ranker of clicks, likes, hides and reports; the description of a training that names none.
    static final String TRAINING =
            """
            task: multitask
            seed: 7
            batch: 64
            epochs: 4
            model:
              hidden: [32]
              cross: 1
              labels:
                - {head: click, kind: click}
                - {head: like, kind: like}
                - {head: hide, kind: hide}
                - {head: report, kind: report}
            optimizer: {rate: 0.005, table-rate: 0.05, clip: 10}
            """;

    /// What one kind of event is worth.
    public record Worth(
            @Key("The kind.") String kind,
            @Key(value = "What one is worth.", min = -1e6, max = 1e6) double value) {}

    public LoopConfig {
        otherPages = List.copyOf(otherPages);
        kinds = List.copyOf(kinds);
        worth = List.copyOf(worth);
        complaints = List.copyOf(complaints);
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("kinds=[]: must name what is learned from");
        }
        if (patience.compareTo(poll) < 0) {
            throw new IllegalArgumentException(
                    "patience=" + patience + " is shorter than poll=" + poll);
        }
    }

    private static LoopConfig usual() {
        LoopSettings standard = LoopSettings.standard();
        return new LoopConfig(
                Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                64L << 30,
                List.of(),
                List.of("click", "like", "hide", "report"),
                Duration.ofHours(24),
                10_000,
                List.of(
                        new Worth("click", 0.2),
                        new Worth("like", 1),
                        new Worth("hide", -4),
                        new Worth("report", -15)),
                List.of("hide", "report"),
                standard.parityRows(),
                standard.shadowRequests(),
                standard.driftMax(),
                standard.canaryShare(),
                standard.canaryImpressions(),
                standard.heldBackShare(),
                standard.watchImpressions(),
                standard.guards().impressionsLeast(),
                standard.poll(),
                standard.patience());
    }

    /// For a world of minutes: learns this often from a few thousand items shown, with large canaries and short looks.
    public static LoopConfig quick(Duration every) {
        LoopConfig usual = DEFAULT;
        return new LoopConfig(
                every,
                usual.training(),
                usual.encoder(),
                usual.folder(),
                usual.bundles(),
                1L << 30,
                usual.otherPages(),
                usual.kinds(),
                Duration.ofSeconds(1),
                2_000,
                usual.worth(),
                usual.complaints(),
                100,
                20,
                1,
                0.4,
                400,
                0.4,
                400,
                300,
                Duration.ofMillis(200),
                Duration.ofMinutes(10));
    }

    /// The same with this store of bundles.
    public LoopConfig withBundles(Path store) {
        return new LoopConfig(
                every,
                training,
                encoder,
                folder,
                Optional.of(store),
                bundleBytesMax,
                otherPages,
                kinds,
                window,
                itemsLeast,
                worth,
                complaints,
                parityItems,
                shadowRequests,
                driftMax,
                canaryShare,
                canaryItems,
                heldBackShare,
                watchItems,
                guardItems,
                poll,
                patience);
    }

    /// The same with this encoder to learn.
    public LoopConfig withEncoder(Path description) {
        return new LoopConfig(
                every,
                training,
                Optional.of(description),
                folder,
                bundles,
                bundleBytesMax,
                otherPages,
                kinds,
                window,
                itemsLeast,
                worth,
                complaints,
                parityItems,
                shadowRequests,
                driftMax,
                canaryShare,
                canaryItems,
                heldBackShare,
                watchItems,
                guardItems,
                poll,
                patience);
    }

    /// The description of the training, without what the loop gives.
    String description() throws IOException {
        String text = training.isEmpty() ? TRAINING : Files.readString(training.get());
        LogLearning.requireDescription(text);
        return text;
    }

    /// That of the encoder, if one is to be learned.
    Optional<String> encoderDescription() throws IOException {
        if (encoder.isEmpty()) {
            return Optional.empty();
        }
        String text = Files.readString(encoder.get());
        LogLearning.requireDescription(text);
        return Optional.of(text);
    }

    LoopSettings settings() {
        return LoopSettings.standard()
                .withParity(parityItems)
                .withShadow(shadowRequests, driftMax)
                .withCanary(canaryShare, canaryItems)
                .withWatch(heldBackShare, watchItems)
                .withGuards(Guards.standard().withImpressionsLeast(guardItems))
                .withTimes(poll, patience);
    }

    Map<String, Double> worths() {
        Map<String, Double> byKind = new LinkedHashMap<>();
        worth.forEach(one -> byKind.put(one.kind(), one.value()));
        return byKind;
    }

    Set<String> complaintKinds() {
        return new LinkedHashSet<>(complaints);
    }
}
