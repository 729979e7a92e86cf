package com.acme.orchestrator;

import java.sql.SQLException;

/** The session store could not be read or written. */
public final class StoreException extends RuntimeException {
    public StoreException(String message, SQLException cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
