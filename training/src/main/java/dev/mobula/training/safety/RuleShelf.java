package dev.mobula.training.safety;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.durable.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/*
 * Every version that was ever put in the shadow is a file that never changes, named by its number. One small file says
 * which of them acts, which is in the shadow, which were back-tested and how it went, and who was promoted over whom; it
 * is replaced as a whole, so a command that is killed leaves the one state or the other.
 */
/// The versions of a set of rules: one acts, one is judged in its shadow, all can be gone back to.
public final class RuleShelf {
    /// The most versions.
    public static final int VERSIONS_MAX = 10_000;

    /// The most characters of a set of rules.
    public static final int SOURCE_CHARS_MAX = 4 << 20;

    private static final JsonMapper JSON = new JsonMapper();
    private static final String STATE = "rules.json";
    private static final int NONE = 0;

    private final Path folder;
    private final InstantSource clock;

    /// One version of the rules as it was kept.
    ///
    /// @param number from 1
    /// @param digest of the source
    /// @param tested events of its back-test, 0 for none; `stopped` names the rules that stopped themselves in it
    public record Version(
            int number, String digest, long atMillis, long tested, List<String> stopped) {
        public Version {
            stopped = List.copyOf(stopped);
        }
    }

    /// Something that became of a version.
    public record Turn(long atMillis, String what, int number, String note) {}

    /// All that is known of the versions; 0 for none acting, or none in the shadow.
    public record State(List<Version> versions, int active, int shadow, List<Turn> turns) {
        public State {
            versions = List.copyOf(versions);
            turns = List.copyOf(turns);
        }
    }

    /// A version with its rules.
    public record Stored(Version version, String source) {}

    private RuleShelf(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /// The shelf in a folder, which is made when it is not there.
    public static RuleShelf open(Path folder, InstantSource clock) {
        try {
            Files.createDirectories(folder);
        } catch (IOException cause) {
            throw new TrainingException(Code.IO, folder + ": " + cause.getMessage(), cause);
        }
        return new RuleShelf(folder, clock);
    }

    public State state() {
        Path file = folder.resolve(STATE);
        try {
            return Files.exists(file)
                    ? JSON.readValue(Files.readString(file), State.class)
                    : new State(List.of(), NONE, NONE, List.of());
        } catch (JsonProcessingException bad) {
            throw new TrainingException(Code.CORRUPT, file + ": " + bad.getOriginalMessage(), bad);
        } catch (IOException cause) {
            throw new TrainingException(Code.IO, file + ": " + cause.getMessage(), cause);
        }
    }

    public Optional<Stored> active() {
        return stored(state().active());
    }

    public Optional<Stored> shadow() {
        return stored(state().shadow());
    }

    private Optional<Stored> stored(int number) {
        if (number == NONE) {
            return Optional.empty();
        }
        Version version = state().versions().get(number - 1);
        try {
            String source = Files.readString(file(number));
            if (!digest(source).equals(version.digest())) {
                throw new TrainingException(Code.CORRUPT, file(number) + ": was changed");
            }
            return Optional.of(new Stored(version, source));
        } catch (IOException cause) {
            throw new TrainingException(Code.IO, file(number) + ": " + cause.getMessage(), cause);
        }
    }

    private Path file(int number) {
        return folder.resolve(number + ".rules");
    }

    /// What tells one source from another.
    public static String digest(String source) {
        return DurableFile.sha256(source.getBytes(StandardCharsets.UTF_8));
    }

    /// Puts checked rules into the shadow, as the version that has this source already, or as a new one.
    public synchronized Version shadow(String source, String note) {
        if (source.length() > SOURCE_CHARS_MAX) {
            throw TrainingException.invalid("rules", source.length() + " characters", "too many");
        }
        State state = state();
        String digest = digest(source);
        Version version =
                state.versions().stream()
                        .filter(one -> one.digest().equals(digest))
                        .findFirst()
                        .orElse(
                                new Version(
                                        state.versions().size() + 1,
                                        digest,
                                        clock.millis(),
                                        0,
                                        List.of()));
        if (version.number() > VERSIONS_MAX) {
            throw TrainingException.invalid("versions", version.number(), "too many");
        }
        List<Version> versions = new ArrayList<>(state.versions());
        if (version.number() > versions.size()) {
            DurableFile.write(file(version.number()), source.getBytes(StandardCharsets.UTF_8));
            versions.add(version);
        }
        keep(versions, state.active(), version.number(), "shadow", version.number(), note);
        return version;
    }

    /// Notes how a version fared in a back-test; nothing when no version has this source.
    ///
    /// @param stopped the rules that stopped themselves
    public synchronized void tested(String source, long events, List<String> stopped) {
        State state = state();
        String digest = digest(source);
        List<Version> versions = new ArrayList<>();
        int number = NONE;
        for (Version one : state.versions()) {
            boolean same = one.digest().equals(digest);
            number = same ? one.number() : number;
            versions.add(
                    same
                            ? new Version(one.number(), digest, one.atMillis(), events, stopped)
                            : one);
        }
        if (number != NONE) {
            keep(versions, state.active(), state.shadow(), "back-test", number, events + " events");
        }
    }

    /// Lets the version in the shadow act. It must have been back-tested without a rule that stopped itself.
    public synchronized Version promote(String note) {
        State state = state();
        if (state.shadow() == NONE) {
            throw TrainingException.invalid("shadow", "none", "put rules into the shadow first");
        }
        Version version = state.versions().get(state.shadow() - 1);
        if (version.tested() == 0) {
            throw TrainingException.invalid(
                    "version", version.number(), "was not back-tested; do that first");
        }
        if (!version.stopped().isEmpty()) {
            throw TrainingException.invalid(
                    "version",
                    version.number(),
                    "would have touched more than its limits: " + version.stopped());
        }
        keep(state.versions(), version.number(), NONE, "promote", version.number(), note);
        return version;
    }

    /// Lets the version act that did before the one that does, or none when it was the first.
    ///
    /// @return its number, 0 for none
    public synchronized int rollback(String note) {
        State state = state();
        if (state.active() == NONE) {
            throw TrainingException.invalid("active", "none", "there is nothing to go back from");
        }
        List<Integer> line = new ArrayList<>(List.of(NONE));
        for (Turn turn : state.turns()) {
            if (turn.what().equals("promote")) {
                line.add(turn.number());
            } else if (turn.what().equals("rollback")) {
                line.removeLast();
            }
        }
        line.removeLast();
        int before = line.getLast();
        keep(state.versions(), before, state.shadow(), "rollback", before, note);
        return before;
    }

    private void keep(
            List<Version> versions, int active, int shadow, String what, int number, String note) {
        List<Turn> turns = new ArrayList<>(state().turns());
        turns.add(new Turn(clock.millis(), what, number, note));
        try {
            byte[] json = JSON.writeValueAsBytes(new State(versions, active, shadow, turns));
            DurableFile.write(folder.resolve(STATE), json);
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("a state has JSON", cause);
        }
    }
}
