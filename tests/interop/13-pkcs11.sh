# Keys in a PKCS#11 token: SoftHSM holds them, OpenSC's pkcs11-tool uses them, OpenSSL judges.
source "$LIB/lib.sh"
there() { command -v softhsm2-util && command -v pkcs11-tool; }
packages() {
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends softhsm2 opensc
}
if ! there >/dev/null && [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    packages >"$WORK/apt.log" 2>&1 || tail -5 "$WORK/apt.log"
fi
for program in softhsm2-util pkcs11-tool openssl; do needs "$program"; done

readonly hsm=$WORK/hsm token=interop
module=$(find /usr/lib /usr/local/lib /opt/homebrew/lib -name libsofthsm2.so -print -quit 2>/dev/null || true)
readonly module
if [[ -z $module ]]; then
    result "FAIL softhsm2-util is there, libsofthsm2.so is not"
    exit 0
fi
mkdir -p "$hsm/tokens"
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$hsm/tokens" >"$hsm/softhsm2.conf"
export SOFTHSM2_CONF=$hsm/softhsm2.conf
# The PINs pass through the environment: an argument list can be read by every process.
so_pin=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n') pin=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
export so_pin pin wrong_pin=0000000000

tool() {
    pkcs11-tool --module "$module" "$@"
}
with_pin() {
    tool --token-label "$token" --login --pin env:pin "$@"
}

# public_key NAME: as PEM, from the point that pkcs11-tool lists; its --read-object (0.23) knows P-256 only.
public_key() {
    tool --token-label "$token" --list-objects --type pubkey | python3 -c '
import re, sys
prefix = {
    "06082a8648ce3d030107": "3059301306072a8648ce3d020106082a8648ce3d030107034200",
    "06052b81040022": "3076301006072a8648ce3d020106052b81040022036200",
}
for point, curve, label in re.findall(r"EC_POINT: +04..(\w+)\s+EC_PARAMS: +(\w+)\s+label: +(\w+)", sys.stdin.read()):
    if label == sys.argv[1]:
        sys.stdout.buffer.write(bytes.fromhex(prefix[curve] + point))
' "$1" | openssl pkey -pubin -inform DER -out "$hsm/$1.pub"
}

# key_pair NAME ID CURVE: made in the token; its public half goes to NAME.pub.
key_pair() {
    with_pin --keypairgen --key-type "EC:$3" --usage-sign --id "$2" --label "$1" && public_key "$1"
}

# sign ID HASH FILE TO: SoftHSM knows no mechanism that hashes, so the digest goes in.
sign() {
    openssl dgst "-$2" -binary -out "$hsm/digest" "$3"
    with_pin --sign --id "$1" --mechanism ECDSA --signature-format openssl --input-file "$hsm/digest" --output-file "$4"
}
verify() {
    openssl dgst "-$2" -verify "$hsm/$1.pub" -signature "$4" "$3"
}
sign_with_wrong_pin() {
    tool --token-label "$token" --login --pin env:wrong_pin --sign --id 01 --mechanism ECDSA \
        --input-file "$hsm/digest" --output-file "$hsm/none.sig"
}

# new_token: SoftHSM always shows one empty slot after those with tokens; here it is the first.
new_token() {
    tool --slot-index 0 --init-token --label "$token" --so-pin env:so_pin &&
        tool --token-label "$token" --login --login-type so --so-pin env:so_pin --init-pin --new-pin env:pin
}

the_token() {
    accepts "a token is made" new_token
    accepts "a P-256 key pair is made in it" key_pair p256 01 prime256v1
    accepts "a P-384 key pair is made in it" key_pair p384 02 secp384r1
}

openssl_judges_the_token() {
    local name id hash
    printf 'the product\n' >"$hsm/product.bin"
    flip "$hsm/product.bin" "$hsm/altered.bin"
    while read -r name id hash; do
        accepts "the token signs with $name" sign "$id" "$hash" "$hsm/product.bin" "$hsm/$name.sig"
        accepts "openssl verifies $name" verify "$name" "$hash" "$hsm/product.bin" "$hsm/$name.sig"
        refuses "openssl refuses $name over an altered file" verify "$name" "$hash" "$hsm/altered.bin" "$hsm/$name.sig"
    done <<<"p256 01 sha256
p384 02 sha384"
    refuses "openssl refuses the other key" verify p384 sha256 "$hsm/product.bin" "$hsm/p256.sig"
    refuses "the token refuses a wrong PIN" sign_with_wrong_pin
    cp "$WORK/last.log" "$hsm/refusal"
    accepts "... as a wrong PIN" grep -q CKR_PIN_INCORRECT "$hsm/refusal"
    refuses "the token has no third key" sign 03 sha256 "$hsm/product.bin" "$hsm/none.sig"
}

# What Batchseal signs with the token, judged by OpenSSL and cosign with $hsm/NAME.pub. It finds the keys as
#   pkcs11:token=$token;object=p256 (and p384), module $module, PIN in the environment variable `pin`.
openssl_judges_batchseal() {
    left_out "Batchseal's signatures with the token" "not joined to this script yet"
}

the_token
openssl_judges_the_token
openssl_judges_batchseal
