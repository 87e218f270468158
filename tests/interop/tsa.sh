# Sourced after lib.sh: the timestamp server of the Sigstore project alone, without the rest of an instance. Its
# metrics have a fixed port, so one runs at a time.
tsa_process=""

# tsa_keys DIR DAYS: an authority whose certificate ends after so many days: DIR/{key,chain,root}.pem.
tsa_keys() {
    "$PYTHON" "$LIB/sigstore/authorities.py" "$1" tsa "$2"
}

free_port() {
    python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# tsa_start DIR PORT: returns when it answers.
tsa_start() {
    for _ in {1..120}; do
        python3 -c 'import socket; socket.create_server(("", 2112)).close()' 2>/dev/null && break
        sleep 0.5
    done
    timestamp-server serve --host=127.0.0.1 --port="$2" --timestamp-signer=file --file-signer-key-path="$1/key.pem" \
        --certificate-chain-path="$1/chain.pem" --disable-ntp-monitoring >"$1/log" 2>&1 </dev/null &
    tsa_process=$!
    for _ in {1..100}; do
        curl --fail --silent --output /dev/null "http://127.0.0.1:$2/ping" && return
        sleep 0.1
    done
    tail -5 "$1/log" >&2
    return 1
}

# tsa_stop: it would wait minutes for idle connections, and holds nothing that could be lost.
tsa_stop() {
    [[ -n $tsa_process ]] || return 0
    kill -KILL "$tsa_process" && wait "$tsa_process" 2>/dev/null || true
    tsa_process=""
}

# signature_and_stamp BUNDLE DIR: DIR/signature.bin and DIR/stamp.tsr.
signature_and_stamp() {
    jq -je '.dsseEnvelope.signatures[0].sig' "$1" | base64 -d >"$2/signature.bin"
    jq -je '.verificationMaterial.timestampVerificationData.rfc3161Timestamps[0].signedTimestamp' "$1" | base64 -d >"$2/stamp.tsr"
}
