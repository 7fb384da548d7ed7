package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import java.time.Duration;
import java.util.List;

/// What a ledger can be asked to do.
public sealed interface Command {
    /// The longest a reservation may be held without being extended.
    long TTL_MILLIS_MAX = Duration.ofMinutes(15).toMillis();

    /// The farthest ahead a message may expire.
    long AHEAD_MILLIS_MAX = Duration.ofDays(7).toMillis();

    /// Takes units out of every budget that the message counts in.
    ///
    /// @param group one live message per person and group; empty for none
    /// @param counters the global counters to debit, from leases this ledger holds
    /// @param sendAtMillis the planned delivery, whose window is debited; 0 for now
    /// @param ttlMillis how long the reservation holds, counted from the later of now and `sendAtMillis`
    /// @param fallbackOf the serial of the committed reservation whose message this repeats on another channel; it debits
    ///     that channel alone; 0 for none
    /// @param key the same key always gets the same answer
    record Reserve(
            UserKey owner,
            Channel channel,
            String type,
            Priority priority,
            int units,
            String group,
            List<String> counters,
            long sendAtMillis,
            long expiresAtMillis,
            long ttlMillis,
            long fallbackOf,
            String key)
            implements Command {
        private static final int UNITS_MAX = 16;
        private static final int COUNTERS_MAX = 4;

        public Reserve {
            counters = List.copyOf(counters);
            Names.plain("type", type);
            Names.between("units", units, 1, UNITS_MAX);
            Names.plainOrNone("dedupeGroup", group);
            Names.between("counters", counters.size(), 0, COUNTERS_MAX);
            counters.forEach(counter -> Names.plain("counters", counter));
            Names.between("sendAt", sendAtMillis, 0, Long.MAX_VALUE / 4);
            Names.between("expiresAt", expiresAtMillis, 1, Long.MAX_VALUE / 4);
            Names.between("ttl", ttlMillis, 1, TTL_MILLIS_MAX);
            Names.between("fallbackOf", fallbackOf, 0, Long.MAX_VALUE);
            Names.plain("idempotencyKey", key);
            if (counters.stream().distinct().count() < counters.size()) {
                throw Names.invalid("counters", counters, "names one twice");
            }
        }

        /// A message to be sent now, in no group, that counts for its receiver alone.
        public static Reserve of(
                UserKey owner, Channel channel, String type, long expiresAtMillis, String key) {
            return new Reserve(
                    owner,
                    channel,
                    type,
                    Priority.NORMAL,
                    1,
                    "",
                    List.of(),
                    0,
                    expiresAtMillis,
                    TTL_MILLIS_MAX,
                    0,
                    key);
        }

        /// The same with another priority.
        public Reserve with(Priority other) {
            return new Reserve(
                    owner,
                    channel,
                    type,
                    other,
                    units,
                    group,
                    counters,
                    sendAtMillis,
                    expiresAtMillis,
                    ttlMillis,
                    fallbackOf,
                    key);
        }

        /// The same in a dedupe group.
        public Reserve in(String otherGroup) {
            return new Reserve(
                    owner,
                    channel,
                    type,
                    priority,
                    units,
                    otherGroup,
                    counters,
                    sendAtMillis,
                    expiresAtMillis,
                    ttlMillis,
                    fallbackOf,
                    key);
        }

        /// The same planned for a later time.
        public Reserve at(long millis) {
            return new Reserve(
                    owner,
                    channel,
                    type,
                    priority,
                    units,
                    group,
                    counters,
                    millis,
                    expiresAtMillis,
                    ttlMillis,
                    fallbackOf,
                    key);
        }

        /// The same counted globally, too.
        public Reserve counting(String... names) {
            return new Reserve(
                    owner,
                    channel,
                    type,
                    priority,
                    units,
                    group,
                    List.of(names),
                    sendAtMillis,
                    expiresAtMillis,
                    ttlMillis,
                    fallbackOf,
                    key);
        }

        /// The same as the repetition of a committed message on another channel.
        public Reserve fallingBackFrom(long serial) {
            return new Reserve(
                    owner,
                    channel,
                    type,
                    priority,
                    units,
                    group,
                    counters,
                    sendAtMillis,
                    expiresAtMillis,
                    ttlMillis,
                    serial,
                    key);
        }
    }

    /// Says that the message is about to leave; after it a unit comes back only with a proof.
    record BeginSend(ReservationId id, long fence) implements Command {}

    /// Says that the provider took the message.
    record Commit(ReservationId id, String providerMessageId) implements Command {
        public Commit {
            Names.plainOrNone("providerMessageId", providerMessageId);
        }
    }

    /// Gives the units back.
    record Release(ReservationId id, Proof proof) implements Command {}

    /// Why it is certain that a message was not sent.
    enum Proof {
        NOT_ATTEMPTED,
        PROVIDER_REJECTED
    }

    /// Holds a reservation for longer, counted from now.
    record Extend(ReservationId id, long ttlMillis) implements Command {
        public Extend {
            Names.between("ttl", ttlMillis, 1, TTL_MILLIS_MAX);
        }
    }

    /// Asks how a reservation stands.
    record GetReservation(ReservationId id) implements Command {}

    /// Asks what a person's counters hold.
    record GetBudget(UserKey owner) implements Command {}

    /// Replaces what is known of a person; the version must be the next one.
    record PutContact(UserKey owner, Contact contact) implements Command {}

    /// Replaces a tenant's policy from a time on; the version must be the next one.
    record PutPolicy(String tenant, BudgetPolicy policy) implements Command {
        public PutPolicy {
            Names.plain("tenant", tenant);
        }
    }

    /// Adds units of a global counter that the coordinator granted to this ledger.
    ///
    /// @param epoch the epoch of the ledger that asked; a grant to a predecessor counts as spent
    /// @param serial the number of the grant in that epoch, from 1
    record AddLease(String counter, long epoch, long serial, int units) implements Command {
        public AddLease {
            Names.plain("counter", counter);
            Names.between("units", units, 0, Integer.MAX_VALUE);
        }
    }

    /// Takes unspent units out of this ledger before the coordinator is told that they are free again.
    record ReturnLease(String counter, long epoch, long serial, int units) implements Command {
        public ReturnLease {
            Names.plain("counter", counter);
            Names.between("units", units, 0, Integer.MAX_VALUE);
        }
    }

    /// Collects an item for one message made of many.
    record AddDigestItem(
            UserKey owner,
            Channel channel,
            String type,
            String digest,
            String item,
            double value,
            long expiresAtMillis,
            DigestPlan plan)
            implements Command {
        private static final int DIGEST_LENGTH_MAX = 128;

        public AddDigestItem {
            Names.plain("type", type);
            Names.plain("digestKey", digest);
            Names.between("digestKey length", digest.length(), 1, DIGEST_LENGTH_MAX);
            Names.plain("itemKey", item);
            if (!Double.isFinite(value)) {
                throw Names.invalid("value", value, "must be finite");
            }
        }
    }

    /// Makes the message of a digest's window that is due. The same window always gives the same message.
    record FlushDigest(UserKey owner, Channel channel, String digest, long windowStartMillis)
            implements Command {}

    /// Asks what a digest has collected so far.
    record PeekDigest(UserKey owner, Channel channel, String digest) implements Command {
        public PeekDigest {
            Names.plain("digestKey", digest);
        }
    }

    /// Asks for the digests that were made and not begun yet: their messages wait for whoever sends them.
    ///
    /// @param max at most so many
    record ReadyDigests(int max) implements Command {
        public ReadyDigests {
            Names.between("max", max, 1, 1_000);
        }
    }

    /// Asks what is known of a person.
    record GetContact(UserKey owner) implements Command {}

    /// Asks for a tenant's policies: the one in force and those to come.
    record GetPolicies(String tenant) implements Command {
        public GetPolicies {
            Names.plain("tenant", tenant);
        }
    }

    /// Makes this ledger's policies those of the ledger that decided on them; older ones change nothing.
    record CopyPolicies(String tenant, List<BudgetPolicy> policies) implements Command {
        public CopyPolicies {
            Names.plain("tenant", tenant);
            policies = List.copyOf(policies);
            Names.between("policies", policies.size(), 1, Policies.KEPT_MAX);
        }
    }

    /// Asks who would be over a policy's limits now, among so many people from one on.
    record WhoIsOver(String tenant, BudgetPolicy policy, long fromUser, int max)
            implements Command {
        public WhoIsOver {
            Names.plain("tenant", tenant);
            Names.between("max", max, 1, 10_000);
        }
    }

    /// Keeps an answer under its idempotency key, unless one is kept there: that one is the answer.
    ///
    /// @param fingerprint of the request it answers; another request under the same key is refused
    record KeepAnswer(
            UserKey owner,
            String operation,
            String key,
            String fingerprint,
            String answer,
            long expiresAtMillis)
            implements Command {
        private static final int ANSWER_LENGTH_MAX = 64 << 10;

        public KeepAnswer {
            Names.plain("operation", operation);
            Names.plain("idempotencyKey", key);
            Names.plain("fingerprint", fingerprint);
            Names.between("answer length", answer.length(), 1, ANSWER_LENGTH_MAX);
            Names.between("expiresAt", expiresAtMillis, 1, Long.MAX_VALUE / 4);
        }
    }

    /// Asks for a kept answer.
    ///
    /// @param fingerprint of the request it must answer; empty for whichever it was
    record FindAnswer(UserKey owner, String operation, String key, String fingerprint)
            implements Command {
        public FindAnswer {
            Names.plain("operation", operation);
            Names.plain("idempotencyKey", key);
            Names.plainOrNone("fingerprint", fingerprint);
        }
    }

    /// Counts what became of a message, once for each event, in whatever order the events come.
    record RecordOutcome(
            UserKey owner, String event, OutcomeKind kind, Channel channel, long atMillis)
            implements Command {
        public RecordOutcome {
            Names.plain("eventId", event);
            Names.between("at", atMillis, 1, Long.MAX_VALUE / 4);
        }
    }

    /// Asks what became of a person's messages.
    record GetOutcomes(UserKey owner) implements Command {}

    /// Ends what has run out of time, and forgets what nobody may ask for any more.
    ///
    /// @param max rows looked at
    record Sweep(int max) implements Command {}

    /// Makes this ledger's epoch the one that owns the rows.
    record TakeOver() implements Command {}

    /// Treats every window that has begun as exhausted, and every reservation made so far as sent: the rows are older
    /// than the messages.
    record Seal() implements Command {}
}
