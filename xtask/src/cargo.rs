//! How automation talks to cargo: where the workspace lies, what it holds, and where cargo put what it built.
//!
//! Paths of built programs come from cargo's own messages, so that any target folder works.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// What cargo says about the workspace, without its outside crates.
pub(crate) struct Workspace {
    pub(crate) packages: Vec<Package>,
}

/// One crate of ours, as its manifest describes it.
pub(crate) struct Package {
    pub(crate) name: String,
    /// Path of its `Cargo.toml`, as cargo gives it.
    pub(crate) manifest: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
    /// The first file of each integration test binary.
    pub(crate) test_binaries: Vec<PathBuf>,
}

/// One line under `[dependencies]`, `[build-dependencies]` or `[dev-dependencies]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) is_for_tests: bool,
}

/// The folder that holds the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().map_or_else(|| here.clone(), Path::to_path_buf)
}

/// The cargo that started this program, to be run in the root of the workspace.
pub(crate) fn command() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root());
    command
}

/// Asks cargo for the crates of the workspace.
pub(crate) fn workspace() -> Result<Workspace> {
    let output = command()
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .stderr(Stdio::inherit())
        .output()
        .context("could not run cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata ended with {}", output.status);
    }
    let answer: Value = serde_json::from_slice(&output.stdout).context("cargo metadata gave no JSON")?;
    Ok(Workspace { packages: list(&answer, "packages").iter().map(package).collect() })
}

/// What [`build`] is told to build the program and the made-up Flickr.
pub(crate) const BOTH_PROGRAMS: &[&str] = &[
    "--package",
    "flickr-backup",
    "--bin",
    "flickr-backup",
    "--package",
    "flickr-simulator",
    "--example",
    "serve",
];

/// Builds program and made-up Flickr, and returns their paths.
pub(crate) fn build_both() -> Result<(PathBuf, PathBuf)> {
    let built = build(BOTH_PROGRAMS, &["flickr-backup", "serve"])?;
    let [program, serve] = built.as_slice() else { bail!("cargo did not build both programs") };
    Ok((program.clone(), serve.clone()))
}

/// Builds what `arguments` ask for and returns the paths of the programs called `names`, in that order.
pub(crate) fn build(arguments: &[&str], names: &[&str]) -> Result<Vec<PathBuf>> {
    let output = command()
        .args(["build", "--locked", "--message-format=json-render-diagnostics"])
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .context("could not run cargo build")?;
    if !output.status.success() {
        bail!("cargo build {} ended with {}", arguments.join(" "), output.status);
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    names
        .iter()
        .map(|name| {
            executable(&messages, name).with_context(|| format!("cargo built no program called {name}"))
        })
        .collect()
}

/// Finds the program called `name` among cargo's messages, one JSON object a line.
fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact" && message["target"]["name"] == name)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

fn package(value: &Value) -> Package {
    Package {
        name: text(value, "name"),
        manifest: text(value, "manifest_path").into(),
        dependencies: list(value, "dependencies").iter().map(dependency).collect(),
        test_binaries: list(value, "targets")
            .iter()
            .filter(|target| list(target, "kind").iter().any(|kind| kind == "test"))
            .map(|target| text(target, "src_path").into())
            .collect(),
    }
}

fn dependency(value: &Value) -> Dependency {
    Dependency { name: text(value, "name"), is_for_tests: value["kind"] == "dev" }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_built_program_is_found_by_its_name_and_not_by_its_place() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"serve","kind":["example"]},"executable":"/t/x/serve"}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"other","kind":["lib"]},"executable":null}"#,
            "\nnot json\n",
            r#"{"reason":"build-finished","success":true}"#,
        );

        assert_eq!(executable(messages, "serve"), Some(PathBuf::from("/t/x/serve")));
        assert_eq!(executable(messages, "other"), None);
        assert_eq!(executable(messages, "missing"), None);
    }

    #[test]
    fn a_package_is_read_from_what_cargo_says_of_it() {
        let value = serde_json::json!({
            "name": "flickr-client", "manifest_path": "/r/Cargo.toml",
            "dependencies": [{"name": "reqwest", "kind": null}, {"name": "proptest", "kind": "dev"},
                             {"name": "cc", "kind": "build"}],
            "targets": [{"kind": ["lib"], "src_path": "/r/src/lib.rs"},
                        {"kind": ["test"], "src_path": "/r/tests/it/main.rs"}],
        });

        let package = package(&value);

        assert_eq!(package.name, "flickr-client");
        let for_tests: Vec<bool> = package.dependencies.iter().map(|d| d.is_for_tests).collect();
        assert_eq!(for_tests, [false, true, false]);
        assert_eq!(package.test_binaries, [PathBuf::from("/r/tests/it/main.rs")]);
    }
}
