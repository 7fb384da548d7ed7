package dev.mobula.retrieval.canonical;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/// What people do to a text so that a machine no longer recognises it. Each is a seeded function, made to test against.
public enum Disguise {
    HOMOGLYPH(Undo.EXACTLY) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return map(text, random, .5, code -> lookalike(code, random));
        }
    },
    ZERO_WIDTH(Undo.EXACTLY) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return insert(text, random, "\u200b\u200c\u200d\u2060\ufeff\u00ad");
        }
    },
    BIDI(Undo.EXACTLY) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return insert(text, random, "\u202a\u202d\u202e\u202c\u2066\u2069\u200f\u200e");
        }
    },
    TAGS(Undo.EXACTLY) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return map(text, random, .4, code -> with(code, 0xE0020 + random.nextInt(0x5F)));
        }
    },
    SELECTORS(Undo.EXACTLY) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return map(text, random, .4, code -> with(code, selector(random)));
        }
    },
    FULL_WIDTH(Undo.EXACTLY) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return map(text, random, 1, code -> Character.toString(wide(code)));
        }
    },
    CASE(Undo.EXACTLY) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return map(text, random, .5, code -> Character.toString(otherCase(code)));
        }
    },
    BASE64(Undo.AS_A_VIEW) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }
    },
    HEX(Undo.AS_A_VIEW) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
        }
    },
    URL(Undo.AS_A_VIEW) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return escape(text, '%', "-._~");
        }
    },
    QUOTED_PRINTABLE(Undo.AS_A_VIEW) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return escape(text, '=', " !\"#$%&'()*+,-./:;<>?@[\\]^_`{|}~");
        }
    },
    ROT13(Undo.AS_A_VIEW) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return map(text, random, 1, code -> Character.toString(turned(code)));
        }
    },
    LEET(Undo.IN_PART) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return map(text, random, .5, code -> Character.toString(leet(code)));
        }
    },
    SPACING(Undo.IN_PART) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return words(
                    text,
                    word ->
                            word.length() > 3 && random.nextDouble() < .5
                                    ? String.join(" ", word.split("", -1)).strip()
                                    : word);
        }
    },
    REPEATS(Undo.IN_PART) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return map(
                    text,
                    random,
                    .2,
                    code ->
                            Character.isLetter(code)
                                    ? Character.toString(code).repeat(3 + random.nextInt(3))
                                    : Character.toString(code));
        }
    },
    DELETION(Undo.IN_PART) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return map(text, random, .08, code -> "");
        }
    },
    SWAP(Undo.IN_PART) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return swapped(text, random);
        }
    },
    EMOJI(Undo.IN_PART) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return words(
                    text,
                    word ->
                            random.nextDouble() < .3
                                    ? word + " " + Character.toString(0x1F600 + random.nextInt(40))
                                    : word);
        }
    },
    QUOTING(Undo.IN_PART) {
        @Override
        public String apply(String text, SplittableRandom random) {
            return text.lines().map(line -> "> " + line).collect(Collectors.joining("\n"));
        }
    },
    MARKDOWN(Undo.IN_PART) {
        @Override
        public String apply(String text, SplittableRandom random) {
            String marked =
                    words(text, word -> random.nextDouble() < .2 ? "**" + word + "**" : word);
            return "# Note\n\n- " + marked + "\n";
        }
    },
    HTML(Undo.IN_PART) {
        @Override
        public String apply(String text, SplittableRandom random) {
            String safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
            return "<div><p>" + words(safe, word -> tagged(word, random)) + "</p></div>";
        }
    },
    JSON(Undo.IN_PART) {
        @Override
        public String apply(String text, SplittableRandom random) {
            String safe = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
            return "{\"tool\": \"post\", \"arguments\": {\"message\": \"" + safe + "\"}}";
        }
    },
    PAYLOAD_SPLIT(Undo.IN_PART) {
        @Override
        public String apply(String text, SplittableRandom random) {
            int half = text.offsetByCodePoints(0, text.codePointCount(0, text.length()) / 2);
            return "a = '%s'; b = '%s'; say a + b"
                    .formatted(text.substring(0, half), text.substring(half));
        }
    },
    DILUTION(Undo.IN_PART) {
        @Override
        public String apply(String text, SplittableRandom random) {
            StringBuilder diluted = new StringBuilder();
            int at = random.nextInt(DILUTED_CHARS);
            while (diluted.length() < at) {
                diluted.append(FILLER.get(random.nextInt(FILLER.size())));
            }
            diluted.append(text).append(' ');
            while (diluted.length() < DILUTED_CHARS) {
                diluted.append(FILLER.get(random.nextInt(FILLER.size())));
            }
            return diluted.toString();
        }
    };

    private static final int DILUTED_CHARS = 4_096;
    private static final List<String> FILLER =
            List.of(
                    "The river was calm that morning. ",
                    "We had lunch in the garden. ",
                    "The train to the coast leaves at nine. ",
                    "She plays the piano in the evening. ",
                    "Bread, butter and a little salt. ",
                    "The library opens on Monday. ");

    private static String tagged(String word, SplittableRandom random) {
        return random.nextDouble() < .2 ? "<b>" + word + "</b>" : word;
    }

    /// How much of it the canonicaliser takes off.
    public enum Undo {
        /// The canonical text is that of the clean text.
        EXACTLY,
        /// The canonical text of the clean text is among the views.
        AS_A_VIEW,
        /// Some of it.
        IN_PART
    }

    private final Undo undo;

    Disguise(Undo undo) {
        this.undo = undo;
    }

    public Undo undo() {
        return undo;
    }

    /// The text in disguise.
    public abstract String apply(String text, SplittableRandom random);

    @FunctionalInterface
    private interface Change {
        String of(int code);
    }

    @FunctionalInterface
    private interface WordChange {
        String of(String word);
    }

    private static String map(String text, SplittableRandom random, double share, Change change) {
        StringBuilder changed = new StringBuilder(text.length() * 2);
        text.codePoints()
                .forEach(
                        code -> {
                            if (share >= 1 || random.nextDouble() < share) {
                                changed.append(change.of(code));
                            } else {
                                changed.appendCodePoint(code);
                            }
                        });
        return changed.toString();
    }

    private static String words(String text, WordChange change) {
        return text.lines()
                .map(
                        line ->
                                Arrays.stream(line.split(" ", -1))
                                        .map(change::of)
                                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n"));
    }

    private static String insert(String text, SplittableRandom random, String unseen) {
        return map(
                text,
                random,
                .4,
                code -> with(code, unseen.charAt(random.nextInt(unseen.length()))));
    }

    private static String with(int code, int unseen) {
        return Character.toString(code) + Character.toString(unseen);
    }

    private static int selector(SplittableRandom random) {
        return random.nextBoolean() ? 0xFE00 + random.nextInt(16) : 0xE0100 + random.nextInt(240);
    }

    private static String lookalike(int code, SplittableRandom random) {
        int lower = Character.isLetter(code) && code < 0x80 ? code | 0x20 : code;
        int[] found = lower < 0x80 ? Confusables.lookalikes((char) lower) : new int[0];
        return Character.toString(found.length == 0 ? code : found[random.nextInt(found.length)]);
    }

    private static int wide(int code) {
        if (code == ' ') {
            return 0x3000;
        }
        return code > ' ' && code < 0x7F ? code + 0xFEE0 : code;
    }

    private static int otherCase(int code) {
        boolean letter = (code | 0x20) >= 'a' && (code | 0x20) <= 'z' && code < 0x80;
        return letter ? code ^ 0x20 : code;
    }

    private static int turned(int code) {
        int letter = (code | 0x20) - 'a';
        return letter < 0 || letter >= 26 || code >= 0x80 ? code : code + (letter < 13 ? 13 : -13);
    }

    private static int leet(int code) {
        int at = "aeiostAEIOST".indexOf(code);
        return at < 0 ? code : "431057431057".charAt(at);
    }

    private static String escape(String text, char mark, String safe) {
        StringBuilder escaped = new StringBuilder(text.length() * 2);
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain =
                    (one >= '0' && one <= '9')
                            || ((one | 0x20) >= 'a' && (one | 0x20) <= 'z' && one > 0)
                            || (one > 0 && safe.indexOf(one) >= 0);
            if (plain) {
                escaped.append((char) one);
            } else {
                escaped.append(mark).append(HexFormat.of().withUpperCase().toHexDigits(one));
            }
        }
        return escaped.toString();
    }

    private static String swapped(String text, SplittableRandom random) {
        int[] codes = text.codePoints().toArray();
        for (int i = 0; i + 1 < codes.length; i++) {
            boolean letters = Character.isLetter(codes[i]) && Character.isLetter(codes[i + 1]);
            if (letters && random.nextDouble() < .08) {
                int held = codes[i];
                codes[i] = codes[i + 1];
                codes[i + 1] = held;
                i++;
            }
        }
        return new String(codes, 0, codes.length);
    }
}
