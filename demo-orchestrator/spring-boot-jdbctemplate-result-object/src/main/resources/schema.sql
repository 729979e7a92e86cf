CREATE TABLE IF NOT EXISTS review_sessions (
  project TEXT PRIMARY KEY,
  claude_session_id TEXT NOT NULL,
  last_used_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
