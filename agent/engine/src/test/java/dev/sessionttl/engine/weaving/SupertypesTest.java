package dev.sessionttl.engine.weaving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.callsite.Pointcut;
import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.classfile.ClassHeaders;
import dev.sessionttl.engine.resume.RefusalText;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lies above a class, told from class files alone, some of which may be missing. */
class SupertypesTest {
    private static final String HERE = "dev.sessionttl.engine.weaving.SupertypesTest$";

    @Test
    void everythingAboveATypeIsNamedOnce() {
        assertThat(Declared.headers().namesAbove(SqlStore.class.getName()))
                .containsExactlyInAnyOrder(
                        HERE + "BaseStore", HERE + "Store", HERE + "Named", "java.lang.Object", "java.lang.Comparable");
    }

    @Test
    void aMissingClassFileEndsOnlyItsOwnBranch() {
        ClassHeaders some = new ClassHeaders(new ClassLoader(null) {});
        some.put(Declared.headers().find(SqlStore.class.getName()).orElseThrow());
        some.put(Declared.headers().find(Store.class.getName()).orElseThrow());

        assertThat(some.namesAbove(HERE + "SqlStore")).contains(HERE + "BaseStore", HERE + "Store", HERE + "Named");
    }

    @Test
    void theNamesAboveAClassFileAreReadWithoutLoadingAnything() throws IOException {
        CountingLoader loader = new CountingLoader(Map.of());

        assertThat(new SupertypeNames().of(loader, internal("SqlStore"), classFile("SqlStore")))
                .containsExactlyInAnyOrder(HERE + "BaseStore", HERE + "Store", HERE + "Named", "java.lang.Comparable");
        assertThat(loader.loaded).isEmpty();
    }

    @Test
    void eachClassFileIsReadOnceALoader() throws IOException {
        CountingLoader loader = new CountingLoader(Map.of());
        SupertypeNames names = new SupertypeNames();

        names.of(loader, internal("SqlStore"), classFile("SqlStore"));
        names.of(loader, internal("SqlStore"), classFile("SqlStore"));
        names.of(loader, internal("MemoryStore"), classFile("MemoryStore"));

        assertThat(loader.read).doesNotHaveDuplicates();
    }

    @Test
    void aClassFileThatIsMissingOrBrokenEndsOnlyItsOwnBranch() throws IOException {
        SupertypeNames names = new SupertypeNames();

        assertThat(names.of(
                        new CountingLoader(Map.of(internal("BaseStore") + ".class", new byte[] {1, 2, 3})),
                        internal("SqlStore"),
                        classFile("SqlStore")))
                .containsExactlyInAnyOrder(HERE + "BaseStore", HERE + "Store", HERE + "Named", "java.lang.Comparable");
        assertThat(names.of(new CountingLoader(null), internal("SqlStore"), classFile("SqlStore")))
                .containsExactlyInAnyOrder(HERE + "BaseStore", HERE + "Store", "java.lang.Comparable");
        assertThat(names.of(null, internal("SqlStore"), classFile("SqlStore"))).contains(HERE + "Store");
    }

    @ParameterizedTest
    @CsvSource({
        "com.acme.Store,        com.acme.Store, true",
        "com.acme.Store,        com.acme.Stores, false",
        "com.acme.*Store,       com.acme.SqlStore, true",
        "com.acme.*Store,       org.acme.SqlStore, false",
    })
    void aClassIsATargetByItsName(String type, String name, boolean matches) throws Exception {
        TargetNames names = new TargetNames(List.of(target(type + "#find")));

        assertThat(names.matching(getClass().getClassLoader(), name.replace('.', '/'), new byte[0]))
                .hasSize(matches ? 1 : 0);
    }

    @Test
    void withAPlusTheSubtypesAreTargetsToo() throws Exception {
        Target target = target(HERE + "Store+#find");
        TargetNames names = new TargetNames(List.of(target, target("com.acme.Other#find")));
        ClassLoader loader = getClass().getClassLoader();

        assertThat(names.matching(loader, internal("SqlStore"), classFile("SqlStore")))
                .containsExactly(target);
        assertThat(names.matching(loader, internal("Store"), classFile("Store")))
                .containsExactly(target);
        assertThat(names.matching(loader, internal("Named"), classFile("Named")))
                .isEmpty();
    }

    @Test
    void whereNoTargetAsksForItNoClassFileIsRead() throws Exception {
        CountingLoader loader = new CountingLoader(Map.of());
        TargetNames names = new TargetNames(List.of(target(HERE + "SqlStore#find"), target("com.*#find")));

        assertThat(names.matching(loader, internal("SqlStore"), classFile("SqlStore")))
                .hasSize(1);
        assertThat(loader.read).isEmpty();
    }

    @Test
    void aClassMayBeTheTargetOfSeveralPointcuts() throws Exception {
        TargetNames names = new TargetNames(List.of(
                target(HERE + "SqlStore#find"),
                target(HERE + "Sql*#*"),
                target(HERE + "Store+#find"),
                target("x.Y#z")));

        assertThat(names.matching(getClass().getClassLoader(), internal("SqlStore"), classFile("SqlStore")))
                .hasSize(3);
    }

    private static Target target(String pointcut) throws SyntaxException {
        return Target.ofFailure(
                "failures[0]",
                Pointcut.parse(pointcut),
                List.of(),
                Optional.empty(),
                ValuePath.parse("thrown"),
                RefusalText.ofClaude());
    }

    private static String internal(String simpleName) {
        return HERE.replace('.', '/') + simpleName;
    }

    private static byte[] classFile(String simpleName) throws IOException {
        try (InputStream in =
                SupertypesTest.class.getClassLoader().getResourceAsStream(internal(simpleName) + ".class")) {
            return in.readAllBytes();
        }
    }

    interface Named {}

    interface Store extends Named {}

    abstract static class BaseStore implements Store {}

    abstract static class SqlStore extends BaseStore implements Store, Comparable<SqlStore> {}

    abstract static class MemoryStore extends BaseStore {}

    /** Tells what it was asked for; some of its class files may be replaced, or all be missing. */
    private static final class CountingLoader extends ClassLoader {
        final List<String> read = new ArrayList<>();
        final List<String> loaded = new ArrayList<>();
        private final @Nullable Map<String, byte[]> replaced;

        CountingLoader(@Nullable Map<String, byte[]> replaced) {
            super(SupertypesTest.class.getClassLoader());
            this.replaced = replaced == null ? null : new HashMap<>(replaced);
        }

        @Override
        public @Nullable InputStream getResourceAsStream(String name) {
            read.add(name);
            if (replaced == null) {
                return null;
            }
            byte[] other = replaced.get(name);
            return other == null ? super.getResourceAsStream(name) : new java.io.ByteArrayInputStream(other);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            loaded.add(name);
            return super.loadClass(name, resolve);
        }
    }
}
