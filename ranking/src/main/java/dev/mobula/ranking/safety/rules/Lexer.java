package dev.mobula.ranking.safety.rules;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.ArrayList;
import java.util.List;

/// Cuts a text of rules into tokens with their places.
final class Lexer {
    static final int CHARS_MAX = 1 << 20;

    private static final List<String> PAIRS = List.of("<=", ">=", "==", "!=");
    private static final String SINGLES = "(){}<>+-*/,.=%";

    private final String source;
    private int at;
    private int line = 1;
    private int lineStart;

    private Lexer(String source) {
        this.source = source;
    }

    enum Kind {
        NAME,
        NUMBER,
        SPAN,
        TEXT,
        SIGN,
        END
    }

    record Token(Kind kind, String text, double value, int line, int column) {
        boolean is(String sign) {
            return kind != Kind.TEXT && text.equals(sign);
        }

        RankingException wrong(String reason) {
            return new RankingException(
                    Code.INVALID_EXPRESSION, "rules:%d:%d: %s".formatted(line, column, reason));
        }
    }

    static List<Token> tokens(String source) {
        if (source.length() > CHARS_MAX) {
            throw new RankingException(
                    Code.INVALID_EXPRESSION,
                    "rules: %d characters, must be at most %d"
                            .formatted(source.length(), CHARS_MAX));
        }
        Lexer lexer = new Lexer(source);
        List<Token> tokens = new ArrayList<>();
        Token token = lexer.next();
        while (token.kind() != Kind.END) {
            tokens.add(token);
            token = lexer.next();
        }
        tokens.add(token);
        return tokens;
    }

    private Token next() {
        skip();
        if (at == source.length()) {
            return token(Kind.END, "the end", 0, at);
        }
        char c = source.charAt(at);
        int start = at;
        if (isLetter(c)) {
            while (at < source.length() && (isLetter(source.charAt(at)) || isDigit(at))) {
                at++;
            }
            return token(Kind.NAME, source.substring(start, at), 0, start);
        }
        if (isDigit(at)) {
            return number();
        }
        if (c == '"') {
            return text();
        }
        if (at + 1 < source.length() && PAIRS.contains(source.substring(at, at + 2))) {
            at += 2;
            return token(Kind.SIGN, source.substring(start, at), 0, start);
        }
        at++;
        Token sign = token(Kind.SIGN, String.valueOf(c), 0, start);
        if (SINGLES.indexOf(c) < 0) {
            throw sign.wrong("'" + c + "' means nothing here");
        }
        return sign;
    }

    private void skip() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '\n') {
                line++;
                lineStart = at + 1;
            } else if (c == '#') {
                while (at + 1 < source.length() && source.charAt(at + 1) != '\n') {
                    at++;
                }
            } else if (c != ' ' && c != '\t' && c != '\r') {
                return;
            }
            at++;
        }
    }

    /// A number, or a span of time when a unit follows at once.
    private Token number() {
        int start = at;
        while (at < source.length() && (isDigit(at) || source.charAt(at) == '.')) {
            at++;
        }
        double value;
        try {
            value = Double.parseDouble(source.substring(start, at));
        } catch (NumberFormatException bad) {
            throw token(Kind.NUMBER, "", 0, start).wrong("is no number");
        }
        if (at < source.length() && isLetter(source.charAt(at))) {
            double millis =
                    switch (source.charAt(at)) {
                        case 's' -> 1_000;
                        case 'm' -> 60_000;
                        case 'h' -> 3_600_000;
                        case 'd' -> 86_400_000;
                        default ->
                                throw token(Kind.NUMBER, "", 0, at)
                                        .wrong("a span of time ends in s, m, h or d");
                    };
            at++;
            return token(Kind.SPAN, source.substring(start, at), value * millis, start);
        }
        return token(Kind.NUMBER, source.substring(start, at), value, start);
    }

    private Token text() {
        int start = at++;
        StringBuilder text = new StringBuilder();
        while (at < source.length() && source.charAt(at) != '"') {
            if (source.charAt(at) == '\n') {
                break;
            }
            if (source.charAt(at) == '\\' && at + 1 < source.length()) {
                at++;
            }
            text.append(source.charAt(at++));
        }
        if (at == source.length() || source.charAt(at) == '\n') {
            throw token(Kind.TEXT, "", 0, start).wrong("the text has no end");
        }
        at++;
        return token(Kind.TEXT, text.toString(), 0, start);
    }

    private Token token(Kind kind, String text, double value, int start) {
        return new Token(kind, text, value, line, start - lineStart + 1);
    }

    private boolean isDigit(int place) {
        return source.charAt(place) >= '0' && source.charAt(place) <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }
}
