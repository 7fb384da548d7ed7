package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Denial;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Commands and outcomes as bytes, for a ledger in another process.
public final class LedgerMessages {
    private static final int VERSION = 1;

    private LedgerMessages() {}

    /// A command's bytes.
    public static byte[] encode(Command command) {
        RecordWriter out = new RecordWriter(VERSION);
        CommandForm.write(out, command);
        return out.finish();
    }

    /// The command of these bytes; a `CORRUPT` when they are none, and what the command itself refuses.
    public static Command command(byte[] bytes) {
        RecordReader in = new RecordReader(bytes, VERSION, "command");
        Command command = CommandForm.read(in);
        in.finish();
        return command;
    }

    /// An outcome's bytes; the rows it wrote stay where they are.
    public static byte[] encode(Outcome outcome) {
        RecordWriter out = new RecordWriter(VERSION);
        out.writeByte(outcome.replayed() ? 1 : 0);
        write(out, outcome.reply());
        return out.finish();
    }

    /// The outcome of these bytes.
    public static Outcome outcome(byte[] bytes) {
        RecordReader in = new RecordReader(bytes, VERSION, "outcome");
        boolean replayed = in.readByte() == 1;
        Reply reply = read(in);
        in.finish();
        return new Outcome(reply, replayed, List.of());
    }

    private static void write(RecordWriter out, Reply reply) {
        switch (reply) {
            case Reply.Granted granted -> {
                out.writeByte(1);
                writeGranted(out, granted);
            }
            case Reply.Denied(Denial reason, long retryAt, String counter, long existing) -> {
                out.writeByte(2);
                out.writeByte(reason.code());
                out.writeSigned(retryAt);
                out.writeText(counter);
                out.writeCount(existing);
            }
            case Reply.Standing standing -> {
                out.writeByte(3);
                writeId(out, standing.id());
                out.writeByte(standing.state().code());
                out.writeCount(standing.fence());
                out.writeSigned(standing.expiresAtMillis());
                out.writeByte(standing.inDoubt() ? 1 : 0);
                out.writeText(standing.providerMessageId());
            }
            case Reply.Budget budget -> {
                out.writeByte(4);
                writeBudget(out, budget);
            }
            case Reply.Done(long number) -> {
                out.writeByte(5);
                out.writeSigned(number);
            }
            case Reply.DigestReady ready -> {
                out.writeByte(6);
                writeReady(out, ready);
            }
            case Reply.DigestWaits(long start, long due) -> {
                out.writeByte(7);
                out.writeSigned(start);
                out.writeSigned(due);
            }
            case Reply.DigestShows(long start, long due, List<String> items) -> {
                out.writeByte(8);
                out.writeSigned(start);
                out.writeSigned(due);
                writeList(out, items, RecordWriter::writeText);
            }
            case Reply.DigestsReady(List<Reply.DigestReady> digests) -> {
                out.writeByte(9);
                writeList(out, digests, LedgerMessages::writeReady);
            }
            case Reply.ContactIs(Contact contact) -> {
                out.writeByte(10);
                contact.write(out);
            }
            case Reply.PoliciesAre(List<BudgetPolicy> policies) -> {
                out.writeByte(11);
                writeList(out, policies, (to, policy) -> policy.write(to));
            }
            case Reply.Over(List<Long> users, long lookedAt, boolean more, long next) -> {
                out.writeByte(12);
                writeList(out, users, RecordWriter::writeSigned);
                out.writeCount(lookedAt);
                out.writeByte(more ? 1 : 0);
                out.writeSigned(next);
            }
            case Reply.Kept(String answer) -> {
                out.writeByte(13);
                out.writeText(answer);
            }
            case Reply.Outcomes(List<Long> counts, List<Long> last, List<Reply.Hour> hours) -> {
                out.writeByte(14);
                writeList(out, counts, RecordWriter::writeCount);
                writeList(out, last, RecordWriter::writeSigned);
                writeList(out, hours, Outcomes::write);
            }
            case Reply.Refused(LedgerError error, String text) -> {
                out.writeByte(15);
                out.writeText(error.name());
                out.writeText(text);
            }
        }
    }

    private static Reply read(RecordReader in) {
        int kind = in.readByte();
        return switch (kind) {
            case 1 -> readGranted(in);
            case 2 ->
                    new Reply.Denied(
                            Denial.of(in.readByte()),
                            in.readSigned(),
                            in.readText(),
                            in.readCount());
            case 3 ->
                    new Reply.Standing(
                            readId(in),
                            ReservationState.read(in),
                            in.readCount(),
                            in.readSigned(),
                            in.readByte() == 1,
                            in.readText());
            case 4 -> readBudget(in);
            case 5 -> new Reply.Done(in.readSigned());
            case 6 -> readReady(in);
            case 7 -> new Reply.DigestWaits(in.readSigned(), in.readSigned());
            case 8 ->
                    new Reply.DigestShows(
                            in.readSigned(), in.readSigned(), readList(in, RecordReader::readText));
            case 9 -> new Reply.DigestsReady(readList(in, LedgerMessages::readReady));
            case 10 -> new Reply.ContactIs(Contact.read(in));
            case 11 -> new Reply.PoliciesAre(readList(in, BudgetPolicy::read));
            case 12 ->
                    new Reply.Over(
                            readList(in, RecordReader::readSigned),
                            in.readCount(),
                            in.readByte() == 1,
                            in.readSigned());
            case 13 -> new Reply.Kept(in.readText());
            case 14 ->
                    new Reply.Outcomes(
                            readList(in, RecordReader::readCount),
                            readList(in, RecordReader::readSigned),
                            readList(in, Outcomes::readHour));
            case 15 -> new Reply.Refused(error(in), in.readText());
            default -> throw in.corrupt("reply of kind " + kind);
        };
    }

    private static LedgerError error(RecordReader in) {
        String name = in.readText();
        try {
            return LedgerError.valueOf(name);
        } catch (IllegalArgumentException unknown) {
            throw in.corrupt("error " + name);
        }
    }

    static void writeOwner(RecordWriter out, UserKey owner) {
        out.writeText(owner.tenant());
        out.writeSigned(owner.user());
    }

    static UserKey readOwner(RecordReader in) {
        return new UserKey(in.readText(), in.readSigned());
    }

    static void writeId(RecordWriter out, ReservationId id) {
        writeOwner(out, id.owner());
        out.writeCount(id.serial());
    }

    static ReservationId readId(RecordReader in) {
        return new ReservationId(readOwner(in), in.readCount());
    }

    private static void writeGranted(RecordWriter out, Reply.Granted granted) {
        writeId(out, granted.id());
        out.writeCount(granted.fence());
        out.writeSigned(granted.expiresAtMillis());
    }

    private static Reply.Granted readGranted(RecordReader in) {
        return new Reply.Granted(readId(in), in.readCount(), in.readSigned());
    }

    private static void writeReady(RecordWriter out, Reply.DigestReady ready) {
        writeGranted(out, ready.reservation());
        writeList(out, ready.items(), RecordWriter::writeText);
    }

    private static Reply.DigestReady readReady(RecordReader in) {
        return new Reply.DigestReady(readGranted(in), readList(in, RecordReader::readText));
    }

    private static void writeBudget(RecordWriter out, Reply.Budget budget) {
        writeList(
                out,
                budget.counters(),
                (to, counter) -> {
                    to.writeText(counter.name());
                    to.writeCount(counter.cap());
                    to.writeCount(counter.committed());
                    to.writeCount(counter.reserved());
                    to.writeCount(counter.sending());
                    to.writeCount(counter.remaining());
                    to.writeCount(counter.debt());
                    to.writeSigned(counter.startMillis());
                    to.writeSigned(counter.endMillis());
                    to.writeText(counter.zone());
                });
        out.writeSigned(budget.gapUntilMillis());
        out.writeSigned(budget.quietUntilMillis());
        out.writeFixed(Double.doubleToRawLongBits(budget.fatigue()));
        out.writeCount(budget.policyVersion());
        out.writeCount(budget.contactVersion());
    }

    private static Reply.Budget readBudget(RecordReader in) {
        return new Reply.Budget(
                readList(
                        in,
                        from ->
                                new Reply.Counter(
                                        from.readText(),
                                        (int) from.readCount(),
                                        (int) from.readCount(),
                                        (int) from.readCount(),
                                        (int) from.readCount(),
                                        (int) from.readCount(),
                                        (int) from.readCount(),
                                        from.readSigned(),
                                        from.readSigned(),
                                        from.readText())),
                in.readSigned(),
                in.readSigned(),
                Double.longBitsToDouble(in.readFixed()),
                in.readCount(),
                in.readCount());
    }

    static <T> void writeList(RecordWriter out, List<T> values, BiConsumer<RecordWriter, T> one) {
        out.writeCount(values.size());
        values.forEach(value -> one.accept(out, value));
    }

    static <T> List<T> readList(RecordReader in, Function<RecordReader, T> one) {
        List<T> values = new ArrayList<>();
        for (int i = in.readLength(1); i > 0; i--) {
            values.add(one.apply(in));
        }
        return values;
    }

    static Priority priority(RecordReader in) {
        return Priority.of(in.readByte());
    }

    static Channel channel(RecordReader in) {
        return Channel.of(in.readByte());
    }
}
