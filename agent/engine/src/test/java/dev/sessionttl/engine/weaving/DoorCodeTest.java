package dev.sessionttl.engine.weaving;

import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

public class DoorCodeTest {
    enum Form {
        TOLD,
        HANDED_OUT,
        ENTERED
    }

    static MethodVisitor around(Form form, MethodCode.Method method, MethodVisitor code) {
        if ((method.access() & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) != 0
                || method.name().equals("<clinit>")) {
            return code;
        }
        if (method.name().equals("<init>")) {
            return DoorCode.built(method, 7, code);
        }
        return switch (form) {
            case TOLD -> DoorCode.told(method, 70_000, code);
            case HANDED_OUT -> DoorCode.handedOut(method, 7, code);
            case ENTERED -> DoorCode.entered(method, 7, code);
        };
    }

    static final class Woven extends ClassLoader {
        final Map<String, byte[]> files = new HashMap<>();
        final Form form;
        final boolean weave;
        int failed;

        Woven(ClassLoader parent, Form form, boolean weave) {
            super(parent);
            this.form = form;
            this.weave = weave;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> c = findLoadedClass(name);
                if (c != null) return c;
                byte[] file = files.get(name);
                if (file == null) return super.loadClass(name, resolve);
                byte[] woven = file;
                if (weave) {
                    try {
                        woven = MethodCode.in(file, (m, code) -> around(form, m, code));
                    } catch (RuntimeException e) {
                        failed++;
                        System.err.println(name + " " + e);
                    }
                }
                return defineClass(name, woven, 0, woven.length);
            }
        }
    }

    public static void main(String[] jars) throws Exception {
        int[] total = new int[3];
        for (String jar : jars) {
            Map<String, byte[]> files = new HashMap<>();
            try (JarFile f = new JarFile(jar)) {
                for (JarEntry e : java.util.Collections.list(f.entries())) {
                    if (e.getName().endsWith(".class")
                            && !e.getName().contains("-")
                            && !e.getName().startsWith("META-INF")) {
                        try (InputStream in = f.getInputStream(e)) {
                            files.put(
                                    e.getName()
                                            .substring(0, e.getName().length() - 6)
                                            .replace('/', '.'),
                                    in.readAllBytes());
                        }
                    }
                }
            }
            Map<String, String> plain = verify(files, Form.ENTERED, false);
            for (Form form : Form.values()) {
                Map<String, String> w = verify(files, form, true);
                total[0] += w.size();
                w.forEach((k, v) -> {
                    if (!v.equals(plain.get(k)) && !v.equals("ok") && !v.contains("IllegalAccessError")) {
                        total[1]++;
                        if (total[1] < 300)
                            System.out.println("DIFF " + form + " " + k + ": " + v + " / plain " + plain.get(k));
                    }
                });
                total[2] += (int) w.values().stream().filter("ok"::equals).count();
            }
        }
        System.out.println("classes x forms " + total[0] + " ok " + total[2] + " differing " + total[1]);
    }

    static Map<String, String> verify(Map<String, byte[]> files, Form form, boolean weave) {
        Woven loader = new Woven(DoorCodeTest.class.getClassLoader(), form, weave);
        loader.files.putAll(files);
        Map<String, String> result = new HashMap<>();
        for (String name : files.keySet()) {
            try {
                Class<?> c = Class.forName(name, false, loader);
                c.getDeclaredMethods();
                java.lang.invoke.MethodHandles.class.getName();
                result.put(name, "ok");
            } catch (NoClassDefFoundError | ClassNotFoundException e) {
                result.put(name, "missing");
            } catch (Throwable e) {
                result.put(
                        name,
                        e.getClass() + " "
                                + String.valueOf(e.getMessage())
                                        .replaceAll(
                                                "@0x[0-9a-f]+|0x[0-9a-f]+|DoorCodeTest.Woven @[0-9a-f]+|@[0-9a-f]+", "")
                                        .lines()
                                        .limit(4)
                                        .toList());
            }
        }
        return result;
    }
}
