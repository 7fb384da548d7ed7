package dev.mobula.actors.safety;

/// What is labelled, reported or judged: an item or an account.
public record Subject(Kind kind, long id) implements Comparable<Subject> {
    /// The two kinds there are.
    public enum Kind {
        ITEM,
        ACCOUNT
    }

    private static final String ITEM = "item:";
    private static final String ACCOUNT = "account:";

    public static Subject item(long id) {
        return new Subject(Kind.ITEM, id);
    }

    public static Subject account(long id) {
        return new Subject(Kind.ACCOUNT, id);
    }

    /// Reads what [#toString] writes.
    public static Subject parse(String text) {
        try {
            if (text.startsWith(ITEM)) {
                return item(Long.parseLong(text.substring(ITEM.length())));
            }
            if (text.startsWith(ACCOUNT)) {
                return account(Long.parseLong(text.substring(ACCOUNT.length())));
            }
        } catch (NumberFormatException bad) {
            throw new IllegalArgumentException(refusal(text), bad);
        }
        throw new IllegalArgumentException(refusal(text));
    }

    private static String refusal(String text) {
        return "subject=" + text + " must be item:ID or account:ID";
    }

    @Override
    public int compareTo(Subject other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : Long.compare(id, other.id);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case ITEM -> ITEM + id;
            case ACCOUNT -> ACCOUNT + id;
        };
    }
}
