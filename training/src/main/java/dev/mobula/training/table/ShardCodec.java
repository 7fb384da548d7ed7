package dev.mobula.training.table;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.checkpoint.FileEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The bytes of requests to a [ShardHost] and of its answers, little-endian.
final class ShardCodec {
    private static final int TEXT_BYTES_MAX = 1 << 16;

    private ShardCodec() {}

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// The array that a buffer of ours lies over, whole.
    @SuppressWarnings("ByteBufferBackingArray") // made by allocate or by wrap, never a slice
    static byte[] bytes(ByteBuffer buffer) {
        return buffer.array();
    }

    static ByteBuffer load(Path folder, int savedShards) {
        byte[] path = folder.toString().getBytes(StandardCharsets.UTF_8);
        return allocate(2 * Integer.BYTES + path.length)
                .putInt(savedShards)
                .putInt(path.length)
                .put(path)
                .flip();
    }

    static String text(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > TEXT_BYTES_MAX || length > in.remaining()) {
            throw new TrainingException(Code.BAD_DATA, "a text of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static ByteBuffer files(List<FileEntry> files) {
        List<byte[]> texts = new ArrayList<>();
        for (FileEntry file : files) {
            texts.add(file.name().getBytes(StandardCharsets.UTF_8));
            texts.add(file.sha256().getBytes(StandardCharsets.UTF_8));
        }
        int bytes = texts.stream().mapToInt(text -> Integer.BYTES + text.length).sum();
        ByteBuffer out = allocate(Integer.BYTES + bytes + files.size() * Long.BYTES);
        out.putInt(files.size());
        for (int i = 0; i < files.size(); i++) {
            out.putInt(texts.get(2 * i).length).put(texts.get(2 * i));
            out.putInt(texts.get(2 * i + 1).length).put(texts.get(2 * i + 1));
            out.putLong(files.get(i).bytes());
        }
        return out.flip();
    }

    static List<FileEntry> files(ByteBuffer in) {
        List<FileEntry> files = new ArrayList<>();
        int count = in.getInt();
        for (int i = 0; i < count; i++) {
            String name = text(in);
            String sha256 = text(in);
            files.add(new FileEntry(name, in.getLong(), sha256));
        }
        return files;
    }
}
