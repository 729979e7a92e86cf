package com.acme.chat

import java.io.File
import java.lang.ProcessBuilder.Redirect
import java.util.UUID
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.future.await
import kotlinx.coroutines.withContext

/** The Claude CLI, found on the PATH. */
class Claude {
    /** Whether the session was there to go on with. */
    suspend fun resume(session: String, message: String): Boolean = run("--resume", session, "--", message) == 0

    suspend fun start(message: String): String {
        val session = UUID.randomUUID().toString()
        check(run("--session-id", session, "--", message) == 0) { "claude failed" }
        return session
    }

    private suspend fun run(vararg arguments: String): Int = withContext(Dispatchers.IO) {
        ProcessBuilder("claude", "-p", *arguments)
            .redirectInput(File("/dev/null"))
            .redirectOutput(Redirect.appendTo(File("claude.log")))
            .redirectErrorStream(true)
            .start()
            .onExit()
            .await()
            .exitValue()
    }
}
