//! Names of environment variables: which a build may see, and which it never may.

/// Names that every build may see.
const ALLOWED: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "TEMP",
    "TMP",
    "TERM",
    "NO_COLOR",
    "CI",
    "SOURCE_DATE_EPOCH",
    "ZERO_AR_DATE",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "CARGO_HOME",
    "CARGO_INCREMENTAL",
    "CARGO_ENCODED_RUSTFLAGS",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "RUSTC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTDOC",
    "RUSTFLAGS",
    "RUSTDOCFLAGS",
    "RUSTC_BOOTSTRAP",
    "CC",
    "CXX",
    "CPP",
    "AR",
    "AS",
    "LD",
    "NM",
    "STRIP",
    "OBJCOPY",
    "RANLIB",
    "CFLAGS",
    "CXXFLAGS",
    "CPPFLAGS",
    "LDFLAGS",
    "ARFLAGS",
    "LDLIBS",
    "SDKROOT",
    "MACOSX_DEPLOYMENT_TARGET",
    "DEVELOPER_DIR",
    "CROSS_COMPILE",
    "ARCH",
    "GOPATH",
    "GOFLAGS",
    "GOROOT",
    "GOOS",
    "GOARCH",
    "GOARM",
    "GOCACHE",
    "GOMODCACHE",
    "GOPROXY",
    "GOSUMDB",
    "GOTOOLCHAIN",
    "CGO_ENABLED",
    "JAVA_HOME",
    "ANDROID_HOME",
    "ANDROID_NDK_HOME",
    "CMAKE_GENERATOR",
    "CMAKE_PREFIX_PATH",
    "CMAKE_BUILD_PARALLEL_LEVEL",
    "CMAKE_TOOLCHAIN_FILE",
    "DOTNET_ROOT",
    "PYTHONHASHSEED",
    "VIRTUAL_ENV",
    "NODE_ENV",
];

/// Beginnings of such names.
const ALLOWED_PREFIXES: &[&str] = &[
    "LC_",
    "PKG_CONFIG",
    "CARGO_BUILD_",
    "CARGO_PROFILE_",
    "CARGO_TARGET_",
    "CARGO_NET_",
    "CARGO_HTTP_",
    "CARGO_TERM_",
    "CARGO_REGISTRIES_",
    "CARGO_SOURCE_",
    "CC_",
    "CXX_",
    "AR_",
    "CFLAGS_",
    "CXXFLAGS_",
];

/// Further names on Windows, where case does not count.
const ALLOWED_ON_WINDOWS: &[&str] = &[
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "USERPROFILE",
    "USERNAME",
    "HOMEDRIVE",
    "HOMEPATH",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PROGRAMFILES(X86)",
    "PROGRAMW6432",
    "COMMONPROGRAMFILES",
    "COMMONPROGRAMFILES(X86)",
    "NUMBER_OF_PROCESSORS",
    "PROCESSOR_ARCHITECTURE",
    "OS",
    "INCLUDE",
    "LIB",
    "LIBPATH",
    "VCINSTALLDIR",
    "VCTOOLSINSTALLDIR",
    "WINDOWSSDKDIR",
    "WINDOWSSDKVERSION",
];

/// Never passed on, whatever the policy lists: doors to agents, identities and the CI's own channels.
const REFUSED_PREFIXES: &[&str] = &[
    "SSH_AUTH_SOCK",
    "SSH_AGENT",
    "SSH_ASKPASS",
    "GPG_AGENT",
    "GNUPG",
    "GIT_ASKPASS",
    "DBUS_SESSION",
    "ACTIONS_",
    "SIGSTORE_",
    "COSIGN_",
    "BATCHSEAL_",
    "GITHUB_ENV",
    "GITHUB_PATH",
    "GITHUB_OUTPUT",
    "GITHUB_STATE",
    "GITHUB_STEP_SUMMARY",
    "AWS_WEB_IDENTITY",
    "AWS_CONTAINER_",
    "LD_PRELOAD",
    "LD_AUDIT",
    "DYLD_INSERT",
];

/// Parts of a name that say "secret" wherever they stand.
const SECRET_PARTS: &[&str] = &[
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "PRIVATE",
    "CREDENTIAL",
    "API_KEY",
    "APIKEY",
    "ACCESS_KEY",
];

/// Words between underscores that say so.
const SECRET_WORDS: &[&str] = &["AUTH", "KEY", "PAT", "PASS", "PWD", "JWT", "COOKIE", "OTP"];

/// Whether every build may see a variable of this name, secrets aside.
pub(super) fn is_built_in(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    ALLOWED.contains(&name)
        || ALLOWED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || (cfg!(windows) && (ALLOWED_ON_WINDOWS.contains(&upper.as_str()) || ALLOWED.contains(&upper.as_str())))
}

/// Whether a variable of this name is never passed on and its value never shown.
pub(super) fn is_secret(name: &str, reserved: &[String]) -> bool {
    let upper = name.to_ascii_uppercase();
    let words = || upper.split(['_', '-']);
    reserved.iter().any(|reserved| reserved.eq_ignore_ascii_case(name))
        || REFUSED_PREFIXES.iter().any(|prefix| upper.starts_with(prefix))
        || SECRET_PARTS.iter().any(|part| upper.contains(part))
        || (words().count() > 1 && words().any(|word| SECRET_WORDS.contains(&word)))
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn knows_secret_names_from_ordinary_ones() {
        for name in [
            "SSH_AUTH_SOCK",
            "GPG_AGENT_INFO",
            "ACTIONS_ID_TOKEN_REQUEST_URL",
            "SIGSTORE_ID_TOKEN",
            "VAULT_ID_TOKEN",
            "db_password",
            "GH_PAT",
            "DEPLOY_KEY",
            "AWS_SECRET_ACCESS_KEY",
            "NPM_AUTH",
            "BATCHSEAL_KEY",
            "X_API_KEY",
        ] {
            assert!(is_secret(name, &[]), "{name} would be passed");
        }
        for name in ["PATH", "PWD", "GIT_AUTHOR_NAME", "KEYBOARD", "COMPASS_DIR", "CARGO_TERM_COLOR"] {
            assert!(!is_secret(name, &[]), "{name} would be refused");
        }
    }
}
