package dev.sessionttl.engine.callsite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointcutMistakesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            com.acme.Store.find(String)                 | '#' is missing               | com.acme.Store#find(String)
            com.acme.Store.find                         | '#' is missing               | com.acme.Store#find
            com.acme.Store::find                        | not '::'                     | com.acme.Store#find
            com::acme::Store::find(String)              | not '::'                     | com.acme.Store#find(String)
            com.acme.Store                              | the method is missing        | com.acme.Store#method(..)
            com/acme/Store#find(String)                 | not by '/'                   | com.acme.Store#find(String)
            com/acme/Store.find(Ljava/lang/String;)V    | not by '/'                   | com.acme.Store#find(..)
            String com.acme.Store#find(String)          | no return type               | com.acme.Store#find(String)
            public void com.acme.Store.find(String)     | no return type               | com.acme.Store#find(String)
            Optional<String> com.acme.Store#find()      | no return type               | com.acme.Store#find()
            Map<A, B> com.acme.Store<A>#find()          | no return type               | com.acme.Store#find()
            com.acme.Store<A, B>#find()                 | no type arguments            | com.acme.Store#find()
            com.acme..Store#find                        | '..' stands for parameters   | com.acme.*Store#find
            com.acme..*.Store#find                      | '..' stands for parameters   | com.acme.*.Store#find
            com.acme.Store#find(String                  | ')' is missing               | com.acme.Store#find(String)
            com.acme.Store#find(                        | ')' is missing               | com.acme.Store#find()
            com.acme.Store#find(String))                | nothing goes after           | com.acme.Store#find(String)
            com.acme.Store#find(String): Optional       | nothing goes after           | com.acme.Store#find(String)
            com.acme.Store#find(String) throws IOError  | nothing goes after           | com.acme.Store#find(String)
            com.acme.Store#find(String id)              | parameters are types only    | com.acme.Store#find(String)
            com.acme.Store#find(List<A> a, int... b)    | parameters are types only    | com.acme.Store#find(List<A>, int...)
            com.acme.Store#find(final String id, ..)    | parameters are types only    | com.acme.Store#find(String, ..)
            com.acme.Store#find(@Nullable String)       | parameters are types only    | com.acme.Store#find(String)
            com.acme.Store#find(id: String)             | parameters are types only    | com.acme.Store#find(String)
            com.acme.Store#find(String, ...)            | parameters are types only    | com.acme.Store#find(String, ..)
            execution(* com.acme.Store.find(..))        | this is AspectJ's syntax     | com.acme.Store#find(..)
            call(public String com.acme..*.find(String)) | this is AspectJ's syntax    | com.acme.*#find(String)
            within(com.acme..*)                         | this is AspectJ's syntax     | package.Type#method(ParamType, ..)
            @annotation(com.acme.Read)                  | this is AspectJ's syntax     | package.Type#method(ParamType, ..)
            execution(* a.B.c(..)) && args(id)          | this is AspectJ's syntax     | package.Type#method(ParamType, ..)
            """)
    void whatOtherToolsWriteIsRecognisedAndPutRight(String text, String what, String right) {
        assertThatExceptionOfType(SyntaxException.class)
                .isThrownBy(() -> Pointcut.parse(text))
                .satisfies(e -> assertThat(e.what()).contains(what))
                .satisfies(e -> assertThat(e.remedy()).isEqualTo("write \"" + right + "\""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            #find                      | a type is expected, not '#'
            com.acme.Store#            | a method is expected, not the end
            com.acme.#find             | a name is expected, not '#'
            com.1acme.Store#find       | a name cannot begin with '1'
            com.acme.Store#find(A,,B)  | a parameter type is expected, not ','
            com.acme.Store#find(A B C) | ',' or ')' is expected, not 'B'
            com.acme.Store#find(A[)    | ']' is expected, not ')'
            com.acme.Store#find(A<B)   | '<' is never closed
            com.acme.Store#<clinit>    | a class initializer cannot be woven
            com.acme.Store#a#b         | the pointcut should be over, but '#' follows
            find(String)               | '#' is expected between type and method, not '('
            com.acme.Store#find String | the pointcut should be over, but 'S' follows
            """)
    void whatElseIsWrongIsNamedAtItsPlace(String text, String what) {
        assertThatExceptionOfType(SyntaxException.class)
                .isThrownBy(() -> Pointcut.parse(text))
                .satisfies(e -> assertThat(e.what()).startsWith(what))
                .satisfies(e -> assertThat(e.remedy()).isNotBlank());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\t\n"})
    void nothingAtAllIsSaidToBeEmpty(String text) {
        assertThatExceptionOfType(SyntaxException.class)
                .isThrownBy(() -> Pointcut.parse(text))
                .withMessage("the pointcut is empty; write package.Type#method(ParamType, ..)");
    }

    @Test
    void theMessageShowsTheSpotAndWhatWouldBeRight() {
        assertThatExceptionOfType(SyntaxException.class)
                .isThrownBy(() -> Pointcut.parse("com.acme.Store.find(String)"))
                .withMessage("'#' is missing before the method at column 15 of \"com.acme.Store >>>.find(String)\";"
                        + " write \"com.acme.Store#find(String)\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"(", ")", "#", "((", "))", "<", ">", "..", "...", "()", "#()", "a.B#c(<", ".", "@", "::", "/"})
    void noTextBreaksTheExplanation(String text) {
        assertThatExceptionOfType(SyntaxException.class).isThrownBy(() -> Pointcut.parse(text));
    }
}
