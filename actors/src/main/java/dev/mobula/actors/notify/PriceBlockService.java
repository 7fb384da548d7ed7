package dev.mobula.actors.notify;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.training.TrainingException;
import dev.mobula.training.price.BudgetProblem;
import dev.mobula.training.price.DualBlock;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Some of the people whose prices are sought: holds what they could be sent, and answers what they would take.
///
/// It keeps nothing on disk: whoever solves ships it anew.
public final class PriceBlockService implements Service {
    static final int LOAD = 1;
    static final int RESPOND = 2;
    static final int SURPLUS = 3;
    static final int SQUARES = 4;

    /// A problem's people and options, and its budgets.
    static final Codec<BudgetProblem> PROBLEM =
            new Codec<>() {
                @Override
                public void write(BudgetProblem value, MessageWriter out) {
                    out.writeInts(value.firstOption())
                            .writeDoubles(value.value())
                            .writeInts(value.firstUse())
                            .writeInts(value.row())
                            .writeDoubles(value.amount())
                            .writeDoubles(value.budget());
                }

                @Override
                public BudgetProblem read(MessageReader in) {
                    return new BudgetProblem(
                            in.readInts(),
                            in.readDoubles(),
                            in.readInts(),
                            in.readInts(),
                            in.readDoubles(),
                            in.readDoubles());
                }
            };

    private Optional<DualBlock> block = Optional.empty();
    private int rows;

    /// Starts a block; it takes no settings.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            return new PriceBlockService();
        }
    }

    @Override
    public byte[] receive(int op, ByteBuffer shipment) {
        if (op != LOAD) {
            throw new CallException(Failure.REFUSED, "operation " + op + " takes no shipment");
        }
        byte[] bytes = new byte[shipment.remaining()];
        shipment.get(bytes);
        try {
            BudgetProblem problem = PROBLEM.decode(bytes);
            rows = problem.rows();
            block = Optional.of(DualBlock.of(problem));
        } catch (TrainingException contradictory) {
            throw new CallException(
                    Failure.REFUSED, String.valueOf(contradictory.getMessage()), contradictory);
        }
        return new byte[0];
    }

    @Override
    public byte[] call(int op, byte[] request) {
        DualBlock people =
                block.orElseThrow(
                        () ->
                                new CallException(
                                        Failure.REFUSED, "no people are here: ship them first"));
        MessageReader in = new MessageReader(request);
        double[] load = new double[rows];
        double worth =
                switch (op) {
                    case RESPOND -> people.respond(prices(in), in.readDouble(), load);
                    case SURPLUS -> people.surplus(prices(in));
                    case SQUARES -> {
                        people.addSquares(load);
                        yield 0;
                    }
                    default -> throw new CallException(Failure.REFUSED, "no operation " + op);
                };
        in.requireEnd();
        return new MessageWriter().writeDouble(worth).writeDoubles(load).toBytes();
    }

    private double[] prices(MessageReader in) {
        double[] prices = in.readDoubles();
        if (prices.length != rows) {
            throw new CallException(
                    Failure.REFUSED, "prices=" + prices.length + ": there are " + rows + " rows");
        }
        return prices;
    }
}
