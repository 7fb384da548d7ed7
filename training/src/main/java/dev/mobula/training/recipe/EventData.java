package dev.mobula.training.recipe;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.SequenceFiles;
import dev.mobula.training.data.Sequences;
import dev.mobula.training.dataset.Dataset;
import dev.mobula.training.dataset.EventJoin;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Who had what, in order, with a fingerprint of where it was read from.
final class EventData {
    private static final int HELD_OUT = 2;
    private static final int EVENTS_MAX = 1 << 28;
    private static final int READ_ROWS = 8_192;

    private final Sequences all;
    private final Sequences train;
    private final Source source;

    private EventData(Sequences all, Source source) {
        this.all = all;
        this.train = all.withoutLast(HELD_OUT);
        this.source = source;
    }

    /// Where the events were read from.
    private sealed interface Source {
        String fingerprint();

        void requireUnchanged();

        record File(Path path, String fingerprint) implements Source {
            @Override
            public void requireUnchanged() {
                String now = DurableFile.sha256(path);
                if (!now.equals(fingerprint)) {
                    throw new TrainingException(
                            Code.CORRUPT,
                            "%s changed since it was opened: its SHA-256 was %s and is %s"
                                    .formatted(path, fingerprint, now));
                }
            }
        }

        record Joined(Dataset data) implements Source {
            @Override
            public String fingerprint() {
                return data.fingerprint();
            }

            @Override
            public void requireUnchanged() {
                data.requireUnchanged();
            }
        }
    }

    /// Reads what the section names: `sequences`, a file, or `joined`, a data set, with the `kind` of feedback.
    static EventData read(Settings data, Path base) {
        if (data.has("sequences") == data.has("joined")) {
            throw data.refusal("sequences", "give either sequences or joined");
        }
        EventData read = data.has("sequences") ? ofFile(data, base) : ofJoined(data, base);
        if (read.train().size() == 0) {
            throw data.refusal(
                    data.has("sequences") ? "sequences" : "joined",
                    "nobody has the three events that it takes to learn and to judge");
        }
        return read;
    }

    private static EventData ofFile(Settings data, Path base) {
        Path file = base.resolve(data.text("sequences"));
        String before = DurableFile.sha256(file);
        Rejects rejects = new Rejects(data.whole("rejects", 0, 1_000_000, 100));
        return new EventData(SequenceFiles.read(file, rejects), new Source.File(file, before));
    }

    private static EventData ofJoined(Settings data, Path base) {
        Dataset joined = Dataset.open(base.resolve(data.text("joined")));
        String label = EventJoin.LABEL + data.text("kind");
        TableSchema schema = joined.schema();
        if (schema.find(label).isEmpty()
                || schema.column(schema.require(label)).kind() != Kind.NUMBER) {
            throw data.refusal("kind", "the data has no column " + label);
        }
        return new EventData(sequences(joined, label), new Source.Joined(joined));
    }

    /// A row's person, item and moment, when there was feedback of the kind.
    private record Event(long person, long item, long micros) {}

    private static Sequences sequences(Dataset joined, String label) {
        List<String> columns = List.of("user", "item", "time", label);
        Rows rows = new Rows(joined.schema().only(columns));
        TableSchema schema = rows.schema();
        int person = schema.require("user");
        int item = schema.require("item");
        int time = schema.require("time");
        int feedback = schema.require(label);
        Map<Long, List<Event>> byPerson = new TreeMap<>();
        int count = 0;
        try (LogReader reader = joined.view().reader(columns)) {
            while (reader.next(rows, READ_ROWS)) {
                for (int row = 0; row < rows.size(); row++) {
                    if (rows.numbers(feedback).get(row) > 0 && count++ < EVENTS_MAX) {
                        Event event =
                                new Event(
                                        rows.wholes(person).get(row),
                                        rows.wholes(item).get(row),
                                        rows.wholes(time).get(row));
                        byPerson.computeIfAbsent(event.person(), p -> new ArrayList<>()).add(event);
                    }
                }
            }
        }
        if (count > EVENTS_MAX) {
            throw TrainingException.invalid(
                    "events in " + joined.folder(), count, "must be at most " + EVENTS_MAX);
        }
        return numbered(byPerson);
    }

    /// Items are numbered in the order of their ids; events of one moment stay in the order of the log.
    private static Sequences numbered(Map<Long, List<Event>> byPerson) {
        long[] items =
                byPerson.values().stream()
                        .flatMap(List::stream)
                        .mapToLong(Event::item)
                        .sorted()
                        .distinct()
                        .toArray();
        List<int[]> itemsOf = new ArrayList<>();
        for (List<Event> events : byPerson.values()) {
            events.sort(Comparator.comparingLong(Event::micros));
            itemsOf.add(
                    events.stream()
                            .mapToInt(event -> Arrays.binarySearch(items, event.item()))
                            .toArray());
        }
        return new Sequences(
                byPerson.keySet().stream().map(String::valueOf).toList(),
                Arrays.stream(items).mapToObj(Long::toString).toList(),
                itemsOf.toArray(int[][]::new));
    }

    Sequences all() {
        return all;
    }

    /// All but the last two events of each person.
    Sequences train() {
        return train;
    }

    Map<String, String> fingerprints() {
        return Map.of("events", source.fingerprint());
    }

    void requireUnchanged() {
        source.requireUnchanged();
    }
}
