package dev.mobula.actors.notify;

import dev.mobula.actors.runtime.AtomicFile;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.runtime.StateDirectory;
import dev.mobula.ranking.RankingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// The one who knows which prices are in force; they are on disk before they are.
public final class PriceBoardService implements Service {
    static final int GET = 1;
    static final int PUBLISH = 2;
    static final int LEARN = 3;
    static final int HISTORY = 4;

    private static final int HISTORY_MAX = 16;

    private final StateDirectory state;
    private final AtomicFile file;
    private final AtomicFile past;
    private final List<Learned> history;
    private PriceSheet sheet;

    private PriceBoardService(StateDirectory state) throws IOException {
        this.state = state;
        file = new AtomicFile(state.path().resolve("prices"));
        Optional<String> stored = file.read();
        sheet =
                stored.map(text -> PriceSheet.CODEC.decode(Base64.getDecoder().decode(text)))
                        .orElseGet(PriceSheet::free);
        past = new AtomicFile(state.path().resolve("learned"));
        history =
                new ArrayList<>(
                        past.read()
                                .map(text -> Learned.LIST.decode(Base64.getDecoder().decode(text)))
                                .orElseGet(List::of));
    }

    /// Starts a board; it takes no settings.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) throws IOException {
            return new PriceBoardService(context.state());
        }
    }

    @Override
    public byte[] call(int op, byte[] request) throws IOException {
        try {
            switch (op) {
                case GET -> {}
                case PUBLISH -> publish(PriceSheet.CODEC.decode(request), 0, "with prices");
                case LEARN -> learn(Learned.CODEC.decode(request));
                case HISTORY -> {
                    return Learned.LIST.encode(history);
                }
                default -> throw new CallException(Failure.REFUSED, "no operation " + op);
            }
        } catch (RankingException noPrices) {
            throw new CallException(
                    Failure.REFUSED, String.valueOf(noPrices.getMessage()), noPrices);
        }
        return PriceSheet.CODEC.encode(sheet);
    }

    private void publish(PriceSheet next, long atMillis, String note) throws IOException {
        if (next.version() != sheet.version() + 1) {
            throw new CallException(
                    Failure.REFUSED,
                    "version=" + next.version() + ": the one in force is " + sheet.version());
        }
        Learned learned = Learned.of(next, atMillis, note);
        if (!learned.isLike(Learned.of(sheet, 0, ""))) {
            remember(learned);
        }
        file.write(Base64.getEncoder().encodeToString(PriceSheet.CODEC.encode(next)));
        state.requireOwned();
        sheet = next;
    }

    private void learn(Learned wanted) throws IOException {
        publish(sheet.next(wanted.curves(), wanted.rule()), wanted.atMillis(), wanted.note());
    }

    /// On disk before it is decided by; what a crash keeps from being decided by leaves with the next of its version.
    private void remember(Learned learned) throws IOException {
        List<Learned> next = new ArrayList<>(history);
        next.removeIf(old -> old.version() >= learned.version());
        if (next.isEmpty()) {
            next.add(Learned.of(sheet, 0, "the first"));
        }
        next.add(learned);
        while (next.size() > HISTORY_MAX) {
            next.removeFirst();
        }
        past.write(Base64.getEncoder().encodeToString(Learned.LIST.encode(next)));
        history.clear();
        history.addAll(next);
    }
}
