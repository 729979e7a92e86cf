package dev.sessionttl.engine.callsite;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValuePathHostClassesTest {
    private static final Map<String, String> SHOP = Map.of(
            "module-info.java", "module shop { exports shop.api; }",
            "Row.java", "package shop.api; public interface Row { String sessionId(); }",
            "Rows.java", """
                    package shop.internal;
                    public class Rows {
                        public static Object row() { return new Hidden(); }
                    }
                    class Hidden implements shop.api.Row {
                        private final String secret = "secret";
                        public String sessionId() { return "id"; }
                    }
                    """);
    private static final int MOST_COLLECTIONS = 200;

    private final List<String> opened = new ArrayList<>();
    private final List<String> missed = new ArrayList<>();

    @Test
    void aHiddenClassIsReadThroughThePublicInterfaceItImplements(@TempDir Path folder) throws Exception {
        Object row = shopRow(HostCode.compiled(folder, SHOP).layer("shop"));

        assertThat(ValuePath.parse("arg0.sessionId", access(null)).evaluate(row))
                .isEqualTo("id");
        assertThat(opened).isEmpty();
        assertThat(missed).isEmpty();
    }

    @Test
    void aNamedModuleIsOpenedOnceWhereThereIsNoOtherWayIn(@TempDir Path folder) throws Exception {
        ModuleLayer.Controller shop = HostCode.compiled(folder, SHOP).layer("shop");
        ValuePath path = ValuePath.parse("arg0.secret", access(shop));

        assertThat(path.evaluate(shopRow(shop))).isEqualTo("secret");
        assertThat(path.evaluate(shopRow(shop))).isEqualTo("secret");
        assertThat(opened).containsExactly("shop.internal.Hidden");
        assertThat(missed).isEmpty();
    }

    @Test
    void aModuleThatStaysClosedIsReportedAsMissing(@TempDir Path folder) throws Exception {
        ModuleLayer.Controller shop = HostCode.compiled(folder, SHOP).layer("shop");
        ValuePath path = ValuePath.parse("arg0.secret", access(null));

        assertThat(path.evaluate(shopRow(shop))).isNull();
        assertThat(path.evaluate(shopRow(shop))).isNull();
        assertThat(opened).containsExactly("shop.internal.Hidden");
        assertThat(missed).containsExactly("shop.internal.Hidden");
    }

    @Test
    void aHostsClassLoaderIsNotKeptAlive(@TempDir Path folder) throws Exception {
        HostCode host = HostCode.compiled(folder, Map.of("Bean.java", """
                        public class Bean {
                            private final String field = "field";
                            public String getId() { return "id"; }
                        }
                        """));
        List<ValuePath> paths = List.of(
                ValuePath.parse("arg0.id", access(null)),
                ValuePath.parse("arg0.field", access(null)),
                ValuePath.parse("arg0.no", access(null)),
                ValuePath.parse("arg0[0]", access(null)));

        WeakReference<ClassLoader> loader = used(host, paths);

        for (int i = 0; i < MOST_COLLECTIONS && loader.get() != null; i++) {
            System.gc();
        }
        assertThat(loader.get()).isNull();
        assertThat(paths).hasSize(4);
        assertThat(missed).hasSize(2);
    }

    @Test
    void aGetterStepAllocatesNothing() throws Exception {
        ValuePath getter = ValuePath.parse("arg0.parent.name");
        ValuePath itself = ValuePath.parse("arg0");
        Parent child = new Parent("child", new Parent("parent", null));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;

        for (int round = 0; round < 20; round++) {
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < 10_000; i++) {
                getter.evaluate(child);
                itself.evaluate("id");
            }
            least = Math.min(
                    least,
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }

        // An object each time would be 160 kB.
        assertThat(least).isLessThan(2_000);
    }

    record Parent(String name, @Nullable Parent parent) {}

    private static WeakReference<ClassLoader> used(HostCode host, List<ValuePath> paths) throws Exception {
        try (URLClassLoader loader = host.loader()) {
            Object bean = loader.loadClass("Bean").getConstructor().newInstance();
            assertThat(paths.get(0).evaluate(bean)).isEqualTo("id");
            assertThat(paths.get(1).evaluate(bean)).isEqualTo("field");
            assertThat(paths.get(2).evaluate(bean)).isNull();
            assertThat(paths.get(3).evaluate(bean)).isNull();
            return new WeakReference<>(loader);
        }
    }

    private static Object shopRow(ModuleLayer.Controller shop) throws Exception {
        Class<?> rows = shop.layer().findLoader("shop").loadClass("shop.internal.Rows");
        // The test's own way in: exported for the call, not opened.
        shop.addExports(rows.getModule(), "shop.internal", ValuePathHostClassesTest.class.getModule());
        return rows.getMethod("row").invoke(null);
    }

    private Access access(ModuleLayer.@Nullable Controller opener) {
        return new Access() {
            @Override
            public void open(Class<?> type) {
                opened.add(type.getName());
                if (opener != null) {
                    opener.addOpens(type.getModule(), type.getPackageName(), Access.class.getModule());
                }
            }

            @Override
            public void missing(ValuePath path, Class<?> type) {
                missed.add(type.getName());
            }
        };
    }
}
