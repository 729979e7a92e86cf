package dev.sessionttl.engine.discover;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads as much of SQL, JPQL and HQL as is needed to tell which table a statement is about, which of its columns it reads and by which
 * it finds a row. What it cannot read it passes over.
 */
final class Sql {
    /** Stands for a part of a statement that its text does not tell. */
    static final char HOLE = '\1';

    private static final Pattern TOKEN = Pattern.compile(
            "--[^\\n]*|/\\*(?s:.*?)\\*/" // comments
                    + "|'[^']*'|\"([^\"]+)\"|`([^`]+)`|\\[([A-Za-z_][^\\]\\[]*)\\]"
                    + "|[#$]\\{\\s*(\\w+(?:\\.\\w+)*)[^}]*\\}|(?<!:):(\\w+)|\\?(\\d*)|" + HOLE
                    + "|[\\p{L}_][\\p{L}\\p{N}_$#]*|\\d[\\w.]*|::|<=|>=|<>|!=|[^\\s]");
    private static final Pattern BEGINNING = Pattern.compile(
            "(?:\\s++|--[^\\n]*+\\n|/\\*(?s:.*?)\\*/|<script>){0,50}(select|insert|replace|update|delete|create|with|from|merge)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Set<String> END_OF_WHERE =
            Set.of("group", "order", "limit", "having", "union", "returning", "for", "window", "fetch", "offset");
    private static final Set<String> NO_COLUMN = Set.of(
            "constraint", "primary", "unique", "foreign", "check", "key", "index", "exclude", "like", "fulltext");
    private static final Set<String> NO_ALIAS = Set.of(
            "where",
            "join",
            "left",
            "inner",
            "right",
            "cross",
            "group",
            "order",
            "limit",
            "set",
            "on",
            "using",
            "for",
            "union",
            "full",
            "natural",
            "having",
            "returning",
            "values",
            "default");
    private static final int LONGEST = 200_000;

    enum Kind {
        SELECT,
        INSERT,
        UPDATE,
        DELETE,
        CREATE
    }

    /**
     * What a column is compared with, or set to.
     *
     * @param ordinal of the parameter in the statement, from 1; 0: it is named, or a hole
     * @param name of a named parameter
     * @param hole its number among the statement's holes, from 0; -1: it is none
     */
    record Parameter(int ordinal, String name, int hole) {}

    record Condition(String column, Parameter parameter) {}

    record Column(String name, String type, boolean isNotNull, boolean isPrimaryKey, boolean isUnique) {}

    /**
     * @param columns that are selected, inserted or set; of a CREATE TABLE all of them
     * @param selectsAll {@code *}, or the whole entity
     * @param where equality alone
     * @param declared of a CREATE TABLE
     * @param uniques sets of columns that a CREATE TABLE calls unique, its primary key first where it has one
     */
    record Statement(
            Kind kind,
            String table,
            List<String> columns,
            boolean selectsAll,
            List<Condition> where,
            List<Column> declared,
            List<List<String>> uniques) {
        boolean isAbout(String name) {
            return table.equalsIgnoreCase(name);
        }

        boolean mentions(String column) {
            return columns.stream().anyMatch(column::equalsIgnoreCase)
                    || where.stream().anyMatch(each -> each.column().equalsIgnoreCase(column));
        }
    }

    private record Token(String text, boolean isName, Optional<Parameter> parameter) {
        boolean is(String word) {
            return text.equalsIgnoreCase(word);
        }
    }

    private final List<Token> tokens;
    private int at;

    private Sql(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** Whether a text begins as a statement does. */
    static boolean isLikely(String text) {
        return text.length() > 10
                && text.length() < LONGEST
                && BEGINNING.matcher(text).lookingAt();
    }

    /** The statements in a text, which may be a script. */
    static List<Statement> in(String text) {
        List<Statement> statements = new ArrayList<>();
        List<Token> one = new ArrayList<>();
        for (Token token : tokens(text.length() > LONGEST ? text.substring(0, LONGEST) : text)) {
            if (token.text().equals(";")) {
                new Sql(List.copyOf(one)).statement().ifPresent(statements::add);
                one.clear();
            } else {
                one.add(token);
            }
        }
        new Sql(List.copyOf(one)).statement().ifPresent(statements::add);
        return statements;
    }

    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        int ordinal = 0;
        int hole = 0;
        while (matcher.find()) {
            String found = matcher.group();
            if (found.startsWith("--") || found.startsWith("/*")) {
                continue;
            }
            String quoted = firstOf(matcher.group(1), matcher.group(2), matcher.group(3));
            String named = firstOf(matcher.group(4), matcher.group(5));
            if (!quoted.isEmpty()) {
                tokens.add(new Token(quoted, true, Optional.empty()));
            } else if (!named.isEmpty()) {
                tokens.add(new Token(found, false, Optional.of(new Parameter(0, named, -1))));
            } else if (found.startsWith("?")) {
                String number = firstOf(matcher.group(6));
                int at = number.isEmpty() || number.length() > 3 ? ++ordinal : Integer.parseInt(number);
                tokens.add(new Token(found, false, Optional.of(new Parameter(at, "", -1))));
            } else if (found.indexOf(HOLE) >= 0) {
                // 'before' || hole inside of quotes is a value all the same.
                tokens.add(new Token(found, false, Optional.of(new Parameter(0, "", hole))));
                hole += (int) found.chars().filter(c -> c == HOLE).count();
            } else {
                boolean isName = Character.isLetter(found.charAt(0)) || found.charAt(0) == '_';
                tokens.add(new Token(found, isName, Optional.empty()));
            }
        }
        return tokens;
    }

    private static String firstOf(String... groups) {
        for (String group : groups) {
            if (group != null) {
                return group;
            }
        }
        return "";
    }

    private Optional<Statement> statement() {
        if (take("with")) {
            skipTo("select", "insert", "update", "delete");
        }
        if (isAt("from")) {
            return select(List.of(), true);
        }
        if (take("select")) {
            List<List<Token>> items = itemsUntil("from");
            return select(items, false);
        }
        if (take("insert") || take("replace") || take("merge")) {
            skipTo("into");
            return take("into") ? insert() : Optional.empty();
        }
        if (take("update")) {
            return update();
        }
        if (take("delete")) {
            return take("from") ? ofTable(Kind.DELETE, List.of(), false) : Optional.empty();
        }
        if (take("create")) {
            return skipTo("table", "(") && take("table") ? create() : Optional.empty();
        }
        return Optional.empty();
    }

    private Optional<Statement> select(List<List<Token>> items, boolean isAll) {
        if (!take("from")) {
            return Optional.empty();
        }
        int tableAt = at;
        Optional<String> table = name();
        if (table.isEmpty()) {
            return Optional.empty();
        }
        take("as");
        String alias = at < tokens.size() && peek().isName() && !isOneOf(NO_ALIAS) ? peek().text() : table.get();
        List<String> columns = new ArrayList<>();
        boolean selectsAll = isAll;
        for (List<Token> item : items) {
            String column = columnOf(item);
            selectsAll |=
                    column.equals("*") || (item.size() == 1 && column.equals(alias) && !alias.equals(table.get()));
            columns.add(column);
        }
        at = tableAt;
        return ofTable(Kind.SELECT, columns, selectsAll);
    }

    private Optional<Statement> insert() {
        Optional<String> table = name();
        if (table.isEmpty()) {
            return Optional.empty();
        }
        List<String> columns = new ArrayList<>();
        if (take("(")) {
            for (List<Token> item : itemsUntil(")")) {
                columns.add(columnOf(item));
            }
        }
        return Optional.of(new Statement(Kind.INSERT, table.get(), columns, false, List.of(), List.of(), List.of()));
    }

    private Optional<Statement> update() {
        int tableAt = at;
        if (name().isEmpty() || !skipTo("set") || !take("set")) {
            return Optional.empty();
        }
        List<String> columns = new ArrayList<>();
        for (List<Token> item : itemsUntil("where")) {
            int equals = 0;
            while (equals < item.size() && !item.get(equals).text().equals("=")) {
                equals++;
            }
            columns.add(columnOf(item.subList(0, equals)));
        }
        at = tableAt;
        return ofTable(Kind.UPDATE, columns, false);
    }

    private Optional<Statement> ofTable(Kind kind, List<String> columns, boolean selectsAll) {
        Optional<String> table = name();
        return table.map(name -> new Statement(
                kind, name, columns, selectsAll, skipTo("where") ? where() : List.of(), List.of(), List.of()));
    }

    private List<Condition> where() {
        List<Condition> conditions = new ArrayList<>();
        for (at++; at < tokens.size() && !isOneOf(END_OF_WHERE); at++) {
            boolean isEquality = peek().text().equals("=") && at > 0 && at + 1 < tokens.size();
            if (isEquality) {
                Token before = tokens.get(at - 1);
                Optional<Parameter> after = valueAt(at + 1);
                if (before.isName() && after.isPresent()) {
                    conditions.add(new Condition(before.text(), after.get()));
                }
            }
        }
        return conditions;
    }

    /** A parameter, also within a call such as {@code CAST(? AS uuid)}. */
    private Optional<Parameter> valueAt(int index) {
        int i = index;
        while (i + 1 < tokens.size()
                && tokens.get(i).isName()
                && tokens.get(i + 1).text().equals("(")) {
            i += 2;
        }
        return i < tokens.size() ? tokens.get(i).parameter() : Optional.empty();
    }

    private Optional<Statement> create() {
        if (take("if")) {
            take("not");
            take("exists");
        }
        Optional<String> table = name();
        if (table.isEmpty() || !take("(")) {
            return Optional.empty();
        }
        List<Column> columns = new ArrayList<>();
        List<List<String>> uniques = new ArrayList<>();
        for (List<Token> item : itemsUntil(")")) {
            if (item.isEmpty()) {
                continue;
            }
            boolean isColumn = !NO_COLUMN.contains(item.get(0).text().toLowerCase(Locale.ROOT));
            if (isColumn && item.get(0).isName()) {
                columns.add(column(item));
            } else {
                addUnique(item, uniques);
            }
        }
        for (Column column : columns) {
            if (column.isPrimaryKey() || column.isUnique()) {
                uniques.add(column.isPrimaryKey() ? 0 : uniques.size(), List.of(column.name()));
            }
        }
        List<String> names = columns.stream().map(Column::name).toList();
        return Optional.of(
                new Statement(Kind.CREATE, table.get(), names, false, List.of(), columns, List.copyOf(uniques)));
    }

    private static Column column(List<Token> item) {
        boolean isPrimary = has(item, "primary");
        String type = item.size() > 1 && item.get(1).isName() && !item.get(1).is("primary")
                ? item.get(1).text()
                : "";
        boolean isNotNull = isPrimary || (has(item, "not") && has(item, "null"));
        return new Column(item.get(0).text(), type, isNotNull, isPrimary, has(item, "unique"));
    }

    private static void addUnique(List<Token> item, List<List<String>> uniques) {
        boolean isPrimary = has(item, "primary");
        if (!isPrimary && !has(item, "unique")) {
            return;
        }
        List<String> columns = new ArrayList<>();
        boolean isInside = false;
        for (Token token : item) {
            isInside |= token.text().equals("(");
            if (isInside && token.isName() && !token.is("asc") && !token.is("desc")) {
                columns.add(token.text());
            }
        }
        if (!columns.isEmpty()) {
            uniques.add(isPrimary ? 0 : uniques.size(), List.copyOf(columns));
        }
    }

    private static boolean has(List<Token> item, String word) {
        return item.stream().anyMatch(token -> token.is(word));
    }

    /** {@code s.session_id AS sid} is session_id; what is computed is nothing. */
    private static String columnOf(List<Token> item) {
        String column = "";
        boolean follows = true;
        for (Token token : item) {
            boolean isPart = token.isName() || token.text().equals("*");
            if (token.text().equals("(") || (isPart && !follows) || token.is("as")) {
                return token.text().equals("(") ? "" : column;
            }
            if (token.is("distinct") || token.is("all")) {
                continue;
            }
            column = isPart ? token.text() : column;
            follows = token.text().equals(".");
        }
        return column;
    }

    /** Splits at the commas of this depth, up to a word of this depth, which is taken if it is a parenthesis. */
    private List<List<Token>> itemsUntil(String end) {
        List<List<Token>> items = new ArrayList<>();
        List<Token> item = new ArrayList<>();
        int depth = 0;
        while (at < tokens.size()) {
            Token token = peek();
            if (depth == 0 && token.is(end)) {
                at += end.equals(")") ? 1 : 0;
                break;
            }
            depth += token.text().equals("(") ? 1 : token.text().equals(")") ? -1 : 0;
            if (depth < 0) {
                break;
            }
            if (depth == 0 && token.text().equals(",")) {
                items.add(List.copyOf(item));
                item.clear();
            } else {
                item.add(token);
            }
            at++;
        }
        items.add(List.copyOf(item));
        return items;
    }

    /** The last part of {@code schema.table}. */
    private Optional<String> name() {
        if (take("only")) {
            return name();
        }
        if (at >= tokens.size() || !peek().isName()) {
            return Optional.empty();
        }
        String name = tokens.get(at++).text();
        while (at + 1 < tokens.size()
                && peek().text().equals(".")
                && tokens.get(at + 1).isName()) {
            name = tokens.get(at + 1).text();
            at += 2;
        }
        return Optional.of(name);
    }

    private Token peek() {
        return tokens.get(at);
    }

    private boolean isAt(String word) {
        return at < tokens.size() && peek().is(word);
    }

    private boolean isOneOf(Set<String> words) {
        return words.contains(peek().text().toLowerCase(Locale.ROOT));
    }

    private boolean take(String word) {
        boolean isThere = isAt(word);
        at += isThere ? 1 : 0;
        return isThere;
    }

    /** To the first of these words, which is not taken; false where none follows. */
    private boolean skipTo(String... words) {
        for (int i = at; i < tokens.size(); i++) {
            for (String word : words) {
                if (tokens.get(i).is(word)) {
                    at = i;
                    return true;
                }
            }
        }
        return false;
    }
}
