package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.cluster.gateway.Key;
import dev.mobula.cluster.gateway.KeyFile;
import dev.mobula.cluster.gateway.Scope;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class KeysCommandTest {
    @TempDir private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Console console =
                new Console(new PrintWriter(out, true), new PrintWriter(err, true), false, false);
        CommandLine line = KeysCommand.of(console, new SecureRandom());
        line.setErr(console.err());
        line.setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                    err.append(failure.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                });
        return line.execute(arguments);
    }

    @Test
    void aKeyIsAddedShownOnceListedAndRemoved() throws Exception {
        String file = folder.resolve("keys.json").toString();
        assertThat(run("add", file, "--name", "feeds", "--scopes", "feed,write", "--rate", "7"))
                .isZero();
        String secret = out.toString().strip();
        Key kept = new KeyFile(Path.of(file)).read().getFirst();
        assertThat(kept.sha256()).isEqualTo(Key.hash(secret));
        assertThat(kept.scopes()).containsExactly(Scope.FEED, Scope.WRITE);
        assertThat(kept.requestsPerSecond()).isEqualTo(7);

        assertThat(run("add", file, "--name", "boss", "--scopes", "admin")).isZero();
        assertThat(run("list", file)).isZero();
        assertThat(out.toString()).contains("feeds", "feed,write", "boss").doesNotContain(secret);
        assertThat(run("remove", file, "feeds")).isZero();
        assertThat(out.toString()).contains("1 left");
        assertThat(new KeyFile(Path.of(file)).read()).extracting(Key::name).containsExactly("boss");
    }

    @Test
    void badArgumentsAreNamed() {
        String file = folder.resolve("keys.json").toString();
        assertThat(run("add", file, "--name", "a b", "--scopes", "feed")).isEqualTo(1);
        assertThat(err.toString()).contains("name=a b");
        assertThat(run("add", file, "--name", "a", "--scopes", "fly")).isEqualTo(1);
        assertThat(err.toString()).contains("scope=fly", "review");
        assertThat(run("add", file, "--name", "a", "--scopes", "feed", "--rate", "0")).isEqualTo(1);
        assertThat(err.toString()).contains("requestsPerSecond=0");
        assertThat(run("add", file, "--name", "a", "--scopes", "feed")).isZero();
        assertThat(run("add", file, "--name", "a", "--scopes", "feed")).isEqualTo(1);
        assertThat(err.toString()).contains("--name a");
        assertThat(run("remove", file, "nobody")).isEqualTo(1);
        assertThat(err.toString()).contains("nobody");
        assertThat(run()).isEqualTo(2);
    }
}
