package dev.mobula.ranking.model.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// libtorch in this process, loaded on first use.
///
/// Before its first tensor the C allocator is told to keep what it has: threads that the JVM made use arenas which
/// give memory back after every step and fault it in again, hundreds of pages at a time. It computes with one thread
/// per caller: its pool spins while it waits, which costs more than it gains as soon as cores are shared.
public final class TorchRuntime {
    /// Engine name that DJL knows PyTorch by.
    static final String ENGINE = "PyTorch";

    private static final Logger LOG = LoggerFactory.getLogger(TorchRuntime.class);
    private static final int M_TRIM_THRESHOLD = -1;
    private static final int M_TOP_PAD = -2;
    private static final int M_MMAP_THRESHOLD = -3;
    private static final int M_ARENA_MAX = -8;
    private static final int MIB = 1 << 20;

    private TorchRuntime() {}

    /// Apart from this class, so that asking whether it loads does not need it to have loaded.
    private static final class Holder {
        private static final Engine LOADED = load();
    }

    /// Whether libtorch loads in this process. The first to ask waits for it: half a second, a few more when the native
    /// library is unpacked for the first time.
    public static boolean isThere() {
        try {
            LOG.debug("libtorch {}", version());
            return true;
        } catch (LinkageError | EngineException absent) {
            LOG.atInfo().setCause(absent).log("libtorch does not load in this process");
            return false;
        }
    }

    /// A manager that the caller closes.
    public static NDManager newManager() {
        return NDManager.newBaseManager(Device.cpu(), Holder.LOADED.getEngineName());
    }

    /// The version of libtorch.
    public static String version() {
        return Holder.LOADED.getVersion();
    }

    private static Engine load() {
        keepMemory();
        Engine engine = Engine.getEngine(ENGINE);
        JniUtils.setNumThreads(1);
        return engine;
    }

    @SuppressWarnings(
            "restricted") // one call into the C library, granted by --enable-native-access
    private static void keepMemory() {
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        Optional<MemorySegment> mallopt = library.find("mallopt");
        if (mallopt.isEmpty()) {
            LOG.info("no mallopt in this C library: native memory stays as it is");
            return;
        }
        MethodHandle set =
                linker.downcallHandle(
                        mallopt.get(),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        set(set, M_ARENA_MAX, 1);
        set(set, M_MMAP_THRESHOLD, 32 * MIB);
        set(set, M_TRIM_THRESHOLD, 512 * MIB);
        set(set, M_TOP_PAD, 64 * MIB);
    }

    private static void set(MethodHandle mallopt, int parameter, int value) {
        try {
            int accepted = (int) mallopt.invokeExact(parameter, value);
            if (accepted != 1) {
                LOG.warn("mallopt({}, {}) was not accepted", parameter, value);
            }
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable impossible) {
            throw new IllegalStateException("mallopt throws nothing", impossible);
        }
    }
}
