package com.acme.chat

import java.util.concurrent.ConcurrentHashMap

/** Lives as long as the process. */
class Conversations {
    private val sessions = ConcurrentHashMap<String, String>()

    fun sessionOf(channel: String): String? = sessions[channel]

    fun remember(channel: String, session: String) {
        sessions.putIfAbsent(channel, session)
    }
}
