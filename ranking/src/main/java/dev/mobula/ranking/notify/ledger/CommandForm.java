package dev.mobula.ranking.notify.ledger;

import static dev.mobula.ranking.notify.ledger.LedgerMessages.channel;
import static dev.mobula.ranking.notify.ledger.LedgerMessages.priority;
import static dev.mobula.ranking.notify.ledger.LedgerMessages.readId;
import static dev.mobula.ranking.notify.ledger.LedgerMessages.readList;
import static dev.mobula.ranking.notify.ledger.LedgerMessages.readOwner;
import static dev.mobula.ranking.notify.ledger.LedgerMessages.writeId;
import static dev.mobula.ranking.notify.ledger.LedgerMessages.writeList;
import static dev.mobula.ranking.notify.ledger.LedgerMessages.writeOwner;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.util.List;

/// How each command is written and read.
final class CommandForm {
    private CommandForm() {}

    static void write(RecordWriter out, Command command) {
        switch (command) {
            case Command.Reserve reserve -> {
                out.writeByte(1);
                writeReserve(out, reserve);
            }
            case Command.BeginSend(ReservationId id, long fence) -> {
                out.writeByte(2);
                writeId(out, id);
                out.writeCount(fence);
            }
            case Command.Commit(ReservationId id, String providerMessageId) -> {
                out.writeByte(3);
                writeId(out, id);
                out.writeText(providerMessageId);
            }
            case Command.Release(ReservationId id, Command.Proof proof) -> {
                out.writeByte(4);
                writeId(out, id);
                out.writeByte(proof == Command.Proof.NOT_ATTEMPTED ? 1 : 2);
            }
            case Command.Extend(ReservationId id, long ttlMillis) -> {
                out.writeByte(5);
                writeId(out, id);
                out.writeCount(ttlMillis);
            }
            case Command.GetReservation(ReservationId id) -> {
                out.writeByte(6);
                writeId(out, id);
            }
            case Command.GetBudget(UserKey owner) -> {
                out.writeByte(7);
                writeOwner(out, owner);
            }
            case Command.PutContact(UserKey owner, Contact contact) -> {
                out.writeByte(8);
                writeOwner(out, owner);
                contact.write(out);
            }
            case Command.PutPolicy(String tenant, BudgetPolicy policy) -> {
                out.writeByte(9);
                out.writeText(tenant);
                policy.write(out);
            }
            case Command.AddLease(String counter, long epoch, long serial, int units) ->
                    writeLease(out, 10, counter, epoch, serial, units);
            case Command.ReturnLease(String counter, long epoch, long serial, int units) ->
                    writeLease(out, 11, counter, epoch, serial, units);
            case Command.AddDigestItem add -> {
                out.writeByte(12);
                writeItem(out, add);
            }
            case Command.FlushDigest(UserKey owner, Channel channel, String digest, long start) -> {
                out.writeByte(13);
                writeOwner(out, owner);
                out.writeByte(channel.code());
                out.writeText(digest);
                out.writeSigned(start);
            }
            case Command.PeekDigest(UserKey owner, Channel channel, String digest) -> {
                out.writeByte(14);
                writeOwner(out, owner);
                out.writeByte(channel.code());
                out.writeText(digest);
            }
            case Command.ReadyDigests(int max) -> {
                out.writeByte(15);
                out.writeCount(max);
            }
            case Command.GetContact(UserKey owner) -> {
                out.writeByte(16);
                writeOwner(out, owner);
            }
            case Command.GetPolicies(String tenant) -> {
                out.writeByte(17);
                out.writeText(tenant);
            }
            case Command.CopyPolicies(String tenant, List<BudgetPolicy> policies) -> {
                out.writeByte(18);
                out.writeText(tenant);
                writeList(out, policies, (to, policy) -> policy.write(to));
            }
            case Command.WhoIsOver(String tenant, BudgetPolicy policy, long from, int max) -> {
                out.writeByte(19);
                out.writeText(tenant);
                policy.write(out);
                out.writeSigned(from);
                out.writeCount(max);
            }
            case Command.KeepAnswer keep -> {
                out.writeByte(20);
                writeOwner(out, keep.owner());
                out.writeText(keep.operation());
                out.writeText(keep.key());
                out.writeText(keep.fingerprint());
                out.writeText(keep.answer());
                out.writeSigned(keep.expiresAtMillis());
            }
            case Command.FindAnswer find -> {
                out.writeByte(21);
                writeOwner(out, find.owner());
                out.writeText(find.operation());
                out.writeText(find.key());
                out.writeText(find.fingerprint());
            }
            case Command.RecordOutcome(
                            UserKey owner,
                            String event,
                            OutcomeKind kind,
                            Channel channel,
                            long at) -> {
                out.writeByte(22);
                writeOwner(out, owner);
                out.writeText(event);
                out.writeByte(kind.code());
                out.writeByte(channel.code());
                out.writeSigned(at);
            }
            case Command.GetOutcomes(UserKey owner) -> {
                out.writeByte(23);
                writeOwner(out, owner);
            }
            case Command.Sweep(int max) -> {
                out.writeByte(24);
                out.writeCount(max);
            }
            case Command.TakeOver _ -> out.writeByte(25);
            case Command.Seal _ -> out.writeByte(26);
        }
    }

    static Command read(RecordReader in) {
        int kind = in.readByte();
        return switch (kind) {
            case 1 -> readReserve(in);
            case 2 -> new Command.BeginSend(readId(in), in.readCount());
            case 3 -> new Command.Commit(readId(in), in.readText());
            case 4 -> new Command.Release(readId(in), proof(in));
            case 5 -> new Command.Extend(readId(in), in.readCount());
            case 6 -> new Command.GetReservation(readId(in));
            case 7 -> new Command.GetBudget(readOwner(in));
            case 8 -> new Command.PutContact(readOwner(in), Contact.read(in));
            case 9 -> new Command.PutPolicy(in.readText(), BudgetPolicy.read(in));
            case 10 ->
                    new Command.AddLease(
                            in.readText(), in.readCount(), in.readCount(), (int) in.readCount());
            case 11 ->
                    new Command.ReturnLease(
                            in.readText(), in.readCount(), in.readCount(), (int) in.readCount());
            case 12 -> readItem(in);
            case 13 ->
                    new Command.FlushDigest(
                            readOwner(in), channel(in), in.readText(), in.readSigned());
            case 14 -> new Command.PeekDigest(readOwner(in), channel(in), in.readText());
            case 15 -> new Command.ReadyDigests((int) in.readCount());
            case 16 -> new Command.GetContact(readOwner(in));
            case 17 -> new Command.GetPolicies(in.readText());
            case 18 -> new Command.CopyPolicies(in.readText(), readList(in, BudgetPolicy::read));
            case 19 ->
                    new Command.WhoIsOver(
                            in.readText(),
                            BudgetPolicy.read(in),
                            in.readSigned(),
                            (int) in.readCount());
            case 20 ->
                    new Command.KeepAnswer(
                            readOwner(in),
                            in.readText(),
                            in.readText(),
                            in.readText(),
                            in.readText(),
                            in.readSigned());
            case 21 ->
                    new Command.FindAnswer(
                            readOwner(in), in.readText(), in.readText(), in.readText());
            case 22 ->
                    new Command.RecordOutcome(
                            readOwner(in),
                            in.readText(),
                            OutcomeKind.read(in),
                            channel(in),
                            in.readSigned());
            case 23 -> new Command.GetOutcomes(readOwner(in));
            case 24 -> new Command.Sweep((int) in.readCount());
            case 25 -> new Command.TakeOver();
            case 26 -> new Command.Seal();
            default -> throw in.corrupt("command of kind " + kind);
        };
    }

    private static void writeReserve(RecordWriter out, Command.Reserve reserve) {
        writeOwner(out, reserve.owner());
        out.writeByte(reserve.channel().code());
        out.writeText(reserve.type());
        out.writeByte(reserve.priority().code());
        out.writeCount(reserve.units());
        out.writeText(reserve.group());
        writeList(out, reserve.counters(), RecordWriter::writeText);
        out.writeSigned(reserve.sendAtMillis());
        out.writeSigned(reserve.expiresAtMillis());
        out.writeCount(reserve.ttlMillis());
        out.writeCount(reserve.fallbackOf());
        out.writeText(reserve.key());
    }

    private static Command readReserve(RecordReader in) {
        return new Command.Reserve(
                readOwner(in),
                channel(in),
                in.readText(),
                priority(in),
                (int) in.readCount(),
                in.readText(),
                readList(in, RecordReader::readText),
                in.readSigned(),
                in.readSigned(),
                in.readCount(),
                in.readCount(),
                in.readText());
    }

    private static void writeLease(
            RecordWriter out, int kind, String counter, long epoch, long serial, int units) {
        out.writeByte(kind);
        out.writeText(counter);
        out.writeCount(epoch);
        out.writeCount(serial);
        out.writeCount(units);
    }

    private static void writeItem(RecordWriter out, Command.AddDigestItem add) {
        writeOwner(out, add.owner());
        out.writeByte(add.channel().code());
        out.writeText(add.type());
        out.writeText(add.digest());
        out.writeText(add.item());
        out.writeFixed(Double.doubleToRawLongBits(add.value()));
        out.writeSigned(add.expiresAtMillis());
        add.plan().write(out);
    }

    private static Command readItem(RecordReader in) {
        return new Command.AddDigestItem(
                readOwner(in),
                channel(in),
                in.readText(),
                in.readText(),
                in.readText(),
                Double.longBitsToDouble(in.readFixed()),
                in.readSigned(),
                DigestPlan.read(in));
    }

    private static Command.Proof proof(RecordReader in) {
        return in.readByte() == 1 ? Command.Proof.NOT_ATTEMPTED : Command.Proof.PROVIDER_REJECTED;
    }
}
