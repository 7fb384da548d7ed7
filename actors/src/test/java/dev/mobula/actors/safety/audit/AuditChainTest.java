package dev.mobula.actors.safety.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.retrieval.store.RowStore;
import dev.mobula.retrieval.store.RowStore.RowCommand;
import dev.mobula.retrieval.store.StoreOptions;
import dev.mobula.testing.Seeds;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditChainTest {
    private static final int LINKS = 20;

    @TempDir private Path folder;
    private final AuditChain chain = new AuditChain(new SecureRandom());
    private RowStore store;

    @BeforeEach
    void open() {
        store = RowStore.open(StoreOptions.at(folder), "audit", AuditChain.families(), () -> {});
    }

    @AfterEach
    void close() {
        store.close();
    }

    private <T> T run(RowCommand<T> command) {
        return store.submit(command, 1_000).join();
    }

    /// Link n speaks of persons n and n % 3.
    private void log(int from, int to) {
        for (int i = from; i <= to; i++) {
            int link = i;
            run(
                    rows ->
                            chain.append(
                                    rows,
                                    1_000 + link,
                                    "act",
                                    Map.of("number", link),
                                    Map.of("who", "person " + link),
                                    List.of((long) link, (long) (link % 3))));
        }
    }

    private List<AuditRow> read() {
        List<AuditRow> all = new ArrayList<>();
        List<AuditRow> page = run(rows -> chain.after(rows, 0, 7));
        while (!page.isEmpty()) {
            all.addAll(page);
            long last = page.getLast().entry().sequence();
            page = run(rows -> chain.after(rows, last, 7));
        }
        return all;
    }

    private static AuditVerifier.Findings verify(List<AuditRow> rows, String head) {
        AuditVerifier verifier = new AuditVerifier(Optional.of(head));
        rows.forEach(verifier::accept);
        return verifier.finish();
    }

    @Test
    void aChainIsSoundAcrossReopeningAndEndsAtItsHead() {
        log(1, 10);
        close();
        open();
        log(11, LINKS);
        List<AuditRow> rows = read();
        AuditVerifier.Findings found = verify(rows, rows.get(4).entry().hash());
        assertThat(found.faults()).isEmpty();
        assertThat(found.entries()).isEqualTo(LINKS);
        assertThat(found.head())
                .isEqualTo(rows.getLast().entry().hash())
                .isEqualTo(run(all -> Optional.ofNullable(chain.last(all))).orElseThrow().hash());
    }

    @Test
    void everyEditRemovalAndTruncationShowsAgainstAnExportedHead() {
        log(1, LINKS);
        List<AuditRow> rows = read();
        String head = rows.getLast().entry().hash();
        Set<String> tried = new HashSet<>();
        Seeds.forAll(
                500,
                random -> {
                    List<AuditRow> changed = new ArrayList<>(rows);
                    tried.add(tamper(changed, random));
                    AuditVerifier.Findings found = verify(changed, head);
                    assertThat(found.sound()).as("%s", found).isFalse();
                });
        assertThat(tried).hasSize(8);
    }

    private static String tamper(List<AuditRow> rows, SplittableRandom random) {
        int at = random.nextInt(rows.size());
        AuditRow row = rows.get(at);
        AuditEntry e = row.entry();
        return switch (random.nextInt(8)) {
            case 0 -> {
                rows.remove(at);
                yield "removed";
            }
            case 1 -> {
                rows.subList(at, rows.size()).clear();
                yield "truncated";
            }
            case 2 -> {
                AuditContent other = new AuditContent(row.facts().salt(), "{\"number\":99}");
                rows.set(at, new AuditRow(e, other, row.personal()));
                yield "facts edited";
            }
            case 3 -> {
                AuditContent other = new AuditContent(row.facts().salt(), "{}");
                AuditEntry fitted = with(e, e.kind(), e.atMillis(), other.commitment());
                rows.set(at, new AuditRow(fitted, other, row.personal()));
                yield "facts and commitment edited";
            }
            case 4 -> {
                AuditEntry other = with(e, "other", e.atMillis(), e.facts());
                rows.set(at, new AuditRow(other, row.facts(), row.personal()));
                yield "kind edited";
            }
            case 5 -> {
                rows.set(at, new AuditRow(e, row.facts(), null));
                yield "personal content taken";
            }
            case 6 -> {
                AuditEntry other = with(e, e.kind(), e.atMillis() + 1, e.facts());
                rows.set(at, new AuditRow(other, row.facts(), row.personal()));
                yield "time edited";
            }
            default -> {
                rewrite(rows, at);
                yield "rewritten from there on";
            }
        };
    }

    private static AuditEntry with(AuditEntry e, String kind, long at, String facts) {
        return new AuditEntry(e.sequence(), at, kind, facts, e.personal(), e.previous());
    }

    /// A forger who makes every later link fit.
    private static void rewrite(List<AuditRow> rows, int from) {
        for (int i = from; i < rows.size(); i++) {
            AuditEntry e = rows.get(i).entry();
            String kind = i == from ? "forged" : e.kind();
            String previous = i == 0 ? e.previous() : rows.get(i - 1).entry().hash();
            AuditEntry fitted =
                    new AuditEntry(
                            e.sequence(), e.atMillis(), kind, e.facts(), e.personal(), previous);
            rows.set(i, new AuditRow(fitted, rows.get(i).facts(), rows.get(i).personal()));
        }
    }

    @Test
    void forgettingAPersonErasesWhatSpeaksOfThemAndBreaksNothing() {
        log(1, LINKS);
        String head = read().getLast().entry().hash();
        int erased = run(rows -> chain.forget(rows, 1, 9_000));
        assertThat(erased).isEqualTo(7); // 1, 4, 7 and so on
        List<AuditRow> rows = read();
        assertThat(verify(rows, head).faults()).isEmpty();
        assertThat(rows).hasSize(LINKS + 1);
        assertThat(rows.toString()).doesNotContain("person 4\"").contains("person 5\"");
        int nothing = run(all -> chain.forget(all, 1, 9_000));
        assertThat(nothing).isZero();
        rows.removeLast();
        assertThat(verify(rows, head).faults())
                .hasSize(7)
                .allMatch(fault -> fault.contains("nothing says that it was erased"));
    }

    @Test
    void prunedLinksAreGoneAndSayTillWhereAndATornBeginningIsNotTakenForPruning() {
        log(1, LINKS);
        List<AuditRow> before = read();
        int pruned = run(rows -> chain.prune(rows, 1_011, 9_000));
        assertThat(pruned).isEqualTo(10);
        log(LINKS + 1, LINKS + 3);
        List<AuditRow> rows = read();
        assertThat(rows.getFirst().entry().sequence()).isEqualTo(11);
        assertThat(verify(rows, before.getLast().entry().hash()).faults()).isEmpty();
        assertThat(verify(rows, before.get(9).entry().hash()).faults()).isEmpty();
        assertThat(verify(rows.subList(1, rows.size()), before.getLast().entry().hash()).faults())
                .singleElement()
                .asString()
                .contains("links 1 to 11 are gone");
        int rest = run(all -> chain.prune(all, Long.MAX_VALUE, 9_001));
        assertThat(rest).isPositive();
        List<AuditRow> last = read();
        assertThat(verify(last, last.getLast().entry().hash()).faults()).isEmpty();
    }
}
