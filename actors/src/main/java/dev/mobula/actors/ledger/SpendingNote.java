package dev.mobula.actors.ledger;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.AtomicFile;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Denial;
import dev.mobula.ranking.notify.ledger.Spent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A shard's spending as it stood a little while ago, so that a restart does not begin the statistic anew.
final class SpendingNote {
    static final Codec<List<Spent>> CODEC =
            new Codec<>() {
                @Override
                public void write(List<Spent> value, MessageWriter out) {
                    out.writeInt(value.size());
                    for (Spent spent : value) {
                        out.writeString(spent.tenant())
                                .writeByte(spent.channel().code())
                                .writeLong(spent.hourMillis())
                                .writeLong(spent.granted())
                                .writeLong(spent.released())
                                .writeLong(spent.begun())
                                .writeLong(spent.returned())
                                .writeInt(spent.denied().size());
                        spent.denied()
                                .forEach(
                                        (reason, times) ->
                                                out.writeByte(reason.code()).writeLong(times));
                    }
                }

                @Override
                public List<Spent> read(MessageReader in) {
                    List<Spent> all = new ArrayList<>();
                    for (int left = in.readInt(); left > 0; left--) {
                        all.add(one(in));
                    }
                    return all;
                }

                private Spent one(MessageReader in) {
                    String tenant = in.readString();
                    Channel channel = Channel.of(in.readByte());
                    long[] numbers = new long[5];
                    for (int i = 0; i < numbers.length; i++) {
                        numbers[i] = in.readLong();
                    }
                    Map<Denial, Long> denied = new EnumMap<>(Denial.class);
                    for (int reasons = in.readInt(); reasons > 0; reasons--) {
                        denied.put(Denial.of(in.readByte()), in.readLong());
                    }
                    return new Spent(
                            tenant,
                            channel,
                            numbers[0],
                            numbers[1],
                            numbers[2],
                            numbers[3],
                            numbers[4],
                            denied);
                }
            };

    private static final Logger LOG = LoggerFactory.getLogger(SpendingNote.class);
    private static final String FILE = "spending";

    private final LedgerStore store;
    private final AtomicFile file;

    private SpendingNote(LedgerStore store, AtomicFile file) {
        this.store = store;
        this.file = file;
    }

    /// Adds what the folder knows to what the store counts.
    static SpendingNote open(LedgerStore store, Path folder) {
        AtomicFile file = new AtomicFile(folder.resolve(FILE));
        try {
            file.read()
                    .map(text -> CODEC.decode(Base64.getDecoder().decode(text)))
                    .ifPresent(before -> store.addSpending(before).join());
        } catch (IOException unreadable) {
            LOG.warn("the statistic of spending begins anew: {}", unreadable.getMessage());
        }
        return new SpendingNote(store, file);
    }

    void keep() {
        try {
            byte[] now = CODEC.encode(store.spending().join());
            file.write(Base64.getEncoder().encodeToString(now));
        } catch (IOException | CompletionException later) {
            LOG.debug("the next time keeps it", later);
        }
    }
}
