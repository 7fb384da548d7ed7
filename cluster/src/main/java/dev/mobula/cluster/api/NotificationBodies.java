package dev.mobula.cluster.api;

import dev.mobula.actors.notify.Ask;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.DigestPlan;
import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.ranking.notify.ledger.ReservationId;
import dev.mobula.ranking.notify.ledger.UserKey;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The bodies of requests about notifications, and what each is a request for.
final class NotificationBodies {
    static final String TENANT = "default";

    private static final long DAY = Duration.ofDays(1).toMillis();

    private NotificationBodies() {}

    static UserKey owner(@Nullable String tenant, @Nullable Long user) {
        if (user == null) {
            throw RequestProblem.missing("user", "it must be a user's id");
        }
        return new UserKey(tenantOf(tenant), user);
    }

    static String tenantOf(@Nullable String tenant) {
        return tenant == null ? TENANT : tenant;
    }

    static <T> T required(String field, @Nullable T value, String requirement) {
        if (value == null) {
            throw RequestProblem.missing(field, requirement);
        }
        return value;
    }

    static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    static <E extends Enum<E>> E named(Class<E> type, String field, String name) {
        try {
            return Enum.valueOf(type, name);
        } catch (IllegalArgumentException unknown) {
            throw new RequestProblem(
                    field, name, "must be one of " + List.of(type.getEnumConstants()));
        }
    }

    static Channel channel(@Nullable String name) {
        return named(
                Channel.class,
                "channel",
                required("channel", name, "PUSH, EMAIL, IN_APP, SMS, WEB"));
    }

    private static Priority priority(@Nullable String name) {
        return name == null ? Priority.NORMAL : named(Priority.class, "priority", name);
    }

    /// Without an end of its own a message lives until the end of tomorrow: a retry says the same.
    private static long expires(@Nullable Long given, long now) {
        return given == null ? (now / DAY + 2) * DAY : given;
    }

    record ReserveBody(
            @Nullable String tenant,
            @Nullable Long user,
            @Nullable String channel,
            @Nullable String type,
            @Nullable String priority,
            @Nullable Integer units,
            @Nullable String dedupeGroup,
            @Nullable List<String> counters,
            @Nullable Long sendAtMillis,
            @Nullable Long expiresAtMillis,
            @Nullable Long ttlMillis,
            @Nullable Long fallbackOf,
            @Nullable String idempotencyKey) {
        Command.Reserve command(long now) {
            return new Command.Reserve(
                    owner(tenant, user),
                    NotificationBodies.channel(channel),
                    required("type", type, "it must be a message type"),
                    NotificationBodies.priority(priority),
                    units == null ? 1 : units,
                    text(dedupeGroup),
                    counters == null ? List.of() : counters,
                    sendAtMillis == null ? 0 : sendAtMillis,
                    expires(expiresAtMillis, now),
                    ttlMillis == null ? Command.TTL_MILLIS_MAX : ttlMillis,
                    fallbackOf == null ? 0 : fallbackOf,
                    required("idempotencyKey", idempotencyKey, "a retry is known by it"));
        }
    }

    /// @param fence as it was granted; only to begin
    record StepBody(
            @Nullable String reservationId,
            @Nullable Long fence,
            @Nullable String providerMessageId,
            @Nullable String proof,
            @Nullable Long ttlMillis) {
        private ReservationId id() {
            return ReservationId.parse(
                    required("reservationId", reservationId, "it must be the one granted"));
        }

        Command begin() {
            return new Command.BeginSend(
                    id(), required("fence", fence, "it must be the one granted"));
        }

        Command commit() {
            return new Command.Commit(id(), text(providerMessageId));
        }

        Command release() {
            String given = required("proof", proof, "NOT_ATTEMPTED or PROVIDER_REJECTED");
            return new Command.Release(id(), named(Command.Proof.class, "proof", given));
        }

        Command extend() {
            return new Command.Extend(id(), ttlMillis == null ? Command.TTL_MILLIS_MAX : ttlMillis);
        }
    }

    record OutcomeBody(
            @Nullable String tenant,
            @Nullable Long user,
            @Nullable String eventId,
            @Nullable String decisionId,
            @Nullable String kind,
            @Nullable String channel,
            @Nullable Long atMillis) {
        Command.RecordOutcome command(long now) {
            return new Command.RecordOutcome(
                    owner(tenant, user),
                    required("eventId", eventId, "an event is counted once by it"),
                    named(OutcomeKind.class, "kind", required("kind", kind, "OPENED, for example")),
                    NotificationBodies.channel(channel),
                    atMillis == null ? now : atMillis);
        }
    }

    record ItemBody(
            @Nullable String tenant,
            @Nullable Long user,
            @Nullable String channel,
            @Nullable String type,
            @Nullable String digestKey,
            @Nullable String itemKey,
            @Nullable Double value,
            @Nullable Long expiresAtMillis,
            @Nullable Integer cutMinute,
            @Nullable Long maxWaitMillis,
            @Nullable Integer itemsMax,
            @Nullable Integer itemsMin,
            @Nullable Boolean sendsBelow) {
        Command command(long now) {
            return new Command.AddDigestItem(
                    owner(tenant, user),
                    NotificationBodies.channel(channel),
                    required("type", type, "it must be a message type"),
                    required("digestKey", digestKey, "it names the digest"),
                    required("itemKey", itemKey, "an item is collected once by it"),
                    value == null ? 0 : value,
                    expires(expiresAtMillis, now),
                    new DigestPlan(
                            cutMinute == null ? -1 : cutMinute,
                            maxWaitMillis == null ? Duration.ofHours(4).toMillis() : maxWaitMillis,
                            itemsMax == null ? 10 : itemsMax,
                            itemsMin == null ? 1 : itemsMin,
                            sendsBelow == null || sendsBelow));
        }
    }

    record PeekBody(
            @Nullable String tenant,
            @Nullable Long user,
            @Nullable String channel,
            @Nullable String digestKey) {
        Command command() {
            return new Command.PeekDigest(
                    owner(tenant, user),
                    NotificationBodies.channel(channel),
                    required("digestKey", digestKey, "it names the digest"));
        }
    }

    /// @param lift what the message adds on each channel
    /// @param value how much better than the usual message it is, and `channels` those it may take: for callers who tell the
    ///     person's `features` instead
    /// @param item what the message is about
    record CandidateBody(
            @Nullable String notificationId,
            @Nullable String type,
            @Nullable String campaign,
            @Nullable String priority,
            @Nullable Map<String, Double> lift,
            @Nullable Double value,
            @Nullable List<String> channels,
            @Nullable Long notBeforeMillis,
            @Nullable Long expiresAtMillis,
            @Nullable String dedupeKey,
            @Nullable String digestKey,
            @Nullable List<String> counters,
            @Nullable List<String> templates,
            @Nullable Long item) {
        Ask.Candidate candidate(long now) {
            Map<Channel, Double> byChannel = new EnumMap<>(Channel.class);
            if (channels != null) {
                channels.forEach(name -> byChannel.put(NotificationBodies.channel(name), 0.0));
            } else {
                required("lift", lift, "what the message adds on each channel")
                        .forEach(
                                (name, adds) ->
                                        byChannel.put(NotificationBodies.channel(name), adds));
            }
            return new Ask.Candidate(
                    required("notificationId", notificationId, "it names the message"),
                    required("type", type, "it must be a message type"),
                    text(campaign),
                    NotificationBodies.priority(priority),
                    byChannel,
                    value == null ? 1 : value,
                    notBeforeMillis == null ? 0 : notBeforeMillis,
                    expires(expiresAtMillis, now),
                    text(dedupeKey),
                    text(digestKey),
                    counters == null ? List.of() : counters,
                    templates == null ? List.of() : templates,
                    Optional.ofNullable(item));
        }
    }

    record DecideBody(
            @Nullable String tenant,
            @Nullable Long user,
            @Nullable Integer segment,
            @Nullable Double lifetimeValue,
            @Nullable Integer opportunitiesLeft,
            @Nullable List<CandidateBody> candidates,
            @Nullable Boolean reserve,
            @Nullable List<Double> features,
            @Nullable String idempotencyKey) {
        Ask ask(long now) {
            return new Ask(
                    owner(tenant, user),
                    segment == null ? 0 : segment,
                    lifetimeValue == null ? 0 : lifetimeValue,
                    opportunitiesLeft == null ? 1 : opportunitiesLeft,
                    required("candidates", candidates, "what could be sent").stream()
                            .map(body -> body.candidate(now))
                            .toList(),
                    required("idempotencyKey", idempotencyKey, "a retry is known by it"),
                    reserve != null && reserve,
                    features == null ? List.of() : features);
        }

        /// The items it names, before anything of it is checked.
        Stream<Long> items() {
            return candidates == null
                    ? Stream.empty()
                    : candidates.stream()
                            .filter(Objects::nonNull)
                            .flatMap(body -> Stream.ofNullable(body.item()));
        }
    }

    record PauseBody(@Nullable String tenant, @Nullable Boolean paused) {
        boolean wanted() {
            return required("paused", paused, "true or false");
        }
    }

    record CapBody(@Nullable String counter, @Nullable Long cap) {
        String counterName() {
            return required("counter", counter, "campaign/NAME, for example");
        }

        long units() {
            return required("cap", cap, "a number of messages");
        }
    }

    record FindBody(@Nullable Long user, @Nullable Integer limit) {
        int most(int usual, int max) {
            int asked = limit == null ? usual : limit;
            if (asked < 1 || asked > max) {
                throw new RequestProblem("limit", asked, "is outside 1.." + max);
            }
            return asked;
        }

        long person() {
            return required("user", user, "it must be a user's id");
        }
    }

    static Optional<String> nonEmpty(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
