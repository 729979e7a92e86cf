package dev.sessionttl.engine.resume;

import java.io.File;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.function.Supplier;

/**
 * Where a process's output goes, as it was before the process started: a file that is appended to was shorter then.
 *
 * @param out of stdout
 * @param err of stderr
 */
public record Redirects(Way out, Way err) {
    public static Redirects of(Redirect out, Redirect err) {
        return new Redirects(Way.of(out), Way.of(err));
    }

    /**
     * One stream's way.
     *
     * @param isPipe whether the host reads it
     * @param elsewhere what else the agent can hear it by
     */
    record Way(boolean isPipe, Heard elsewhere) {
        private static Way of(Redirect redirect) {
            File file = redirect.file();
            return new Way(
                    redirect.type() == Redirect.Type.PIPE,
                    file == null ? Heard.NOTHING : HeardFile.of(file, redirect.type() == Redirect.Type.APPEND));
        }

        Heard heard(Supplier<InputStream> stream) {
            return isPipe ? new HeardStream(stream.get()) : elsewhere;
        }
    }
}
