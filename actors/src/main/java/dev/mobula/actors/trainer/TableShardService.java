package dev.mobula.actors.trainer;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.loop.Plan;
import dev.mobula.training.loop.Share;
import dev.mobula.training.table.ShardHost;
import java.io.IOException;
import java.time.Duration;

/// One shard of a run's embedding tables. Its operations are those of [ShardHost].
public final class TableShardService implements Service {
    private final ShardHost host;

    private TableShardService(ShardHost host) {
        this.host = host;
    }

    /// Which shard this is, and for whom.
    record Settings(Blueprint blueprint, int index, int count, int workers, Duration patience) {
        static final Codec<Settings> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Settings value, MessageWriter out) {
                        value.blueprint().write(out);
                        out.writeInt(value.index())
                                .writeInt(value.count())
                                .writeInt(value.workers())
                                .writeLong(value.patience().toMillis());
                    }

                    @Override
                    public Settings read(MessageReader in) {
                        return new Settings(
                                Blueprint.read(in),
                                in.readInt(),
                                in.readInt(),
                                in.readInt(),
                                Duration.ofMillis(in.readLong()));
                    }
                };
    }

    /// Starts an empty shard.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) throws IOException {
            Settings settings = Settings.CODEC.decode(context.settings());
            Plan plan = settings.blueprint().plan();
            return new TableShardService(
                    new ShardHost(
                            plan.task().spec(Share.ALL).tables(),
                            settings.index(),
                            settings.count(),
                            settings.workers(),
                            plan.settings().seed(),
                            settings.patience(),
                            StepKernels.ofThisMachine()));
        }
    }

    @Override
    public byte[] call(int op, byte[] request) throws IOException {
        return host.call(op, request);
    }

    @Override
    public void close() {
        host.close();
    }
}
