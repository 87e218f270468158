# Sourced by every client's script. One result a line: PASS name, FAIL name, LEFT OUT name.
# WORK/box holds the unpacked bundle, WORK/facts/ what evidence.py read out of it (see there).
set -euo pipefail
readonly box=$WORK/box facts=$WORK/facts

result() {
    printf '%s\n' "$1" | tee -a "$WORK/results"
}

# accepts NAME COMMAND...: the client must exit 0.
accepts() {
    local name=$1 code=0
    shift
    "$@" >"$WORK/last.log" 2>&1 || code=$?
    if [[ $code == 0 ]]; then
        result "PASS $name"
    else
        result "FAIL $name (exit $code)"
        tail -5 "$WORK/last.log"
    fi
}

# refuses NAME COMMAND...: the client must run and say no; that it is missing (126, 127) or
# killed by a signal (128 and more) is no refusal. OpenSSH says no with 255.
refuses() {
    local name=$1 code=0
    shift
    "$@" >"$WORK/last.log" 2>&1 || code=$?
    if ((code == 255 || (code > 0 && code < 126))); then
        result "PASS $name"
    else
        result "FAIL $name (exit $code, expected a refusal)"
        tail -5 "$WORK/last.log"
    fi
}

# left_out NAME REASON: a client that cannot judge this, for a reason that stands in its own rules.
left_out() {
    result "LEFT OUT $1: $2"
}

# needs COMMAND: ends the script when the client is missing; in CI that is a failure.
needs() {
    command -v "$1" >/dev/null && return
    # .ci/run has said loudly what the system's packages cannot give.
    if [[ " ${INTEROP_WITHOUT:-} " == *" $1 "* ]]; then
        left_out "$1" "not to be had on this system"
    elif [[ ${CI:-} == true ]]; then result "FAIL $1 is missing"; else left_out "$1" "not installed"; fi
    exit 0
}

# flip FILE TO: a copy of FILE with one bit changed in its middle.
flip() {
    python3 "$LIB/evidence.py" flip "$1" "$2"
}

# bundles: the Sigstore bundles, as paths relative to the box.
bundles() {
    (cd "$box" && find . -name '*.sigstore.json' -printf '%P\n' | LC_ALL=C sort)
}

# says NAME TEXT: the last command failed for the reason meant, and not for another one.
says() {
    if grep -qF -- "$2" "$WORK/last.log"; then result "PASS $1"; else
        result "FAIL $1 (no \"$2\")"
        tail -5 "$WORK/last.log"
    fi
}
