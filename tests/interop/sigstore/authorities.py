#!/usr/bin/env python3
"""authorities.py DIR [tsa DAYS]: the keys and certificates of one private Sigstore, freshly made.

    fulcio/{key,chain,root}.pem   P-256 intermediate under a P-384 root; chain: intermediate, root
    tsa/{key,chain,root}.pem      P-384 leaf under a P-384 root; chain: leaf, root
    ct/{key,public}.pem           P-256; the private key in SEC 1 form, as tesseract reads it
    rekor/{key,public}.pem        Ed25519

With `tsa DAYS` only those of a timestamp authority, in DIR itself, which end after so many days.
The shapes are those of Sigstore's public instance. The keys are unencrypted: they guard nothing.
"""

import datetime
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)


def name(common):
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "interop test"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def usage(authority):
    """keyCertSign and cRLSign for an authority, digitalSignature for a leaf."""
    flags = dict.fromkeys(
        ["content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"], False
    )
    return x509.KeyUsage(digital_signature=not authority, key_cert_sign=authority, crl_sign=authority, **flags)


def certificate(common, key, issuer=None, path_length=None, purpose=None, days=30):
    """`issuer` (certificate, key), None for a root; `path_length` None makes a leaf."""
    above, above_key = issuer or (None, key)
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    authority = path_length is not None
    builder = (
        x509.CertificateBuilder(name(common) if above is None else above.subject, name(common), key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + days * DAY)
        .add_extension(x509.BasicConstraints(authority, path_length), critical=True)
        .add_extension(usage(authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above_key.public_key()), critical=False)
    )
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=not authority)
    return builder.sign(above_key, hashes.SHA384() if above_key.curve.key_size == 384 else hashes.SHA256())


def write_key(folder, key, form=PrivateFormat.PKCS8):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, form, NoEncryption()))
    (folder / "key.pem").chmod(0o600)
    (folder / "public.pem").write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def write_chain(folder, *chain):
    pem = [one.public_bytes(Encoding.PEM) for one in chain]
    (folder / "chain.pem").write_bytes(b"".join(pem))
    (folder / "root.pem").write_bytes(pem[-1])


def fulcio(folder):
    root_key, key = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP256R1())
    root = certificate("fulcio root", root_key, path_length=1)
    signer = certificate("fulcio intermediate", key, (root, root_key), 0, ExtendedKeyUsageOID.CODE_SIGNING)
    write_key(folder, key)
    write_chain(folder, signer, root)


def tsa(folder, days=30):
    root_key, key = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP384R1())
    root = certificate("timestamp root", root_key, path_length=0, days=days + 1)
    leaf = certificate("timestamp", key, (root, root_key), None, ExtendedKeyUsageOID.TIME_STAMPING, days)
    write_key(folder, key)
    write_chain(folder, leaf, root)


def main():
    home = pathlib.Path(sys.argv[1])
    if sys.argv[2:3] == ["tsa"]:
        tsa(home, int(sys.argv[3]))
        return
    fulcio(home / "fulcio")
    tsa(home / "tsa")
    write_key(home / "ct", ec.generate_private_key(ec.SECP256R1()), PrivateFormat.TraditionalOpenSSL)
    write_key(home / "rekor", ed25519.Ed25519PrivateKey.generate())


if __name__ == "__main__":
    main()
