package dev.mobula.actors.runtime;

/// Makes a service where it is to run; a public class with a public constructor without
/// parameters, because only its name travels.
@FunctionalInterface
public interface ServiceFactory {
    /// Starts the service; state it left behind is found under [ServiceContext#state()].
    Service start(ServiceContext context) throws Exception;
}
