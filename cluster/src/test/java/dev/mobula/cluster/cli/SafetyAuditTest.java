package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.review.ReviewDesk;
import dev.mobula.cluster.engine.SmallEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetyAuditTest {
    @TempDir private Path folder;

    private final Said said = new Said(SafetyAudit::of);

    @Test
    void aLogIsExportedAndVerifiedAndEveryChangeOfItShows() throws IOException {
        Path file = folder.resolve("audit.jsonl");
        String head;
        try (SmallEngine small = new SmallEngine(folder.resolve("state"))) {
            ReviewDesk desk = small.engine.safety().review();
            for (int i = 0; i < 30; i++) {
                desk.report(new ReviewDesk.Report(i, Subject.account(i), "spam", "no " + i, 1));
            }
            String url = small.uri().toString();
            assertThat(said.run("head", "--url", url)).isZero();
            head = said.out().strip();
            assertThat(head).hasSize(64);
            desk.forget(7);
            assertThat(said.run("verify", "--url", url, "--head", head)).isZero();
            assertThat(said.out()).contains("31 links", ": sound");
            assertThat(said.run("verify", "--url", url, "--head", "0abc")).isEqualTo(1);
            assertThat(said.out()).contains("the head 0abc is not in the log");
            assertThat(said.run("export", "--url", url, "--file", file)).isZero();
        }
        assertThat(said.run("verify", "--file", file, "--head", head)).isZero();
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(31).noneMatch(line -> line.contains("no 7\\"));
        assertFound(lines.subList(0, 20), head, "was cut or rewritten");
        List<String> edited = new ArrayList<>(lines);
        Collections.replaceAll(edited, lines.get(4), lines.get(4).replace("no 4", "no 5"));
        assertFound(edited, head, "link 5 personal content were edited");
        List<String> removed = new ArrayList<>(lines);
        removed.remove(9);
        assertFound(removed, head, "links between are gone");
        Files.writeString(file, "nonsense");
        assertThat(said.run("verify", "--file", file)).isNotZero();
        assertThat(said.err()).contains("line 1");
        assertThat(said.run("verify", "--head", head)).isNotZero();
    }

    private void assertFound(List<String> lines, String head, String fault) throws IOException {
        Path changed = Files.write(folder.resolve("changed.jsonl"), lines);
        assertThat(said.run("verify", "--file", changed, "--head", head)).isEqualTo(1);
        assertThat(said.out()).contains(fault, "NOT sound");
    }
}
