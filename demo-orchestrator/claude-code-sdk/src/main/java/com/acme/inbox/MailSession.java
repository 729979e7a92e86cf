package com.acme.inbox;

record MailSession(String sender, String sessionId) {}
