//! The checks are registered, with their pages.

use batchseal::gate::registry::find;
use batchseal::model::outcome::{CheckId, Severity};

#[test]
fn each_check_is_registered_and_has_a_page_of_the_fixed_shape() {
    for number in [13, 14, 15, 16, 17, 18, 19] {
        let id = CheckId::new(number);
        let meta = find(id).expect("registered").meta();
        assert_eq!(meta.id, id);
        let own = if (15..=17).contains(&number) { Severity::Warn } else { Severity::Block };
        assert_eq!(meta.severity, own);
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
