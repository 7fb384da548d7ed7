package dev.mobula.cluster.cli;

import dev.mobula.actors.nodes.RayInstallation;
import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/// What `--version` says: Mobula's version from its jar, and those it runs on.
final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version =
                Objects.requireNonNullElse(
                        VersionText.class.getPackage().getImplementationVersion(), "development");
        return new String[] {
            "Mobula " + version, "JDK " + Runtime.version() + ", Ray " + RayInstallation.version(),
        };
    }
}
