package dev.mobula.cluster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.actors.notify.Decision;
import dev.mobula.actors.notify.NotificationDesk;
import dev.mobula.actors.notify.PolicyJudge;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Problem;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.ledger.LedgerError;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.ranking.ope.Estimate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a ledger's replies are over HTTP. A denial is an answer; a refusal is a problem whose title is the error's name.
final class NotificationAnswers {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String PROBLEM = "application/problem+json";
    private static final int UNPROCESSABLE = 422;

    private NotificationAnswers() {}

    /// @param outcome GRANTED or DENIED
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Reserved(
            String outcome,
            @Nullable String reservationId,
            @Nullable Long fence,
            @Nullable Long expiresAtMillis,
            @Nullable String reason,
            @Nullable Long retryAtMillis,
            @Nullable String counter,
            @Nullable Long existing) {
        static Reserved of(Reply.Granted granted) {
            return new Reserved(
                    "GRANTED",
                    granted.id().toString(),
                    granted.fence(),
                    granted.expiresAtMillis(),
                    null,
                    null,
                    null,
                    null);
        }

        static Reserved of(Reply.Denied denied) {
            return new Reserved(
                    "DENIED",
                    null,
                    null,
                    null,
                    denied.reason().name(),
                    denied.retryAtMillis() == 0 ? null : denied.retryAtMillis(),
                    NotificationBodies.nonEmpty(denied.counter()).orElse(null),
                    denied.existing() == 0 ? null : denied.existing());
        }
    }

    private record Standing(
            String reservationId,
            String state,
            long fence,
            long expiresAtMillis,
            boolean inDoubt,
            String providerMessageId) {}

    private record Done(long number) {}

    private record Waits(long windowStartMillis, long dueAtMillis) {}

    private record Ready(Reserved reservation, List<String> items) {}

    private record ReadyList(List<Ready> digests) {}

    private record OutcomeCounts(List<Long> counts, List<Long> lastMillis) {}

    static Answer of(Reply reply) {
        return switch (reply) {
            case Reply.Granted granted -> Answer.ok(Reserved.of(granted));
            case Reply.Denied denied -> Answer.ok(Reserved.of(denied));
            case Reply.Standing standing ->
                    Answer.ok(
                            new Standing(
                                    standing.id().toString(),
                                    standing.state().name(),
                                    standing.fence(),
                                    standing.expiresAtMillis(),
                                    standing.inDoubt(),
                                    standing.providerMessageId()));
            case Reply.Done(long number) -> Answer.ok(new Done(number));
            case Reply.DigestWaits(long start, long due) -> Answer.ok(new Waits(start, due));
            case Reply.DigestsReady(List<Reply.DigestReady> digests) -> ready(digests);
            case Reply.DigestReady one -> ready(List.of(one));
            case Reply.Refused(LedgerError error, String text) -> refused(error, text);
            case Reply.Outcomes(List<Long> counts, List<Long> last, var _) ->
                    Answer.ok(new OutcomeCounts(counts, last));
            case Reply.Kept(String answer) -> stored(answer);
            case Reply.Budget budget -> Answer.ok(budget);
            case Reply.DigestShows shown -> Answer.ok(shown);
            case Reply.ContactIs contact -> Answer.ok(contact.contact());
            case Reply.PoliciesAre _, Reply.Over _ ->
                    throw new IllegalArgumentException("not for the outside: " + reply);
        };
    }

    static Answer ready(List<Reply.DigestReady> digests) {
        List<Ready> ready = new ArrayList<>();
        digests.forEach(
                digest -> ready.add(new Ready(Reserved.of(digest.reservation()), digest.items())));
        return Answer.ok(new ReadyList(ready));
    }

    /// An answer of before, byte for byte.
    static Answer stored(String answer) {
        return new Answer.Bytes(200, "application/json", answer.getBytes(StandardCharsets.UTF_8));
    }

    static Answer refused(NotificationDesk.Refused refused) {
        return refused(refused.error(), String.valueOf(refused.getMessage()));
    }

    static Answer refused(LedgerError error, String text) {
        String name =
                error == LedgerError.VERSION_CONFLICT ? "POLICY_VERSION_CONFLICT" : error.name();
        Problem problem =
                new Problem(
                        "about:blank",
                        name,
                        status(error),
                        text,
                        null,
                        null,
                        error.isRetryable()
                                ? "the same request may succeed later"
                                : "the same request will not succeed later");
        return new Answer.Bytes(
                problem.status(), PROBLEM, json(problem).getBytes(StandardCharsets.UTF_8));
    }

    /// A rule that the gate turned down, with the gate's numbers.
    static Answer notPromoted(PolicyJudge.Judgement judged) {
        Problem problem =
                new Problem(
                        "about:blank",
                        "NOT_PROMOTED",
                        UNPROCESSABLE,
                        String.join("; ", judged.reasons()) + " (" + numbers(judged) + ")",
                        "serves",
                        "true",
                        "let it run in the shadow until the log can tell, or learn another");
        return new Answer.Bytes(
                problem.status(), PROBLEM, json(problem).getBytes(StandardCharsets.UTF_8));
    }

    /// What the gate saw, in a line.
    static String numbers(PolicyJudge.Judgement judged) {
        return String.format(
                Locale.ROOT,
                "%d decisions, effective %.0f, mean weight %.4f, reward %s, harm %s",
                judged.rounds(),
                judged.effectiveSampleSize(),
                judged.meanWeight(),
                judged.reward().map(NotificationAnswers::interval).orElse("unknown"),
                judged.harm().map(NotificationAnswers::interval).orElse("unknown"));
    }

    private static String interval(Estimate one) {
        return String.format(
                Locale.ROOT, "%+.5f [%+.5f, %+.5f]", one.value(), one.lower(), one.upper());
    }

    private static int status(LedgerError error) {
        return switch (error) {
            case INVALID_ARGUMENT -> 400;
            case RESERVATION_NOT_FOUND, NOT_FOUND -> 404;
            case EXPIRED,
                    RESERVATION_EXPIRED,
                    ALREADY_COMMITTED,
                    ALREADY_RELEASED,
                    SEND_IN_DOUBT,
                    FENCED,
                    VERSION_CONFLICT ->
                    409;
            case IDEMPOTENCY_KEY_REUSED -> 422;
            case OVERLOADED -> 429;
            case CLOCK_SUSPECT, PAUSED -> 503;
        };
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("an answer of ours has no JSON form", impossible);
        }
    }

    /// A decision as its reader gets it.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Decided(
            String decisionId,
            String action,
            String notificationId,
            @Nullable String channel,
            @Nullable Long atMillis,
            @Nullable String digestKey,
            @Nullable Reserved reservation,
            Decision.Worth worth,
            double propensity,
            boolean explored,
            List<String> reasons,
            long priceVersion,
            long policyVersion,
            @Nullable String template,
            @Nullable Double templatePropensity,
            @Nullable String warning) {}

    static String json(Decision decision) {
        return json(
                new Decided(
                        decision.id(),
                        decision.action().name(),
                        decision.notification(),
                        decision.channel().map(Channel::name).orElse(null),
                        decision.atMillis() == 0 ? null : decision.atMillis(),
                        NotificationBodies.nonEmpty(decision.digest()).orElse(null),
                        decision.reservation()
                                .map(Reserved::of)
                                .or(() -> decision.denied().map(Reserved::of))
                                .orElse(null),
                        decision.worth(),
                        decision.propensity(),
                        decision.explored(),
                        decision.reasons(),
                        decision.priceVersion(),
                        decision.policyVersion(),
                        NotificationBodies.nonEmpty(decision.template()).orElse(null),
                        decision.template().isEmpty() ? null : decision.templatePropensity(),
                        decision.pricesStale() ? "PRICES_STALE" : null));
    }
}
