#!/usr/bin/env bash
# A pipeline whose key lies in a SoftHSM2 token: batchseal records a build and takes in a document with it,
# OpenSSL verifies the DSSE signatures, and the PIN stands nowhere.
#
#   BATCHSEAL=PROGRAM   the program to try (target/release/batchseal)
#   CI=true             a tool that is missing is a failure
#
# Last line: N passed, N failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
batchseal=${BATCHSEAL:-$PWD/target/release/batchseal}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
readonly pin=8461-token-pin so_pin=5173-officer-pin

pass() { echo "PASS $1"; passed=$((passed + 1)); }
fail() { echo "FAIL $1"; failed=$((failed + 1)); }
# accepts NAME COMMAND... / refuses NAME WORDS COMMAND...: WORDS must stand in what it says.
accepts() { local name=$1; shift; if "$@" >"$work/last" 2>&1; then pass "$name"; else fail "$name"; tail -5 "$work/last"; fi; cat "$work/last" >>"$work/said"; }
refuses() {
    local name=$1 words=$2 code=0
    shift 2
    "$@" >"$work/last" 2>&1 </dev/null || code=$?
    if ((code > 0 && code < 126)) && grep -qF -- "$words" "$work/last"; then pass "$name"; else fail "$name (exit $code)"; tail -5 "$work/last"; fi
    cat "$work/last" >>"$work/said"
}

for tool in softhsm2-util pkcs11-tool openssl python3 git; do
    command -v "$tool" >/dev/null && continue
    if [[ ${CI:-} == true ]]; then echo "FAIL $tool is missing"; exit 1; fi
    echo "LEFT OUT pkcs11: $tool is not installed"
    exit 0
done
module=
for path in /usr/lib/softhsm/libsofthsm2.so /usr/lib64/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so /usr/local/lib/softhsm/libsofthsm2.so; do
    if [[ -f $path ]]; then module=$path; break; fi
done
[[ -n $module ]] || { echo "LEFT OUT pkcs11: libsofthsm2.so was not found"; exit 0; }

# The token: three keys that may sign, one that may not, one label twice.
mkdir "$work/tokens"
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$work/tokens" >"$work/softhsm2.conf"
export SOFTHSM2_CONF=$work/softhsm2.conf
softhsm2-util --init-token --free --label release --pin "$pin" --so-pin "$so_pin" >/dev/null
softhsm2-util --init-token --free --label other --pin "$pin" --so-pin "$so_pin" >/dev/null
make_key() { pkcs11-tool --module "$module" --token-label release --login --pin "$pin" --keypairgen --key-type "$1" --label "$2" --id "$3" >/dev/null 2>&1; }
make_key EC:prime256v1 p256 01
make_key EC:secp384r1 p384 02
make_key EC:edwards25519 ed25519 03
make_key rsa:3072 rsa 04
make_key EC:prime256v1 twice 05
make_key EC:prime256v1 twice 06

uri() { printf 'pkcs11:token=release;object=%s?module-path=%s&pin-source=%s' "$1" "$module" "${2:-env:TOKEN_NUMBER}"; }
export TOKEN_NUMBER=$pin

# The device.
device=$work/device
mkdir -p "$device"
cat >"$device/build.sh" <<'BUILD'
env >seen.env
ls -l /proc/self/fd >seen.fd 2>&1 || true
mkdir -p target && echo firmware >target/firmware
BUILD
echo "plan" >"$device/plan.md"
printf 'target/\nseen.*\n' >"$device/.gitignore"
policy() {
    cat >"$device/batchseal.toml" <<TOML
schema = 1
[device]
name = "tiny"
manufacturer = "Example Devices (test)"
safety-class = "A"
finished = true
cyber-device = false
life-supporting = false
implantable = false
[release]
tag = "v{version}"
purpose = "demo"
first-release = true
approvals = ["authoriser"]
artifacts = [{ path = "target/firmware", name = "firmware" }]
[signing]
key = "$1"
TOML
    git -C "$device" add -A
    git -C "$device" -c user.name=T -c user.email=t@example.invalid commit -qm "release" --allow-empty
    git -C "$device" -c user.name=T -c user.email=t@example.invalid tag -fa v1.0.0 -m v1.0.0 >/dev/null
}
git -C "$device" init -q -b main

pae='import base64, json, sys
envelope = json.load(open(sys.argv[1]))["dsseEnvelope"]
payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
open(sys.argv[2], "wb").write(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
open(sys.argv[3], "wb").write(base64.b64decode(envelope["signatures"][0]["sig"]))'

# verifies KEY BUNDLE PUBLIC
verifies() {
    python3 -c "$pae" "$2" "$work/pae" "$work/sig"
    case $1 in
        p256) openssl dgst -sha256 -verify "$3" -signature "$work/sig" "$work/pae" ;;
        p384) openssl dgst -sha384 -verify "$3" -signature "$work/sig" "$work/pae" ;;
        ed25519) openssl pkeyutl -verify -rawin -pubin -inkey "$3" -in "$work/pae" -sigfile "$work/sig" ;;
    esac
}
flipped() { python3 -c 'import sys; b=bytearray(open(sys.argv[1],"rb").read()); b[len(b)//2]^=1; open(sys.argv[1],"wb").write(b)' "$work/pae"; openssl dgst -sha256 -verify "$1" -signature "$work/sig" "$work/pae"; }

for key in p256 p384 ed25519; do
    policy "$(uri "$key")"
    out=$work/out-$key
    accepts "records with $key" bash -c 'cd "$1" && "$2" record --tag v1.0.0 --out "$3" -- sh build.sh' - "$device" "$batchseal" "$out"
    accepts "takes in a document with $key" bash -c 'cd "$1" && "$2" attest document plan.md --kind plan --id PLAN-1 --revision 1 --approver QA --batch "$3"' - "$device" "$batchseal" "$out"/*.batch
    "$batchseal" key show "$(uri "$key")" | sed -n '/BEGIN/,$p' >"$work/$key.pub"
    # pkcs11-tool 0.23 writes out whole public keys of P-256 only.
    if [[ $key == p256 ]] && pkcs11-tool --module "$module" --token-label release --read-object --type pubkey --label "$key" --output-file "$work/$key.der" >/dev/null 2>&1; then
        openssl pkey -pubin -inform DER -in "$work/$key.der" -outform DER -out "$work/own.der"
        openssl pkey -pubin -in "$work/$key.pub" -outform DER -out "$work/shown.der"
        accepts "shows the same $key as pkcs11-tool" cmp "$work/own.der" "$work/shown.der"
    fi
    for bundle in "$out"/*.batch/attestations/*.sigstore.json; do
        accepts "openssl verifies $(basename "$bundle") by $key" verifies "$key" "$bundle" "$work/$key.pub"
    done
    [[ $key == p256 ]] && refuses "openssl refuses an altered statement" "" flipped "$work/p256.pub"
    grep -q '^PATH=' "$device/seen.env" || fail "the build saw no environment at all"
    if grep -q TOKEN_NUMBER "$device/seen.env"; then fail "the build saw the PIN's variable"; else pass "the build with $key sees no PIN"; fi
done

refuses "takes no module from a batch's policy in another folder" "names a program or module" bash -c 'cd "$1" && "$2" attest document "$3" --kind plan --id PLAN-2 --revision 1 --approver QA --batch "$4"' - "$work" "$batchseal" "$device/plan.md" "$work"/out-p256/*.batch

# A descriptor is read once, though the key is opened before and after the build; the build does not inherit it.
policy "$(uri p256 fd:7)"
accepts "records with the PIN from a descriptor" bash -c 'cd "$1" && env -u TOKEN_NUMBER "$2" record --tag v1.0.0 --out "$3" -- sh build.sh 7< <(printf "%s\n" "$4")' - "$device" "$batchseal" "$work/out-fd" "$pin"
if grep -qE ' 7 -> ' "$device/seen.fd"; then fail "the build inherited the PIN's descriptor"; else pass "the build inherits no descriptor"; fi
(umask 077 && printf '%s\n' "$pin" >"$work/pin")
accepts "reads the PIN from a private file" "$batchseal" key show "$(uri p256 "file:$work/pin")"
chmod 644 "$work/pin"
refuses "refuses a PIN file that others can read" "can be read" "$batchseal" key show "$(uri p256 "file:$work/pin")"
rm "$work/pin"

refuses "names the keys when none fits" '"p384"' "$batchseal" key show "$(uri nothing)"
refuses "refuses two keys of one label" "2 private keys" "$batchseal" key show "$(uri twice)"
refuses "refuses RSA" "another algorithm" "$batchseal" key show "$(uri rsa)"
refuses "refuses an unclear token before any PIN is sent" "2 tokens" "$batchseal" key show "pkcs11:object=p256?module-path=$module&pin-source=env:TOKEN_NUMBER"
refuses "names the tokens when none fits" '"other"' "$batchseal" key show "pkcs11:token=nope;object=p256?module-path=$module&pin-source=env:TOKEN_NUMBER"
refuses "says that nobody can be asked" "nobody can be asked" "$batchseal" key show "pkcs11:token=release;object=p256?module-path=$module"
refuses "refuses a PIN in the URI" "pin-value" "$batchseal" key show "pkcs11:token=release;object=p256?module-path=$module&pin-value=0000"
refuses "says that a PIN is wrong, and that tries are few" "is wrong" env TOKEN_NUMBER=9999-wrong-pin "$batchseal" key show "$(uri p256)"
accepts "still works after one wrong PIN" "$batchseal" key show "$(uri p256)"

# The PIN is in no file that was written, in nothing that was said, and in no argument list.
if grep -rqF -e "$pin" -e 9999-wrong-pin "$work/said" "$device" "$work"/out-*; then fail "a PIN was written or said"; else pass "no PIN was written or said"; fi
if command -v strace >/dev/null; then
    strace -f -qq -e trace=execve -s 4096 -o "$work/trace" bash -c 'cd "$1" && exec "$2" record --tag v1.0.0 --out "$3" -- sh build.sh' - "$device" "$batchseal" "$work/out-trace" 7< <(printf '%s\n' "$pin") >/dev/null 2>&1 || true
    [[ -n $(find "$work/out-trace" -name provenance-build.sigstore.json 2>/dev/null) ]] || fail "records under strace"
    if grep -qF "$pin" "$work/trace"; then fail "the PIN stood in an argument list"; else pass "the PIN stands in no argument list"; fi
fi
printf '\n%s passed, %s failed\n' "$passed" "$failed"
[[ $failed == 0 && $passed != 0 ]]
