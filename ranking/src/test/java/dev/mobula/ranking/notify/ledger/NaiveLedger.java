package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Denial;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.window.CalendarWindows;
import dev.mobula.ranking.notify.window.Period;
import dev.mobula.ranking.notify.window.Window;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What the ledger should do, said as plainly as possible: a list of all messages ever, looked through for every question.
///
/// Knows one policy, users who do not move, and no quiet hours.
final class NaiveLedger {
    private static final long QUARTER = 15 * 60_000;

    private final BudgetPolicy policy;
    private final Map<UserKey, ZoneId> zones = new HashMap<>();
    private final Map<UserKey, List<Message>> messages = new HashMap<>();
    private final Map<String, String> answers = new HashMap<>();

    private static final class Message {
        private Command.Reserve request;
        private long at;
        private ReservationState state = ReservationState.RESERVED;
        private long deadline;
        private boolean byItself;

        private boolean counts() {
            return state != ReservationState.RELEASED;
        }
    }

    NaiveLedger(BudgetPolicy policy) {
        this.policy = policy;
    }

    void move(UserKey user, ZoneId zone) {
        zones.put(user, zone);
    }

    /// The answer in short.
    String apply(Command command, long now) {
        messages.values().forEach(all -> all.forEach(message -> runOut(message, now)));
        return switch (command) {
            case Command.Reserve reserve -> reserve(reserve, now);
            case Command.BeginSend begin -> begin(begin, now);
            case Command.Commit commit -> commit(commit.id());
            case Command.Release release -> release(release.id());
            case Command.Extend extend -> extend(extend, now);
            case Command.GetReservation get -> find(get.id()).state.toString();
            default -> throw new IllegalArgumentException(command.toString());
        };
    }

    private static void runOut(Message message, long now) {
        boolean open =
                message.state == ReservationState.RESERVED
                        || message.state == ReservationState.SENDING;
        if (open && message.deadline <= now) {
            message.byItself = true;
            message.state =
                    message.state == ReservationState.SENDING
                            ? ReservationState.COMMITTED
                            : ReservationState.RELEASED;
        }
    }

    private List<Message> of(UserKey user) {
        return messages.computeIfAbsent(user, _ -> new ArrayList<>());
    }

    private Message find(ReservationId id) {
        return of(id.owner()).get((int) id.serial() - 1);
    }

    private String reserve(Command.Reserve request, long now) {
        String before = answers.get(request.key());
        if (before != null) {
            return before;
        }
        String answer = decide(request, now);
        answers.put(request.key(), answer);
        return answer;
    }

    private String decide(Command.Reserve request, long now) {
        List<Message> mine = of(request.owner());
        for (Message other : mine) {
            if (!request.group().isEmpty()
                    && other.request.group().equals(request.group())
                    && other.counts()
                    && (other.state != ReservationState.COMMITTED
                            || now < other.request.expiresAtMillis())) {
                return Denial.DUPLICATE.toString();
            }
        }
        Message message = new Message();
        message.request = request;
        message.at = Math.max(now, request.sendAtMillis());
        message.deadline = Math.min(message.at + request.ttlMillis(), request.expiresAtMillis());
        String full = full(request.owner(), message, message.at);
        if (!full.isEmpty()) {
            return full;
        }
        mine.add(message);
        return "granted " + mine.size() + " until " + message.deadline;
    }

    /// The first limit without room for a message at a time.
    private String full(UserKey user, Message message, long at) {
        List<Message> others =
                of(user).stream().filter(other -> other != message && other.counts()).toList();
        Priority priority = message.request.priority();
        Window day = CalendarWindows.at(Period.DAY, zones.get(user), at);
        if (priority == Priority.CRITICAL) {
            return in(day, others, other -> other.request.priority() == priority)
                            < policy.criticalPerDay()
                    ? ""
                    : Denial.USER_DAY_CAP.toString();
        }
        int high = in(day, others, other -> other.request.priority() == Priority.HIGH);
        for (Limit limit : policy.limits()) {
            Predicate<Message> counted =
                    other ->
                            switch (limit.scope()) {
                                case USER -> true;
                                case CHANNEL ->
                                        other.request
                                                .channel()
                                                .equals(Channel.valueOf(limit.subject()));
                                case TYPE -> other.request.type().equals(limit.subject());
                            };
            if (!counted.test(message)) {
                continue;
            }
            int kept =
                    limit.scope() == Limit.Scope.USER
                                    && limit.span() == Limit.Span.DAY
                                    && priority != Priority.HIGH
                            ? Math.max(0, policy.protectedUnits() - high)
                            : 0;
            int taken =
                    switch (limit.span()) {
                        case DAY -> in(day, others, counted);
                        case ISO_WEEK ->
                                in(
                                        CalendarWindows.at(Period.ISO_WEEK, zones.get(user), at),
                                        others,
                                        counted);
                        case ROLLING -> fullest(others, counted, at, limit.spanMillis());
                    };
            if (taken + 1 + kept > limit.cap()) {
                return limit.denial().toString();
            }
        }
        if (priority == Priority.HIGH && high + 1 > policy.highPerDay()) {
            return Denial.USER_DAY_CAP.toString();
        }
        boolean near =
                others.stream().anyMatch(other -> Math.abs(other.at - at) < policy.gapMillis());
        return near ? Denial.MIN_GAP.toString() : "";
    }

    private static int in(Window window, List<Message> others, Predicate<Message> counted) {
        return (int)
                others.stream().filter(counted).filter(other -> window.contains(other.at)).count();
    }

    private static int fullest(
            List<Message> others, Predicate<Message> counted, long at, long span) {
        int fullest = 0;
        List<Long> starts = new ArrayList<>(List.of(at));
        others.forEach(other -> starts.add(other.at));
        for (long start : starts) {
            if (start <= at && at < start + span) {
                long count =
                        others.stream()
                                .filter(counted)
                                .filter(other -> start <= other.at && other.at < start + span)
                                .count();
                fullest = Math.max(fullest, (int) count);
            }
        }
        return fullest;
    }

    private String begin(Command.BeginSend command, long now) {
        Message message = find(command.id());
        UserKey user = command.id().owner();
        switch (message.state) {
            case RESERVED -> {}
            case SENDING -> {
                return LedgerError.SEND_IN_DOUBT.toString();
            }
            case COMMITTED -> {
                return LedgerError.ALREADY_COMMITTED.toString();
            }
            case RELEASED -> {
                return released(message);
            }
        }
        boolean sameDay = CalendarWindows.at(Period.DAY, zones.get(user), message.at).contains(now);
        if (!sameDay || now < message.at || now > message.at + 4 * QUARTER) {
            String full = full(user, message, now);
            if (!full.isEmpty()) {
                return full;
            }
            message.at = now;
        }
        message.state = ReservationState.SENDING;
        message.deadline = now + QUARTER;
        return "SENDING";
    }

    private static String released(Message message) {
        return (message.byItself ? LedgerError.RESERVATION_EXPIRED : LedgerError.ALREADY_RELEASED)
                .toString();
    }

    private String commit(ReservationId id) {
        Message message = find(id);
        return switch (message.state) {
            case RESERVED -> LedgerError.INVALID_ARGUMENT.toString();
            case RELEASED -> released(message);
            case SENDING, COMMITTED -> {
                message.state = ReservationState.COMMITTED;
                yield "COMMITTED";
            }
        };
    }

    private String release(ReservationId id) {
        Message message = find(id);
        if (message.state == ReservationState.COMMITTED) {
            return (message.byItself ? LedgerError.SEND_IN_DOUBT : LedgerError.ALREADY_COMMITTED)
                    .toString();
        }
        message.state = ReservationState.RELEASED;
        return "RELEASED";
    }

    private String extend(Command.Extend command, long now) {
        Message message = find(command.id());
        switch (message.state) {
            case COMMITTED -> {
                return LedgerError.ALREADY_COMMITTED.toString();
            }
            case RELEASED -> {
                return released(message);
            }
            case RESERVED, SENDING -> {
                long wanted = now + command.ttlMillis();
                long most = Math.min(wanted, message.request.expiresAtMillis());
                message.deadline = Math.max(message.deadline, most);
            }
        }
        return message.state.toString();
    }
}
