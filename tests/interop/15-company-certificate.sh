# A company's own certificates, made by OpenSSL: root, intermediate, and the pipeline's. The trust file names the
# root and the subject; the time is that of the timestamp server.
source "$LIB/lib.sh"
source "$LIB/device.sh"
source "$LIB/tsa.sh"
for program in timestamp-server curl openssl cargo; do needs "$program"; done

readonly home=$WORK/company
mkdir -p "$home"
cd "$home"
tsa_keys "$home/tsa" 30
port=$(free_port)
trap tsa_stop EXIT
accepts "the timestamp server starts" tsa_start "$home/tsa" "$port"

key() {
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null
    chmod 600 "$1.key"
}
# authority NAME [ISSUER]: a root without ISSUER.
authority() {
    key "$1"
    openssl req -new -key "$1.key" -subj "/O=Example Devices/CN=$1" -out "$1.csr"
    printf 'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n' >"$1.ext"
    if [[ -n ${2:-} ]]; then
        openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 30 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
    else
        openssl x509 -req -in "$1.csr" -key "$1.key" -days 30 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
    fi
}
# leaf NAME ISSUER COMMON DAYS [PURPOSE]
leaf() {
    key "$1"
    openssl req -new -key "$1.key" -subj "/O=Example Devices/CN=$3" -out "$1.csr"
    printf 'basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n' "${5:-codeSigning}" >"$1.ext"
    openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$4" -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
authority root
authority intermediate root
authority spare root
authority other-root
leaf pipeline intermediate "Release Pipeline" 30
leaf expired intermediate "Release Pipeline" 0
leaf server intermediate "Release Pipeline" 30 serverAuth
leaf colleague intermediate "Another Pipeline" 30
# What is valid for no day ends in this second.
sleep 1.5

# pipeline NAME KEY CERTIFICATE...: a device whose chain is those certificates.
pipeline() {
    local name=$1 key=$2
    shift 2
    mkdir -p "$name"
    cat "$@" >"$name/chain.pem"
    cp tsa/chain.pem "$name/tsa.pem"
    device "$home/$name" <<TOML
[signing]
key = "file:../$key.key"
certificates = "chain.pem"
[[signing.timestamp-authority]]
url = "http://127.0.0.1:$port/api/v1/timestamp"
certificates-file = "tsa.pem"
TOML
}
# trust NAME TO ROOT [SUBJECT]
trust() {
    trust_for "$home/$1" "$2" <<TOML
[[timestamp-authority]]
name = "interop"
certificates-file = "tsa/root.pem"
[[certificate-root]]
name = "company"
certificates-file = "$3.pem"
[[signer]]
name = "release pipeline"
may-sign = ["provenance", "sbom", "scan", "tests", "document", "record", "verdict", "seal"]
certificate-root = "company"
subject = "${4:-CN=Release Pipeline,O=Example Devices}"
TOML
}

a_release() {
    pipeline device pipeline pipeline.pem intermediate.pem
    trust device "$home/trust.toml" root
    exits "a candidate is made under the company's root" 0 candidate_of "$home/device" "$home/out" --trust "$home/trust.toml"
    exits "a person approves it" 0 approve_of "$home/out" "$home/trust.toml"
    exits "it is sealed" 0 seal_of "$home/device" "$home/out" "$home/trust.toml"
    exits "it verifies with trusted time" 0 verify_of "$home/out" "$home/trust.toml"
    exits "release needs a trust file to know the root" 2 candidate_of "$home/device" "$home/untrusting"
    trust device "$home/other.toml" other-root
    exits "verify refuses another root" 1 verify_of "$home/out" "$home/other.toml"
    trust device "$home/other.toml" root "CN=Another Pipeline,O=Example Devices"
    exits "verify refuses another subject" 1 verify_of "$home/out" "$home/other.toml"
    says "... by name" "CN=Release Pipeline,O=Example Devices"
}

# other NAME CODE WORDS KEY CERTIFICATE...: a pipeline that is refused.
other() {
    local name=$1 code=$2 words=$3
    shift 3
    pipeline "$name" "$@"
    trust "$name" "$home/$name.toml" root
    exits "release refuses: $name" "$code" candidate_of "$home/$name" "$home/out-$name" --trust "$home/$name.toml"
    says "... and says why" "$words"
    accepts "... and leaves no candidate" test ! -e "$home/out-$name/$stem.candidate.zip"
}

# openssl_verifies_signature BUNDLE CERTIFICATE: the signature by the certificate's key, the certificate by the root.
openssl_verifies_chain() {
    openssl verify -CAfile root.pem -untrusted intermediate.pem -purpose any "$1"
}

a_release
accepts "openssl accepts the same chain" openssl_verifies_chain pipeline.pem
refuses "openssl refuses the expired certificate" openssl_verifies_chain expired.pem
other expired-certificate 1 "a certificate had expired" expired expired.pem intermediate.pem
other a-colleague 1 "Another Pipeline" colleague colleague.pem intermediate.pem
other a-server-certificate 2 "lacks code signing" server server.pem intermediate.pem
other no-intermediate 1 "no path leads to it" pipeline pipeline.pem
other an-extra-certificate 2 "is refused" pipeline pipeline.pem intermediate.pem spare.pem
other a-root-in-the-chain 2 "is a root" pipeline pipeline.pem intermediate.pem root.pem
other another-key 2 "is of another key" colleague pipeline.pem intermediate.pem
other certificates-out-of-order 2 "is of another key" pipeline intermediate.pem pipeline.pem
