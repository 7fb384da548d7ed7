package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Denial;
import java.util.List;

/// What a ledger answers.
public sealed interface Reply {
    /// The units are taken.
    ///
    /// @param fence to be shown when the message is begun
    /// @param expiresAtMillis until when it must be
    record Granted(ReservationId id, long fence, long expiresAtMillis) implements Reply {}

    /// The units are not to be had.
    ///
    /// @param retryAtMillis the first time at which they could be, all else unchanged; 0 when none is known
    /// @param counter the counter that is full; empty when it is none
    /// @param existing the serial of the live message of the same group; 0 when that is not the reason
    record Denied(Denial reason, long retryAtMillis, String counter, long existing)
            implements Reply {
        static Denied of(Denial reason) {
            return new Denied(reason, 0, "", 0);
        }
    }

    /// How a reservation stands after the command.
    ///
    /// @param inDoubt committed because its time ran out while it was being sent
    record Standing(
            ReservationId id,
            ReservationState state,
            long fence,
            long expiresAtMillis,
            boolean inDoubt,
            String providerMessageId)
            implements Reply {}

    /// What a person's counters hold.
    ///
    /// @param gapUntilMillis before this no further message; 0 when one may go now
    /// @param quietUntilMillis the same for quiet hours
    /// @param fatigue messages of late, each half as heavy after every half-life
    record Budget(
            List<Counter> counters,
            long gapUntilMillis,
            long quietUntilMillis,
            double fatigue,
            long policyVersion,
            long contactVersion)
            implements Reply {
        public Budget {
            counters = List.copyOf(counters);
        }
    }

    /// One counter of a person. A rolling one is shown for the span that ends now.
    ///
    /// @param debt critical units in it beyond the cap
    record Counter(
            String name,
            int cap,
            int committed,
            int reserved,
            int sending,
            int remaining,
            int debt,
            long startMillis,
            long endMillis,
            String zone) {}

    /// The command was carried out.
    ///
    /// @param number the version now in force, the units now held, or the rows looked at
    record Done(long number) implements Reply {}

    /// A digest's message: send these items under this reservation.
    record DigestReady(Granted reservation, List<String> items) implements Reply {
        public DigestReady {
            items = List.copyOf(items);
        }
    }

    /// A digest that is not sent now.
    ///
    /// @param dueAtMillis when to try again; 0 when nothing of it is left
    record DigestWaits(long windowStartMillis, long dueAtMillis) implements Reply {}

    /// What a digest has collected, the most valuable first.
    record DigestShows(long windowStartMillis, long dueAtMillis, List<String> items)
            implements Reply {
        public DigestShows {
            items = List.copyOf(items);
        }
    }

    /// Digests whose message waits to be sent.
    record DigestsReady(List<DigestReady> digests) implements Reply {
        public DigestsReady {
            digests = List.copyOf(digests);
        }
    }

    /// What is known of a person.
    record ContactIs(Contact contact) implements Reply {}

    /// A tenant's policies, the one in force first.
    record PoliciesAre(List<BudgetPolicy> policies) implements Reply {
        public PoliciesAre {
            policies = List.copyOf(policies);
        }
    }

    /// People over a limit, of those looked at.
    ///
    /// @param nextUser where to go on; empty of meaning when nobody is left
    record Over(List<Long> users, long lookedAt, boolean more, long nextUser) implements Reply {
        public Over {
            users = List.copyOf(users);
        }
    }

    /// An answer that was kept, as it was given first.
    record Kept(String answer) implements Reply {}

    /// How many events of each kind a person's messages had, in the order of [OutcomeKind].
    ///
    /// @param hours when in their week messages came and were opened, on their own clock
    record Outcomes(List<Long> counts, List<Long> lastMillis, List<Hour> hours) implements Reply {
        public Outcomes {
            counts = List.copyOf(counts);
            lastMillis = List.copyOf(lastMillis);
            hours = List.copyOf(hours);
        }
    }

    /// An hour of the week, from Monday's first on, in which something happened.
    record Hour(int ofWeek, long delivered, long opened) {}

    /// Not carried out, nothing changed.
    ///
    /// @param text names the field and the value
    record Refused(LedgerError error, String text) implements Reply {}
}
