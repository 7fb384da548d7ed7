package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Denial;
import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.time.Duration;

/// At most so many messages to one person, in so much time: all of them, those on a channel, or those of a type.
///
/// @param subject the channel's or the type's name; empty for all messages
/// @param spanMillis the length of a rolling span, 0 for a calendar window
public record Limit(Scope scope, String subject, Span span, long spanMillis, int cap) {
    static final int CAP_MAX = 256;

    private static final long SPAN_MILLIS_MAX = Duration.ofDays(31).toMillis();

    /// Which messages count.
    public enum Scope {
        USER(1),
        CHANNEL(2),
        TYPE(3);

        private final int code;

        Scope(int code) {
            this.code = code;
        }
    }

    /// In which time they count.
    public enum Span {
        DAY(1),
        ISO_WEEK(2),
        ROLLING(3);

        private final int code;

        Span(int code) {
            this.code = code;
        }
    }

    public Limit {
        if ((scope == Scope.USER) != subject.isEmpty()) {
            throw Names.invalid("limit " + scope + " subject", subject, "must fit the scope");
        }
        if (scope == Scope.CHANNEL) {
            try {
                Channel.valueOf(subject);
            } catch (IllegalArgumentException unknown) {
                throw Names.invalid("limit channel", subject, "is none");
            }
        }
        Names.plainOrNone("limit subject", subject);
        Names.between("limit cap", cap, 0, CAP_MAX);
        boolean rolls = span == Span.ROLLING;
        Names.between("limit spanMillis", spanMillis, rolls ? 1 : 0, rolls ? SPAN_MILLIS_MAX : 0);
    }

    /// So many messages in a day of the user.
    public static Limit perDay(int cap) {
        return new Limit(Scope.USER, "", Span.DAY, 0, cap);
    }

    /// So many messages in an ISO week of the user.
    public static Limit perWeek(int cap) {
        return new Limit(Scope.USER, "", Span.ISO_WEEK, 0, cap);
    }

    /// So many messages in any stretch of time of this length.
    public static Limit rolling(Duration span, int cap) {
        return new Limit(Scope.USER, "", Span.ROLLING, span.toMillis(), cap);
    }

    /// The same for the messages on a channel alone.
    public Limit on(Channel channel) {
        return new Limit(Scope.CHANNEL, channel.name(), span, spanMillis, cap);
    }

    /// The same for the messages of a type alone.
    public Limit ofType(String type) {
        return new Limit(Scope.TYPE, type, span, spanMillis, cap);
    }

    boolean counts(Channel channel, String type, boolean channelOnly) {
        return switch (scope) {
            case USER -> !channelOnly;
            case CHANNEL -> subject.equals(channel.name());
            case TYPE -> !channelOnly && subject.equals(type);
        };
    }

    /// What a message is told that this limit keeps back.
    Denial denial() {
        return switch (scope) {
            case CHANNEL -> Denial.CHANNEL_CAP;
            case TYPE -> Denial.TYPE_FATIGUE;
            case USER ->
                    switch (span) {
                        case DAY -> Denial.USER_DAY_CAP;
                        case ISO_WEEK -> Denial.USER_WEEK_CAP;
                        case ROLLING -> Denial.USER_ROLLING_CAP;
                    };
        };
    }

    /// The counter's name: `USER/DAY`, `CHANNEL:PUSH/ROLLING:86400000`.
    public String counter() {
        return scope
                + (subject.isEmpty() ? "" : ":" + subject)
                + "/"
                + span
                + (spanMillis == 0 ? "" : ":" + spanMillis);
    }

    void write(RecordWriter out) {
        out.writeByte(scope.code);
        out.writeText(subject);
        out.writeByte(span.code);
        out.writeCount(spanMillis);
        out.writeCount(cap);
    }

    static Limit read(RecordReader in) {
        int scope = in.readByte();
        String subject = in.readText();
        int span = in.readByte();
        long spanMillis = in.readCount();
        int cap = (int) in.readCount();
        return new Limit(
                switch (scope) {
                    case 1 -> Scope.USER;
                    case 2 -> Scope.CHANNEL;
                    case 3 -> Scope.TYPE;
                    default -> throw in.corrupt("scope " + scope);
                },
                subject,
                switch (span) {
                    case 1 -> Span.DAY;
                    case 2 -> Span.ISO_WEEK;
                    case 3 -> Span.ROLLING;
                    default -> throw in.corrupt("span " + span);
                },
                spanMillis,
                cap);
    }
}
