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
import java.util.Base64;
import java.util.Optional;

/// The one who knows which prices are in force; they are on disk before they are.
public final class PriceBoardService implements Service {
    static final int GET = 1;
    static final int PUBLISH = 2;

    private final StateDirectory state;
    private final AtomicFile file;
    private PriceSheet sheet;

    private PriceBoardService(StateDirectory state) throws IOException {
        this.state = state;
        file = new AtomicFile(state.path().resolve("prices"));
        Optional<String> stored = file.read();
        sheet =
                stored.map(text -> PriceSheet.CODEC.decode(Base64.getDecoder().decode(text)))
                        .orElseGet(PriceSheet::free);
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
        switch (op) {
            case GET -> {}
            case PUBLISH -> publish(request);
            default -> throw new CallException(Failure.REFUSED, "no operation " + op);
        }
        return PriceSheet.CODEC.encode(sheet);
    }

    private void publish(byte[] request) throws IOException {
        PriceSheet next;
        try {
            next = PriceSheet.CODEC.decode(request);
        } catch (RankingException noPrices) {
            throw new CallException(
                    Failure.REFUSED, String.valueOf(noPrices.getMessage()), noPrices);
        }
        if (next.version() != sheet.version() + 1) {
            throw new CallException(
                    Failure.REFUSED,
                    "version=" + next.version() + ": the one in force is " + sheet.version());
        }
        file.write(Base64.getEncoder().encodeToString(request));
        state.requireOwned();
        sheet = next;
    }
}
