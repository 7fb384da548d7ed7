package dev.mobula.ranking.safety;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The texts in a JSON document, each with its pointer: values, and the names of fields.
final class JsonLeaves {
    static final int DEPTH_MAX = 200;
    static final int LEAVES_MAX = 20_000;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(DEPTH_MAX)
                                    .maxStringLength(1 << 20)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    private JsonLeaves() {}

    record Leaf(String pointer, String text) {}

    /// The leaves, or why the document is none.
    sealed interface Walked {
        record Leaves(List<Leaf> leaves) implements Walked {}

        record Broken(long position, String reason) implements Walked {}
    }

    static Walked walk(String json) {
        List<Leaf> leaves = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(json)) {
            boolean any = false;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                any = true;
                boolean name = token == JsonToken.FIELD_NAME;
                if (name || token == JsonToken.VALUE_STRING) {
                    String pointer = parser.getParsingContext().pathAsPointer().toString();
                    leaves.add(new Leaf(pointer, name ? parser.currentName() : parser.getText()));
                }
                if (leaves.size() > LEAVES_MAX) {
                    return new Walked.Broken(position(parser), "has over " + LEAVES_MAX + " texts");
                }
            }
            return any ? new Walked.Leaves(leaves) : new Walked.Broken(0, "is empty");
        } catch (StreamConstraintsException tooMuch) {
            return new Walked.Broken(at(tooMuch), "exceeds a limit: nested over " + DEPTH_MAX);
        } catch (JsonProcessingException bad) {
            return new Walked.Broken(at(bad), "is no JSON: " + bad.getOriginalMessage());
        } catch (IOException unreadable) {
            return new Walked.Broken(-1, "is no JSON: " + unreadable.getMessage());
        }
    }

    private static long position(JsonParser parser) {
        return parser.currentLocation().getCharOffset();
    }

    private static long at(JsonProcessingException problem) {
        return problem.getLocation() == null ? -1 : problem.getLocation().getCharOffset();
    }
}
