package dev.mobula.ranking.notify.ledger;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.ledger.Command.Proof;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jetbrains.lincheck.datastructures.BooleanGen;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whatever a few threads ask the ledger at once, their answers are those of some order one after the other.
@Param(name = "first", gen = BooleanGen.class)
@Param(name = "key", gen = IntGen.class, conf = "1:3")
public class LinearizabilityTest {
    private static final UserKey USER = new UserKey("acme", 1);
    private static final Moment NOW = Moment.at(Duration.ofDays(20_000).toMillis());

    private final InMemoryLedger ledger = new InMemoryLedger();

    public LinearizabilityTest() {
        BudgetPolicy policy =
                new BudgetPolicy(
                        1,
                        0,
                        false,
                        List.of(Limit.perDay(2)),
                        0,
                        0,
                        1,
                        1,
                        Set.of(),
                        List.of(),
                        ZoneOffset.UTC,
                        List.of());
        ledger.apply(new Command.PutPolicy("acme", policy), NOW);
    }

    private String answer(Command command) {
        return ledger.apply(command, NOW).reply().toString();
    }

    @Operation
    public String reserve(int key) {
        return answer(
                Command.Reserve.of(USER, Channel.PUSH, "like", NOW.millis() + 1_000, "key" + key));
    }

    @Operation
    public String begin(boolean first) {
        return answer(new Command.BeginSend(id(first), 1));
    }

    @Operation
    public String commit(boolean first) {
        return answer(new Command.Commit(id(first), "p"));
    }

    @Operation
    public String release(boolean first) {
        return answer(new Command.Release(id(first), Proof.NOT_ATTEMPTED));
    }

    private static ReservationId id(boolean first) {
        return new ReservationId(USER, first ? 1 : 2);
    }

    @Test
    @Tag("long")
    void concurrentAnswersAreThoseOfSomeOrder() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(5)
                .invocationsPerIteration(20)
                .addGuarantee(forClasses(Ledger.class.getName()).allMethods().treatAsAtomic())
                .check(LinearizabilityTest.class);
    }
}
