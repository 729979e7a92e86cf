package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Acme;
import dev.sessionttl.distribution.host.Compatibility;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A named module exports nothing to anyone; the value path leads into it all the same, and the driver is a module too. */
@EnabledOnOs(OS.LINUX)
class ModulePathIT {
    private static final String MODULE = """
            module com.acme.orchestrator {
                requires java.sql;
                requires org.xerial.sqlitejdbc;
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void aModuleThatExportsNothingIsServed(Jdk jdk) {
        Database database = Acme.database(folder);
        Path module = folder.resolve("module");
        Host host = Host.launchedBy(folder, "-p", module + File.pathSeparator + Host.library("sqlite-jdbc"))
                .withArguments("-m", "com.acme.orchestrator/com.acme.Main")
                .compile(module, Acme.with(MODULE, Acme.MAIN))
                .withConfig(Acme.config());
        if (jdk.feature() >= 24) {
            host.withJvmOptions("--enable-native-access=org.xerial.sqlitejdbc");
        }

        Host.Run run = Acme.servedBy(host.start(jdk), 1);

        assertThat(run.out()).isEqualTo(Acme.SERVED + "copies of SQLite: 1\ndone\n");
        assertThat(database.sessionIds()).containsExactly("live-id");
        Compatibility.proven(
                jdk,
                "Java modules, on the module path",
                "served; value paths into a package that is not exported; sqlite-jdbc as a module");
    }
}
