package dev.mobula.ranking.safety;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.retrieval.canonical.Canonicaliser;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Texts that somebody vouches for, for a time. They are compared in canonical form, whole.
public final class AllowList {
    /// Nobody vouches for anything.
    public static final AllowList EMPTY = new AllowList(List.of());

    /// The longest time somebody can vouch for.
    public static final Duration LONGEST = Duration.ofDays(366);

    private static final int ENTRIES_MAX = 100_000;

    private final Map<String, Entry> entries;

    /// A text, and who answers for it until when.
    ///
    /// @param canonical the text as the canonicaliser reads it
    public record Entry(
            String canonical, String owner, String reason, Instant from, Instant until) {
        public Entry {
            if (owner.isBlank()) {
                throw new RankingException(Code.INVALID_REQUEST, "owner is empty");
            }
            if (!until.isAfter(from) || Duration.between(from, until).compareTo(LONGEST) > 0) {
                throw new RankingException(
                        Code.INVALID_REQUEST,
                        "until=" + until + ", must be within " + LONGEST + " after " + from);
            }
        }

        public static Entry of(
                String text, String owner, String reason, Instant from, Instant until) {
            return new Entry(Canonicaliser.read(text).text(), owner, reason, from, until);
        }
    }

    public AllowList(List<Entry> entries) {
        if (entries.size() > ENTRIES_MAX) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "entries=" + entries.size() + ", must be at most " + ENTRIES_MAX);
        }
        this.entries =
                entries.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Entry::canonical, Function.identity(), (a, b) -> b));
    }

    /// Who vouches for a text now.
    public Optional<Entry> vouched(String canonical, Instant now) {
        return Optional.ofNullable(entries.get(canonical))
                .filter(entry -> !now.isBefore(entry.from()) && now.isBefore(entry.until()));
    }
}
