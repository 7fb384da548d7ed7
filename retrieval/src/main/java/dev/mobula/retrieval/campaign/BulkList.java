package dev.mobula.retrieval.campaign;

import static dev.mobula.retrieval.RetrievalException.corrupt;
import static dev.mobula.retrieval.RetrievalException.invalid;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/*
 * Links are kept as sorted numbers, the first 64 bits of the SHA-256 of their normalised form: eight bytes each, and two of
 * 10 million collide with a probability of 3 in a million. Media are kept as perceptual hashes of 64 bits and match when
 * few bits differ; a scan compares them all, a million in about a millisecond.
 *
 * File: magic, version, kind, count, the numbers, and a CRC-32C over all before it, little-endian.
 */
/// A long list of bad links or media, compact, from a file that shows damage.
public final class BulkList {
    private static final int MAGIC = 0x4B4C424D;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 16;
    private static final int ENTRIES_MAX = 50_000_000;
    private static final int DISTANCE_MAX = 16;

    private final Kind kind;
    private final long[] numbers;

    /// What is on it.
    public enum Kind {
        LINKS(1),
        MEDIA(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    private BulkList(Kind kind, long[] numbers) {
        this.kind = kind;
        this.numbers = numbers;
        Arrays.sort(this.numbers);
    }

    /// Of links; a host alone stands for all below it.
    public static BulkList ofLinks(Collection<String> links) {
        return new BulkList(
                Kind.LINKS,
                links.stream()
                        .map(Links::normalised)
                        .mapToLong(BulkList::hash)
                        .distinct()
                        .toArray());
    }

    /// Of perceptual hashes.
    public static BulkList ofMedia(long... hashes) {
        return new BulkList(Kind.MEDIA, hashes.clone());
    }

    public Kind kind() {
        return kind;
    }

    public int size() {
        return numbers.length;
    }

    private static long hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /// Whether a link, its host, or a domain above that is on the list.
    public boolean hasLink(String link) {
        return entryOf(link).isPresent();
    }

    /// The entry that a link is on the list by: itself, its host, or a domain above that.
    public Optional<String> entryOf(String link) {
        String normalised = Links.normalised(link);
        if (has(normalised)) {
            return Optional.of(normalised);
        }
        String host = Links.host(normalised);
        while (host.indexOf('.') > 0) {
            if (has(host)) {
                return Optional.of(host);
            }
            host = host.substring(host.indexOf('.') + 1);
        }
        return Optional.empty();
    }

    private boolean has(String text) {
        return kind == Kind.LINKS && Arrays.binarySearch(numbers, hash(text)) >= 0;
    }

    /// Whether a medium like this one is on the list.
    ///
    /// @param bitsMax how many of the 64 bits may differ, 0 to 16
    public boolean hasMedium(long hash, int bitsMax) {
        return entryOf(hash, bitsMax).isPresent();
    }

    /// The hash on the list that a medium is like.
    public OptionalLong entryOf(long hash, int bitsMax) {
        if (bitsMax < 0 || bitsMax > DISTANCE_MAX) {
            throw invalid("bitsMax", bitsMax, "must be 0.." + DISTANCE_MAX);
        }
        if (kind != Kind.MEDIA) {
            return OptionalLong.empty();
        }
        for (long number : numbers) {
            if (Long.bitCount(number ^ hash) <= bitsMax) {
                return OptionalLong.of(number);
            }
        }
        return OptionalLong.empty();
    }

    /// Writes the list; what was there under the name is replaced whole.
    public void write(Path file) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(HEADER_BYTES + numbers.length * Long.BYTES + Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC).putInt(VERSION).putInt(kind.code).putInt(numbers.length);
        for (long number : numbers) {
            bytes.putLong(number);
        }
        bytes.putInt((int) checksum(bytes.array(), bytes.position()));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, bytes.array());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static long checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }

    /// Reads what [#write] wrote; a damaged file is refused whole.
    public static BulkList load(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        if (all.length < HEADER_BYTES + Integer.BYTES || bytes.getInt() != MAGIC) {
            throw corrupt(file + ": is no bulk list");
        }
        int body = all.length - Integer.BYTES;
        if (bytes.getInt(body) != (int) checksum(all, body)) {
            throw corrupt(file + ": does not fit its checksum");
        }
        int version = bytes.getInt();
        int code = bytes.getInt();
        int count = bytes.getInt();
        List<Kind> kinds = Arrays.stream(Kind.values()).filter(kind -> kind.code == code).toList();
        boolean fits = count >= 0 && count <= ENTRIES_MAX;
        if (version != VERSION
                || kinds.isEmpty()
                || !fits
                || body != HEADER_BYTES + (long) count * Long.BYTES) {
            throw corrupt(file + ": version=" + version + " kind=" + code + " count=" + count);
        }
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = bytes.getLong();
        }
        return new BulkList(kinds.getFirst(), numbers);
    }
}
