#!/usr/bin/env python3
"""An OpenID Connect issuer on loopback, in three shapes: /github, /gitlab and /email.

    oidc_issuer.py key DIR                 makes DIR/oidc/{key,forger}.pem and the bearer token
    oidc_issuer.py serve DIR PORT          discovery and JWKS of each shape, and GitHub's request URL
    oidc_issuer.py token KIND [options]    prints a token of KIND github, gitlab or email
    oidc_issuer.py identity KIND           prints the name that Fulcio certifies for such a token

`token` finds its issuer in SIGSTORE_DIR (see `start`), or in --dir. Each shape is an issuer of its
own, because Fulcio reads the kind of a token from its issuer. The key lives as long as DIR.

GitHub's request URL (ACTIONS_ID_TOKEN_REQUEST_URL) answers GET ...&audience=A, with the bearer token
of ACTIONS_ID_TOKEN_REQUEST_TOKEN, with {"value": TOKEN}; without audience it is the owner's URL.
"""

import argparse
import base64
import hmac
import http.server
import json
import os
import pathlib
import secrets
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KIND = ("github", "gitlab", "email")
LIFETIME = 300  # seconds, as GitHub's
COMMIT = "5f2b7c1d9e3a4068b1c2d3e4f5061728394a5b6c"
WORKFLOW_COMMIT = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"

GITHUB = {
    "repository": "example-devices/infusion-pump-controller",
    "repository_id": "701234567",
    "repository_owner": "example-devices",
    "repository_owner_id": "81234567",
    "repository_visibility": "private",
    "ref": "refs/tags/v1.4.0",
    "ref_type": "tag",
    "ref_protected": "true",
    "sha": COMMIT,
    "head_ref": "",
    "base_ref": "",
    "event_name": "push",
    "workflow": "release",
    "workflow_ref": "example-devices/infusion-pump-controller/.github/workflows/release.yml@refs/tags/v1.4.0",
    "workflow_sha": COMMIT,
    "job_workflow_ref": "example-devices/release-workflows/.github/workflows/batchseal.yml@refs/tags/v2.0.0",
    "job_workflow_sha": WORKFLOW_COMMIT,
    "runner_environment": "github-hosted",
    "run_id": "9001234567",
    "run_number": "42",
    "run_attempt": "1",
    "actor": "release-engineer",
    "actor_id": "91234567",
}

GITLAB = {
    "project_path": "example-devices/infusion-pump-controller",
    "project_id": "4012345",
    "project_visibility": "private",
    "namespace_path": "example-devices",
    "namespace_id": "5012345",
    "pipeline_id": "6012345",
    "pipeline_source": "push",
    "job_id": "7012345",
    "ref": "v1.4.0",
    "ref_type": "tag",
    "ref_path": "refs/tags/v1.4.0",
    "ref_protected": "true",
    "sha": COMMIT,
    "ci_config_ref_uri": "gitlab.com/example-devices/infusion-pump-controller//.gitlab-ci.yml@refs/tags/v1.4.0",
    "ci_config_sha": COMMIT,
    "runner_id": 8012345,
    "runner_environment": "gitlab-hosted",
    "user_id": "9012345",
    "user_login": "release-engineer",
    "user_email": "release-engineer@example.com",
}

EMAIL = {"email": "release-engineer@example.com", "email_verified": True}


def subject(kind, claims):
    """`sub` as each forge writes it, so that it follows the claims that a test changes."""
    if kind == "github":
        return f"repo:{claims['repository']}:ref:{claims['ref']}"
    if kind == "gitlab":
        return f"project_path:{claims['project_path']}:ref_type:{claims['ref_type']}:ref:{claims['ref']}"
    return claims["email"]


def identity(kind):
    """The subject alternative name of the certificate: the workflow's address, or the e-mail address."""
    if kind == "github":
        return "https://github.com/" + GITHUB["job_workflow_ref"]
    if kind == "gitlab":
        return "https://" + GITLAB["ci_config_ref_uri"]
    return EMAIL["email"]


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header, claims, key):
    """A JWS in compact form, RS256 (RFC 7515 3.1, RFC 7518 3.3)."""
    body = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    return body + "." + base64url(key.sign(body.encode(), padding.PKCS1v15(), hashes.SHA256()))


class Issuer:
    """The keys in DIR/oidc and the address in DIR/oidc/url."""

    def __init__(self, directory):
        self.home = pathlib.Path(directory) / "oidc"

    def text(self, name):
        return (self.home / name).read_text().strip()

    def key(self, name="key"):
        return serialization.load_pem_private_key((self.home / f"{name}.pem").read_bytes(), None)

    def url(self, kind):
        return f"{self.text('url')}/{kind}"

    def key_id(self):
        public = self.key().public_key()
        form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        digest = hashes.Hash(hashes.SHA256())
        digest.update(public.public_bytes(*form))
        return base64url(digest.finalize())

    def token(self, kind, audience, changes=(), expired=False, forged=False):
        """`forged`: signed by another key under the issuer's own key id."""
        now = int(time.time()) - (2 * LIFETIME if expired else 0)
        claims = dict({"github": GITHUB, "gitlab": GITLAB, "email": EMAIL}[kind])
        claims.update(changes)
        claims.setdefault("sub", subject(kind, claims))
        claims.update(iss=self.url(kind), aud=audience, iat=now, nbf=now, exp=now + LIFETIME, jti=secrets.token_hex(16))
        header = {"alg": "RS256", "typ": "JWT", "kid": self.key_id()}
        return signed(header, claims, self.key("forger" if forged else "key"))

    def key_set(self):
        numbers = self.key().public_key().public_numbers()
        modulus = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
        public = {"kty": "RSA", "n": base64url(modulus), "e": base64url(b"\x01\x00\x01")}
        return {"keys": [{**public, "kid": self.key_id(), "use": "sig", "alg": "RS256"}]}

    def discovery(self, kind):
        return {
            "issuer": self.url(kind),
            "jwks_uri": self.url(kind) + "/jwks",
            "authorization_endpoint": self.url(kind) + "/none",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid"],
        }


def make_keys(directory):
    issuer = Issuer(directory)
    issuer.home.mkdir(parents=True, exist_ok=True)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for name in ("key", "forger"):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        (issuer.home / f"{name}.pem").write_bytes(key.private_bytes(*form))
    (issuer.home / "bearer").write_text(secrets.token_hex(16))


class Handler(http.server.BaseHTTPRequestHandler):
    issuer = None

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        status, answer = self.answer(url.path, urllib.parse.parse_qs(url.query))
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, path, query):
        kind, _, rest = path.lstrip("/").partition("/")
        if path == "/health":
            return 200, {"status": "ok"}
        if kind in KIND and rest == ".well-known/openid-configuration":
            return 200, self.issuer.discovery(kind)
        if kind in KIND and rest == "jwks":
            return 200, self.issuer.key_set()
        if path == "/actions/token":
            return self.actions(query)
        return 404, {"message": "no such page"}

    def actions(self, query):
        given = self.headers.get("Authorization", "").partition(" ")
        if given[0].lower() != "bearer" or not hmac.compare_digest(given[2].encode(), self.issuer.text("bearer").encode()):
            return 401, {"message": "the bearer token is missing or wrong"}
        audience = query.get("audience", [f"https://github.com/{GITHUB['repository_owner']}"])[0]
        return 200, {"value": self.issuer.token("github", audience)}


def serve(directory, port):
    Handler.issuer = Issuer(directory)
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def changed_claim(text):
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"got '{text}', expected NAME=VALUE")
    return name, value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("key").add_argument("dir")
    server = commands.add_parser("serve")
    server.add_argument("dir")
    server.add_argument("port", type=int)
    token = commands.add_parser("token")
    token.add_argument("kind", choices=KIND)
    token.add_argument("--dir", default=os.environ.get("SIGSTORE_DIR"), help="default: SIGSTORE_DIR")
    token.add_argument("--audience", default="sigstore")
    token.add_argument("--claim", type=changed_claim, action="append", default=[], metavar="NAME=VALUE")
    token.add_argument("--expired", action="store_true")
    token.add_argument("--forged", action="store_true")
    commands.add_parser("identity").add_argument("kind", choices=KIND)
    args = parser.parse_args()
    if args.command == "key":
        make_keys(args.dir)
    elif args.command == "serve":
        serve(args.dir, args.port)
    elif args.command == "identity":
        print(identity(args.kind))
    elif args.dir is None:
        parser.error("no issuer: set SIGSTORE_DIR or give --dir")
    else:
        # No newline: cosign takes a token's file as it is.
        print(Issuer(args.dir).token(args.kind, args.audience, args.claim, args.expired, args.forged), end="")


if __name__ == "__main__":
    main()
