package dev.mobula.actors.safety.review;

import static dev.mobula.actors.safety.review.CaseBook.refused;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.safety.GivenLabel;
import dev.mobula.actors.safety.Labels;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.audit.AuditChain;
import dev.mobula.actors.safety.audit.AuditEntry;
import dev.mobula.actors.shards.RetrievalFailures;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.ItemStanding;
import dev.mobula.retrieval.store.RowStore;
import dev.mobula.retrieval.store.StoreOptions;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Everything is a command on one store: what changes and its link of the log are one write. A decision is stored first as
 * APPLYING, then its labels go to their owners, then it is STANDING; an upheld appeal goes REVERSING and REVERSED alike.
 * What is in between after a crash, or while an owner is away, is on a list that a thread works off, again and again: labels
 * are idempotent. A label of a decision has a source of its own, so taking it back takes nothing of another's.
 */
/// The keeper of the queue, the decisions and the log.
public final class ReviewService implements Service {
    static final int REPORT = 1;
    static final int SUGGEST = 2;
    static final int QUEUE = 3;
    static final int LEASE = 4;
    static final int RELEASE = 5;
    static final int CASE = 6;
    static final int DECIDE = 7;
    static final int ACT = 8;
    static final int APPEAL = 9;
    static final int DECISION = 10;
    static final int STATS = 11;
    static final int EXAMPLES = 12;
    static final int NOTE = 13;
    static final int FORGET = 14;
    static final int LOG = 15;
    static final int HEAD = 16;

    private static final Logger LOGGER = LoggerFactory.getLogger(ReviewService.class);
    private static final Duration READ_LIMIT = Duration.ofSeconds(5);
    private static final long COMMAND_BYTES = 8_192;
    private static final int PAGE_MAX = 1_000;
    private static final int PRUNED_AT_ONCE = 1_000;
    private static final int TEXT_CHARS_MAX = 16_000;
    private static final int NAME_CHARS_MAX = 200;

    private final RowStore store;
    private final AuditChain chain;
    private final CaseBook cases;
    private final DecisionBook decisions;
    private final ItemShards items;
    private final Labels labels;
    private final InstantSource clock;
    private final ReviewLimits limits;
    private final Settlement settlement;

    private ReviewService(ServiceContext context, ReviewSettings settings) {
        clock = InstantSource.system();
        limits = settings.limits();
        items = new ItemShards(context.cluster(), settings.items());
        UserShards users = new UserShards(context.cluster(), settings.users());
        labels = new Labels(items, users, clock);
        chain = new AuditChain(new SecureRandom());
        cases = new CaseBook(limits, chain);
        decisions = new DecisionBook(cases, chain);
        store =
                RowStore.open(
                        StoreOptions.at(context.state().path().resolve("review")),
                        "review",
                        ReviewRows.families(),
                        context.state()::requireOwned);
        settlement = new Settlement(store, decisions, labels, clock, this::prune);
    }

    /// Starts the keeper.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            return new ReviewService(context, ReviewSettings.CODEC.decode(context.settings()));
        }
    }

    @Override
    public byte[] call(int op, byte[] request) throws IOException {
        try {
            return ReviewRows.JSON.writeValueAsBytes(answer(op, request));
        } catch (CompletionException failed) {
            throw typed(failed.getCause() instanceof RuntimeException cause ? cause : failed);
        } catch (RetrievalException failed) {
            throw typed(failed);
        }
    }

    private static RuntimeException typed(RuntimeException failed) {
        return failed instanceof RetrievalException refused
                ? RetrievalFailures.typed(refused)
                : failed;
    }

    private Object answer(int op, byte[] request) throws IOException {
        return switch (op) {
            case REPORT -> report(read(request, ReviewDesk.Report.class));
            case SUGGEST -> suggest(read(request, ReviewDesk.Suggestion.class));
            case QUEUE -> queue(read(request, ReviewDesk.Page.class));
            case LEASE -> lease(read(request, ReviewDesk.Ask.class));
            case RELEASE -> release(read(request, ReviewDesk.Held.class));
            case CASE -> find(read(request, Long.class));
            case DECIDE -> decide(read(request, ReviewDesk.Opine.class));
            case ACT -> act(read(request, ReviewDesk.Act.class));
            case APPEAL -> appeal(read(request, ReviewDesk.Appeal.class));
            case DECISION -> decision(read(request, Long.class));
            case STATS -> submit(ReviewRows::stats);
            case EXAMPLES -> examples(read(request, ReviewDesk.Page.class));
            case NOTE -> note(read(request, ReviewDesk.Note.class));
            case FORGET -> forget(read(request, Long.class));
            case LOG -> log(read(request, ReviewDesk.Page.class));
            case HEAD -> submit(this::head);
            default -> throw refused("no operation " + op);
        };
    }

    private static <T> T read(byte[] request, Class<T> form) throws IOException {
        return ReviewRows.JSON.readValue(request, form);
    }

    private <T> T submit(Function<ReviewRows, T> command) {
        return store.submit(batch -> command.apply(new ReviewRows(batch)), COMMAND_BYTES).join();
    }

    private static void requireText(String field, String text, int most) {
        if (text.length() > most) {
            throw refused(field + "=(" + text.length() + " chars): is over " + most);
        }
    }

    private static void requireName(String field, String name) {
        if (name.isBlank() || name.indexOf('|') >= 0) {
            throw refused(field + "=" + name + ": must be a name without |");
        }
        requireText(field, name, NAME_CHARS_MAX);
    }

    private static int bounded(int max) {
        if (max < 1 || max > PAGE_MAX) {
            throw refused("limit=" + max + ": is outside 1.." + PAGE_MAX);
        }
        return max;
    }

    /// The account behind a subject; an item that is not there is refused.
    private long authorOf(Subject subject) {
        if (subject.kind() == Subject.Kind.ACCOUNT) {
            return subject.id();
        }
        return items.standings(new long[] {subject.id()}, READ_LIMIT).join().stream()
                .mapToLong(ItemStanding::authorId)
                .findFirst()
                .orElseThrow(() -> refused("subject=" + subject + ": is not there"));
    }

    private Object report(ReviewDesk.Report report) {
        requireName("policy", report.policy());
        requireText("text", report.text(), TEXT_CHARS_MAX);
        long author = authorOf(report.subject());
        return submit(rows -> cases.report(rows, report, author, clock.millis()));
    }

    private Object suggest(ReviewDesk.Suggestion told) {
        requireName("policy", told.policy());
        requireName("by", told.by());
        requireText("evidence", told.evidence(), TEXT_CHARS_MAX);
        boolean isScore = told.score() >= 0 && told.score() <= 1;
        if (!isScore || !(told.severity() >= 0) || !(told.reach() >= 0)) {
            throw refused(
                    "score=%s, severity=%s, reach=%s: must be 0..1 and not below 0"
                            .formatted(told.score(), told.severity(), told.reach()));
        }
        long author = authorOf(told.subject());
        return submit(rows -> cases.suggest(rows, told, author, clock.millis()));
    }

    private Object queue(ReviewDesk.Page page) {
        int max = bounded(page.max());
        return submit(rows -> cases.queue(rows, max));
    }

    private Object lease(ReviewDesk.Ask ask) {
        requireName("reviewer", ask.reviewer());
        return submit(
                rows ->
                        cases.lease(rows, ask.reviewer(), ask.policy(), clock.millis()).stream()
                                .toList());
    }

    private Object release(ReviewDesk.Held held) {
        return submit(rows -> cases.release(rows, held.reviewer(), held.caseId(), clock.millis()));
    }

    private Object find(long caseId) {
        return submit(rows -> cases.find(rows, caseId));
    }

    private Object decide(ReviewDesk.Opine told) {
        requireName("reviewer", told.reviewer());
        Subject subject = submit(rows -> cases.find(rows, told.caseId()).subject());
        requireLabel(subject, told.choice());
        List<GivenLabel> held =
                told.choice().action() == Choice.Action.CLEAR
                        ? labels.of(List.of(subject), READ_LIMIT)
                                .join()
                                .getOrDefault(subject, List.of())
                        : List.of();
        DecisionBook.Step step =
                submit(
                        rows ->
                                decisions.decide(
                                        rows,
                                        told.reviewer(),
                                        told.caseId(),
                                        told.choice(),
                                        held,
                                        clock.millis()));
        return new ReviewDesk.Concluded(
                step.now(), step.decision().map(settlement::settled).orElse(null));
    }

    private static void requireLabel(Subject subject, Choice choice) {
        if (choice.action() == Choice.Action.LABEL) {
            try {
                new GivenLabel(subject, choice.label(), "review", 1, choice.expiresMillis())
                        .sound();
            } catch (IllegalArgumentException bad) {
                throw refused(String.valueOf(bad.getMessage()));
            }
        }
    }

    private Object act(ReviewDesk.Act told) {
        requireName("policy", told.policy());
        requireName("by", told.by());
        requireLabel(told.subject(), told.choice());
        long author = authorOf(told.subject());
        return settlement.settled(
                submit(
                        rows ->
                                decisions.act(
                                        rows,
                                        told.subject(),
                                        told.policy(),
                                        author,
                                        told.by(),
                                        told.choice(),
                                        clock.millis())));
    }

    private Object appeal(ReviewDesk.Appeal told) {
        requireText("words", told.words(), TEXT_CHARS_MAX);
        return submit(
                rows ->
                        decisions.appeal(
                                rows,
                                told.decision(),
                                told.appellant(),
                                told.words(),
                                clock.millis()));
    }

    private Object decision(long id) {
        return submit(rows -> decisions.find(rows, id));
    }

    private Object examples(ReviewDesk.Page page) {
        int max = bounded(page.max());
        return submit(rows -> decisions.examples(rows, page.after(), max));
    }

    private Object note(ReviewDesk.Note note) {
        requireName("kind", note.kind());
        return submit(
                rows ->
                        chain.append(
                                rows.rows(),
                                clock.millis(),
                                note.kind(),
                                note.facts(),
                                note.personal(),
                                note.people()));
    }

    private Object forget(long person) {
        return submit(
                rows -> {
                    cases.forget(rows, person);
                    decisions.forget(rows, person);
                    return chain.forget(rows.rows(), person, clock.millis());
                });
    }

    private Object log(ReviewDesk.Page page) {
        int max = bounded(page.max());
        return submit(rows -> chain.after(rows.rows(), page.after(), max));
    }

    private List<AuditEntry> head(ReviewRows rows) {
        AuditEntry last = chain.last(rows.rows());
        return last == null ? List.of() : List.of(last);
    }

    private void prune() {
        long now = clock.millis();
        long before = now - limits.retentionMillis();
        Map<String, Integer> gone =
                submit(
                        rows ->
                                Map.of(
                                        "cases", cases.prune(rows, before, PRUNED_AT_ONCE),
                                        "decisions", decisions.prune(rows, before, PRUNED_AT_ONCE),
                                        "links", chain.prune(rows.rows(), before, now)));
        LOGGER.debug("forgot what is too old: {}", gone);
    }

    @Override
    public void close() {
        settlement.close();
        store.close();
    }
}
