//! Feeds the readers of time stamps: tokens, and the answers of authorities.

#![no_main]

use std::sync::LazyLock;

use batchseal::attestation::stamp::{self, Imprint, StampHash};
use batchseal::policy::anchors::StampAuthority;
use batchseal::policy::trust::Window;
use batchseal_fuzz::own_name;
use libfuzzer_sys::fuzz_target;

const ROOT: &[u8] = include_bytes!("../../tests/fixtures/stamps/root.der");
const MESSAGE: &[u8] = include_bytes!("../../tests/fixtures/stamps/message.txt");

static FEED: LazyLock<fn(&[u8])> = LazyLock::new(|| match own_name().as_str() {
    "time-stamp-token" => token,
    "time-stamp-response" => response,
    name => panic!("no reader for {name}"),
});

fuzz_target!(|input: &[u8]| FEED(input));

/// What verifies also says the same without verification.
fn token(input: &[u8]) {
    let root = StampAuthority { name: "root".to_owned(), certificates: vec![ROOT.to_vec()], window: Window::default() };
    let claims = stamp::claims(input);
    if let Ok(stamp) = stamp::verify(input, MESSAGE, &[root]) {
        assert_eq!(claims.expect("claims of a verified stamp").time, stamp.time);
    }
    // The certificate reader of an authority sees what people paste into trust files.
    let own = StampAuthority { name: "own".to_owned(), certificates: vec![input.to_vec()], window: Window::default() };
    let _ = stamp::verify(input, MESSAGE, &[own]);
}

fn response(input: &[u8]) {
    let request = stamp::request(&Imprint::of(StampHash::Sha256, MESSAGE), 7).expect("request");
    let _ = stamp::token_of_response(input, &request);
    let _ = stamp::token_of_response(input, input);
    if let Ok(token) = stamp::token_of_stored_response(input) {
        assert_eq!(stamp::response_of_token(token).expect("response"), input);
    }
}
