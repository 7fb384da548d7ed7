package dev.mobula.cluster.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.actors.notify.DecisionHistory;
import dev.mobula.actors.notify.RuleSchool;
import dev.mobula.cluster.api.RuleFile;
import dev.mobula.cluster.engine.LogsConfig;
import dev.mobula.ranking.ope.Estimate;
import dev.mobula.ranking.ope.PromotionGate;
import dev.mobula.training.volume.ConservativeQ;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `notify learn`: learns a rule for sending or holding from an engine's own log of decisions.
@Command(
        name = "learn",
        description = {
            "Learn when to send and when to wait from the log of decisions of an engine, which may run meanwhile:"
                    + " conservative Q-learning on half of the people.",
            "The other half judges the rule, and the numbers are printed; so does the engine again before it follows it"
                    + " (notify rule)."
        },
        footer = "%nExit code: 1 when the rule would not be let through.")
final class NotifyLearn implements Callable<Integer> {
    private final Console console;
    private final InstantSource clock;

    @Option(
            names = "--state",
            paramLabel = "FOLDER",
            defaultValue = "mobula-state",
            description = "The engine's state folder (${DEFAULT-VALUE}).")
    private Path state = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where to write the rule; nowhere unless told.")
    private @Nullable Path out;

    @Option(
            names = "--settled",
            paramLabel = "HOURS",
            defaultValue = "24",
            description = "Leave decisions out that are younger (${DEFAULT-VALUE}).")
    private int settledHours;

    @Option(
            names = "--exploration",
            defaultValue = "0.02",
            description = "With which the engine would decide (${DEFAULT-VALUE}).")
    private double exploration;

    @Option(
            names = "--open",
            defaultValue = "1",
            description = "What an opened message is worth (${DEFAULT-VALUE}).")
    private double open;

    @Option(
            names = "--convert",
            defaultValue = "3",
            description = "What a conversion is worth (${DEFAULT-VALUE}).")
    private double convert;

    @Option(
            names = "--message",
            defaultValue = "0.05",
            description = "What every message costs (${DEFAULT-VALUE}).")
    private double message;

    @Option(
            names = "--disable",
            defaultValue = "10",
            description = "What is lost when somebody turns messages off (${DEFAULT-VALUE}).")
    private double disable;

    @Option(
            names = "--steps",
            defaultValue = "4000",
            description = "Steps of the learning (${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--loss-max",
            defaultValue = "0.001",
            description =
                    "So much less reward for each decision is still no harm (${DEFAULT-VALUE}).")
    private double lossMax;

    @Option(
            names = "--harm-max",
            defaultValue = "0.0005",
            description = "So many more who turn messages off are still none (${DEFAULT-VALUE}).")
    private double harmMax;

    @Option(names = "--seed", defaultValue = "1", description = "Of all chance (${DEFAULT-VALUE}).")
    private long seed;

    NotifyLearn(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        if (!(exploration >= 0 && exploration <= 0.5)) {
            throw new CommandFailure("--exploration " + exploration + ": must be 0 to 0.5");
        }
        List<DecisionHistory.Round> rounds = rounds(state, settledHours, clock);
        ConservativeQ.Settings usual = ConservativeQ.Settings.DEFAULT;
        RuleSchool.Lesson lesson =
                RuleSchool.learn(
                        rounds,
                        new RuleSchool.Worth(open, convert, message, disable),
                        new ConservativeQ.Settings(
                                usual.discount(),
                                usual.caution(),
                                usual.hidden(),
                                steps,
                                usual.batch(),
                                usual.rate()),
                        PromotionGate.of(lossMax, harmMax, seed),
                        exploration,
                        seed);
        console.say(
                String.format(
                        Locale.ROOT,
                        "learned from %d decisions, judged by %d of other people: effective %.0f, mean weight %.4f",
                        lesson.rule().decisions(),
                        lesson.judgement().rounds(),
                        lesson.judgement().effectiveSampleSize(),
                        lesson.judgement().meanWeight()));
        lesson.judgement().reward().ifPresent(one -> say("reward of a decision", one));
        lesson.judgement().harm().ifPresent(one -> say("harm of a decision", one));
        lesson.judgement().reasons().forEach(why -> console.say("against it: " + why));
        if (out != null) {
            Files.write(
                    out,
                    JsonMapper.builder()
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .build()
                            .writeValueAsBytes(RuleFile.of(lesson.rule())));
            console.say(out + ": the rule; notify rule --put lets it run in the shadow");
        }
        return lesson.judgement().promotes() ? 0 : 1;
    }

    /// The settled decisions of an engine's state folder.
    static List<DecisionHistory.Round> rounds(Path state, int settledHours, InstantSource clock) {
        Path log = LogsConfig.decisionsOf(state);
        if (!Files.isDirectory(log)) {
            throw new CommandFailure("--state " + state + ": has no log of decisions");
        }
        long settled = clock.millis() - Duration.ofHours(settledHours).toMillis();
        return DecisionHistory.read(log, settled);
    }

    private void say(String what, Estimate change) {
        console.say(
                String.format(
                        Locale.ROOT,
                        "%s, against what was done: %+.5f [%+.5f, %+.5f]",
                        what,
                        change.value(),
                        change.lower(),
                        change.upper()));
    }
}
