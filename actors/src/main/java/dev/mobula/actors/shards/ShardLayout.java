package dev.mobula.actors.shards;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.ServiceRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/// How items or users are spread: over how many shards, and under which name these run.
///
/// @param name shard `i` is the service `NAME-i`
public record ShardLayout(String name, int count) {
    private static final int SHARED_FROM = 64;
    private static final double DEVIATIONS = 6;

    public static final Codec<ShardLayout> CODEC =
            new Codec<>() {
                @Override
                public void write(ShardLayout value, MessageWriter out) {
                    out.writeString(value.name()).writeInt(value.count());
                }

                @Override
                public ShardLayout read(MessageReader in) {
                    return new ShardLayout(in.readString(), in.readInt());
                }
            };

    public ShardLayout {
        if (count < 1) {
            throw new IllegalArgumentException("count=" + count + ": there must be one at least");
        }
    }

    /// The shards, in the order of their numbers.
    public List<ServiceRef> shards() {
        return IntStream.range(0, count).mapToObj(this::shard).toList();
    }

    /// One shard by its number.
    public ServiceRef shard(int number) {
        return new ServiceRef(name + "-" + number, 1);
    }

    /// The shard that owns an id.
    public ServiceRef owner(long id) {
        return shard(shardOf(id, count));
    }

    /// Things by the shard that owns their id, each shard's in the order given.
    public <T> Map<ServiceRef, List<T>> byOwner(List<T> all, ToLongFunction<T> id) {
        Map<ServiceRef, List<T>> byOwner = new LinkedHashMap<>();
        for (T one : all) {
            byOwner.computeIfAbsent(owner(id.applyAsLong(one)), owner -> new ArrayList<>())
                    .add(one);
        }
        return byOwner;
    }

    /// How many of the k best of all items one shard is asked for: those it has on average and six standard deviations
    /// more, since ids are spread by a mixing hash; all of them where that saves little.
    public int shareOf(int k) {
        if (k < SHARED_FROM) {
            return k;
        }
        double mean = (double) k / count;
        return (int) Math.min(k, Math.ceil(mean + DEVIATIONS * Math.sqrt(mean)));
    }

    /// Which of so many shards owns an id: a mixing hash, so that neighbouring ids spread.
    public static int shardOf(long id, int count) {
        long mixed = (id ^ (id >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return (int) Long.remainderUnsigned(mixed ^ (mixed >>> 33), count);
    }
}
