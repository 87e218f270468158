//! The four checks are registered, with their pages.

use batchseal::gate::registry::find;
use batchseal::model::outcome::{CheckId, Severity};

#[test]
fn each_check_is_registered_blocks_and_has_a_page_of_the_fixed_shape() {
    for number in [13, 14, 18, 19] {
        let meta = find(CheckId::new(number)).expect("registered").meta();
        assert_eq!(meta.id, CheckId::new(number));
        assert_eq!(meta.severity, Severity::Block);
        assert!(!meta.clauses.is_empty());
        assert!(meta.page.starts_with(&format!("# {} {}\n", meta.id, meta.title)), "{}", meta.page);
        for section in [
            "## Requirement",
            "## What is looked at",
            "## Passes when",
            "## Fails when",
            "## Asks a person when",
            "## Remediation",
            "## Concession",
            "## Since version",
        ] {
            assert!(meta.page.contains(&format!("\n{section}\n")), "{}: {section}", meta.id);
        }
    }
}
