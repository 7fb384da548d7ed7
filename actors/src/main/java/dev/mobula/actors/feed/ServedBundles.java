package dev.mobula.actors.feed;

import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.ranker.ServedLineup;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.shards.Steps;
import dev.mobula.actors.spaces.SpaceNote;
import dev.mobula.actors.spaces.UserEncoder;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.training.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * The rankers' line-up is the truth, on their disks; here is the reference to it that a request reads. Whoever puts a
 * line-up in force has it read at once, other gateways within a moment. Until then they name versions of the line-up
 * before, which are loaded still; one that is not any more is refused, and the request begins again with what is in force.
 * Encoders are read before the reference moves to them, so no request waits for one.
 */
/// Which bundle answers whom: one reference, read once by a request.
final class ServedBundles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServedBundles.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(2);

    private final Rankers rankers;
    private final Steps polling;
    private Map<String, UserEncoder> encoders = Map.of();
    private volatile Reference now = new Reference(Optional.empty(), Map.of(), List.of());

    /// @param byVersion empty while every version searches the vectors that items are stored with
    /// @param troubles what could not be read
    private record Reference(
            Optional<ServedLineup> told, Map<String, Serving> byVersion, List<String> troubles) {}

    ServedBundles(Rankers rankers) {
        this.rankers = rankers;
        polling =
                new Steps(
                        Thread.ofVirtual().name("mobula-bundles"),
                        "the line-up",
                        () -> {
                            refresh();
                            return Optional.of(POLL);
                        });
    }

    void start() {
        polling.start();
    }

    /// What answers a user now.
    Serving of(long user) {
        Reference read = now;
        if (read.told().isEmpty() || read.byVersion().isEmpty()) {
            return Serving.USUAL;
        }
        Lineup lineup = read.told().get().lineup();
        return read.byVersion().getOrDefault(lineup.versionFor(user), Serving.USUAL);
    }

    /// Moves the reference to what the rankers have in force.
    synchronized void refresh() {
        ServedLineup told = Answers.await(rankers.lineup(ASK_LIMIT));
        Reference before = now;
        if (before.told().equals(Optional.of(told)) && before.troubles().isEmpty()) {
            return;
        }
        Map<String, UserEncoder> wanted = new HashMap<>();
        List<String> troubles = new ArrayList<>();
        told.spaces()
                .forEach(
                        (version, note) ->
                                read(note, troubles).ifPresent(it -> wanted.put(note.name(), it)));
        Map<String, Serving> byVersion = new HashMap<>();
        if (!told.spaces().isEmpty()) {
            for (String version : told.lineup().versions()) {
                byVersion.put(version, serving(version, told.spaces(), wanted));
            }
        }
        encoders = wanted;
        now = new Reference(Optional.of(told), Map.copyOf(byVersion), List.copyOf(troubles));
    }

    private static Serving serving(
            String version, Map<String, SpaceNote> spaces, Map<String, UserEncoder> encoders) {
        SpaceNote note = spaces.get(version);
        return note == null
                ? new Serving(version, "", Optional.empty())
                : new Serving(version, note.name(), Optional.ofNullable(encoders.get(note.name())));
    }

    private Optional<UserEncoder> read(SpaceNote note, List<String> troubles) {
        UserEncoder known = encoders.get(note.name());
        if (known != null) {
            return Optional.of(known);
        }
        try {
            return Optional.of(UserEncoder.load(Path.of(note.encoder())));
        } catch (IOException | TrainingException | RankingException unreadable) {
            String why = "the encoder of space %s: %s".formatted(note.name(), unreadable);
            if (!now.troubles().contains(why)) {
                LOG.warn("{}", why);
            }
            troubles.add(why);
            return Optional.empty();
        }
    }

    /// What cannot be read here, in words; empty when nothing is amiss.
    List<String> troubles() {
        return now.troubles();
    }

    @Override
    public void close() {
        polling.close();
    }
}
