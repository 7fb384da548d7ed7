package dev.mobula.actors.safety.rules;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import dev.mobula.actors.shards.Answers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The promoted rules at work, as callers see them.
public final class LiveRules {
    /// The most events of one answer.
    public static final int EVENTS_MAX = 1_000;

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int THREADS = 2;

    private final Cluster cluster;
    private final ServiceRef service;

    /// The rules of a service that runs already.
    public LiveRules(Cluster cluster, ServiceRef service) {
        this.cluster = cluster;
        this.service = service;
    }

    /// Starts the service; the counters, the review and the watch for campaigns must run.
    public static LiveRules spawn(Cluster cluster, String name, RuleWatchSettings settings) {
        return new LiveRules(
                cluster,
                cluster.spawn(
                        ServiceSpec.named(name, RuleService.Factory.class)
                                .settings(RuleWatchSettings.CODEC.encode(settings))
                                .state(StateKind.LOCAL)
                                .threads(THREADS)
                                .build()));
    }

    /// How one rule fares since the service started.
    ///
    /// @param acts whether it is in force, or in the shadow
    /// @param acted events on which it did something
    /// @param withheld events on which it did nothing because it had stopped itself, or everything was switched off
    /// @param stopped why it stopped itself; empty while it acts
    public record RuleStatus(
            String rule,
            int version,
            boolean acts,
            long held,
            long acted,
            long withheld,
            String stopped) {}

    /// How the rules fare.
    ///
    /// @param active the version that acts, 0 for none, as `shadow`
    /// @param acts whether anything automatic is done at all
    /// @param trouble what is not at work although it should be; empty when all is
    /// @param events judged since the service started
    /// @param waiting actions that are still to be carried out
    /// @param unanswered questions of rules to other services that got no answer
    /// @param lists the entries of each list
    public record Status(
            int active,
            int shadow,
            boolean acts,
            String trouble,
            long events,
            long waiting,
            long unanswered,
            Map<String, Integer> lists,
            List<RuleStatus> rules) {
        /// Of an engine without rules.
        public static final Status NONE = new Status(0, 0, true, "", 0, 0, 0, Map.of(), List.of());
    }

    public Status status() {
        return ask(RuleService.STATUS, 0, new TypeReference<>() {});
    }

    /// Lets rules act, or only judge; it is kept over restarts.
    public Status act(boolean on) {
        return ask(RuleService.ACT, on, new TypeReference<>() {});
    }

    /// Lets a rule that stopped itself act again; false when no such rule is at work.
    public boolean resume(String rule) {
        return ask(RuleService.RESUME, rule, new TypeReference<>() {});
    }

    /// The last events that were judged, the oldest first, as rows of a table that a back-test reads.
    public List<Map<String, Object>> events(int max) {
        return ask(RuleService.EVENTS, max, new TypeReference<>() {});
    }

    /// Forgets the events of a person among the last.
    public void forget(long person) {
        ask(RuleService.FORGET, person, new TypeReference<Boolean>() {});
    }

    private <T> T ask(int op, Object message, TypeReference<T> form) {
        byte[] request = RuleRows.json(message);
        byte[] reply = Answers.await(cluster.call(service, Request.of(op, request).within(LIMIT)));
        try {
            return RuleRows.JSON.readValue(reply, form);
        } catch (IOException malformed) {
            throw new IllegalStateException("the rules' answer is malformed", malformed);
        }
    }
}
