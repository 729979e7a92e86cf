#!/bin/sh
# Stands in for the Claude Code CLI where there is none: `claude -p` with the exits, streams and lines that
# @anthropic-ai/claude-code 2.1 shows on start and resume. It keeps its transcripts where the real one does.
#
#   CLAUDE_CONFIG_DIR                 where transcripts lie, as for the real CLI; ~/.claude by default
#   CLAUDE_STAND_IN_REFUSAL_SECONDS   how long a refused resume takes, whole seconds; 3 by default
#   CLAUDE_STAND_IN_API=down          every run reaches the API in vain
#
# With --input-format stream-json, as SDKs run it, prompts come on stdin, a line each, until its end.
set -u
export LC_ALL=C

resume= session_id= input=text format=text verbose=no prompt=
while [ $# -gt 0 ]; do
  case $1 in
    --version)         echo '2.1.330 (Claude Code, a stand-in)'; exit ;;
    -p|--print)        ;;
    -r|--resume)       resume=$2; shift ;;
    --session-id)      session_id=$2; shift ;;
    --input-format)    input=$2; shift ;;
    --output-format)   format=$2; shift ;;
    --permission-mode) shift ;;
    --verbose)         verbose=yes ;;
    --)                shift; prompt=${1-}; break ;;
    -*)                echo "error: unknown option '$1'" >&2; exit 1 ;;
    *)                 prompt=$1 ;;
  esac
  shift
done

fresh_uuid() {
  cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen | tr 'A-Z' 'a-z'
}

is_uuid() {
  case $1 in
    *[!0-9a-fA-F-]*) return 1 ;;
    ????????-????-????-????-????????????) return 0 ;;
    *) return 1 ;;
  esac
}

# The inside of a JSON string: newlines and tabs are escaped, other control characters dropped.
json() {
  tab=$(printf '\t')
  printf '%s\n' "$1" | tr -d '\000-\010\013-\037' | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e "s/$tab/\\\\t/g" \
    | awk '{ printf "%s%s", separator, $0; separator = "\\n" }'
}

transcript_of() {
  printf '%s/projects/%s/%s.jsonl' "${CLAUDE_CONFIG_DIR:-$HOME/.claude}" "$(pwd -P | sed 's/[^a-zA-Z0-9]/-/g')" "$1"
}

# A file that is empty, or holds metadata only, is no conversation.
has_conversation() {
  grep -q -e '"type":"user"' -e '"type":"assistant"' "$(transcript_of "$1")" 2>/dev/null
}

# refuse ID REASON: always on stderr; in stream-json the result line says it too. Json output stays empty.
refuse() {
  sleep "${CLAUDE_STAND_IN_REFUSAL_SECONDS:-3}"
  if [ "$format" = stream-json ]; then
    printf '{"type":"result","subtype":"error_during_execution","duration_ms":0,"is_error":true,"num_turns":0,"session_id":"%s","errors":["%s"]}\n' \
      "$1" "$(json "$2")"
  fi
  printf '%s\n' "$2" >&2
  exit 1
}

# answer IS_ERROR TEXT: with true it is what a run looks like that the API never answered.
answer() {
  said=$(json "$2")
  if [ "$format" = stream-json ]; then
    printf '{"type":"system","subtype":"init","cwd":"%s","session_id":"%s","model":"stand-in"}\n' "$(json "$(pwd -P)")" "$id"
    printf '{"type":"assistant","message":{"role":"assistant","content":[{"type":"text","text":"%s"}]},"session_id":"%s"}\n' "$said" "$id"
  fi
  case $format in
    text) printf '%s\n' "$2" ;;
    *) printf '{"type":"result","subtype":"success","is_error":%s,"num_turns":1,"result":"%s","session_id":"%s"}\n' "$1" "$said" "$id" ;;
  esac
}

if [ "$format" = stream-json ] && [ "$verbose" = no ]; then
  echo 'Error: When using --print, --output-format=stream-json requires --verbose' >&2
  exit 1
fi
if [ -z "$prompt" ] && [ "$input" = text ]; then
  echo 'Error: Input must be provided either through stdin or as a prompt argument when using --print' >&2
  exit 1
fi
if [ -n "$resume" ]; then
  is_uuid "$resume" || refuse "$(fresh_uuid)" "Error: --resume requires a valid session ID or session title when used with --print. Usage: claude -p --resume <session-id|title>. Provided value \"$resume\" is not a UUID and does not match any session title."
  has_conversation "$resume" || refuse "$resume" "No conversation found with session ID: $resume"
elif [ -n "$session_id" ]; then
  is_uuid "$session_id" || { echo 'Error: Invalid session ID. Must be a valid UUID.' >&2; exit 1; }
  [ ! -e "$(transcript_of "$session_id")" ] || { echo "Error: Session ID $session_id is already in use." >&2; exit 1; }
fi

id=${resume:-${session_id:-$(fresh_uuid)}}
transcript=$(transcript_of "$id")
mkdir -p "${transcript%/*}"

# turn PROMPT: fails where the API does.
turn() {
  printf '{"type":"user","message":{"role":"user","content":"%s"},"sessionId":"%s"}\n' "$(json "$1")" "$id" >> "$transcript"
  if [ "${CLAUDE_STAND_IN_API:-up}" = down ]; then
    answer true 'API Error: Unable to connect to API (ConnectionRefused)'
    return 1
  fi
  answer false "Done: $1"
  printf '{"type":"assistant","message":{"role":"assistant","content":[{"type":"text","text":"%s"}]},"sessionId":"%s"}\n' "$said" "$id" >> "$transcript"
}

if [ "$input" = text ]; then
  turn "$prompt"
  exit
fi
status=0
while IFS= read -r line; do
  said_to_it=$(printf '%s\n' "$line" | sed -n 's/.*"content":"\(\([^"\\]\|\\.\)*\)".*/\1/p' | sed 's/\\\(["/]\)/\1/g')
  case $line in
    *'"type":"user"'*) status=0; turn "$(printf '%b' "$said_to_it")" || status=1 ;;
  esac
done
exit "$status"
