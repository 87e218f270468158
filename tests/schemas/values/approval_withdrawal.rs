//! Values of withdrawals.

use batchseal::model::approval::Authentication;
use batchseal::model::approval_withdrawal::{WITHDRAWAL_MEANING, Withdrawal};
use batchseal::model::batch::SchemaVersion;

use super::{batch, device, every, role, sha256, time, version};

/// The example of the page.
pub fn full() -> Withdrawal {
    Withdrawal {
        schema_version: SchemaVersion,
        device: device(),
        version: version(),
        udi: Some(batch::udi()),
        printed_name: "Software Reviewer (example)".to_owned(),
        role: role("reviewer"),
        meaning: WITHDRAWAL_MEANING.to_owned(),
        reason: "the alarm test ran on another build".to_owned(),
        withdraws: sha256("approvals/01-reviewer.json"),
        signed_at: time("2026-11-23T15:20:11+01:00"),
        authentication: Authentication::KeyFileWithPassphrase,
        stamped: true,
    }
}

pub fn all() -> Vec<Withdrawal> {
    let mut all = vec![full(), Withdrawal { udi: None, stamped: false, ..full() }];
    for authentication in
        every!(Authentication: KeyFileWithPassphrase, KeyFileWithSuppliedPassphrase, KeyFileWithoutPassphrase, Agent)
    {
        all.push(Withdrawal { authentication, ..full() });
    }
    all.extend(batch::all().into_iter().map(|batch| Withdrawal { udi: batch.udi, ..full() }));
    all
}
