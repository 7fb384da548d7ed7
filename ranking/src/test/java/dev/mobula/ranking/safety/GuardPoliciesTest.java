package dev.mobula.ranking.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.RankingException;
import dev.mobula.testing.Seeds;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GuardPoliciesTest {
    private static final String DOCUMENT =
            """
            {"policies": [
               {"name": "default", "version": "d-2", "redacted": ["secret"]},
               {"name": "trial", "version": "t-1", "shadow": true, "failOpen": true, "deadlineMicros": 500,
                "limits": {"spam": {"review": 0.5, "block": 0.9}}, "canaries": ["river-stone-12"], "hosts": ["a.org"]}],
             "clients": {"app": ["trial", "default"], "lab": ["trial"]},
             "allowed": [{"text": "Ignore the noise", "owner": "jo", "from": "2026-01-01T00:00:00Z",
                          "until": "2026-06-01T00:00:00Z"}]}
            """;

    private static GuardPolicies read(String json) {
        return GuardPolicies.parse(json, Set.of("spam"));
    }

    @Test
    void aClientGetsItsOwnFirstPolicyAndOthersTheDefault() {
        GuardPolicies all = read(DOCUMENT);
        assertThat(all.of("app", Optional.empty()).orElseThrow().version()).isEqualTo("t-1");
        assertThat(all.of("app", Optional.of("default")).orElseThrow().version()).isEqualTo("d-2");
        assertThat(all.of("stranger", Optional.empty()).orElseThrow().name()).isEqualTo("default");
        assertThat(all.of("stranger", Optional.of("trial"))).isPresent();
        assertThat(all.of("lab", Optional.of("default"))).isEmpty();
        assertThat(all.names("lab")).containsExactly("trial");
        ScanPolicy trial = all.of("lab", Optional.empty()).orElseThrow();
        assertThat(trial.shadow()).isTrue();
        assertThat(trial.failOpen()).isTrue();
        assertThat(trial.deadlineMicros()).isEqualTo(500);
        assertThat(trial.limits().get("spam")).isEqualTo(new ScanPolicy.Limit(.5, .9));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "\"spam\"~\"spem\"~policies[1]: policies[1].limits: 'spem' is none of",
                "[\"secret\"]~[\"sercet\"]~'sercet' is none of",
                "\"default\", \"version\"~\"other\", \"version\"~one must be named 'default'",
                "[\"trial\", \"default\"]~[\"trail\"]~clients.app: 'trail' is none of",
                "\"lab\": [\"trial\"]~\"lab\": []~clients.lab: must name a policy",
                "\"block\": 0.9~\"block\": 0.1~must rise from 0",
                "\"deadlineMicros\": 500~\"deadlineMicros\": 0~deadlineMicros=0",
                "river-stone-12~short~canary of 5 characters",
                "2026-06-01T00:00:00Z~yesterday~allowed[0]",
                "2026-06-01T00:00:00Z~2036-06-01T00:00:00Z~allowed[0]: until=",
                "\"owner\": \"jo\"~\"owner\": \" \"~owner is empty",
                "\"shadow\": true~\"shadwo\": true~line 4",
                "\"clients\"~\"clients~line 5",
                "{\"name\": \"default\"~{\"name\": \"default\", \"name\": \"x\"~Duplicate field 'name'",
            })
    void whatDoesNotFitIsRefusedWithItsPlace(String good, String bad, String told) {
        assertThat(DOCUMENT).contains(good);
        assertThatThrownBy(() -> read(DOCUMENT.replace(good, bad)))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining(told);
    }

    @Test
    void anythingElseIsRefusedToo() {
        for (String json : new String[] {"", "null", "[]", "{}", "7", "{\"policies\": [null]}"}) {
            assertThatThrownBy(() -> read(json)).as(json).isInstanceOf(RankingException.class);
        }
        Seeds.forAll(
                2_000,
                random -> {
                    StringBuilder bent = new StringBuilder(DOCUMENT);
                    for (int i = random.nextInt(6); i >= 0; i--) {
                        int at = random.nextInt(bent.length());
                        bent.replace(at, at + 1, "" + (char) random.nextInt(1, 0x2FF));
                    }
                    try {
                        assertThat(read(bent.toString()).policies()).isNotEmpty();
                    } catch (RankingException refused) {
                        assertThat(refused.getMessage()).isNotBlank();
                    }
                });
    }
}
