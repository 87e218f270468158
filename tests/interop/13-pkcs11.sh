# A pipeline whose keys lie in a PKCS#11 token: SoftHSM holds them, OpenSC's pkcs11-tool makes them, Batchseal signs
# with them, OpenSSL judges the signatures and the token by itself. The PIN stands nowhere.
source "$LIB/lib.sh"
source "$LIB/device.sh"
there() { command -v softhsm2-util && command -v pkcs11-tool; }
packages() {
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends softhsm2 opensc
}
if ! there >/dev/null && [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    packages >"$WORK/apt.log" 2>&1 || tail -5 "$WORK/apt.log"
fi
for program in softhsm2-util pkcs11-tool openssl cargo; do needs "$program"; done

readonly hsm=$WORK/hsm token=interop
module=$(find /usr/lib /usr/lib64 /usr/local/lib /opt/homebrew/lib -name libsofthsm2.so -print -quit 2>/dev/null || true)
readonly module
if [[ -z $module ]]; then
    result "FAIL softhsm2-util is there, libsofthsm2.so is not"
    exit 0
fi
mkdir -p "$hsm/tokens"
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$hsm/tokens" >"$hsm/softhsm2.conf"
export SOFTHSM2_CONF=$hsm/softhsm2.conf
# The PINs pass through the environment: an argument list can be read by every process. That of the token's user
# has a name that says nothing, so that a build which saw it would not be noticed by its name.
so_pin=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n') TOKEN_NUMBER=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
export so_pin TOKEN_NUMBER wrong_pin=9999-wrong-pin

tool() {
    pkcs11-tool --module "$module" "$@"
}
with_pin() {
    tool --token-label "$token" --login --pin env:TOKEN_NUMBER "$@"
}
# new_token LABEL: SoftHSM always shows one empty slot after those with tokens.
new_token() {
    tool --slot-index "$2" --init-token --label "$1" --so-pin env:so_pin &&
        tool --token-label "$1" --login --login-type so --so-pin env:so_pin --init-pin --new-pin env:TOKEN_NUMBER
}
# make_key TYPE LABEL ID
make_key() {
    with_pin --keypairgen --key-type "$1" --usage-sign --label "$2" --id "$3"
}
the_token() {
    accepts "a token is made" new_token "$token" 0
    accepts "another token is made" new_token other 1
    accepts "a P-256 key is made in it" make_key EC:prime256v1 p256 01
    accepts "a P-384 key is made in it" make_key EC:secp384r1 p384 02
    accepts "an Ed25519 key is made in it" make_key EC:edwards25519 ed25519 03
    accepts "an RSA key is made in it" make_key rsa:3072 rsa 04
    accepts "two keys of one label are made in it" make_key EC:prime256v1 twice 05
    accepts "... the second too" make_key EC:prime256v1 twice 06
}

# uri LABEL [PIN-SOURCE]
uri() {
    printf 'pkcs11:token=%s;object=%s?module-path=%s&pin-source=%s' "$token" "$1" "$module" "${2:-env:TOKEN_NUMBER}"
}
# Everything that Batchseal says here is kept, to be looked through for PINs.
show() {
    "$BATCHSEAL" key show "$1" 2>&1 | tee -a "$hsm/said"
}
public_key() {
    show "$(uri "$1")" | sed -n '/BEGIN/,$p' >"$hsm/$1.pub"
}
# What pkcs11-tool 0.23 writes out of the token; whole public keys of P-256 only.
public_key_of_the_tool() {
    tool --token-label "$token" --read-object --type pubkey --label p256 --output-file "$hsm/own.der" >/dev/null 2>&1 &&
        openssl pkey -pubin -inform DER -in "$hsm/own.der" | cmp - "$hsm/p256.pub"
}

# The token by itself: SoftHSM knows no mechanism that hashes, so the digest goes in.
sign() {
    openssl dgst "-$2" -binary -out "$hsm/digest" "$3"
    with_pin --sign --id "$1" --mechanism ECDSA --signature-format openssl --input-file "$hsm/digest" --output-file "$4"
}
# verify KEY FILE SIGNATURE
verify() {
    case $1 in
        p256) openssl dgst -sha256 -verify "$hsm/p256.pub" -signature "$3" "$2" ;;
        p384) openssl dgst -sha384 -verify "$hsm/p384.pub" -signature "$3" "$2" ;;
        ed25519) openssl pkeyutl -verify -rawin -pubin -inkey "$hsm/ed25519.pub" -in "$2" -sigfile "$3" ;;
    esac
}
sign_with_wrong_pin() {
    tool --token-label "$token" --login --pin env:wrong_pin --sign --id 01 --mechanism ECDSA \
        --input-file "$hsm/digest" --output-file "$hsm/none.sig"
}
openssl_judges_the_token() {
    local name id hash
    printf 'the product\n' >"$hsm/product.bin"
    flip "$hsm/product.bin" "$hsm/altered.bin"
    while read -r name id hash; do
        accepts "the token signs with $name" sign "$id" "$hash" "$hsm/product.bin" "$hsm/$name.sig"
        accepts "openssl verifies $name with the key that Batchseal shows" verify "$name" "$hsm/product.bin" "$hsm/$name.sig"
        refuses "openssl refuses $name over an altered file" verify "$name" "$hsm/altered.bin" "$hsm/$name.sig"
    done <<<"p256 01 sha256
p384 02 sha384"
    refuses "openssl refuses the other key" verify p384 "$hsm/product.bin" "$hsm/p256.sig"
    refuses "the token refuses a wrong PIN" sign_with_wrong_pin
    says "... as a wrong PIN" CKR_PIN_INCORRECT
    refuses "the token has no seventh key" sign 07 sha256 "$hsm/product.bin" "$hsm/none.sig"
    accepts "Batchseal shows the same key as pkcs11-tool" public_key_of_the_tool
}

# The device says in its build what it sees of the job.
# hsm_device NAME KEY-URI
hsm_device() {
    printf '[signing]\nkey = "%s"\n' "$2" | device "$hsm/$1"
}
readonly build='env >target/seen.env; ls -l /proc/self/fd >target/seen.fd 2>&1; exec cargo build --release --locked --offline --quiet'
# built DIR OUT [option...]: a candidate of a build that looks around.
built() {
    local dir=$1 out=$2
    shift 2
    mkdir -p "$dir/target"
    (cd "$dir" && env -u CI "$BATCHSEAL" release --tag "$tag" --out "$out" --stage candidate "$@" -- sh -c "$build")
}
# envelope BUNDLE: its signed bytes and signature as $hsm/pae and $hsm/sig.
envelope() {
    python3 -c 'import base64, json, sys
envelope = json.load(open(sys.argv[1]))["dsseEnvelope"]
payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
open(sys.argv[2], "wb").write(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
open(sys.argv[3], "wb").write(base64.b64decode(envelope["signatures"][0]["sig"]))' "$1" "$hsm/pae" "$hsm/sig"
}

# a_release KEY: from the build to the verified bundle with that key.
a_release() {
    local key=$1 dir=$hsm/device-$1 out=$hsm/out-$1 bundle
    hsm_device "device-$key" "$(uri "$key")"
    trust_for "$dir" "$hsm/$key.toml" <<TOML
[[signer]]
name = "release pipeline"
may-sign = ["provenance", "sbom", "scan", "tests", "document", "record", "verdict", "seal"]
key-file = "$key.pub"
[unsafe]
no-trusted-time = true
TOML
    exits "a candidate is made with $key" 0 built "$dir" "$out" --trust "$hsm/$key.toml" --document plan:PLAN-1:1:Cargo.toml
    exits "a person approves it" 0 approve_of "$out" "$hsm/$key.toml"
    exits "it is sealed with $key" 0 seal_of "$dir" "$out" "$hsm/$key.toml"
    exits "it verifies" 0 verify_of "$out" "$hsm/$key.toml"
    unpack_of "$out" "$hsm/box-$key"
    for bundle in "$hsm/box-$key"/*.sigstore.json "$hsm/box-$key"/attestations/*.sigstore.json; do
        envelope "$bundle"
        accepts "openssl verifies $(basename "$bundle") by $key" verify "$key" "$hsm/pae" "$hsm/sig"
        flip "$hsm/pae" "$hsm/altered"
        refuses "openssl refuses it altered" verify "$key" "$hsm/altered" "$hsm/sig"
    done
    accepts "the build saw an environment" grep -q '^PATH=' "$dir/target/seen.env"
    refuses "the build saw no PIN" grep -qF -e "$TOKEN_NUMBER" -e TOKEN_NUMBER "$dir/target/seen.env"
}

# A descriptor is read once, though the key is opened before and after the build; the build does not inherit it.
built_with_descriptor() {
    (unset TOKEN_NUMBER && built "$hsm/descriptor" "$hsm/out-descriptor" 7< <(printf '%s\n' "$1"))
}
pin_sources() {
    hsm_device descriptor "$(uri p256 fd:7)"
    exits "a candidate is made with the PIN from a descriptor" 0 built_with_descriptor "$TOKEN_NUMBER"
    refuses "the build inherits no descriptor" grep -qE ' 7 -> ' "$hsm/descriptor/target/seen.fd"
    (umask 077 && printf '%s\n' "$TOKEN_NUMBER" >"$hsm/pin")
    accepts "the PIN is read from a private file" show "$(uri p256 "file:$hsm/pin")"
    chmod 644 "$hsm/pin"
    refuses "a PIN file that others can read is refused" show "$(uri p256 "file:$hsm/pin")"
    says "... and says so" "can be read"
    rm "$hsm/pin"
}

seal_elsewhere() {
    (cd "$hsm/tokens" && "$BATCHSEAL" attest document "$hsm/product.bin" --kind plan --id PLAN-2 --revision 1 --approver QA --batch "$hsm/record"/*.batch)
}
record() {
    (cd "$hsm/device-p256" && env -u CI "$BATCHSEAL" record --tag "$tag" --out "$hsm/record" -- cargo build --release --locked --offline --quiet)
}
with_wrong_pin() {
    (export TOKEN_NUMBER=$wrong_pin && show "$(uri p256)")
}
keys_that_are_refused() {
    local name words uri
    while IFS='|' read -r name words uri; do
        refuses "Batchseal refuses $name" show "$uri"
        says "... and says why" "$words"
    done <<KEYS
a label that is not there|"p384"|$(uri nothing)
two keys of one label|2 private keys|$(uri twice)
RSA|another algorithm|$(uri rsa)
an unclear token before any PIN is sent|2 tokens|pkcs11:object=p256?module-path=$module&pin-source=env:TOKEN_NUMBER
a token that is not there|"other"|pkcs11:token=nope;object=p256?module-path=$module&pin-source=env:TOKEN_NUMBER
to ask nobody|nobody can be asked|pkcs11:token=$token;object=p256?module-path=$module
a PIN in the URI|pin-value|pkcs11:token=$token;object=p256?module-path=$module&pin-value=0000
KEYS
    refuses "Batchseal refuses a wrong PIN" with_wrong_pin
    says "... and says so" "is wrong"
    accepts "one wrong PIN locks nothing" show "$(uri p256)"
    accepts "a batch is recorded" record
    refuses "no module is taken from a batch's policy in another folder" seal_elsewhere
    says "... and says so" "names a program or module"
}

# traced: every program that is started while a candidate is made, with its arguments.
traced() {
    strace -f -qq -e trace=execve -s 4096 -o "$hsm/trace" "$BATCHSEAL" record --tag "$tag" --out "$hsm/traced" -- true
}
the_pin_is_nowhere() {
    refuses "no PIN was written or said" grep -rqF -e "$TOKEN_NUMBER" -e "$wrong_pin" "$hsm"/out-* "$hsm"/box-* \
        "$hsm"/device-* "$hsm/descriptor" "$hsm/record" "$hsm/said"
    command -v strace >/dev/null || { left_out "arguments of every program" "strace is not installed"; return; }
    (cd "$hsm/device-p256" && traced >/dev/null 2>&1) || true
    accepts "a run is traced" grep -q execve "$hsm/trace"
    refuses "the PIN stands in no argument list" grep -qF "$TOKEN_NUMBER" "$hsm/trace"
}

the_token
for key in p256 p384 ed25519; do accepts "Batchseal shows $key" public_key "$key"; done
openssl_judges_the_token
a_release p256
a_release p384
a_release ed25519
pin_sources
keys_that_are_refused
the_pin_is_nowhere
