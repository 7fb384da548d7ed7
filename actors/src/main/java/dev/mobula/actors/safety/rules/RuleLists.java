package dev.mobula.actors.safety.rules;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.campaign.BulkList;
import dev.mobula.retrieval.campaign.Links;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A file is a list and its name is the list's: NAME.set holds members, NAME.links links or hosts, NAME.media perceptual
 * hashes of 64 bits in hex, one a line, lines with # are remarks; NAME.bulk is what BulkList writes. A file is read again
 * when its size or time of change is another; one that cannot be read leaves what was read before in force.
 */
/// The sets and bulk lists that rules ask by name. One thread at a time.
final class RuleLists {
    static final int LISTS_MAX = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(RuleLists.class);
    private static final long TEXT_BYTES_MAX = 64 << 20;
    private static final int LINK_CHARS_MAX = 2_000;
    private static final int BITS_MAX = 6;
    private static final int HEX = 16;

    private final Optional<Path> folder;
    private final Map<Path, Stamp> stamps = new HashMap<>();
    private final Map<String, Entries> lists = new TreeMap<>();
    private String trouble = "";

    private record Stamp(long bytes, long changedMillis) {}

    /// What one file holds.
    private sealed interface Entries {
        record Members(Set<String> all) implements Entries {}

        record Bulk(BulkList list) implements Entries {}

        default int size() {
            return switch (this) {
                case Members(Set<String> all) -> all.size();
                case Bulk(BulkList list) -> list.size();
            };
        }
    }

    RuleLists(Optional<Path> folder) {
        this.folder = folder;
    }

    /// Reads what changed since it was read last.
    void refresh() {
        if (folder.isEmpty()) {
            return;
        }
        try (Stream<Path> all = Files.list(folder.get())) {
            List<Path> files = all.filter(file -> !kind(file).isEmpty()).sorted().toList();
            if (files.size() > LISTS_MAX) {
                throw new IOException(files.size() + " lists, at most " + LISTS_MAX);
            }
            trouble = "";
            stamps.keySet()
                    .removeIf(file -> !files.contains(file) && lists.remove(name(file)) != null);
            for (Path file : files) {
                refresh(file);
            }
        } catch (IOException | UncheckedIOException unreadable) {
            trouble = folder.get() + ": " + unreadable.getMessage();
        }
    }

    private void refresh(Path file) throws IOException {
        Stamp stamp = new Stamp(Files.size(file), Files.getLastModifiedTime(file).toMillis());
        if (stamp.equals(stamps.get(file))) {
            return;
        }
        try {
            lists.put(name(file), read(file, stamp.bytes()));
            stamps.put(file, stamp);
            LOG.info("list {}: {} entries", name(file), sizes().get(name(file)));
        } catch (IOException | IllegalArgumentException | RetrievalException bad) {
            trouble = file.getFileName() + ": " + bad.getMessage();
        }
    }

    private static String kind(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        String kind = dot < 1 ? "" : name.substring(dot + 1);
        return Set.of("set", "links", "media", "bulk").contains(kind) ? kind : "";
    }

    private static String name(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static Entries read(Path file, long bytes) throws IOException {
        String kind = kind(file);
        if (kind.equals("bulk")) {
            return new Entries.Bulk(BulkList.load(file));
        }
        if (bytes > TEXT_BYTES_MAX) {
            throw new IOException(bytes + " bytes, at most " + TEXT_BYTES_MAX + " as text");
        }
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                lines.add(line.strip());
            }
        }
        return switch (kind) {
            case "links" -> new Entries.Bulk(BulkList.ofLinks(lines));
            case "media" ->
                    new Entries.Bulk(
                            BulkList.ofMedia(
                                    lines.stream()
                                            .mapToLong(line -> Long.parseUnsignedLong(line, HEX))
                                            .toArray()));
            default -> new Entries.Members(new HashSet<>(lines));
        };
    }

    /// The entry by which something is on a list: a member, a link in a text, or one of the hashes of media.
    Optional<String> entry(String list, String what) {
        return switch (lists.get(list)) {
            case null -> Optional.empty();
            case Entries.Members(Set<String> all) ->
                    all.contains(what) ? Optional.of(what) : Optional.empty();
            case Entries.Bulk(BulkList bulk) ->
                    bulk.kind() == BulkList.Kind.LINKS ? link(bulk, what) : medium(bulk, what);
        };
    }

    private static Optional<String> link(BulkList bulk, String text) {
        boolean isLink =
                !text.isEmpty() && text.length() <= LINK_CHARS_MAX && text.indexOf(' ') < 0;
        Optional<String> whole = isLink ? bulk.entryOf(text) : Optional.empty();
        return whole.isPresent()
                ? whole
                : Links.of(text).stream().flatMap(link -> bulk.entryOf(link).stream()).findFirst();
    }

    private static Optional<String> medium(BulkList bulk, String hashes) {
        for (String hash : hashes.split("[ ,]+", -1)) {
            if (hash.matches("[0-9a-fA-F]{1,16}")) {
                OptionalLong entry = bulk.entryOf(Long.parseUnsignedLong(hash, HEX), BITS_MAX);
                if (entry.isPresent()) {
                    return Optional.of(Long.toHexString(entry.getAsLong()));
                }
            }
        }
        return Optional.empty();
    }

    /// How many entries each list has.
    Map<String, Integer> sizes() {
        Map<String, Integer> sizes = new TreeMap<>();
        lists.forEach((name, entries) -> sizes.put(name, entries.size()));
        return sizes;
    }

    /// What could not be read; empty when all was.
    String trouble() {
        return trouble;
    }
}
