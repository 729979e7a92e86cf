package dev.sessionttl.engine.callsite;

import java.util.ArrayList;
import java.util.List;

/** Parses one pointcut; what people often write instead is {@link PointcutMistakes}' to explain. Used once. */
final class PointcutParser {
    static final String FORM = "package.Type#method(ParamType, ..)";
    private static final String REMEDY = "write " + FORM;

    private final String text;
    private final Cursor cursor;

    PointcutParser(String text) {
        this.text = text;
        this.cursor = new Cursor(text);
    }

    Pointcut parse() throws SyntaxException {
        if (text.isBlank()) {
            throw new SyntaxException("the pointcut is empty", REMEDY);
        }
        Glob type = new Glob(typeName("a type"));
        boolean includesSubtypes = cursor.take("+");
        if (!cursor.take("#")) {
            throw cursor.error("'#' is expected between type and method, not " + cursor.found(), REMEDY);
        }
        Glob method = new Glob(methodName());
        ParameterTypes parameters = cursor.take("(") ? parameters() : ParameterTypes.ANY;
        if (!cursor.atEnd()) {
            throw cursor.error("the pointcut should be over, but " + cursor.found() + " follows", REMEDY);
        }
        return new Pointcut(text.strip(), type, includesSubtypes, method, parameters);
    }

    private String typeName(String role) throws SyntaxException {
        StringBuilder name = new StringBuilder(name(role));
        while (cursor.isAt(".") && !cursor.isAt("..")) {
            cursor.take(".");
            name.append('.').append(name("a name"));
        }
        return name.toString();
    }

    private String name(String role) throws SyntaxException {
        String name = cursor.takeWord(PointcutParser::isNamePart);
        requireName(name, role);
        return name;
    }

    private String methodName() throws SyntaxException {
        if (cursor.take(Pointcut.CONSTRUCTOR)) {
            return Pointcut.CONSTRUCTOR;
        }
        if (cursor.isAt("<clinit>")) {
            throw cursor.error("a class initializer cannot be woven", "name a method, or <init> for the constructors");
        }
        // Kotlin compiles functions that take a value class to names such as find-9fQ2x.
        String name = cursor.takeWord(c -> isNamePart(c) || c == '-');
        requireName(name, "a method");
        return name.equals("new") ? Pointcut.CONSTRUCTOR : name;
    }

    private void requireName(String name, String role) throws SyntaxException {
        if (name.isEmpty()) {
            throw cursor.error(role + " is expected, not " + cursor.found(), REMEDY);
        }
        char first = name.charAt(0);
        if (!Character.isJavaIdentifierStart(first) && first != '*') {
            int spot = cursor.position() - name.length();
            throw cursor.errorAt(spot, "a name cannot begin with '" + first + "'", REMEDY);
        }
    }

    private ParameterTypes parameters() throws SyntaxException {
        List<String> types = new ArrayList<>();
        if (cursor.take(")")) {
            return new ParameterTypes(types);
        }
        do {
            types.add(parameter());
        } while (cursor.take(","));
        if (!cursor.take(")")) {
            throw cursor.error("',' or ')' is expected, not " + cursor.found(), REMEDY);
        }
        return new ParameterTypes(types);
    }

    private String parameter() throws SyntaxException {
        if (!cursor.isAt("...") && cursor.take(ParameterTypes.REST)) {
            return ParameterTypes.REST;
        }
        String type = typeName("a parameter type");
        skipTypeArguments();
        return type + "[]".repeat(dimensions());
    }

    private void skipTypeArguments() throws SyntaxException {
        if (!cursor.take("<")) {
            return;
        }
        int opened = cursor.position() - 1;
        for (int depth = 1; depth > 0; ) {
            cursor.takeRun(c -> c != '<' && c != '>');
            if (cursor.take("<")) {
                depth++;
            } else if (cursor.take(">")) {
                depth--;
            } else {
                throw cursor.errorAt(opened, "'<' is never closed", "leave the type arguments out: they are ignored");
            }
        }
    }

    private int dimensions() throws SyntaxException {
        int dimensions = 0;
        while (cursor.take("[")) {
            if (!cursor.take("]")) {
                throw cursor.error("']' is expected, not " + cursor.found(), "write an array as String[]");
            }
            dimensions++;
        }
        return cursor.take("...") ? dimensions + 1 : dimensions;
    }

    private static boolean isNamePart(int character) {
        return Character.isJavaIdentifierPart(character) || character == '*';
    }
}
