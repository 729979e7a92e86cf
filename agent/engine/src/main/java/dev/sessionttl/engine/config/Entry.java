package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Items;

/**
 * A value that was found, where it was found, and whom to tell if it is wrong.
 *
 * @param path from the root of the file, or the name of the variable or property
 * @param meanwhile what the agent does for as long as the value is wrong
 */
record Entry(JsonNode value, String path, String meanwhile, Problems problems) {
    /** Says that the value is wrong: {@code what} is wrong with it, and what would be {@code right}. */
    void complain(String what, String right) {
        complain(what, right, meanwhile);
    }

    /** As {@link #complain(String, String)}, where something else happens meanwhile. */
    void complain(String what, String right, String otherMeanwhile) {
        problems.add(value.at(), path, what, right + "; " + otherMeanwhile);
    }

    /** One item of this list. */
    Entry item(Items list, int index) {
        return item(list, index, meanwhile);
    }

    Entry item(Items list, int index, String meanwhile) {
        return new Entry(list.values().get(index), path + '[' + index + ']', meanwhile, problems);
    }
}
