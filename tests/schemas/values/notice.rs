//! Values of amendments and withdrawals.

use batchseal::model::addendum::{Notice, NoticeKind};
use batchseal::model::approval::Authentication;
use batchseal::model::batch::SchemaVersion;

use super::renewal::covered;
use super::{bare_tool, device, every, role, time, tool, version};

/// The example of the page.
pub fn full() -> Notice {
    Notice {
        schema_version: SchemaVersion,
        kind: NoticeKind::Withdrawal,
        number: 2,
        device: device(),
        version: version(),
        bundle: covered("infusion-pump-controller-1.4.0.evidence.zip"),
        addenda: vec![covered("01-renewal")],
        documents: vec![covered("field-safety-notice.pdf")],
        reason: "CAPA-0042: the dose is rounded up at 0.05 ml/h".to_owned(),
        printed_name: "Release Manager (example)".to_owned(),
        role: role("authoriser"),
        signed_at: time("2027-02-11T08:15:00+01:00"),
        authentication: Authentication::KeyFileWithPassphrase,
        tool: tool(),
    }
}

pub fn all() -> Vec<Notice> {
    let bare = Notice { addenda: Vec::new(), documents: Vec::new(), number: 1, tool: bare_tool(), ..full() };
    let mut all = vec![full(), bare];
    all.extend(every!(NoticeKind: Amendment, Withdrawal).map(|kind| Notice { kind, ..full() }));
    for authentication in
        every!(Authentication: KeyFileWithPassphrase, KeyFileWithSuppliedPassphrase, KeyFileWithoutPassphrase, Agent)
    {
        all.push(Notice { authentication, ..full() });
    }
    all
}
