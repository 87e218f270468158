// jsclient.cjs TRUSTED_ROOT BUNDLE FILE IDENTITY ISSUER: verifies with npm's @sigstore/verify.
// The library checks the envelope; that FILE is a subject of the statement in it is checked here.
// Exit 0: verified, 1: refused, with the library's reason on stderr.
"use strict";
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { bundleFromJSON } = require("@sigstore/bundle");
const { TrustedRoot } = require("@sigstore/protobuf-specs");
const { Verifier, toSignedEntity, toTrustMaterial } = require("@sigstore/verify");

const json = (path) => JSON.parse(readFileSync(path, "utf8"));
// The library takes an identity as a regular expression; ours are exact.
const exactly = (text) => "^" + text.replace(/[.*+?^${}()|[\]\\\/-]/g, "\\$&") + "$";

function refuseForeignSubject(bundle, file) {
  const statement = JSON.parse(bundle.content.dsseEnvelope.payload.toString("utf8"));
  const digest = createHash("sha256").update(file).digest("hex");
  if (!statement.subject.some((subject) => subject.digest.sha256 === digest)) {
    throw new Error(`no subject has the file's digest ${digest}`);
  }
}

function verify(rootPath, bundlePath, filePath, identity, issuer) {
  const bundle = bundleFromJSON(json(bundlePath));
  const file = readFileSync(filePath);
  const trust = toTrustMaterial(TrustedRoot.fromJSON(json(rootPath)));
  const policy = { subjectAlternativeName: exactly(identity), extensions: { issuer } };
  new Verifier(trust).verify(toSignedEntity(bundle, file), policy);
  if (bundle.content.$case === "dsseEnvelope") refuseForeignSubject(bundle, file);
}

try {
  verify(...process.argv.slice(2));
  console.log("verified");
} catch (error) {
  console.error(`refused: ${error.code ?? ""} ${error.message}`);
  process.exitCode = 1;
}
