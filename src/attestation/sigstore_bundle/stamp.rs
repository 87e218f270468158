//! Stamps as the format holds them (sigstore_common.proto, RFC3161SignedTimestamp): a TimeStampResp, of
//! which only the token inside is signed. We write the shortest one, and read no other.

/// PKIStatusInfo `granted`, and nothing else.
const GRANTED: [u8; 5] = [0x30, 3, 2, 1, 0];

/// The response around a token.
pub(super) fn response_of(token: &[u8]) -> Vec<u8> {
    let length = GRANTED.len() + token.len();
    let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    let mut response = vec![0x30];
    if length >= 0x80 {
        // A length has at most eight bytes.
        response.push(0x80 | u8::try_from(bytes.len()).unwrap_or(8));
    }
    response.extend(bytes);
    response.extend(GRANTED);
    response.extend(token);
    response
}

/// The token in a response that [`response_of`] has made; other bytes stay as they are, and are found
/// out by the spelling rule of the bundle.
pub(super) fn token_of(response: Vec<u8>) -> Vec<u8> {
    let start = response.windows(GRANTED.len()).take(12).position(|window| window == GRANTED);
    let token = start.and_then(|start| response.get(start + GRANTED.len()..)).unwrap_or_default();
    if response_of(token) == response { token.to_vec() } else { response }
}

#[cfg(test)]
mod tests {
    use super::{response_of, token_of};

    #[test]
    fn reads_what_it_writes_at_every_length_of_length() {
        for size in [0, 1, 122, 123, 250, 251, 300, 70_000] {
            let token = vec![0x31; size];
            assert_eq!(token_of(response_of(&token)), token, "{size}");
        }
        assert_eq!(response_of(&[9]), [0x30, 6, 0x30, 3, 2, 1, 0, 9]);
        assert_eq!(response_of(&[9; 200])[..8], [0x30, 0x81, 205, 0x30, 3, 2, 1, 0]);
    }

    #[test]
    fn leaves_everything_else_as_it_is() {
        for other in [
            vec![],
            vec![0x30],
            vec![9],
            vec![0x30, 6, 0x30, 3, 2, 1, 1, 9],
            vec![0x30, 7, 0x30, 3, 2, 1, 0, 9],
            vec![0x30, 0x81, 6, 0x30, 3, 2, 1, 0, 9],
        ] {
            assert_eq!(token_of(other.clone()), other);
        }
    }
}
