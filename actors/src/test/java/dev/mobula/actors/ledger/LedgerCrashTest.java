package dev.mobula.actors.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.ranking.notify.ledger.ReservationId;
import dev.mobula.ranking.notify.ledger.ReservationState;
import dev.mobula.ranking.notify.ledger.UserKey;
import dev.mobula.retrieval.RetrievalException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a crash leaves of a ledger.
final class LedgerCrashTest {
    private static final int ROUNDS = 3;
    private static final int ANSWERS_BEFORE_KILL = 400;

    @TempDir Path root;

    @Test
    @Timeout(180)
    void everyAnswerSurvivesKillNineAndNobodyGetsMoreThanTheCap() throws Exception {
        Map<ReservationId, ReservationState> answered = new HashMap<>();
        for (int round = 1; round <= ROUNDS; round++) {
            runAndKill("round" + round, answered);
            try (LedgerStore store = LedgerTraffic.open(root.resolve("ledger"))) {
                answered.forEach((id, state) -> assertStands(store, id, state));
                for (int user = 0; user < LedgerTraffic.USERS; user++) {
                    assertThat(taken(store, user)).isLessThanOrEqualTo(LedgerTraffic.CAP);
                }
            }
        }
        assertThat(answered.size()).isBetween(100, LedgerTraffic.USERS * LedgerTraffic.CAP * 2);
    }

    private void runAndKill(String prefix, Map<ReservationId, ReservationState> answered)
            throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LedgerTraffic.class.getName(),
                                root.resolve("ledger").toString(),
                                prefix)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        int answers = 0;
        try (BufferedReader lines = child.inputReader(StandardCharsets.US_ASCII)) {
            String line;
            while ((line = lines.readLine()) != null) {
                String[] words = line.split(" ", 2);
                if (!words[0].equals("denied")) {
                    answered.put(ReservationId.parse(words[1]), ReservationState.valueOf(words[0]));
                }
                if (++answers == ANSWERS_BEFORE_KILL) {
                    child.toHandle().destroyForcibly();
                }
            }
        } finally {
            child.toHandle().destroyForcibly();
        }
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as("killed by signal 9").isEqualTo(128 + 9);
    }

    /// At least as far as it was answered, and never back.
    private static void assertStands(LedgerStore store, ReservationId id, ReservationState state) {
        Reply reply = store.apply(new Command.GetReservation(id)).join().reply();
        assertThat(reply).as("%s, answered %s", id, state).isInstanceOf(Reply.Standing.class);
        assertThat(((Reply.Standing) reply).state())
                .as("%s, answered %s", id, state)
                .isBetween(state, ReservationState.COMMITTED);
    }

    private static int taken(LedgerStore store, long user) {
        UserKey owner = new UserKey(LedgerTraffic.TENANT, user);
        Reply.Budget budget =
                (Reply.Budget) store.apply(new Command.GetBudget(owner)).join().reply();
        Reply.Counter day = budget.counters().getFirst();
        return day.committed() + day.reserved() + day.sending();
    }

    @Test
    @Timeout(180)
    void aTornOrDamagedLastRecordIsTheLastCommandWholeOrNotAtAll() throws IOException {
        damageLastRecord(41);
    }

    @Test
    @Tag("long")
    void aLastRecordTornOrDamagedAtAnyByteIsTheLastCommandWholeOrNotAtAll() throws IOException {
        damageLastRecord(1);
    }

    private void damageLastRecord(int step) throws IOException {
        Path living = root.resolve("living");
        Path image = root.resolve("image");
        int before;
        Reply.Granted first;
        Reply.Granted last;
        try (LedgerStore store = LedgerTraffic.open(living)) {
            store.apply(new Command.PutPolicy(LedgerTraffic.TENANT, LedgerTraffic.policy())).join();
            first = (Reply.Granted) store.apply(LedgerTraffic.request(1, "a")).join().reply();
            before = (int) Files.size(wal(living));
            last = (Reply.Granted) store.apply(LedgerTraffic.request(1, "b")).join().reply();
            copy(living, image);
        }
        byte[] log = Files.readAllBytes(wal(image));
        assertThat(log.length).isGreaterThan(before + 100);
        int whole = 0;
        for (int at = before; at < log.length; at += step) {
            byte[] cut = Arrays.copyOf(log, at);
            assertThat(reopen(image, cut, first, last)).as("cut at %d", at).isFalse();
            byte[] flipped = log.clone();
            flipped[at] ^= 0x40;
            whole += reopen(image, flipped, first, last) ? 1 : 0;
        }
        assertThat(reopen(image, log, first, last)).as("undamaged").isTrue();
        assertThat(whole).as("flipped bytes that nobody noticed").isZero();
    }

    /// Whether the last command is there; the first always is, and both or none of the last one's effects.
    private boolean reopen(Path image, byte[] log, Reply.Granted first, Reply.Granted last)
            throws IOException {
        Path damaged = root.resolve("damaged");
        copy(image, damaged);
        Files.write(wal(damaged), log);
        try (LedgerStore store = LedgerTraffic.open(damaged)) {
            assertStands(store, first.id(), ReservationState.RESERVED);
            boolean there =
                    store.apply(new Command.GetReservation(last.id())).join().reply()
                            instanceof Reply.Standing;
            assertThat(taken(store, 1)).isEqualTo(there ? 2 : 1);
            return there;
        } catch (RetrievalException refusedToOpen) {
            return false;
        } finally {
            delete(damaged);
        }
    }

    private static Path wal(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList()
                    .getLast();
        }
    }

    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.toList();
            for (Path file : all) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Files.delete(directory);
    }
}
