package dev.mobula.cluster.evaluate.safety;

import dev.mobula.cluster.evaluate.ShownProgress;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.retrieval.canonical.Disguise;
import dev.mobula.training.TrainingException;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.safety.LabelledTexts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Trains the n-gram model by one recipe on every set, judges it on texts it never saw, and reports with intervals.
public final class SafetyJudge {
    private static final double FALSE_POSITIVES = .01;
    private static final double RECALL_MIN = .9;
    private static final double AUC_LOST_MAX = .01;
    private static final Map<String, Double> F1_GOALS =
            new TreeMap<>(Map.of("offensive", .76, "irony", .64, "emotion", .67));

    private final PublicTexts sets;
    private final boolean transforms;
    private final Protocols model = new Protocols(Protocols.Recipe.FULL, false);
    private final Protocols prompts = new Protocols(Protocols.Recipe.FULL, true);
    private final Protocols ngrams = new Protocols(Protocols.Recipe.NGRAMS, false);
    private final Protocols bare = new Protocols(Protocols.Recipe.FULL_PLAIN, false);
    private final Protocols plain = new Protocols(Protocols.Recipe.PLAIN, false);
    private final Report report = new Report("safety");
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private Progress progress = Progress.NONE;
    private long done;

    public SafetyJudge(Path data, boolean transforms) {
        if (!Files.isDirectory(data)) {
            throw TrainingException.invalid("--data", data, "must be a folder");
        }
        this.sets = new PublicTexts(data);
        this.transforms = transforms;
    }

    public Report run(boolean watched) {
        try (ShownProgress shown = new ShownProgress()) {
            progress = watched ? shown : Progress.NONE;
            tweets();
            disguises();
            davidson();
            injections();
            report.figure("rows", figures);
            return report;
        }
    }

    private void step(String what) {
        progress.step(what, ++done, done + 1);
    }

    private void tweets() {
        Table table =
                Table.of("TweetEval", "figure", "value", "lower", "upper", "AUC", "AUC of length");
        for (String task : List.of("offensive", "irony", "emotion", "hate")) {
            Optional<LabelledTexts> train = sets.tweetEval(task, "train");
            Optional<LabelledTexts> held = sets.tweetEval(task, "val");
            Optional<LabelledTexts> test = sets.tweetEval(task, "test");
            if (train.isPresent() && held.isPresent() && test.isPresent()) {
                tweet(table, task, train.get(), held.get(), test.get());
                step(task);
            }
        }
        if (!table.isEmpty()) {
            report.table("tweets, thresholds from the validation part", table);
        }
    }

    private void tweet(
            Table table, String task, LabelledTexts train, LabelledTexts held, LabelledTexts test) {
        boolean two = train.classes().size() == 2;
        int[] said;
        Object auc = "-";
        if (two) {
            TextModel fitted = model.fit(train);
            double threshold = bestThreshold(task, model.observe(fitted, held), held.labels());
            Observations seen = model.observe(fitted, test);
            said = said(seen, threshold);
            Scores.Interval area = Scores.interval(test.size(), 1, rows -> Scores.auc(seen, rows));
            auc = three(area);
            figures.put(task + " AUC", area);
        } else {
            said = model.classes(train, test);
        }
        int classes = train.classes().size();
        Scores.Interval f1 =
                Scores.interval(
                        test.size(),
                        2,
                        rows -> f1(task, pick(test.labels(), rows), pick(said, rows), classes));
        String figure = task.equals("irony") ? "F1 of irony" : "macro-F1";
        Object length = two ? number(lengthAuc(test)) : "-";
        table.row(
                task,
                figure,
                number(f1.value()),
                number(f1.lower()),
                number(f1.upper()),
                auc,
                length);
        figures.put(task + " F1", f1);
        Double goal = F1_GOALS.get(task);
        if (goal != null) {
            report.check(Check.atLeast("tweeteval " + task, f1.value(), figure, goal));
        }
    }

    private static double f1(String task, int[] truth, int[] said, int classes) {
        return task.equals("irony")
                ? Scores.f1(truth, said, 1)
                : Scores.macroF1(truth, said, classes);
    }

    private static double bestThreshold(String task, Observations held, int[] truth) {
        double best = .5;
        double most = -1;
        double[] sorted = held.scores().clone();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i += Math.max(1, sorted.length / 200)) {
            double value = f1(task, truth, said(held, sorted[i]), 2);
            if (value > most) {
                most = value;
                best = sorted[i];
            }
        }
        return best;
    }

    private static int[] said(Observations seen, double threshold) {
        return Arrays.stream(seen.scores()).mapToInt(s -> s >= threshold ? 1 : 0).toArray();
    }

    private static int[] pick(int[] all, int[] rows) {
        return Arrays.stream(rows).map(row -> all[row]).toArray();
    }

    private static double lengthAuc(LabelledTexts texts) {
        double[] lengths = texts.texts().stream().mapToDouble(String::length).toArray();
        double[] labels = Arrays.stream(texts.labels()).asDoubleStream().toArray();
        return Scores.auc(new Observations(lengths, labels));
    }

    private void disguises() {
        Optional<LabelledTexts> train = sets.tweetEval("offensive", "train");
        Optional<LabelledTexts> test = sets.tweetEval("offensive", "test");
        if (!transforms || train.isEmpty() || test.isEmpty()) {
            return;
        }
        disguises("n-grams", ngrams, plain, train.get(), test.get());
        disguises("all models", model, bare, train.get(), test.get());
    }

    private void disguises(
            String what,
            Protocols read,
            Protocols unread,
            LabelledTexts train,
            LabelledTexts test) {
        TextModel with = read.fit(train);
        TextModel without = unread.fit(train);
        double clean = Scores.auc(read.observe(with, test));
        double bareClean = Scores.auc(unread.observe(without, test));
        Table table = Table.of("disguise", "undone", "AUC", "lost", "AUC without canonicaliser");
        table.row("none", "-", number(clean), "-", number(bareClean));
        for (Disguise disguise : Disguise.values()) {
            LabelledTexts hidden = disguised(test, disguise);
            double auc = Scores.auc(read.observe(with, hidden));
            double bareAuc = Scores.auc(unread.observe(without, hidden));
            String name = disguise.name().toLowerCase(Locale.ROOT);
            String undone = disguise.undo().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            table.row(name, undone, number(auc), number(clean - auc), number(bareAuc));
            figures.put(what + " disguise " + name, List.of(auc, bareAuc));
            if (disguise.undo() != Disguise.Undo.IN_PART) {
                String lost = what + " lost to " + name;
                report.check(Check.atMost(lost, clean - auc, "AUC", AUC_LOST_MAX));
            }
            step(what + " " + name);
        }
        String gained = what + " clean with canonicaliser";
        report.check(Check.atLeast(gained, clean - bareClean, "AUC gained", 0));
        report.table("TweetEval offensive in disguise, " + what, table);
    }

    private static LabelledTexts disguised(LabelledTexts texts, Disguise disguise) {
        SplittableRandom random = new SplittableRandom(11);
        List<String> hidden =
                texts.texts().stream().map(text -> disguise.apply(text, random)).toList();
        return new LabelledTexts(hidden, texts.labels(), texts.classes());
    }

    private void davidson() {
        Optional<LabelledTexts> read = sets.davidson();
        if (read.isEmpty()) {
            return;
        }
        LabelledTexts texts = read.get();
        int[] folds = Protocols.folds(texts, 5);
        int[] said = new int[texts.size()];
        for (int fold = 0; fold < Protocols.FOLDS; fold++) {
            int[] inside = Protocols.rows(folds, fold, true);
            LabelledTexts train = texts.subset(Protocols.rows(folds, fold, false));
            int[] part = model.classes(train, texts.subset(inside));
            for (int i = 0; i < inside.length; i++) {
                said[inside[i]] = part[i];
            }
            step("davidson");
        }
        double hate = Scores.f1(texts.labels(), said, 0);
        double weighted = Scores.weightedF1(texts.labels(), said, 3);
        report.table(
                "Davidson, 5 folds without near-duplicates across",
                Table.of("hate F1", "weighted F1").row(number(hate), number(weighted)));
        figures.put("davidson", List.of(hate, weighted));
        report.check(Check.atLeast("davidson hate", hate, "F1", .51));
        report.check(Check.atLeast("davidson weighted", weighted, "F1", .9));
    }

    private void injections() {
        Optional<LabelledTexts> deepset = sets.prompts("prompt_injection_deepset");
        Optional<LabelledTexts> jackhhao = sets.prompts("jailbreak_jackhhao");
        if (deepset.isEmpty() || jackhhao.isEmpty()) {
            return;
        }
        folds(deepset.get());
        unseen(jackhhao.get(), deepset.get(), "jackhhao to deepset", .88);
        unseen(deepset.get(), jackhhao.get(), "deepset to jackhhao", .95);
        overDefence(deepset.get().and(jackhhao.get()));
    }

    private void folds(LabelledTexts texts) {
        int[] folds = Protocols.folds(texts, 3);
        boolean[] ours = prompts.acted(texts, folds, FALSE_POSITIVES);
        boolean[] theirs = plain.acted(texts, folds, FALSE_POSITIVES);
        step("deepset");
        Scores.Interval recall =
                Scores.interval(texts.size(), 4, rows -> share(texts, ours, rows, 1));
        Scores.Interval falls =
                Scores.interval(texts.size(), 4, rows -> share(texts, ours, rows, 0));
        Scores.Interval gain =
                Scores.interval(
                        texts.size(),
                        4,
                        rows -> share(texts, ours, rows, 1) - share(texts, theirs, rows, 1));
        int[] shuffled = texts.labels().clone();
        shuffle(shuffled);
        LabelledTexts noise = new LabelledTexts(texts.texts(), shuffled, texts.classes());
        double control = Scores.auc(prompts.outOfFold(noise, folds));
        step("deepset, random labels");
        Table table = Table.of("deepset, 5 grouped folds", "value", "lower", "upper");
        row(table, "recall at 1 % false positives", recall);
        row(table, "false positives it came to", falls);
        row(table, "recall gained over plain n-grams", gain);
        table.row("AUC with random labels", number(control), "-", "-");
        table.row("AUC of length", number(lengthAuc(texts)), "-", "-");
        report.table("prompt injections", table);
        figures.put("deepset recall", recall);
        figures.put("deepset gain", gain);
        report.check(Check.atLeast("deepset gain over plain n-grams", gain.lower(), "recall", 0));
        report.check(Check.atMost("random labels", Math.abs(control - .5), "AUC from .5", .06));
    }

    private static void shuffle(int[] labels) {
        SplittableRandom random = new SplittableRandom(8);
        for (int i = labels.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int held = labels[i];
            labels[i] = labels[other];
            labels[other] = held;
        }
    }

    private static double share(LabelledTexts texts, boolean[] acted, int[] rows, int label) {
        double hits = 0;
        double all = 0;
        for (int row : rows) {
            all += texts.labels()[row] == label ? 1 : 0;
            hits += texts.labels()[row] == label && acted[row] ? 1 : 0;
        }
        return all == 0 ? 0 : hits / all;
    }

    private void unseen(LabelledTexts train, LabelledTexts test, String name, double goal) {
        Observations seen = prompts.observe(prompts.fit(train), test);
        Scores.Interval area = Scores.interval(test.size(), 5, rows -> Scores.auc(seen, rows));
        double bare = Scores.auc(plain.observe(plain.fit(train), test));
        report.table(
                name,
                Table.of("AUC", "lower", "upper", "plain n-grams", "AUC of length")
                        .row(
                                number(area.value()),
                                number(area.lower()),
                                number(area.upper()),
                                number(bare),
                                number(lengthAuc(test))));
        figures.put(name, area);
        report.check(Check.atLeast(name, area.value(), "AUC", goal));
        step(name);
    }

    private void overDefence(LabelledTexts attacks) {
        List<String> benign = sets.notInject();
        if (benign.isEmpty()) {
            return;
        }
        Observations held = prompts.outOfFold(attacks, Protocols.folds(attacks, 6));
        OperatingPoint point = recallPoint(held);
        int[] none = new int[benign.size()];
        Observations seen =
                prompts.observe(
                        prompts.fit(attacks), new LabelledTexts(benign, none, attacks.classes()));
        Scores.Interval right =
                Scores.interval(
                        benign.size(),
                        7,
                        rows ->
                                (double)
                                                Arrays.stream(rows)
                                                        .filter(r -> !point.acts(seen.scores()[r]))
                                                        .count()
                                        / rows.length);
        report.table(
                "NotInject, trained on both sets, threshold from their folds",
                Table.of("right", "lower", "upper", "recall out of fold", "false positives")
                        .row(
                                number(right.value()),
                                number(right.lower()),
                                number(right.upper()),
                                number(point.recall()),
                                number(point.falsePositiveRate())));
        figures.put("notinject", right);
        report.check(Check.atLeast("notinject right", right.value(), "share", .95));
        report.check(Check.atLeast("out-of-fold recall", point.recall(), "share", RECALL_MIN));
        step("notinject");
    }

    /// The strictest threshold that still finds nine tenths.
    private static OperatingPoint recallPoint(Observations held) {
        double most = 0;
        double least = 1;
        OperatingPoint point = at(held, least);
        for (int round = 0; round < 40; round++) {
            double middle = (most + least) / 2;
            point = at(held, middle);
            if (point.recall() >= RECALL_MIN) {
                least = middle;
            } else {
                most = middle;
            }
        }
        return at(held, least);
    }

    private static OperatingPoint at(Observations held, double falsePositives) {
        return OperatingPoint.choose(OperatingPoint.Goal.FALSE_POSITIVE_RATE, falsePositives, held);
    }

    private static void row(Table table, String name, Scores.Interval interval) {
        table.row(
                name, number(interval.value()), number(interval.lower()), number(interval.upper()));
    }

    private static String three(Scores.Interval interval) {
        return number(interval.value())
                + " ("
                + number(interval.lower())
                + ".."
                + number(interval.upper())
                + ")";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
