package dev.mobula.cluster.gateway;

import java.util.Optional;

/// One operation: a method and a path, the scope it needs, and what answers it.
///
/// @param scope empty when anyone may call, key or not
public record Route(Method method, String path, Optional<Scope> scope, Handler handler) {
    /// The methods in use.
    public enum Method {
        GET,
        POST,
        PUT,
        DELETE
    }

    /// Answers one request; runs on a virtual thread of its own.
    @FunctionalInterface
    public interface Handler {
        Answer handle(Exchange exchange);
    }

    public static Route get(String path, Scope scope, Handler handler) {
        return new Route(Method.GET, path, Optional.of(scope), handler);
    }

    public static Route post(String path, Scope scope, Handler handler) {
        return new Route(Method.POST, path, Optional.of(scope), handler);
    }

    public static Route put(String path, Scope scope, Handler handler) {
        return new Route(Method.PUT, path, Optional.of(scope), handler);
    }

    public static Route delete(String path, Scope scope, Handler handler) {
        return new Route(Method.DELETE, path, Optional.of(scope), handler);
    }

    /// A route that asks for no key: whether the process lives, and what its interface is.
    public static Route open(String path, Handler handler) {
        return new Route(Method.GET, path, Optional.empty(), handler);
    }
}
