package com.acme.chat

import kotlinx.coroutines.runBlocking

/** Lets Claude take part in a chat, each channel in one session: a line on stdin is a channel and a message. */
fun main() = runBlocking {
    val chat = Chat(Conversations(), Claude())
    generateSequence(::readlnOrNull).forEach { line ->
        val (channel, message) = line.split(" ", limit = 2)
        println("$line: ${chat.reply(channel, message)}")
    }
}

class Chat(private val conversations: Conversations, private val claude: Claude) {
    /** The session in which the reply was given. */
    suspend fun reply(channel: String, message: String): String {
        val session = conversations.sessionOf(channel)?.takeIf { claude.resume(it, message) }
            ?: claude.start(message)
        conversations.remember(channel, session)
        return session
    }
}
