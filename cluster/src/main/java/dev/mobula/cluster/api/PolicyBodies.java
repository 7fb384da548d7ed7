package dev.mobula.cluster.api;

import static dev.mobula.cluster.api.NotificationBodies.named;
import static dev.mobula.cluster.api.NotificationBodies.required;
import static dev.mobula.cluster.api.NotificationBodies.text;

import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.Contact;
import dev.mobula.ranking.notify.ledger.Limit;
import dev.mobula.ranking.notify.window.QuietHours;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The bodies that say how people may be reached, and how often.
final class PolicyBodies {
    private PolicyBodies() {}

    /// @param startMinute a minute of the local day
    record QuietBody(@Nullable Integer startMinute, @Nullable Integer endMinute) {
        QuietHours hours() {
            return new QuietHours(
                    required("startMinute", startMinute, "a minute of the day"),
                    required("endMinute", endMinute, "a minute of the day"));
        }
    }

    private static List<QuietHours> quiet(@Nullable List<QuietBody> bodies) {
        return bodies == null ? List.of() : bodies.stream().map(QuietBody::hours).toList();
    }

    record ContactBody(
            @Nullable String tenant,
            @Nullable Long version,
            @Nullable String zone,
            @Nullable List<QuietBody> quiet,
            @Nullable Set<String> optedOut,
            @Nullable Set<Channel> barred,
            @Nullable Set<Channel> unreachable) {
        Contact contact() {
            return new Contact(
                    required("version", version, "it must be the next one"),
                    text(zone),
                    PolicyBodies.quiet(quiet),
                    optedOut == null ? Set.of() : optedOut,
                    barred == null ? Set.of() : barred,
                    unreachable == null ? Set.of() : unreachable);
        }
    }

    /// @param spanMillis of a rolling limit
    record LimitBody(
            @Nullable String scope,
            @Nullable String subject,
            @Nullable String span,
            @Nullable Long spanMillis,
            @Nullable Integer cap) {
        static LimitBody of(Limit limit) {
            return new LimitBody(
                    limit.scope().name(),
                    limit.subject(),
                    limit.span().name(),
                    limit.spanMillis(),
                    limit.cap());
        }

        Limit limit() {
            return new Limit(
                    named(Limit.Scope.class, "scope", scope == null ? "USER" : scope),
                    text(subject),
                    named(
                            Limit.Span.class,
                            "span",
                            required("span", span, "DAY, ISO_WEEK, ROLLING")),
                    spanMillis == null ? 0 : spanMillis,
                    required("cap", cap, "a number of messages"));
        }
    }

    /// @param dryRun only shows who would be over
    record PolicyBody(
            @Nullable String tenant,
            @Nullable Long version,
            @Nullable Long effectiveAtMillis,
            @Nullable Boolean paused,
            @Nullable List<LimitBody> limits,
            @Nullable Long gapMillis,
            @Nullable Integer protectedUnits,
            @Nullable Integer highPerDay,
            @Nullable Integer criticalPerDay,
            @Nullable Set<String> criticalTypes,
            @Nullable List<QuietBody> quiet,
            @Nullable String defaultZone,
            @Nullable List<String> countryZones,
            @Nullable Boolean dryRun) {
        static PolicyBody of(String tenant, BudgetPolicy policy) {
            return new PolicyBody(
                    tenant,
                    policy.version(),
                    policy.effectiveAtMillis(),
                    policy.paused(),
                    policy.limits().stream().map(LimitBody::of).toList(),
                    policy.gapMillis(),
                    policy.protectedUnits(),
                    policy.highPerDay(),
                    policy.criticalPerDay(),
                    policy.criticalTypes(),
                    policy.quiet().stream()
                            .map(hours -> new QuietBody(hours.startMinute(), hours.endMinute()))
                            .toList(),
                    policy.defaultZone().getId(),
                    policy.countryZones().stream().map(ZoneId::getId).toList(),
                    false);
        }

        BudgetPolicy policy() {
            return new BudgetPolicy(
                    required("version", version, "it must be the next one"),
                    effectiveAtMillis == null ? 0 : effectiveAtMillis,
                    paused != null && paused,
                    required("limits", limits, "what may be sent").stream()
                            .map(LimitBody::limit)
                            .toList(),
                    gapMillis == null ? 0 : gapMillis,
                    protectedUnits == null ? 0 : protectedUnits,
                    highPerDay == null ? 0 : highPerDay,
                    criticalPerDay == null ? 0 : criticalPerDay,
                    criticalTypes == null ? Set.of() : criticalTypes,
                    PolicyBodies.quiet(quiet),
                    zoneOf("defaultZone", defaultZone == null ? "UTC" : defaultZone),
                    countryZones == null
                            ? List.of()
                            : countryZones.stream()
                                    .map(zone -> zoneOf("countryZones", zone))
                                    .toList());
        }
    }

    static ZoneId zoneOf(String field, String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            throw new RequestProblem(field, name, "must be an IANA zone: UNKNOWN_ZONE");
        }
    }
}
