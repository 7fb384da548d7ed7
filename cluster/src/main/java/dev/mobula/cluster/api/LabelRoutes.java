package dev.mobula.cluster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mobula.actors.safety.GivenLabel;
import dev.mobula.actors.safety.LabelChanges;
import dev.mobula.actors.safety.Labels;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.review.ReviewDesk;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.retrieval.store.Label;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Labels of items and accounts: `POST` and `GET /v1/labels`, and `GET /v1/labels/changes` for who follows them.
public final class LabelRoutes {
    private static final int IDS_MAX = 500;
    private static final long WAIT_MILLIS_MAX = 30_000;
    private static final Duration READ_LIMIT = Duration.ofSeconds(2);

    private final Labels labels;
    private final LabelChanges changes;
    private final ReviewDesk desk;

    /// @param desk logs who labelled what
    public LabelRoutes(Labels labels, LabelChanges changes, ReviewDesk desk) {
        this.labels = labels;
        this.changes = changes;
        this.desk = desk;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/labels", Scope.LABEL, this::write),
                Route.get("/v1/labels", Scope.LABEL, this::read),
                Route.get("/v1/labels/changes", Scope.LABEL, this::follow));
    }

    private record LabelsBody(@Nullable List<JsonNode> labels) {}

    /// One label to be given, or with `negated` to be taken back.
    ///
    /// @param source who says so; the caller's name unless told
    private record LabelBody(
            @Nullable Long item,
            @Nullable Long account,
            @Nullable String label,
            @Nullable String source,
            @Nullable Double confidence,
            @Nullable Long expires,
            @Nullable Boolean negated) {
        Labels.Write write(String caller) {
            if (label == null) {
                throw RequestProblem.missing("label", "it must be the label's name");
            }
            GivenLabel given =
                    new GivenLabel(
                            subject(item, account),
                            label,
                            source == null ? caller : source,
                            confidence == null ? 1 : confidence,
                            expires == null ? Label.NEVER : expires);
            return new Labels.Write(given.sound(), negated != null && negated);
        }
    }

    static Subject subject(@Nullable Long item, @Nullable Long account) {
        if (item != null && account == null) {
            return Subject.item(item);
        }
        if (account != null && item == null) {
            return Subject.account(account);
        }
        throw RequestProblem.missing("item", "one of item and account must be there");
    }

    private Answer write(Exchange exchange) {
        return Batches.answer(
                "labels",
                exchange.body(LabelsBody.class).labels(),
                row -> exchange.part(row, LabelBody.class).write(exchange.caller().name()),
                writes ->
                        labels.write(writes)
                                .thenRunAsync(() -> log(exchange.caller().name(), writes)));
    }

    private void log(String caller, List<Labels.Write> writes) {
        List<String> told =
                writes.stream()
                        .map(
                                write ->
                                        "%s %s of %s by %s"
                                                .formatted(
                                                        write.isTaken() ? "took" : "gave",
                                                        write.label().label(),
                                                        write.label().subject(),
                                                        write.label().source()))
                        .toList();
        List<Long> accounts =
                writes.stream()
                        .map(write -> write.label().subject())
                        .filter(subject -> subject.kind() == Subject.Kind.ACCOUNT)
                        .map(Subject::id)
                        .distinct()
                        .toList();
        desk.note(
                "labels",
                Map.of("by", caller, "count", Integer.toString(writes.size())),
                Map.of("labels", String.join("\n", told)),
                accounts);
    }

    /// A label as it is told.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Told(String label, String source, double confidence, @Nullable Long expires) {
        static Told of(GivenLabel label) {
            Long expires = label.expiresMillis() == Label.NEVER ? null : label.expiresMillis();
            return new Told(label.label(), label.source(), label.confidence(), expires);
        }
    }

    /// What holds of one subject; one of `item` and `account` is there.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Holding(@Nullable Long item, @Nullable Long account, List<Told> labels) {
        static Holding of(Subject subject, List<GivenLabel> labels) {
            List<Told> told = labels.stream().map(Told::of).toList();
            return switch (subject.kind()) {
                case ITEM -> new Holding(subject.id(), null, told);
                case ACCOUNT -> new Holding(null, subject.id(), told);
            };
        }
    }

    private record HoldingBody(List<Holding> subjects) {}

    private Answer read(Exchange exchange) {
        List<Subject> asked = new ArrayList<>();
        if (exchange.query("items").isPresent()) {
            for (long id : exchange.queryIds("items", IDS_MAX)) {
                asked.add(Subject.item(id));
            }
        }
        if (exchange.query("accounts").isPresent()) {
            for (long id : exchange.queryIds("accounts", IDS_MAX)) {
                asked.add(Subject.account(id));
            }
        }
        if (asked.isEmpty()) {
            throw RequestProblem.missing("items", "ids of items or of accounts must be there");
        }
        List<Holding> holding = new ArrayList<>();
        labels.of(asked, READ_LIMIT)
                .join()
                .forEach((subject, held) -> holding.add(Holding.of(subject, held)));
        return Answer.ok(new HoldingBody(holding));
    }

    /// @param next the position to ask after the next time
    /// @param rebuild some changes are forgotten: what is kept must be read anew
    private record ChangesBody(List<Holding> changes, String next, boolean rebuild) {}

    private Answer follow(Exchange exchange) {
        long wait = exchange.queryNumber("waitMillis").orElse(0L);
        if (wait < 0 || wait > WAIT_MILLIS_MAX) {
            throw new RequestProblem("waitMillis", wait, "is outside 0.." + WAIT_MILLIS_MAX);
        }
        String after = exchange.query("after").orElse("");
        if (after.isEmpty()) {
            return Answer.ok(new ChangesBody(List.of(), changes.now(), false));
        }
        LabelChanges.Page page = changes.after(after, Duration.ofMillis(wait));
        return Answer.ok(
                new ChangesBody(
                        page.changes().stream()
                                .map(change -> Holding.of(change.subject(), change.labels()))
                                .toList(),
                        page.next(),
                        page.rebuild()));
    }
}
