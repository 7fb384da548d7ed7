package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.window.QuietHours;
import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Where and how a person may be reached.
///
/// @param version one more than that of the contact it replaces
/// @param zone an IANA name, believed when it is known
/// @param optedOut what the person does not want, as `CHANNEL:type`, either of which may be `*`
/// @param barred channels that not even a critical message may use: the law says so
/// @param unreachable channels that lead nowhere
public record Contact(
        long version,
        String zone,
        List<QuietHours> quiet,
        Set<String> optedOut,
        Set<Channel> barred,
        Set<Channel> unreachable) {
    /// Before anything is known of a person.
    public static final Contact UNKNOWN =
            new Contact(0, "", List.of(), Set.of(), Set.of(), Set.of());

    private static final int QUIET_MAX = 8;
    private static final int OPT_OUTS_MAX = 256;
    private static final int ZONE_LENGTH_MAX = 64;

    public Contact {
        quiet = List.copyOf(quiet);
        optedOut = Set.copyOf(optedOut);
        barred = Set.copyOf(barred);
        unreachable = Set.copyOf(unreachable);
        Names.between("contact version", version, 0, Long.MAX_VALUE);
        Names.between("contact zone length", zone.length(), 0, ZONE_LENGTH_MAX);
        Names.between("contact quiet", quiet.size(), 0, QUIET_MAX);
        Names.between("contact optedOut", optedOut.size(), 0, OPT_OUTS_MAX);
        optedOut.forEach(
                optOut -> {
                    if (optOut.indexOf(':') < 1 || optOut.length() > 160) {
                        throw Names.invalid("contact optedOut", optOut, "must be CHANNEL:type");
                    }
                });
    }

    /// The same person in a zone.
    public Contact in(String newZone) {
        return new Contact(version + 1, newZone, quiet, optedOut, barred, unreachable);
    }

    /// The same person with quiet hours.
    public Contact quietAt(QuietHours... hours) {
        return new Contact(version + 1, zone, List.of(hours), optedOut, barred, unreachable);
    }

    /// The same person not wanting something.
    public Contact without(String optOut) {
        Set<String> more = new TreeSet<>(optedOut);
        more.add(optOut);
        return new Contact(version + 1, zone, quiet, more, barred, unreachable);
    }

    boolean wants(Channel channel, String type) {
        return optedOut.isEmpty()
                || !(optedOut.contains(channel + ":" + type)
                        || optedOut.contains(channel + ":*")
                        || optedOut.contains("*:" + type)
                        || optedOut.contains("*:*"));
    }

    void write(RecordWriter out) {
        out.writeCount(version);
        out.writeText(zone);
        writeQuiet(out, quiet);
        out.writeCount(optedOut.size());
        new TreeSet<>(optedOut).forEach(out::writeText);
        writeChannels(out, barred);
        writeChannels(out, unreachable);
    }

    static Contact read(RecordReader in) {
        long version = in.readCount();
        String zone = in.readText();
        List<QuietHours> quiet = readQuiet(in);
        Set<String> optedOut = new TreeSet<>();
        for (int i = in.readLength(1); i > 0; i--) {
            optedOut.add(in.readText());
        }
        return new Contact(version, zone, quiet, optedOut, readChannels(in), readChannels(in));
    }

    static void writeQuiet(RecordWriter out, List<QuietHours> quiet) {
        out.writeCount(quiet.size());
        for (QuietHours hours : quiet) {
            out.writeCount(hours.startMinute());
            out.writeCount(hours.endMinute());
        }
    }

    static List<QuietHours> readQuiet(RecordReader in) {
        List<QuietHours> quiet = new ArrayList<>();
        for (int i = in.readLength(2); i > 0; i--) {
            quiet.add(new QuietHours((int) in.readCount(), (int) in.readCount()));
        }
        return quiet;
    }

    private static void writeChannels(RecordWriter out, Set<Channel> channels) {
        out.writeCount(channels.size());
        new TreeSet<>(channels).forEach(channel -> out.writeByte(channel.code()));
    }

    private static Set<Channel> readChannels(RecordReader in) {
        Set<Channel> channels = new TreeSet<>();
        for (int i = in.readLength(1); i > 0; i--) {
            channels.add(Channel.of(in.readByte()));
        }
        return channels;
    }
}
