package dev.mobula.ranking.notify.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.notify.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ConcurrencyTest {
    private static final UserKey USER = new UserKey("acme", 1);
    private static final Moment NOW = Moment.at(Fixture.millis("2026-06-10T09:00:00Z"));

    private final InMemoryLedger ledger = new InMemoryLedger();

    ConcurrencyTest() {
        ledger.apply(new Command.PutPolicy("acme", Fixture.policy(0, Limit.perDay(5))), NOW);
    }

    private static Command.Reserve request(String key) {
        return Command.Reserve.of(USER, Channel.PUSH, "like", NOW.millis() + 60_000, key);
    }

    @Test
    void sixtyFourRetriesOfOneRequestAreOneGrant() throws Exception {
        List<Outcome> outcomes = all(64, i -> ledger.apply(request("once"), NOW));
        assertThat(outcomes).filteredOn(outcome -> !outcome.replayed()).hasSize(1);
        assertThat(outcomes).extracting(Outcome::reply).hasOnlyElementsOfType(Reply.Granted.class);
        assertThat(outcomes.stream().map(Outcome::reply).distinct()).hasSize(1);
        Reply.Granted granted = (Reply.Granted) outcomes.getFirst().reply();
        List<Outcome> begun =
                all(
                        64,
                        i ->
                                ledger.apply(
                                        new Command.BeginSend(granted.id(), granted.fence()), NOW));
        assertThat(begun)
                .filteredOn(outcome -> outcome.reply() instanceof Reply.Standing)
                .hasSize(1);
    }

    @Test
    void aHotUserGetsExactlyTheCap() throws Exception {
        List<Outcome> outcomes = all(20_000, i -> ledger.apply(request("key-" + i), NOW));
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.reply() instanceof Reply.Granted)
                .hasSize(5);
    }

    @FunctionalInterface
    private interface Call {
        Outcome run(int i);
    }

    private static List<Outcome> all(int calls, Call call) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Outcome>> futures =
                    IntStream.range(0, calls)
                            .mapToObj(i -> threads.submit(() -> call.run(i)))
                            .toList();
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> future : futures) {
                outcomes.add(future.get());
            }
            return outcomes;
        }
    }
}
