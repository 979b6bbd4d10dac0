//! Files that are read, that change, and that are of no use.

use super::*;
use crate::stir::verifier::tests::{Authority, Issued};

/// A folder that is gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("spangate-stir-{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("certificates/cert.example.org/a")).expect("a folder");
        Folder(path)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), text).expect("a file");
    }

    fn settings(&self) -> config::model::Stir {
        config::model::Stir {
            signing: Some(Signing {
                certificate_url: "https://cert.example.org/a/own.pem".into(),
                key: self.0.join("key.pem"),
                origid: "123e4567-e89b-12d3-a456-426655440000".into(),
            }),
            verification: Some(Verification {
                authorities: self.0.join("authorities.pem"),
                certificates: self.0.join("certificates"),
                fresh: Duration::from_secs(60),
            }),
            country_code: String::new(),
        }
    }

    /// What a gateway with one certificate, its own, has.
    fn fill(&self) -> Authority {
        let authority = Authority::new();
        let Issued { pem, key, .. } = authority.issue(b"\x30\x08\xa0\x06\x16\x041234");
        self.write("authorities.pem", &authority.root);
        self.write("key.pem", key);
        self.write("certificates/cert.example.org/a/own.pem", pem);
        authority
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _left = fs::remove_dir_all(&self.0);
    }
}

fn known(stir: &Stir, url: &str) -> bool {
    stir.verifier.as_ref().is_some_and(|verifier| verifier.certificates.at(url).is_some())
}

#[test]
fn a_certificate_is_found_by_its_url_and_one_that_is_broken_is_left_out() {
    let folder = Folder::new("found");
    folder.fill();
    folder.write("certificates/broken.pem", "nothing");
    let (_, stir) = Credentials::load(folder.settings()).expect("files");
    assert!(stir.signer.is_some() && known(&stir, "https://cert.example.org/a/own.pem"));
    assert!(
        !known(&stir, "https://broken.pem") && !known(&stir, "https://cert.example.org/../cert.example.org/a/own.pem")
    );
}

#[test]
fn files_that_change_are_read_again_and_bad_ones_are_told() {
    let folder = Folder::new("change");
    let authority = folder.fill();
    let (mut credentials, _) = Credentials::load(folder.settings()).expect("files");
    assert!(matches!(credentials.look(), Look::Same));
    folder.write("certificates/other.pem", authority.issue(b"\x30\x08\xa0\x06\x16\x045678").pem);
    let Look::Renewed(stir) = credentials.look() else { panic!("a file has come") };
    assert!(known(&stir, "https://other.pem"));
    folder.write("key.pem", "no key");
    assert!(matches!(credentials.look(), Look::Refused(CredentialsError::Key(..))));
    assert!(matches!(credentials.look(), Look::Same), "it is told once");
}

#[test]
fn what_is_missing_or_does_not_fit_ends_the_start_with_a_sentence() {
    let folder = Folder::new("missing");
    let why = |settings| Credentials::load(settings).expect_err("it is of no use").to_string();
    assert!(why(folder.settings()).contains("key.pem\" cannot be read"));
    let authority = folder.fill();
    folder.write("key.pem", authority.issue(b"\x30\x08\xa0\x06\x16\x041234").key);
    assert!(why(folder.settings()).contains("is not the key of the certificate of https://cert.example.org/a/own.pem"));
    folder.fill();
    folder.write("authorities.pem", "none");
    assert!(why(folder.settings()).contains("authorities.pem"));
}

#[test]
fn without_the_section_there_is_nothing_to_read() {
    let (credentials, stir) = Credentials::load(config::model::Stir::default()).expect("nothing");
    assert!(stir.signer.is_none() && stir.verifier.is_none() && credentials.read.is_empty());
}
