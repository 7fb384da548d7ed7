package dev.mobula.ranking.notify.ledger;

import static dev.mobula.ranking.notify.ledger.Fixture.USER;
import static dev.mobula.ranking.notify.ledger.Fixture.millis;
import static dev.mobula.ranking.notify.ledger.Fixture.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.notify.Denial;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A country changes its clocks at short notice, and the machine learns of it while windows are open.
final class ChangedZoneRulesTest {
    private static final String ZONE = "Test/Changing";
    private static final AtomicReference<ZoneOffset> OFFSET = new AtomicReference<>(ZoneOffset.UTC);

    static {
        ZoneRulesProvider.registerProvider(new Changing());
    }

    /// One zone whose rules are looked up anew each time.
    private static final class Changing extends ZoneRulesProvider {
        @Override
        protected Set<String> provideZoneIds() {
            return Set.of(ZONE);
        }

        @Override
        protected @Nullable ZoneRules provideRules(String zoneId, boolean forCaching) {
            return forCaching ? null : ZoneRules.of(OFFSET.get());
        }

        @Override
        protected NavigableMap<String, ZoneRules> provideVersions(String zoneId) {
            return new TreeMap<>();
        }
    }

    private static Fixture oneADay() {
        OFFSET.set(ZoneOffset.UTC);
        Fixture fixture = Fixture.with(policy(0, Limit.perDay(1)));
        fixture.done(new Command.PutContact(USER, Contact.UNKNOWN.in(ZONE)));
        fixture.send(fixture.push());
        assertThat(day(fixture).endMillis()).isEqualTo(millis("2026-06-11T00:00:00Z"));
        return fixture;
    }

    private static Reply.Counter day(Fixture fixture) {
        return fixture.budget().counters().getFirst();
    }

    @Test
    void anOpenWindowKeepsItsEndAndTheNextOneFollowsTheNewRules() {
        Fixture fixture = oneADay();
        OFFSET.set(ZoneOffset.ofHours(3));
        fixture.now = millis("2026-06-10T21:30:00Z");
        fixture.denied(fixture.push(), Denial.USER_DAY_CAP);
        fixture.now = millis("2026-06-11T00:00:00Z");
        fixture.send(fixture.push());
        assertThat(day(fixture).endMillis()).isEqualTo(millis("2026-06-11T21:00:00Z"));
        fixture.now = millis("2026-06-11T20:59:59Z");
        fixture.denied(fixture.push(), Denial.USER_DAY_CAP);
        fixture.now = millis("2026-06-11T21:00:00Z");
        fixture.granted(fixture.push());
    }

    @Test
    void aClockPutBackGivesNoSecondBudgetAtTheOldEnd() {
        Fixture fixture = oneADay();
        OFFSET.set(ZoneOffset.ofHours(-3));
        fixture.now = millis("2026-06-11T00:00:00Z");
        fixture.send(fixture.push());
        assertThat(day(fixture).endMillis()).isEqualTo(millis("2026-06-12T03:00:00Z"));
        fixture.now = millis("2026-06-11T03:00:00Z");
        fixture.denied(fixture.push(), Denial.USER_DAY_CAP);
    }
}
