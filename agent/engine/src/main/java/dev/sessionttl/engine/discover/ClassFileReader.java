package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.classfile.ClassFiles;
import dev.sessionttl.engine.classfile.DeclaredType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.bytebuddy.jar.asm.AnnotationVisitor;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.FieldVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/** Reads one class file into {@link ClassFacts}; nothing of it is loaded. Used by one thread. */
final class ClassFileReader {
    /** Names and descriptors recur in every class file. */
    private final Map<String, String> interned = new HashMap<>();

    /** @throws IllegalArgumentException where the bytes are no class file that can be understood */
    ClassFacts read(byte[] bytes, String place) {
        try {
            ClassFacts[] facts = new ClassFacts[1];
            ClassFiles.reader(bytes).accept(new Visitor(place, facts), ClassReader.SKIP_FRAMES);
            if (facts[0] == null) {
                throw new IllegalArgumentException("no class in it");
            }
            return facts[0];
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError broken) {
            // A class file may nest its types without end, or claim a table of any size.
            throw new IllegalArgumentException("not a class file that can be understood: " + broken, broken);
        }
    }

    /** The internal name that a class file gives itself, wherever it lies. */
    static String nameOf(byte[] bytes) {
        try {
            return ClassFiles.reader(bytes).getClassName();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError broken) {
            throw new IllegalArgumentException("not a class file that can be understood: " + broken, broken);
        }
    }

    /** The texts that a class file holds, names among them, without a look at its code. */
    static List<String> constants(byte[] bytes) {
        try {
            ClassReader reader = ClassFiles.reader(bytes);
            char[] buffer = new char[reader.getMaxStringLength()];
            List<String> constants = new ArrayList<>();
            for (int i = 1; i < reader.getItemCount(); i++) {
                int offset = reader.getItem(i);
                if (offset > 0 && bytes[offset - 1] == 8) {
                    constants.add(reader.readUTF8(offset, buffer));
                }
            }
            return constants;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError broken) {
            throw new IllegalArgumentException("not a class file that can be understood: " + broken, broken);
        }
    }

    private String interned(String name) {
        return interned.computeIfAbsent(name, same -> same);
    }

    private MethodKey key(String owner, String name, String descriptor) {
        return new MethodKey(interned(owner), interned(name), interned(descriptor));
    }

    private final class Visitor extends ClassVisitor {
        private final String place;
        private final ClassFacts[] into;

        Visitor(String place, ClassFacts[] into) {
            super(ClassFiles.API);
            this.place = place;
            this.into = into;
        }

        @Override
        public void visit(
                int version,
                int access,
                String name,
                @Nullable String signature,
                @Nullable String superName,
                String @Nullable [] interfaces) {
            List<String> implemented = interfaces == null ? List.of() : List.copyOf(Arrays.asList(interfaces));
            String above = superName == null ? "java/lang/Object" : superName;
            into[0] = new ClassFacts(
                    name, access, above, implemented, DeclaredType.supertypes(above, implemented, signature), place);
        }

        @Override
        public void visitOuterClass(String owner, @Nullable String name, @Nullable String descriptor) {
            if (name != null && descriptor != null) {
                into[0].enclosing = Optional.of(key(owner, name, descriptor));
            }
        }

        @Override
        public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
            return new Notes(descriptor, into[0].annotations);
        }

        @Override
        public FieldVisitor visitField(
                int access, String name, String descriptor, @Nullable String signature, @Nullable Object value) {
            List<Annotation> annotations = new ArrayList<>();
            boolean isStatic = (access & Opcodes.ACC_STATIC) != 0;
            into[0].fields.add(
                    new FieldFacts(interned(name), DeclaredType.of(descriptor, signature), isStatic, annotations));
            return new FieldVisitor(ClassFiles.API) {
                @Override
                public AnnotationVisitor visitAnnotation(String annotation, boolean visible) {
                    return new Notes(annotation, annotations);
                }
            };
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, @Nullable String signature, String @Nullable [] thrown) {
            MethodFacts method = new MethodFacts(
                    into[0],
                    key(into[0].internalName, name, descriptor),
                    access,
                    DeclaredType.ofMethod(descriptor, signature));
            into[0].methods.add(method);
            return new CodeReader(method, ClassFileReader.this::key);
        }
    }

    /** Makes keys whose parts are shared. */
    @FunctionalInterface
    interface Keys {
        MethodKey key(String owner, String name, String descriptor);
    }

    /** Gathers one annotation, the nested ones' texts left out. */
    static final class Notes extends AnnotationVisitor {
        private final String type;
        private final List<Annotation> into;
        private final Map<String, List<String>> texts = new HashMap<>();
        private final Map<String, Object> others = new HashMap<>();

        Notes(String descriptor, List<Annotation> into) {
            super(ClassFiles.API);
            this.type = Type.getType(descriptor).getClassName();
            this.into = into;
        }

        @Override
        public void visit(@Nullable String name, Object value) {
            add(name, value);
        }

        @Override
        public AnnotationVisitor visitArray(String name) {
            return new AnnotationVisitor(ClassFiles.API) {
                @Override
                public void visit(@Nullable String unnamed, Object value) {
                    add(name, value);
                }

                /** Of a list of annotations each counts by itself: named queries, results. */
                @Override
                public AnnotationVisitor visitAnnotation(@Nullable String unnamed, String descriptor) {
                    return new Notes(descriptor, into);
                }
            };
        }

        private void add(@Nullable String name, Object value) {
            String element = name == null ? "value" : name;
            if (value instanceof String text) {
                texts.computeIfAbsent(element, unused -> new ArrayList<>()).add(text);
            } else {
                others.put(element, value);
            }
        }

        @Override
        public void visitEnd() {
            into.add(new Annotation(type, texts, others));
        }
    }
}
