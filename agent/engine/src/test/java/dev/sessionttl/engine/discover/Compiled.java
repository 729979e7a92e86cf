package dev.sessionttl.engine.discover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.config.ConfigLoader;
import dev.sessionttl.engine.store.DatabaseSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A host of a few classes, compiled by a test, and what is proposed for it. */
final class Compiled {
    private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:public |final |abstract )*(?:@)?(?:class|interface|record|enum) (\\w+)");

    /** What hosts of these tests are mapped with, as far as they need it; known for a library by its package. */
    static final String[] PERSISTENCE = {
        "package jakarta.persistence; import java.lang.annotation.*; @Retention(RetentionPolicy.RUNTIME)\npublic @interface Entity {}",
        "package jakarta.persistence; import java.lang.annotation.*; @Retention(RetentionPolicy.RUNTIME)\npublic @interface Id {}",
        "package jakarta.persistence; import java.lang.annotation.*; @Retention(RetentionPolicy.RUNTIME)\n"
                + "public @interface Table { String name(); }",
        "package jakarta.persistence; import java.lang.annotation.*; @Retention(RetentionPolicy.RUNTIME)\n"
                + "public @interface Column { String name() default \"\"; boolean nullable() default true; boolean unique() default false; }",
        "package jakarta.persistence;\npublic interface EntityManager { <T> T find(Class<T> type, Object key); }",
        "package org.springframework.data.repository; import java.util.*;\n"
                + "public interface CrudRepository<T, K> { Optional<T> findById(K key); List<T> findAll(); }",
        "package org.apache.ibatis.annotations; import java.lang.annotation.*; @Retention(RetentionPolicy.RUNTIME)\n"
                + "public @interface Select { String[] value(); }",
    };

    /** The Claude CLI, and what goes on with a session. */
    static final String CLI = """
            package com.acme;
            public class Cli {
                String resume(String session) throws java.io.IOException {
                    Process process = new ProcessBuilder("claude", "-p", "--resume", session).start();
                    String said = new String(process.getErrorStream().readAllBytes());
                    if (!said.isEmpty()) {
                        throw new IllegalStateException("claude: " + said);
                    }
                    return session;
                }
            }
            """;

    private Compiled() {}

    /** Compiles the sources into the folder and gives it. */
    static Path into(Path folder, String... sources) {
        List<String> options = List.of("-proc:none", "-nowarn", "-parameters", "-d", folder.toString());
        List<Source> units = Stream.of(sources).map(Source::of).toList();
        boolean compiles = ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, options, null, units)
                .call();
        assertThat(compiles).as("the host compiles").isTrue();
        return folder;
    }

    /** What is proposed for a folder or a jar; the agent has to take it without a problem. */
    static Proposal proposal(Path path, DatabaseSchema.Table... tables) {
        Optional<String> url = tables.length == 0 ? Optional.empty() : Optional.of("jdbc:sqlite:given.db");
        Proposal proposal = Discovery.propose(new Discovery.Request(List.of(path), List.of(), url, List.of(tables)));
        if (proposal.isUseful() && proposal.store("url").isPresent()) {
            assertThat(problemsOf(proposal.config())).as(proposal.config()).isEmpty();
        }
        return proposal;
    }

    private static List<String> problemsOf(String config) {
        try {
            Path file = Files.createTempFile("agents", ".json");
            try {
                Files.writeString(file, config);
                return ConfigLoader.load(file, Map.of(), new Properties()).problems().stream()
                        .map(Object::toString)
                        .toList();
            } finally {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The entries that are proposed of one kind. */
    static List<Map<String, Object>> proposed(Proposal proposal, Finding.Kind kind) {
        return proposal.proposed(kind).stream().map(Finding::entry).toList();
    }

    /** With the classes of the tests' libraries before them. */
    static String[] with(String[] libraries, String... sources) {
        List<String> all = new ArrayList<>(List.of(libraries));
        all.addAll(List.of(sources));
        return all.toArray(String[]::new);
    }

    /** A class as text, which javac is given as if it were a file of that class's name. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        private Source(String file, String text) {
            super(URI.create("string:///" + file), Kind.SOURCE);
            this.text = text;
        }

        static Source of(String text) {
            Matcher pack = PACKAGE.matcher(text);
            Matcher type = TYPE.matcher(text);
            assertThat(pack.find() && type.find()).as(text).isTrue();
            return new Source(pack.group(1).replace('.', '/') + "/" + type.group(1) + ".java", text);
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
