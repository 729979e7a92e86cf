package dev.sessionttl.engine.callsite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What people write instead of a pointcut, out of the habits of other tools. Each mistake knows how to put itself right,
 * so that the message can give the whole text that would have been understood.
 */
final class PointcutMistakes {
    /** A mistake was made where its repair changes the text; the first change is the spot. */
    private record Mistake(String what, UnaryOperator<String> repair) {}

    /** In the order in which they have to be put right. */
    private static final List<Mistake> KNOWN = List.of(
            new Mistake("this is AspectJ's syntax", PointcutMistakes::withoutAspectJ),
            new Mistake("packages are separated by '.', not by '/'", PointcutMistakes::withoutSlashes),
            new Mistake("'#' stands before the method, not '::'", PointcutMistakes::withoutDoubleColon),
            new Mistake("no return type, modifier or annotation goes in front", PointcutMistakes::withoutFront),
            new Mistake("a type has no type arguments here", PointcutMistakes::withoutTypeArguments),
            new Mistake("'..' stands for parameters only; '*' takes in dots too", PointcutMistakes::withoutDotDot),
            new Mistake("the method is missing", PointcutMistakes::withMethod),
            new Mistake("'#' is missing before the method", PointcutMistakes::withHash),
            new Mistake("')' is missing", PointcutMistakes::withClosingParenthesis),
            new Mistake("nothing goes after the closing ')'", PointcutMistakes::withoutRest),
            new Mistake("parameters are types only, with no name or modifier", PointcutMistakes::withTypesOnly));

    private static final Pattern ASPECTJ_METHOD = Pattern.compile("\\s*(?:execution|call)\\s*\\((.*\\(.*\\).*)\\)\\s*");
    private static final Pattern ASPECTJ = Pattern.compile(
            "\\s*!?\\s*(?:(?:execution|call)\\s*\\(.*\\(.*|@?(?:within|withincode|annotation|target|this|args|bean|cflow)\\s*\\(.*)");
    private static final Pattern DESCRIPTOR =
            Pattern.compile("\\((?:\\[*(?:[BCDFIJSZ]|L[^;]+;))*\\)\\[*(?:[BCDFIJSZV]|L[^;]+;)\\s*$");
    private static final Pattern TYPE_ARGUMENTS = Pattern.compile("<(?!init>|clinit>)[^<>]*>");
    private static final Pattern BEFORE_TYPE =
            Pattern.compile("^(?:@[\\w.]+(?:\\([^)]*\\))?\\s+|final\\s+|[\\w$]+\\s*:\\s*)+");
    private static final Pattern AFTER_TYPE = Pattern.compile("(?<=[\\w$*>\\].])\\s+[\\w$]+$");

    private PointcutMistakes() {}

    /** Why this text, which could not be parsed, is not a pointcut; empty when no known mistake explains it all. */
    static Optional<SyntaxException> explain(String text) {
        Mistake first = null;
        int spot = 0;
        String repaired = text;
        for (Mistake mistake : KNOWN) {
            String next = mistake.repair.apply(repaired);
            if (first == null && !next.equals(repaired)) {
                first = mistake;
                spot = commonPrefix(repaired, next);
            }
            repaired = next;
        }
        return first != null && isPointcut(repaired)
                ? Optional.of(SyntaxException.at(text, spot, first.what, "write \"" + repaired.strip() + "\""))
                : Optional.empty();
    }

    private static boolean isPointcut(String text) {
        try {
            new PointcutParser(text).parse();
            return true;
        } catch (SyntaxException e) {
            return false;
        }
    }

    private static int commonPrefix(String one, String other) {
        int length = 0;
        while (length < Math.min(one.length(), other.length()) && one.charAt(length) == other.charAt(length)) {
            length++;
        }
        return length;
    }

    private static String withoutAspectJ(String text) {
        if (text.indexOf('#') >= 0 || !ASPECTJ.matcher(text).matches()) {
            return text;
        }
        boolean combined =
                text.contains("&&") || text.contains("||") || text.strip().startsWith("!");
        var method = ASPECTJ_METHOD.matcher(text);
        return method.matches() && !combined ? method.group(1).strip() : PointcutParser.FORM;
    }

    private static String withoutSlashes(String text) {
        return text.indexOf('/') < 0
                ? text
                : DESCRIPTOR.matcher(text).replaceFirst("(..)").replace('/', '.');
    }

    private static String withoutDoubleColon(String text) {
        int last = text.lastIndexOf("::", headEnd(text));
        return last < 0 || text.indexOf('#') >= 0
                ? text
                : text.substring(0, last).replace("::", ".") + "#" + text.substring(last + 2);
    }

    private static String withoutFront(String text) {
        int end = headEnd(text);
        String head = stripped(text.substring(0, end))
                .replaceAll("\\s*([.#+])\\s*", "$1")
                .strip();
        int blank = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\t'));
        int separator = head.indexOf('#') >= 0 ? head.indexOf('#') : head.lastIndexOf('.');
        return blank >= 0 && separator > blank ? head.substring(blank + 1) + text.substring(end) : text;
    }

    private static String withoutTypeArguments(String text) {
        int end = headEnd(text);
        return stripped(text.substring(0, end)) + text.substring(end);
    }

    /** Without type arguments, from the innermost out. */
    private static String stripped(String head) {
        String shorter = TYPE_ARGUMENTS.matcher(head).replaceAll("");
        return shorter.equals(head) ? head : stripped(shorter);
    }

    private static String withoutDotDot(String text) {
        int hash = text.indexOf('#');
        int end = hash < 0 ? headEnd(text) : hash;
        // The AspectJ pattern a..*.B is any package below a: all of "..*." is one run of characters.
        String head = text.substring(0, end).replace("..*.", ".*.").replace("..", ".*");
        return head.replace("**", "*") + text.substring(end);
    }

    private static String withMethod(String text) {
        String type = text.strip();
        int last = type.lastIndexOf('.') + 1;
        boolean isType = last < type.length() && Character.isUpperCase(type.charAt(last));
        return isType && type.indexOf('#') < 0 && type.indexOf('(') < 0 ? type + "#method(..)" : text;
    }

    private static String withHash(String text) {
        int dot = text.lastIndexOf('.', headEnd(text) - 1);
        return dot < 0 || text.indexOf('#') >= 0 ? text : text.substring(0, dot) + "#" + text.substring(dot + 1);
    }

    private static String withClosingParenthesis(String text) {
        return text.indexOf('(') >= 0 && text.indexOf(')') < 0 ? text.stripTrailing() + ")" : text;
    }

    private static String withoutRest(String text) {
        int opened = text.indexOf('(');
        int depth = 0;
        for (int i = Math.max(opened, 0); i < text.length() && opened >= 0; i++) {
            depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
            if (depth == 0) {
                return text.substring(i + 1).isBlank() ? text : text.substring(0, i + 1);
            }
        }
        return text;
    }

    private static String withTypesOnly(String text) {
        int opened = text.indexOf('(');
        int closed = text.lastIndexOf(')');
        if (opened < 0 || closed < opened) {
            return text;
        }
        List<String> types = new ArrayList<>();
        for (String parameter : splitAtCommas(text.substring(opened + 1, closed))) {
            types.add(typeOnly(parameter.strip()));
        }
        return text.substring(0, opened + 1) + String.join(", ", types) + text.substring(closed);
    }

    private static String typeOnly(String parameter) {
        if (parameter.equals("...")) {
            return ParameterTypes.REST;
        }
        String type = BEFORE_TYPE.matcher(parameter).replaceFirst("");
        return AFTER_TYPE.matcher(type).replaceFirst("");
    }

    private static List<String> splitAtCommas(String parameters) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        int depth = 0;
        for (int i = 0; i < parameters.length(); i++) {
            char c = parameters.charAt(i);
            depth += c == '<' || c == '(' ? 1 : c == '>' || c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(parameters.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(parameters.substring(start));
        return parts;
    }

    /** Where the parameter list begins, or the end. */
    private static int headEnd(String text) {
        int opened = text.indexOf('(');
        return opened < 0 ? text.length() : opened;
    }
}
