package dev.sessionttl.engine.callsite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sessionttl.engine.callsite.ValuePath.Root;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuePathParseTest {
    @ParameterizedTest
    @CsvSource({
        "arg0,                    ARGUMENT, 0",
        "arg12.session,           ARGUMENT, 12",
        "arg254,                  ARGUMENT, 254",
        "this,                    THIS,     -1",
        "this.$store._id2,        THIS,     -1",
        "return,                  RETURN,   -1",
        "return[0].id,            RETURN,   -1",
        "return[0][12],           RETURN,   -1",
        "return.rows[3].id,       RETURN,   -1",
        "return[\"a key\"].id,    RETURN,   -1",
        "thrown.message,          THROWN,   -1",
        "' arg1 . id [ 0 ] ',     ARGUMENT, 1",
    })
    void theGrammarIsUnderstood(String text, Root root, int argument) throws SyntaxException {
        ValuePath path = ValuePath.parse(text);

        assertThat(path.text()).isEqualTo(text.strip());
        assertThat(path.root()).isEqualTo(root);
        assertThat(path.argumentIndex()).isEqualTo(argument);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``              | the value path is empty                | begin with arg0
            arg             | no root is called 'arg'                | did you mean arg0?
            args[0]         | no root is called 'args'               | did you mean arg0?
            arg1000         | no method has so many arguments        | arg254
            arg99999999999  | no method has so many arguments        | arg254
            result.id       | no root is called 'result'             | did you mean return?
            retrun.id       | no root is called 'retrun'             | did you mean return?
            Return          | no root is called 'Return'             | did you mean return?
            exception       | no root is called 'exception'          | did you mean thrown?
            throwm.message  | no root is called 'throwm'             | did you mean thrown?
            self            | no root is called 'self'               | did you mean this?
            sessionId       | no root is called 'sessionId'          | begin with arg0
            .id             | no root                                | begin with arg0
            #id             | no root                                | begin with arg0
            arg0.           | a name is expected after '.'           | .name, [0] or ['key']
            arg0..id        | a name is expected after '.', not '.'  | .name
            arg0.getId()    | a step takes no parentheses            | leave them out
            arg0?.id        | a step takes no '?'                    | leave it out
            arg0.0          | a name cannot begin with a digit       | [0]
            arg0.session-id | a name cannot hold '-'                 | ['session-...']
            arg0[-1]        | elements are counted from 0            | [0]
            arg0[]          | the number of an element is expected   | [0] for the first
            arg0[id]        | the number of an element is expected   | ['name'] for a key
            arg0[99999999999] | the number of an element is expected | [0]
            arg0[0          | ']' is expected, not the end           | [0]
            arg0['id        | a key is expected in quotes            | ['key']
            arg0['']        | a key is expected in quotes            | ['key']
            arg0['id'       | ']' is expected                        | ['key']
            arg0 id         | a step is expected, not 'i'            | .name
            """)
    void whatIsWrongIsNamedAndPutRight(String text, String what, String remedy) {
        assertThatExceptionOfType(SyntaxException.class)
                .isThrownBy(() -> ValuePath.parse(text))
                .satisfies(e -> assertThat(e.what()).startsWith(what))
                .satisfies(e -> assertThat(e.remedy()).contains(remedy));
    }

    @Test
    void theMessageShowsTheSpotAndWhatWouldBeRight() {
        assertThatExceptionOfType(SyntaxException.class)
                .isThrownBy(() -> ValuePath.parse("arg0.getId()"))
                .withMessage("a step takes no parentheses at column 11 of \"arg0.getId >>>()\";"
                        + " leave them out: a step calls the method by itself");
    }

    @Test
    void equalTextsAreEqualPaths() throws SyntaxException {
        assertThat(ValuePath.parse(" arg0.id "))
                .isEqualTo(ValuePath.parse("arg0.id"))
                .hasSameHashCodeAs(ValuePath.parse("arg0.id"))
                .isNotEqualTo(ValuePath.parse("arg1.id"))
                .hasToString("arg0.id");
    }
}
