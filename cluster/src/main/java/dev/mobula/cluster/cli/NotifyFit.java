package dev.mobula.cluster.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mobula.actors.notify.DecisionHistory;
import dev.mobula.actors.notify.VolumeSchool;
import dev.mobula.cluster.engine.LogsConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `notify fit`: fits what messages add and risk to an engine's own log.
@Command(
        name = "fit",
        description = {
            "Fit response curves and the hazard of turning messages off to the weeks of an engine's people in which"
                    + " chance alone said how many messages they got (notifications.volumeTrial), with who came by its"
                    + " log of pages.",
            "With --put the engine decides by them at once, as the next version; notify learned --roll-back N goes back."
        },
        footer =
                "%nExit code: 1 when curves see no more in messages, in people they were not fitted to, than curves that"
                        + " know of none; then nothing is put.")
final class NotifyFit implements Callable<Integer> {
    private static final String PATH = "/v1/notifications/curves";

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
            description = "Where to write the curves; nowhere unless told.")
    private @Nullable Path out;

    @Option(
            names = "--put",
            paramLabel = "URL",
            description = "The gateway of the engine that is to decide by them.")
    private @Nullable URI put;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "A key with the scope admin, when the gateway asks for keys.")
    private @Nullable String key;

    @Option(
            names = "--weeks-min",
            defaultValue = "1000",
            description = "With fewer weeks of people nothing is fitted (${DEFAULT-VALUE}).")
    private int weeksMin;

    @Option(
            names = "--visit",
            defaultValue = "1",
            description = "What it is worth that somebody comes (${DEFAULT-VALUE}).")
    private double visit;

    @Option(
            names = "--message",
            defaultValue = "0.001",
            description = "What every message costs (${DEFAULT-VALUE}).")
    private double message;

    @Option(names = "--seed", defaultValue = "1", description = "Of the halves (${DEFAULT-VALUE}).")
    private long seed;

    NotifyFit(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        Path pages = LogsConfig.pagesOf(state);
        if (!Files.isDirectory(pages)) {
            throw new CommandFailure(
                    "--state " + state + ": has no log of pages, which says who came");
        }
        VolumeSchool.Weeks weeks =
                VolumeSchool.weeks(
                        NotifyLearn.rounds(state, 0, clock),
                        DecisionHistory.visits(pages),
                        clock.millis());
        VolumeSchool.Lesson lesson = VolumeSchool.fit(weeks, weeksMin, seed);
        String told =
                String.format(
                        Locale.ROOT,
                        "%d weeks of people, in %.1f %% they came, in %.2f %% they turned messages off; a week of others is"
                                + " %+.5f likelier by the curves than without messages",
                        lesson.rows(),
                        100 * lesson.active(),
                        100 * lesson.disabled(),
                        lesson.gain());
        console.say(told);
        if (weeks.passed() > 0) {
            console.say(weeks.passed() + " weeks have other features, or none, and were left out");
        }
        String body = body(lesson, told);
        if (out != null) {
            Files.writeString(out, body);
            console.say(out + ": the curves");
        }
        if (!(lesson.gain() > 0)) {
            console.say("the curves are not put to work: they see nothing in messages");
            return 1;
        }
        if (put != null) {
            console.say(new EngineCall(put, key).send("PUT", PATH, body));
        }
        return 0;
    }

    private String body(VolumeSchool.Lesson lesson, String note) {
        JsonMapper json = JsonMapper.builder().build();
        ObjectNode body = json.createObjectNode();
        body.put("features", lesson.response().width())
                .put("channels", lesson.response().channels());
        body.set("response", json.valueToTree(lesson.response().parameters()));
        body.set("disable", json.valueToTree(lesson.disable().parameters()));
        return body.put("visit", visit).put("message", message).put("note", note).toString();
    }
}
