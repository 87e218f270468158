//! Finds the library that reaches a token: by the URI, or by `BATCHSEAL_PKCS11_MODULE`.

use std::path::{Path, PathBuf};

use crate::policy::pkcs11_uri::Module;

use super::token_error::{MODULE_VARIABLE, TokenError};

/// Where systems keep PKCS#11 modules.
const PLACES: &[&str] = &[
    "/usr/lib/pkcs11",
    "/usr/lib64/pkcs11",
    "/usr/lib/x86_64-linux-gnu/pkcs11",
    "/usr/lib/aarch64-linux-gnu/pkcs11",
    "/usr/lib/softhsm",
    "/usr/lib64/softhsm",
    "/usr/lib/x86_64-linux-gnu/softhsm",
    "/usr/lib/aarch64-linux-gnu/softhsm",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib/pkcs11",
    "/usr/local/lib",
    "/opt/homebrew/lib/pkcs11",
    "/opt/homebrew/lib",
];

/// The file of the module.
pub(super) fn find(module: Option<&Module>) -> Result<PathBuf, TokenError> {
    match module {
        Some(Module::Path(path)) => Ok(PathBuf::from(path)),
        Some(Module::Name(name)) => in_places(name, PLACES),
        None => match std::env::var_os(MODULE_VARIABLE).map(PathBuf::from) {
            // A bare name would be looked up by the system's loader, in places that others may fill.
            Some(path) if path.is_absolute() => Ok(path),
            Some(path) => Err(TokenError::Module {
                path: path.display().to_string(),
                reason: format!("{MODULE_VARIABLE} is no absolute path"),
            }),
            None => Err(TokenError::NoModule),
        },
    }
}

fn in_places(name: &str, places: &[&str]) -> Result<PathBuf, TokenError> {
    let file = |name: String| format!("{name}{}", std::env::consts::DLL_SUFFIX);
    let names = [file(name.to_owned()), file(format!("lib{name}"))];
    let candidates = places.iter().flat_map(|place| names.iter().map(move |name| Path::new(place).join(name)));
    candidates.into_iter().find(|path| path.is_file()).ok_or_else(|| TokenError::ModuleNotFound {
        name: name.to_owned(),
        places: places.iter().map(|place| (*place).to_owned()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Module, TokenError, find, in_places};

    #[test]
    fn finds_modules_by_name_and_says_where_it_looked() {
        let folder = tempfile::tempdir().expect("folder");
        let place = folder.path().to_str().expect("text");
        let path = folder.path().join(format!("libtoken{}", std::env::consts::DLL_SUFFIX));
        std::fs::write(&path, b"").expect("file");
        assert_eq!(in_places("token", &[place]).expect("module"), path);
        let absent = in_places("other", &[place]).expect_err("no module");
        assert!(absent.to_string().contains(place), "{absent}");
    }

    #[test]
    fn takes_a_path_as_it_stands() {
        let path = "/opt/vendor/p11.so";
        assert_eq!(find(Some(&Module::Path(path.to_owned()))).expect("module").to_str(), Some(path));
        let unknown = find(Some(&Module::Name("no-such-module-anywhere".to_owned())));
        assert!(matches!(unknown, Err(TokenError::ModuleNotFound { .. })));
    }
}
