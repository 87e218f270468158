//! Merkle tree inclusion (RFC 9162 section 2.1.3.2) and the head of a checkpoint (C2SP tlog-checkpoint).
//!
//! No signature is looked at here: whoever relies on a log verifies the checkpoint's note with the
//! log's key. This says whether what the log has answered belongs together.

use sha2::{Digest, Sha256};

use crate::model::base64;

use super::sigstore_bundle::InclusionProof;

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InclusionError {
    /// Not a checkpoint.
    #[error("checkpoint of the log is malformed (expected an origin, a size and a root hash)")]
    Checkpoint,
    /// The proof and the checkpoint are of different trees.
    #[error("inclusion proof and checkpoint are of different trees ({got} and {expected} entries)")]
    OtherTree {
        /// Size in the proof.
        got: u64,
        /// Size in the checkpoint.
        expected: u64,
    },
    /// The hashes do not lead to the root.
    #[error("inclusion proof does not lead to the root of the checkpoint")]
    Root,
}

/// Checks that a body is in the tree of the proof's checkpoint.
///
/// # Errors
/// [`InclusionError`].
pub fn check(body: &[u8], proof: &InclusionProof) -> Result<(), InclusionError> {
    let (size, root) = head(&proof.checkpoint).ok_or(InclusionError::Checkpoint)?;
    if size != proof.tree_size {
        return Err(InclusionError::OtherTree { got: proof.tree_size, expected: size });
    }
    let leaf = hash(&[&[0], body]);
    let computed = root_of(proof.log_index, size, leaf, &proof.hashes).ok_or(InclusionError::Root)?;
    if computed.as_slice() == root && root == proof.root_hash { Ok(()) } else { Err(InclusionError::Root) }
}

fn head(checkpoint: &str) -> Option<(u64, Vec<u8>)> {
    let mut lines = checkpoint.lines();
    let _origin = lines.next().filter(|line| !line.is_empty())?;
    let size = lines.next()?.parse().ok()?;
    Some((size, base64::decode(lines.next()?).ok()?))
}

fn root_of(index: u64, size: u64, leaf: [u8; 32], hashes: &[Vec<u8>]) -> Option<[u8; 32]> {
    let (mut at, mut last) = (index, size.checked_sub(1).filter(|last| index <= *last)?);
    let mut root = leaf;
    for sibling in hashes {
        if sibling.len() != 32 || last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            root = hash(&[&[1], sibling, &root]);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            root = hash(&[&[1], &root, sibling]);
        }
        at >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(root)
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::{InclusionError, check, hash};
    use crate::attestation::sigstore_bundle::InclusionProof;
    use crate::model::base64;

    /// Root of the leaves, straight from the definition (RFC 9162 section 2.1.1).
    fn tree(leaves: &[[u8; 32]]) -> [u8; 32] {
        match leaves {
            [] => hash(&[]),
            [one] => *one,
            many => {
                let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
                hash(&[&[1], &tree(left), &tree(right)])
            }
        }
    }

    fn path(index: usize, leaves: &[[u8; 32]]) -> Vec<Vec<u8>> {
        if leaves.len() < 2 {
            return Vec::new();
        }
        let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
        let (mut hashes, other) = if index < left.len() {
            (path(index, left), tree(right))
        } else {
            (path(index - left.len(), right), tree(left))
        };
        hashes.push(other.to_vec());
        hashes
    }

    fn proof(index: usize, size: usize) -> (Vec<u8>, InclusionProof) {
        let bodies: Vec<Vec<u8>> = (0..size).map(|number| format!("body {number}").into_bytes()).collect();
        let leaves: Vec<_> = bodies.iter().map(|body| hash(&[&[0], body])).collect();
        let root = tree(&leaves);
        let proof = InclusionProof {
            log_index: index as u64,
            root_hash: root.to_vec(),
            tree_size: size as u64,
            hashes: path(index, &leaves),
            checkpoint: format!("log.example\n{size}\n{}\n\n\u{2014} log.example AAAA\n", base64::encode(&root)),
        };
        (bodies[index].clone(), proof)
    }

    #[test]
    fn accepts_every_leaf_of_trees_of_every_small_size() {
        for size in 1..=17 {
            for index in 0..size {
                let (body, proof) = proof(index, size);
                assert_eq!(check(&body, &proof), Ok(()), "{index} of {size}");
            }
        }
    }

    #[test]
    fn rejects_another_body_index_size_root_hash_and_path() {
        for (index, size) in [(0, 1), (3, 7), (6, 7), (11, 16)] {
            let (body, good) = proof(index, size);
            assert_eq!(check(b"other", &good), Err(InclusionError::Root));
            let mut bad = vec![
                InclusionProof { log_index: good.log_index ^ 1, ..good.clone() },
                InclusionProof { tree_size: good.tree_size + 1, ..good.clone() },
                InclusionProof { root_hash: vec![0; 32], ..good.clone() },
                InclusionProof { hashes: [good.hashes.clone(), vec![vec![0; 32]]].concat(), ..good.clone() },
                InclusionProof { checkpoint: String::new(), ..good.clone() },
                InclusionProof { checkpoint: "log.example\n-1\nAAAA\n".to_owned(), ..good.clone() },
                InclusionProof { log_index: u64::MAX, ..good.clone() },
            ];
            if !good.hashes.is_empty() {
                bad.push(InclusionProof { hashes: good.hashes[1..].to_vec(), ..good.clone() });
                bad.push(InclusionProof { hashes: vec![vec![0; 31]; good.hashes.len()], ..good.clone() });
            }
            for proof in bad {
                assert!(check(&body, &proof).is_err(), "{proof:?}");
            }
        }
    }
}
