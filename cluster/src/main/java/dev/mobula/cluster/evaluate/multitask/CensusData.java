package dev.mobula.cluster.evaluate.multitask;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.TextRows;
import dev.mobula.training.ranker.TabularFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The KDD census income data: who earns more than 50,000 dollars, who never married, and forty facts of each person.
///
/// Of the lines numbered from 0, those whose last digit is below 7 train, 7 validates, 8 and 9 test. The weight of an
/// instance and both labels are no features.
record CensusData(List<List<String>> rows) {
    static final List<String> TASKS = List.of("income", "never_married");

    private static final int FIELDS = 42;
    private static final int MARITAL = 7;
    private static final int WEIGHT = 24;
    private static final int INCOME = 41;
    private static final int EMBEDDING_WIDTH = 8;
    private static final Map<Integer, String> NUMBERS =
            Map.of(
                    0, "age",
                    5, "wage_per_hour",
                    16, "capital_gains",
                    17, "capital_losses",
                    18, "dividends",
                    30, "persons_worked_for",
                    39, "weeks_worked");

    /// Which lines.
    enum Part {
        TRAIN,
        VALIDATION,
        TEST
    }

    static CensusData read(Path data, Rejects rejects) {
        return new CensusData(TextRows.read(file(data), FIELDS, rejects));
    }

    private static Path file(Path data) {
        if (!Files.isDirectory(data)) {
            return data;
        }
        try (Stream<Path> files = Files.list(data)) {
            List<Path> found =
                    files.filter(file -> file.getFileName().toString().startsWith("census-income"))
                            .sorted()
                            .toList();
            if (found.size() == 1) {
                return found.getFirst();
            }
            throw TrainingException.invalid(
                    "--data", data, "must hold one file census-income*, found " + found.size());
        } catch (IOException cause) {
            throw new TrainingException(Code.IO, data + ": " + cause, cause);
        }
    }

    /// Numbers of the part's lines.
    int[] lines(Part part) {
        return IntStream.range(0, rows.size()).filter(line -> part(line) == part).toArray();
    }

    private static Part part(int line) {
        int digit = line % 10;
        return digit < 7 ? Part.TRAIN : digit == 7 ? Part.VALIDATION : Part.TEST;
    }

    /// The labels of a line, in the order of the tasks.
    float[] labels(int line) {
        List<String> row = rows.get(line);
        return new float[] {
            row.get(INCOME).startsWith("50000") ? 1f : 0f,
            row.get(MARITAL).equals("Never married") ? 1f : 0f
        };
    }

    /// Features fitted to the lines that train.
    TabularFeatures features() {
        Map<Integer, String> categories = new LinkedHashMap<>();
        Map<Integer, String> numbers = new LinkedHashMap<>();
        for (int column = 0; column < FIELDS; column++) {
            if (NUMBERS.containsKey(column)) {
                numbers.put(column, NUMBERS.getOrDefault(column, ""));
            } else if (column != MARITAL && column != WEIGHT && column != INCOME) {
                categories.put(column, "fact" + column);
            }
        }
        List<List<String>> train = IntStream.of(lines(Part.TRAIN)).mapToObj(rows::get).toList();
        return TabularFeatures.fit("census", train, categories, numbers, EMBEDDING_WIDTH);
    }
}
