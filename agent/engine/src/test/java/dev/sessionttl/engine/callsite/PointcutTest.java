package dev.sessionttl.engine.callsite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointcutTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.acme.Store#find",
                "com.acme.Store#find()",
                "com.acme.Store#find(String)",
                "com.acme.Store#find(String, ..)",
                "com.acme.Store#find(.., String, ..)",
                "com.acme.Store#find(..)",
                "com.acme.Store+#find(String...)",
                "com.acme.*Store#find*(int[][], *, java.util.*)",
                "*#resume(List<Map<String, ? extends Number>>, String)",
                "com.acme.Outer$Inner#<init>(String)",
                "com.acme.Outer$Inner#new",
                "Store#find",
                "com.acme.Store#find-9fQ2x",
                "  com . acme . Store +  # find ( String , .. ) ",
            })
    void theGrammarIsUnderstood(String text) throws SyntaxException {
        assertThat(Pointcut.parse(text).text()).isEqualTo(text.strip());
    }

    @Test
    void onlyATypeWithoutStarsHasAnExactName() throws SyntaxException {
        assertThat(Pointcut.parse("com.acme.Outer$Inner#m").exactTypeName()).contains("com.acme.Outer$Inner");
        assertThat(Pointcut.parse("com.acme.Store+#find*").exactTypeName()).contains("com.acme.Store");
        assertThat(Pointcut.parse("com.acme.*#find").exactTypeName()).isEmpty();
    }

    @Test
    void thePatternsAreToldWithoutTheirSigns() throws SyntaxException {
        Pointcut pointcut = Pointcut.parse("com.acme.*Store+ #new(..)");

        assertThat(pointcut.typePattern()).isEqualTo("com.acme.*Store");
        assertThat(pointcut.includesSubtypes()).isTrue();
        assertThat(pointcut.methodPattern()).isEqualTo("<init>");
        assertThat(Pointcut.parse("com.acme.Store#find").includesSubtypes()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "com.acme.Store,        com.acme.Store,          true",
        "com.acme.Store,        com.acme.Stores,         false",
        "com.acme.Store,        com.acme.Store$Row,      false",
        "com.acme.*,            com.acme.Store,          true",
        "com.acme.*,            com.acme.db.Store,       true",
        "com.acme.*,            com.acme,                false",
        "com.acme.*,            com.acmex.Store,         false",
        "*Store,                com.acme.Store,          true",
        "*Store,                com.acme.Store$Row,      false",
        "com.*.Store,           com.acme.db.Store,       true",
        "com.*.*Store*,         com.acme.SessionStoreDb, true",
        "com.acme.Store$*,      com.acme.Store$Row,      true",
        "*,                     com.acme.Store,          true",
        "a*b*a*b,               aabbaabb,                true",
        "a*b*a*b,               aabbaabba,               false",
        "com.acme.Store+,       com.acme.Store,          true",
        "com.acme.Store+,       com.acme.JdbcStore,      false",
    })
    void aTypeMatchesByItsBinaryName(String pattern, String name, boolean matches) throws SyntaxException {
        assertThat(Pointcut.parse(pattern + "#m").matchesType(name)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "find,    find,     true",
        "find,    findAll,  false",
        "find*,   find,     true",
        "find*,   findAll,  true",
        "*,       find,     true",
        "*,       <init>,   false",
        "*,       <clinit>, false",
        "<init>,  <init>,   true",
        "new,     <init>,   true",
        "new,     new,      false",
        "newRun,  newRun,   true",
        "<init>,  find,     false",
    })
    void aMethodMatchesByName(String pattern, String name, boolean matches) throws SyntaxException {
        assertThat(Pointcut.parse("com.acme.Store#" + pattern).matchesMethod(name, List.of()))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ()                       |                                       | true
            ()                       | int                                   | false
            (..)                     |                                       | true
            (..)                     | int java.lang.String                  | true
            (String)                 | java.lang.String                      | true
            (java.lang.String)       | java.lang.String                      | true
            (lang.String)            | java.lang.String                      | true
            (String)                 | com.acme.LongString                   | false
            (String)                 | java.lang.String[]                    | false
            (String)                 | java.lang.String int                  | false
            (String)                 |                                       | false
            (String, ..)             | java.lang.String                      | true
            (String, ..)             | java.lang.String int long             | true
            (String, ..)             | int java.lang.String                  | false
            (.., String)             | int long java.lang.String             | true
            (.., String)             | java.lang.String int java.lang.String | true
            (.., String)             | java.lang.String int                  | false
            (.., String, ..)         | int java.lang.String long             | true
            (.., String, ..)         | int long                              | false
            (int, .., long, .., int) | int long int                          | true
            (int, .., long, .., int) | int byte long byte byte int           | true
            (int, .., long, .., int) | int int                               | false
            (.., ..)                 |                                       | true
            (*)                      | int                                   | true
            (*)                      |                                       | false
            (*, String)              | int java.lang.String                  | true
            (*Id)                    | com.acme.SessionId                    | true
            (com.acme.*)             | com.acme.SessionId                    | true
            (com.acme.*)             | java.lang.String                      | false
            (java.util.*)            | java.util.concurrent.Future           | true
            (String[])               | java.lang.String[]                    | true
            (String...)              | java.lang.String[]                    | true
            (int[]...)               | int[][]                               | true
            (int[])                  | int                                   | false
            (List<String>)           | java.util.List                        | true
            (Map<String, List<X>>, int) | java.util.Map int                  | true
            (List<String>[])         | java.util.List[]                      | true
            (Inner)                  | com.acme.Outer$Inner                  | true
            (Outer.Inner)            | com.acme.Outer$Inner                  | true
            (Outer$Inner)            | com.acme.Outer$Inner                  | true
            (com.acme.Outer.Inner)   | com.acme.Outer$Inner                  | true
            (com.acme.Outer$Inner)   | com.acme.Outer$Inner                  | true
            (Outer)                  | com.acme.Outer$Inner                  | false
            """)
    void parametersMatchBySimpleOrFullName(String list, String types, boolean matches) throws SyntaxException {
        List<String> typeNames = types == null ? List.of() : List.of(types.split(" "));

        assertThat(Pointcut.parse("com.acme.Store#find" + list).matchesMethod("find", typeNames))
                .isEqualTo(matches);
    }

    @Test
    void equalTextsAreEqualPointcuts() throws SyntaxException {
        assertThat(Pointcut.parse(" a.B#c "))
                .isEqualTo(Pointcut.parse("a.B#c"))
                .hasSameHashCodeAs(Pointcut.parse("a.B#c"))
                .isNotEqualTo(Pointcut.parse("a.B#d"))
                .hasToString("a.B#c");
    }
}
