package dev.mobula.ranking.model.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/*
 * A TorchScript archive is a zip of a pickled object, the source of its class, a pickled tuple of constants, and a
 * version. The object here has no tensors (parameters are arguments of its methods), so its pickle is the same thirty
 * bytes for every module: "make a __torch__.Program with {training: False}".
 */
/// Writes TorchScript archives that libtorch and Python load alike.
final class TorchArchive {
    static final String CLASS = "Program";

    private static final String ROOT = "program/";
    private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

    private TorchArchive() {}

    /// @param methods TorchScript source of the class's methods, indented by two.
    static byte[] of(String methods) {
        String source =
                """
                class %s(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                %s"""
                        .formatted(CLASS, methods);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "data.pkl", pickledObject());
            put(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            put(zip, "constants.pkl", EMPTY_TUPLE);
            put(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
            put(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException cause) {
            throw new IllegalStateException("writing to memory does not fail", cause);
        }
        return bytes.toByteArray();
    }

    private static byte[] pickledObject() {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(new byte[] {(byte) 0x80, 2});
        pickle.writeBytes(("c__torch__\n" + CLASS + "\n").getBytes(StandardCharsets.US_ASCII));
        pickle.writeBytes(new byte[] {')', (byte) 0x81, '}', '(', 'X', 8, 0, 0, 0});
        pickle.writeBytes("training".getBytes(StandardCharsets.US_ASCII));
        pickle.writeBytes(new byte[] {(byte) 0x89, 'u', 'b', '.'});
        return pickle.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(ROOT + name);
        CRC32 checksum = new CRC32();
        checksum.update(content);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
