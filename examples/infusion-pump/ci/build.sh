#!/bin/sh
# What the pipeline runs: the product, then the safety cases against it.
set -eu
cargo build --release --offline --locked
cargo test --release --offline --locked --test safety
