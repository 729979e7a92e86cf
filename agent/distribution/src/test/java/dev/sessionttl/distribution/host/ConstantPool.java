package dev.sessionttl.distribution.host;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The names in a class file by which its code links to others; what only annotations and signatures name is none of them. */
public final class ConstantPool {
    private ConstantPool() {}

    /** The types, as {@code java/lang/String}; the class file's own is one of them. */
    public static Set<String> types(InputStream classFile) throws IOException {
        DataInputStream in = new DataInputStream(classFile);
        in.skipNBytes(8);
        String[] texts = new String[in.readUnsignedShort()];
        List<Integer> names = new ArrayList<>();
        for (int i = 1; i < texts.length; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> texts[i] = in.readUTF();
                case 5, 6 -> {
                    in.skipNBytes(8);
                    // A long and a double take two places.
                    i++;
                }
                case 7 -> names.add(in.readUnsignedShort());
                case 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                default -> in.skipNBytes(4);
            }
        }
        return names.stream().map(name -> element(texts[name])).collect(Collectors.toSet());
    }

    /** Of {@code [Ljava/lang/String;} what it is an array of. */
    private static String element(String name) {
        return name.startsWith("[") && name.endsWith(";")
                ? name.substring(name.indexOf('L') + 1, name.length() - 1)
                : name;
    }
}
