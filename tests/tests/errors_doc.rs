//! `docs/ERRORS.md` lists every code there is, once.

use dozor_tests::errors_doc::{codes_in_two_tables, document};

fn path() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ERRORS.md")
}

#[test]
fn the_document_lists_the_tables_of_all_crates() {
    let expected = document();
    if std::env::var_os("DOZOR_WRITE_DOCS").is_some() {
        std::fs::write(path(), &expected).unwrap();
    }
    let found = std::fs::read_to_string(path()).unwrap();
    assert!(found == expected, "docs/ERRORS.md is stale: write it anew with DOZOR_WRITE_DOCS=1");
}

#[test]
fn no_code_means_two_things() {
    assert_eq!(codes_in_two_tables(), Vec::<&str>::new());
}
