package dev.mobula.ranking.safety;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.model.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/// A model of text on disk. A linear model is an [NgramFolder]; a stacked one has its linear member and what all heads
/// mean in such a folder too, and beside it `stack.json`, `bag.f32`, `bytes.f32` and the digests of these.
public final class TextModelFolder {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String STACK = "stack.json";
    private static final String BAG = "bag.f32";
    private static final String BYTES = "bytes.f32";
    private static final String LINEAR = "linear";
    private static final List<String> FILES = List.of(STACK, BAG, BYTES);

    private TextModelFolder() {}

    /// The sizes of the members, and what is small.
    private record Stack(
            int heads,
            List<Double> weights,
            int bagBits,
            int bagWidth,
            int bagHidden,
            int span,
            int filters) {}

    public static void save(Path folder, TextModel model) throws IOException {
        switch (model) {
            case NgramModel linear -> NgramFolder.save(folder, linear);
            case StackedModel stacked -> save(folder, stacked);
        }
    }

    private static void save(Path folder, StackedModel model) throws IOException {
        Files.createDirectories(folder);
        NgramFolder.save(
                folder.resolve(LINEAR), model.ngrams().with(model.calibrators(), model.points()));
        BagModel bag = model.bag();
        write(
                folder.resolve(BAG),
                bag.table(),
                bag.inner(),
                bag.innerBias(),
                bag.outer(),
                bag.outerBias());
        ByteModel bytes = model.bytes();
        write(folder.resolve(BYTES), bytes.table(), bytes.bias(), bytes.outer(), bytes.outerBias());
        Stack stack =
                new Stack(
                        model.heads().size(),
                        Arrays.stream(model.weights()).boxed().toList(),
                        bag.bits(),
                        bag.width(),
                        bag.hidden(),
                        bytes.span(),
                        bytes.filters());
        Files.writeString(folder.resolve(STACK), JSON.writeValueAsString(stack));
        Digests.write(folder, FILES);
    }

    private static void write(Path file, float[]... arrays) throws IOException {
        try (FileChannel out =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            for (float[] array : arrays) {
                ByteBuffer bytes =
                        ByteBuffer.allocate(array.length * Float.BYTES)
                                .order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(array);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            out.force(true);
        }
    }

    /// Reads what [#save] wrote, or refuses naming the file that is damaged.
    public static TextModel load(Path folder) throws IOException {
        if (!Files.exists(folder.resolve(STACK))) {
            return NgramFolder.load(folder);
        }
        Digests.verify(folder, FILES);
        NgramModel linear = NgramFolder.load(folder.resolve(LINEAR));
        Stack stack = stack(Files.readString(folder.resolve(STACK)));
        int heads = stack.heads();
        if (heads != linear.heads().size()) {
            throw new RankingException(
                    Code.CORRUPT_FILE, STACK + ": heads=" + heads + ", not " + linear.heads());
        }
        float[][] bag =
                read(
                        folder.resolve(BAG),
                        Ngrams.buckets(stack.bagBits()) * (1 + stack.bagWidth()),
                        stack.bagHidden() * stack.bagWidth(),
                        stack.bagHidden(),
                        heads * stack.bagHidden(),
                        heads);
        float[][] bytes =
                read(
                        folder.resolve(BYTES),
                        stack.span() * 256 * stack.filters(),
                        stack.filters(),
                        heads * stack.filters(),
                        heads);
        return new StackedModel(
                linear.version(),
                linear,
                new BagModel(
                        stack.bagBits(),
                        stack.bagWidth(),
                        stack.bagHidden(),
                        bag[0],
                        bag[1],
                        bag[2],
                        bag[3],
                        bag[4]),
                new ByteModel(
                        stack.span(), stack.filters(), bytes[0], bytes[1], bytes[2], bytes[3]),
                stack.weights().stream().mapToDouble(Double::doubleValue).toArray(),
                linear.calibrators(),
                linear.points());
    }

    private static Stack stack(String json) {
        try {
            return JSON.readValue(json, Stack.class);
        } catch (JsonProcessingException cause) {
            throw new RankingException(
                    Code.CORRUPT_FILE, STACK + ": " + cause.getOriginalMessage(), cause);
        }
    }

    private static float[][] read(Path file, int... sizes) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() != (long) Arrays.stream(sizes).sum() * Float.BYTES) {
            throw new RankingException(
                    Code.CORRUPT_FILE, file + ": " + bytes.remaining() + " bytes do not fit");
        }
        float[][] arrays = new float[sizes.length][];
        for (int i = 0; i < sizes.length; i++) {
            arrays[i] = new float[sizes[i]];
            for (int j = 0; j < sizes[i]; j++) {
                arrays[i][j] = bytes.getFloat();
                if (!Float.isFinite(arrays[i][j])) {
                    throw new RankingException(
                            Code.INVALID_WEIGHTS, file + ": a number is " + arrays[i][j]);
                }
            }
        }
        return arrays;
    }
}
