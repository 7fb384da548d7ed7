package dev.mobula.cluster.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.ArrowBatches;
import dev.mobula.training.columns.ArrowTypes;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.columns.Values;
import dev.mobula.training.data.ArrowFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.jspecify.annotations.Nullable;

/// Asks and decisions as Arrow files: a row for each candidate, and a row for each decision.
///
/// Rows of one `idempotencyKey` that follow each other are one ask; what concerns the person is read from the first of them.
/// A channel is a column of the message's lift on it, missing where it may not go.
final class DecideColumns {
    static final String MEDIA_TYPE = "application/vnd.apache.arrow.file";

    private static final int ROWS_MAX = 50_000;
    private static final long MICROS = 1_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final TableSchema DECISIONS =
            TableSchema.of(
                    Column.of("idempotencyKey", Kind.TEXT),
                    Column.of("status", Kind.WHOLE),
                    Column.of("error", Kind.TEXT),
                    Column.of("decisionId", Kind.TEXT),
                    Column.of("action", Kind.TEXT),
                    Column.of("notificationId", Kind.TEXT),
                    Column.of("channel", Kind.TEXT),
                    Column.of("at", Kind.INSTANT),
                    Column.of("digestKey", Kind.TEXT),
                    Column.of("reservationId", Kind.TEXT),
                    Column.of("fence", Kind.WHOLE),
                    Column.of("denied", Kind.TEXT),
                    Column.of("net", Kind.NUMBER),
                    Column.of("value", Kind.NUMBER),
                    Column.of("disable", Kind.NUMBER),
                    Column.of("price", Kind.NUMBER),
                    Column.of("opportunity", Kind.NUMBER),
                    Column.of("propensity", Kind.NUMBER),
                    Column.of("explored", Kind.FLAG),
                    Column.of("reasons", Kind.TEXTS),
                    Column.of("template", Kind.TEXT),
                    Column.of("templatePropensity", Kind.NUMBER),
                    Column.of("priceVersion", Kind.WHOLE),
                    Column.of("policyVersion", Kind.WHOLE));

    /// Where a decision's columns lie in its JSON; the others are told apart by hand.
    private static final Map<String, String> POINTERS = new HashMap<>();

    static {
        for (String name :
                List.of(
                        "decisionId",
                        "action",
                        "notificationId",
                        "channel",
                        "digestKey",
                        "propensity",
                        "explored",
                        "reasons",
                        "template",
                        "templatePropensity",
                        "priceVersion",
                        "policyVersion")) {
            POINTERS.put(name, "/" + name);
        }
        for (String name : List.of("net", "value", "disable", "price", "opportunity")) {
            POINTERS.put(name, "/worth/" + name);
        }
        POINTERS.put("at", "/atMillis");
        POINTERS.put("reservationId", "/reservation/reservationId");
        POINTERS.put("fence", "/reservation/fence");
        POINTERS.put("denied", "/reservation/reason");
    }

    private DecideColumns() {}

    /// The asks of a file.
    static List<NotificationBodies.DecideBody> asks(byte[] body) {
        Path file = null;
        try {
            file = Files.createTempFile("decide", ".arrow");
            Files.write(file, body);
            return asks(file);
        } catch (TrainingException damaged) {
            throw new RequestProblem("body", "…", "is no Arrow file: " + damaged.getMessage());
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        } finally {
            delete(file);
        }
    }

    private static void delete(@Nullable Path file) {
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException left) {
                throw new UncheckedIOException(left);
            }
        }
    }

    private static List<NotificationBodies.DecideBody> asks(Path path) {
        try (ArrowFile file = ArrowFile.open(path, Optional.empty())) {
            Rows rows = new Rows(file.schema());
            file.next(rows, ROWS_MAX);
            if (file.next(new Rows(file.schema()), 1)) {
                throw new RequestProblem("rows", "more", "must be at most " + ROWS_MAX);
            }
            return new Reader(rows).asks();
        }
    }

    /// Reads rows by the names of their columns.
    private static final class Reader {
        private final Rows rows;

        private Reader(Rows rows) {
            this.rows = rows;
        }

        private List<NotificationBodies.DecideBody> asks() {
            List<NotificationBodies.DecideBody> asks = new ArrayList<>();
            int first = 0;
            while (first < rows.size()) {
                String key = text("idempotencyKey", first);
                int end = first + 1;
                while (end < rows.size()
                        && key != null
                        && key.equals(text("idempotencyKey", end))) {
                    end++;
                }
                asks.add(ask(first, end));
                first = end;
            }
            return asks;
        }

        private NotificationBodies.DecideBody ask(int first, int end) {
            List<NotificationBodies.CandidateBody> candidates = new ArrayList<>();
            for (int row = first; row < end; row++) {
                candidates.add(candidate(row));
            }
            Long segment = whole("segment", first);
            Long left = whole("opportunitiesLeft", first);
            Long reserve = whole("reserve", first);
            return new NotificationBodies.DecideBody(
                    text("tenant", first),
                    whole("user", first),
                    segment == null ? null : Math.toIntExact(segment),
                    number("lifetimeValue", first),
                    left == null ? null : Math.toIntExact(left),
                    candidates,
                    reserve == null ? null : reserve != 0,
                    numbers("features", first),
                    text("idempotencyKey", first));
        }

        private NotificationBodies.CandidateBody candidate(int row) {
            Map<String, Double> lift = new HashMap<>();
            for (Channel channel : Channel.values()) {
                Double value = number(channel.name().toLowerCase(Locale.ROOT), row);
                if (value != null) {
                    lift.put(channel.name(), value);
                }
            }
            return new NotificationBodies.CandidateBody(
                    text("notificationId", row),
                    text("type", row),
                    text("campaign", row),
                    text("priority", row),
                    lift,
                    number("value", row),
                    null,
                    millis("notBefore", row),
                    millis("expiresAt", row),
                    text("dedupeKey", row),
                    text("digestKey", row),
                    null,
                    texts("templates", row),
                    whole("item", row));
        }

        private OptionalInt place(String name, int row, Kind... kinds) {
            OptionalInt place = rows.schema().find(name);
            if (place.isEmpty() || rows.values(place.getAsInt()).isMissing(row)) {
                return OptionalInt.empty();
            }
            Kind kind = rows.schema().column(place.getAsInt()).kind();
            if (!List.of(kinds).contains(kind)) {
                throw new RequestProblem(
                        "column " + name, kind, "must be of kind " + List.of(kinds));
            }
            return place;
        }

        private @Nullable String text(String name, int row) {
            OptionalInt place = place(name, row, Kind.TEXT);
            return place.isEmpty() ? null : rows.texts(place.getAsInt()).get(row);
        }

        private @Nullable List<String> texts(String name, int row) {
            OptionalInt place = place(name, row, Kind.TEXTS);
            if (place.isEmpty()) {
                return null;
            }
            List<String> texts = new ArrayList<>();
            Values.Lists lists = rows.lists(place.getAsInt());
            Values.Texts all = (Values.Texts) lists.elements();
            for (int i = 0; i < lists.length(row); i++) {
                texts.add(all.get(lists.start(row) + i));
            }
            return texts;
        }

        private @Nullable Long whole(String name, int row) {
            OptionalInt place = place(name, row, Kind.WHOLE, Kind.FLAG);
            return place.isEmpty() ? null : rows.wholes(place.getAsInt()).get(row);
        }

        private @Nullable Long millis(String name, int row) {
            OptionalInt place = place(name, row, Kind.INSTANT);
            return place.isEmpty() ? null : rows.wholes(place.getAsInt()).get(row) / MICROS;
        }

        private @Nullable Double number(String name, int row) {
            OptionalInt place = place(name, row, Kind.NUMBER, Kind.REAL);
            if (place.isEmpty()) {
                return null;
            }
            int at = place.getAsInt();
            return rows.schema().column(at).kind() == Kind.NUMBER
                    ? rows.numbers(at).get(row)
                    : rows.reals(at).get(row);
        }

        private @Nullable List<Double> numbers(String name, int row) {
            OptionalInt place = place(name, row, Kind.REALS);
            if (place.isEmpty()) {
                return null;
            }
            List<Double> numbers = new ArrayList<>();
            Values.Lists lists = rows.lists(place.getAsInt());
            Values.Reals reals = (Values.Reals) lists.elements();
            for (int i = 0; i < lists.length(row); i++) {
                numbers.add((double) reals.get(lists.start(row) + i));
            }
            return numbers;
        }
    }

    /// Decisions as a file, in the order of the asks.
    static byte[] bytes(List<DecideBatch.Decided> decisions) {
        Rows rows = new Rows(DECISIONS);
        for (DecideBatch.Decided one : decisions) {
            add(rows, one);
            rows.endRow();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BufferAllocator memory = new RootAllocator();
                VectorSchemaRoot root =
                        VectorSchemaRoot.create(ArrowTypes.schema(DECISIONS), memory);
                ArrowFileWriter writer =
                        new ArrowFileWriter(root, null, Channels.newChannel(out))) {
            ArrowBatches.write(rows, 0, rows.size(), root);
            writer.start();
            writer.writeBatch();
            writer.end();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    private static void add(Rows rows, DecideBatch.Decided one) {
        rows.texts(0).add(one.idempotencyKey());
        rows.wholes(1).add(one.status());
        JsonNode decision = tree(one.decision());
        JsonNode problem = tree(one.problem());
        if (problem.isMissingNode()) {
            rows.texts(2).addMissing();
        } else {
            rows.texts(2)
                    .add(problem.path("title").asText() + ": " + problem.path("detail").asText());
        }
        for (int column = 3; column < DECISIONS.size(); column++) {
            Column told = DECISIONS.column(column);
            add(rows, column, told.kind(), decision.at(POINTERS.getOrDefault(told.name(), "/")));
        }
    }

    private static JsonNode tree(@Nullable String json) {
        try {
            return json == null ? JSON.missingNode() : JSON.readTree(json);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("an answer of ours is no JSON", impossible);
        }
    }

    private static void add(Rows rows, int column, Kind kind, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            rows.values(column).addMissing();
            return;
        }
        switch (kind) {
            case WHOLE -> rows.wholes(column).add(value.asLong());
            case FLAG -> rows.wholes(column).add(value.asBoolean() ? 1 : 0);
            case INSTANT -> rows.wholes(column).add(MICROS * value.asLong());
            case NUMBER -> rows.numbers(column).add(value.asDouble());
            case TEXT -> rows.texts(column).add(value.asText());
            case TEXTS -> {
                List<String> texts = new ArrayList<>();
                value.forEach(text -> texts.add(text.asText()));
                rows.lists(column).add(texts);
            }
            case REAL, REALS, WHOLES, BYTES ->
                    throw new IllegalStateException("no column of decisions is of kind " + kind);
        }
    }
}
