package dev.mobula.ranking.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The safetensors format for 32-bit floats: eight bytes of header length, a JSON header, the values, little-endian.
public final class Safetensors {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int HEADER_BYTES_MAX = 16 << 20;
    private static final int ALIGNMENT = 8;
    private static final int VALUES_MAX = 1 << 29;

    private Safetensors() {}

    /// What the header says of one tensor; its fields have an order, so that equal weights are equal files.
    @JsonPropertyOrder({"dtype", "shape", "data_offsets"})
    private record Entry(
            String dtype, List<Integer> shape, @JsonProperty("data_offsets") List<Long> offsets) {}

    public static void save(Weights weights, Path file) throws IOException {
        Files.write(file, toBytes(weights));
    }

    public static Weights load(Path file) throws IOException {
        return of(Files.readAllBytes(file));
    }

    /// The file as bytes, for those who write it themselves.
    public static byte[] toBytes(Weights weights) {
        Map<String, Object> header = new LinkedHashMap<>();
        long end = 0;
        for (Map.Entry<String, Tensor> entry : weights.tensors().entrySet()) {
            Tensor tensor = entry.getValue();
            long start = end;
            end += (long) tensor.values().length * Float.BYTES;
            header.put(entry.getKey(), new Entry("F32", tensor.shape(), List.of(start, end)));
        }
        byte[] json = aligned(header);
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(Long.BYTES + json.length + end))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        for (Tensor tensor : weights.tensors().values()) {
            bytes.asFloatBuffer().put(tensor.values());
            bytes.position(bytes.position() + tensor.values().length * Float.BYTES);
        }
        return bytes.array();
    }

    private static byte[] aligned(Map<String, Object> header) {
        try {
            StringBuilder json = new StringBuilder(JSON.writeValueAsString(header));
            while (json.toString().getBytes(StandardCharsets.UTF_8).length % ALIGNMENT != 0) {
                json.append(' ');
            }
            return json.toString().getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("a header of strings and numbers has JSON", cause);
        }
    }

    static Weights of(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < Long.BYTES) {
            throw corrupt(file.length + " bytes hold no header");
        }
        long headerBytes = bytes.getLong();
        if (headerBytes < 2 || headerBytes > Math.min(bytes.remaining(), HEADER_BYTES_MAX)) {
            throw corrupt("header of " + headerBytes + " bytes in " + file.length);
        }
        byte[] json = new byte[(int) headerBytes];
        bytes.get(json);
        ByteBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        header(json)
                .forEach(
                        (name, entry) -> {
                            if (!name.equals("__metadata__")) {
                                tensors.put(name, tensor(name, entry, data));
                            }
                        });
        return Weights.of(tensors);
    }

    private static Map<String, JsonNode> header(byte[] json) {
        try {
            return JSON.readValue(json, new TypeReference<LinkedHashMap<String, JsonNode>>() {});
        } catch (IOException cause) {
            throw new RankingException(
                    Code.CORRUPT_FILE, "safetensors: the header is no JSON object", cause);
        }
    }

    private static Tensor tensor(String name, JsonNode entry, ByteBuffer data) {
        String dtype = entry.path("dtype").asText();
        if (!dtype.equals("F32")) {
            throw corrupt("'%s' has dtype '%s', only F32 is read".formatted(name, dtype));
        }
        List<Integer> shape = shape(name, entry.path("shape"));
        long start = entry.path("data_offsets").path(0).asLong(-1);
        long end = entry.path("data_offsets").path(1).asLong(-1);
        long size = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        if (start < 0 || end > data.capacity() || end - start != size * Float.BYTES) {
            throw corrupt(
                    "'%s' of shape %s at bytes %d..%d of %d"
                            .formatted(name, shape, start, end, data.capacity()));
        }
        float[] values = new float[(int) size];
        data.slice((int) start, (int) (end - start))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return new Tensor(shape, values);
    }

    private static List<Integer> shape(String name, JsonNode node) {
        List<Integer> shape = new ArrayList<>();
        long size = 1;
        for (JsonNode side : node) {
            long length = side.isIntegralNumber() ? side.asLong() : -1;
            if (length < 0 || length > VALUES_MAX || size * length > VALUES_MAX) {
                throw corrupt("'%s' has shape %s".formatted(name, node));
            }
            size *= length;
            shape.add((int) length);
        }
        return shape;
    }

    private static RankingException corrupt(String what) {
        return new RankingException(Code.CORRUPT_FILE, "safetensors: " + what);
    }
}
