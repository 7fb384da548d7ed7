package dev.mobula.actors.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.decision.Action;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.ranking.notify.ledger.UserKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class SendTimeTest {
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir Path state;

    @Test
    void aMessageWaitsForTheHourAtWhichThisPersonOpensMessages() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(30, ChronoUnit.MINUTES);
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            Ledgers ledgers = Ledgers.spawn(cluster, "ledger", 1);
            ledgers.putPolicy("acme", BudgetPolicy.ofDailyCap(3, ZoneOffset.UTC));
            NotificationDesk desk =
                    new NotificationDesk(
                            DeskParts.of(
                                    ledgers,
                                    PriceBoard.open(cluster, "prices", System::nanoTime),
                                    0,
                                    InstantSource.fixed(now)));
            assertThat(decide(desk, 1, now).action()).isEqualTo(Action.SEND_NOW);
            Instant then = now.plus(Duration.ofHours(3)).minus(WEEK);
            for (int i = 0; i < 20; i++) {
                tell(ledgers, "d" + i, OutcomeKind.DELIVERED, then);
                tell(ledgers, "o" + i, OutcomeKind.OPENED, then);
                tell(ledgers, "n" + i, OutcomeKind.DELIVERED, now.plusSeconds(60).minus(WEEK));
            }
            Decision decision = decide(desk, 2, now);
            assertThat(decision.action()).isEqualTo(Action.SEND_AT);
            assertThat(decision.atMillis()).isEqualTo(now.plus(Duration.ofHours(3)).toEpochMilli());
        }
    }

    private static void tell(Ledgers ledgers, String event, OutcomeKind kind, Instant at) {
        // Within the seven days that the ledger takes events of.
        long millis =
                Math.max(at.toEpochMilli(), System.currentTimeMillis() - WEEK.toMillis() + 60_000);
        ledgers.apply(
                        new Command.RecordOutcome(
                                new UserKey("acme", 2), event, kind, Channel.PUSH, millis))
                .join();
    }

    private static Decision decide(NotificationDesk desk, long user, Instant now) {
        return desk.decide(
                new Ask(
                        new UserKey("acme", user),
                        0,
                        0,
                        1,
                        List.of(
                                new Ask.Candidate(
                                        "n",
                                        "like",
                                        "",
                                        Priority.NORMAL,
                                        Map.of(Channel.PUSH, 0.1),
                                        1,
                                        0,
                                        now.plus(Duration.ofHours(20)).toEpochMilli(),
                                        "",
                                        "",
                                        List.of(),
                                        List.of(),
                                        Optional.empty())),
                        "k" + user,
                        false,
                        List.of()));
    }
}
