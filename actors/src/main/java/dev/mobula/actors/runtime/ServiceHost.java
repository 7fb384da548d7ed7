package dev.mobula.actors.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.function.Consumer;

/// One running instance of a service: its state directory, the service, and its mailbox.
public final class ServiceHost implements AutoCloseable {
    private final Service service;
    private final Mailbox mailbox;
    private final Context context;

    private ServiceHost(Service service, Mailbox mailbox, Context context) {
        this.service = service;
        this.mailbox = mailbox;
        this.context = context;
    }

    /// Claims the state, makes the service and opens its mailbox; on failure nothing stays open.
    ///
    /// @param onCrash told of an [Error] in the service, or that its state belongs to a successor
    public static ServiceHost start(
            ServiceSpec spec, int replica, long restarts, Home home, Consumer<Throwable> onCrash) {
        Optional<StateDirectory> state =
                spec.state() == StateKind.NONE
                        ? Optional.empty()
                        : Optional.of(
                                StateDirectory.claim(home.stateRoot(spec.state()), spec.name()));
        Context context = new Context(spec, replica, restarts, home, state);
        try {
            Service service = factory(spec.factory()).start(context);
            Mailbox mailbox =
                    new Mailbox(
                            spec.name(),
                            service,
                            spec.limits(),
                            spec.threads(),
                            new CallMeters(home.meters(), spec.name(), replica),
                            onCrash);
            state.ifPresent(directory -> directory.onSuperseded(onCrash));
            return new ServiceHost(service, mailbox, context);
        } catch (Exception | LinkageError failed) {
            // A native library that is not there is a LinkageError, and as ordinary as a bad
            // setting.
            state.ifPresent(StateDirectory::close);
            throw failed instanceof CallException typed
                    ? typed
                    : new CallException(
                            Failure.APPLICATION,
                            "service " + spec.name() + " does not start: " + failed,
                            failed);
        }
    }

    private static ServiceFactory factory(String className) {
        try {
            return Class.forName(className)
                    .asSubclass(ServiceFactory.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException unusable) {
            throw new CallException(
                    Failure.REFUSED,
                    "factory \""
                            + className
                            + "\" is not a public service factory with a public constructor"
                            + " without parameters",
                    unusable);
        }
    }

    /// Where its requests go.
    public Mailbox mailbox() {
        return mailbox;
    }

    /// The service itself.
    public Service service() {
        return service;
    }

    /// How many instances ran before this one.
    public long restarts() {
        return context.restarts();
    }

    /// Closes the mailbox, the service and its state, in this order.
    @Override
    public void close() {
        try {
            mailbox.close();
        } finally {
            context.claimed().ifPresent(StateDirectory::close);
        }
    }

    private record Context(
            ServiceSpec spec,
            int replica,
            long restarts,
            Home home,
            Optional<StateDirectory> claimed)
            implements ServiceContext {
        @Override
        public String name() {
            return spec.name();
        }

        @Override
        public byte[] settings() {
            return spec.settings();
        }

        @Override
        public String host() {
            return home.host();
        }

        @Override
        public StateDirectory state() {
            return claimed.orElseThrow(
                    () ->
                            new CallException(
                                    Failure.REFUSED,
                                    "service " + spec.name() + " was spawned with state=NONE"));
        }

        @Override
        public Cluster cluster() {
            return home.cluster();
        }

        @Override
        public MeterRegistry meters() {
            return home.meters();
        }
    }
}
