//! The compact set of conformance cases passes, eagerly and through compiled functions.

use std::path::Path;

#[test]
fn compact_set_passes() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/conformance");
    let report = brain_jit_conformance::run(&directory, None).expect("the cases can be read");
    let [passed, failed, unsupported, _] = report.totals();
    assert_eq!(failed, 0, "\n{}", report.failures.join("\n"));
    assert_eq!(unsupported, 0, "\n{}", report.text());
    assert!(passed > 900, "only {passed} cases passed");
    let [compiled, failed] = report.compiled_totals();
    assert_eq!(failed, 0, "through compiled functions");
    assert!(
        compiled > 300,
        "only {compiled} cases through compiled functions"
    );
}
