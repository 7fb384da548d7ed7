package dev.mobula.actors.safety.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.audit.AuditEntry;
import dev.mobula.actors.safety.audit.AuditRow;
import dev.mobula.actors.shards.Answers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The review service as callers see it: reports in, cases out to reviewers, decisions, appeals, and the log of it all.
public final class ReviewDesk {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int THREADS = 8;

    private final Cluster cluster;
    private final ServiceRef service;

    /// The desk of a service that runs already.
    public ReviewDesk(Cluster cluster, ServiceRef service) {
        this.cluster = cluster;
        this.service = service;
    }

    /// Starts the service.
    public static ReviewDesk spawn(Cluster cluster, String name, ReviewSettings settings) {
        ServiceRef started =
                cluster.spawn(
                        ServiceSpec.named(name, ReviewService.Factory.class)
                                .settings(ReviewSettings.CODEC.encode(settings))
                                .state(StateKind.LOCAL)
                                .threads(THREADS)
                                .build());
        return new ReviewDesk(cluster, started);
    }

    /// What a person says is wrong with a subject.
    ///
    /// @param reach how many saw it
    public record Report(
            long reporter, Subject subject, String policy, String text, double reach) {}

    /// What a rule or a model wants people to look at.
    ///
    /// @param by `rule:NAME@VERSION` or `model:VERSION`
    /// @param score how likely it is, 0..1
    public record Suggestion(
            Subject subject,
            String policy,
            String by,
            double score,
            double severity,
            double reach,
            String evidence) {}

    /// The case that a report belongs to.
    ///
    /// @param isDuplicate the same person reported the same before, and it still waits
    public record Reported(long caseId, boolean isDuplicate) {}

    /// What became of an opinion.
    ///
    /// @param decision null when others must look too; else as it is now, its effects with their owners unless it is still
    ///     `APPLYING` or `REVERSING`
    public record Concluded(ReviewCase now, @Nullable Decision decision) {}

    /// What a model may learn from: that something is, or is not, what a label says.
    public record Example(
            long id, Subject subject, String label, boolean positive, String by, long atMillis) {}

    // What travels to the service.
    record Ask(String reviewer, String policy) {}

    record Held(String reviewer, long caseId) {}

    record Opine(String reviewer, long caseId, Choice choice) {}

    record Act(Subject subject, String policy, String by, Choice choice) {}

    record Appeal(long decision, long appellant, String words) {}

    record Page(long after, int max) {}

    record Note(
            String kind,
            Map<String, String> facts,
            Map<String, String> personal,
            List<Long> people) {}

    public Reported report(Report report) {
        return ask(ReviewService.REPORT, report, Reported.class);
    }

    public ReviewCase suggest(Suggestion suggestion) {
        return ask(ReviewService.SUGGEST, suggestion, ReviewCase.class);
    }

    /// The most urgent cases, whoever holds them.
    public List<ReviewCase> queue(int max) {
        return ask(ReviewService.QUEUE, new Page(0, max), new TypeReference<>() {});
    }

    /// Gives a reviewer the most urgent case that is free for them; until the lease is over it is nobody else's.
    ///
    /// @param policy the only one they work on; empty for all
    public Optional<ReviewCase> lease(String reviewer, String policy) {
        List<ReviewCase> found =
                ask(ReviewService.LEASE, new Ask(reviewer, policy), new TypeReference<>() {});
        return found.stream().findFirst();
    }

    /// Gives a case back.
    public ReviewCase release(String reviewer, long caseId) {
        return ask(ReviewService.RELEASE, new Held(reviewer, caseId), ReviewCase.class);
    }

    public ReviewCase find(long caseId) {
        return ask(ReviewService.CASE, caseId, ReviewCase.class);
    }

    /// What a reviewer decides about a case they hold.
    public Concluded decide(String reviewer, long caseId, Choice choice) {
        return ask(ReviewService.DECIDE, new Opine(reviewer, caseId, choice), Concluded.class);
    }

    /// A label that a rule or a model gives alone, on record and open to appeals.
    public Decision act(Subject subject, String policy, String by, Choice choice) {
        return ask(ReviewService.ACT, new Act(subject, policy, by, choice), Decision.class);
    }

    /// Appeals against a decision; another than who decided looks at it.
    public ReviewCase appeal(long decision, long appellant, String words) {
        return ask(ReviewService.APPEAL, new Appeal(decision, appellant, words), ReviewCase.class);
    }

    public Decision decision(long id) {
        return ask(ReviewService.DECISION, id, Decision.class);
    }

    public ReviewStats stats() {
        return ask(ReviewService.STATS, 0, ReviewStats.class);
    }

    /// What was learnt since an example.
    public List<Example> examples(long after, int max) {
        return ask(ReviewService.EXAMPLES, new Page(after, max), new TypeReference<>() {});
    }

    /// Puts something else into the log.
    ///
    /// @param facts what stays and names nobody
    /// @param personal what is erased with the people it speaks of
    public AuditEntry note(
            String kind,
            Map<String, String> facts,
            Map<String, String> personal,
            List<Long> people) {
        Note note = new Note(kind, facts, personal, people);
        return ask(ReviewService.NOTE, note, AuditEntry.class);
    }

    /// Removes all that is known of a person; the log stays whole.
    public void forget(long person) {
        ask(ReviewService.FORGET, person, Long.class);
    }

    /// The log after a link.
    public List<AuditRow> log(long after, int max) {
        return ask(ReviewService.LOG, new Page(after, max), new TypeReference<>() {});
    }

    /// The last link of the log; its hash is what an auditor keeps.
    public Optional<AuditEntry> head() {
        List<AuditEntry> found = ask(ReviewService.HEAD, 0, new TypeReference<>() {});
        return found.stream().findFirst();
    }

    private <T> T ask(int op, Object message, Class<T> form) {
        byte[] reply = reply(op, message);
        try {
            return ReviewRows.JSON.readValue(reply, form);
        } catch (IOException malformed) {
            throw unreadable(malformed);
        }
    }

    private <T> T ask(int op, Object message, TypeReference<T> form) {
        byte[] reply = reply(op, message);
        try {
            return ReviewRows.JSON.readValue(reply, form);
        } catch (IOException malformed) {
            throw unreadable(malformed);
        }
    }

    private static IllegalStateException unreadable(IOException malformed) {
        return new IllegalStateException("the review service's answer is malformed", malformed);
    }

    private byte[] reply(int op, Object message) {
        try {
            byte[] request = ReviewRows.JSON.writeValueAsBytes(message);
            return Answers.await(cluster.call(service, Request.of(op, request).within(LIMIT)));
        } catch (JsonProcessingException bad) {
            throw new IllegalArgumentException("message: " + bad.getOriginalMessage(), bad);
        }
    }
}
