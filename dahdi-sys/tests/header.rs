//! Every size, offset, constant and ioctl number that this crate states, against what a C compiler makes of `dahdi/user.h`.
//!
//! The header is that of Debian's `dahdi-source`: in the folder that `DAHDI_INCLUDE` names, else in /usr/include.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use dahdi_sys::abi::{LAYOUTS, constants, number};

/// What the crate states: an expression of C and its value.
fn stated() -> Vec<(String, i64)> {
    let mut stated: Vec<_> = constants().map(|(name, value)| (name.to_owned(), value)).collect();
    stated.extend(number::ALL.iter().map(|(name, value)| (format!("DAHDI_{name}"), i64::from(*value))));
    let octets = |octets: usize| i64::try_from(octets).expect("a struct is short");
    for layout in LAYOUTS {
        let name = format!("struct {}", layout.name);
        stated.push((format!("sizeof({name})"), octets(layout.size)));
        for (field, offset, size) in layout.fields {
            stated.push((format!("offsetof({name}, {field})"), octets(*offset)));
            stated.push((format!("sizeof((({name} *)0)->{field})"), octets(*size)));
        }
    }
    stated
}

/// A program that prints the value of each expression on a line.
fn program(stated: &[(String, i64)]) -> String {
    let mut program = "#include <stddef.h>\n#include <stdio.h>\n#include <dahdi/user.h>\nint main(void) {\n".to_owned();
    for (expression, _) in stated {
        writeln!(program, "    printf(\"%lld\\n\", (long long)({expression}));").expect("a String takes it");
    }
    program + "    return 0;\n}\n"
}

/// What the program prints, or why it cannot be made here.
fn compiled(program: &str, include: &Path) -> Result<String, String> {
    if !include.join("dahdi/user.h").exists() {
        return Err(format!("there is no {}/dahdi/user.h", include.display()));
    }
    let source = Path::new(env!("CARGO_TARGET_TMPDIR")).join("header.c");
    let binary = source.with_extension("");
    std::fs::write(&source, program).expect("cargo's folder for tests can be written to");
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let mut compile = Command::new(&compiler);
    compile.arg("-I").arg(include).arg("-o").arg(&binary).arg(&source);
    let Ok(made) = compile.output() else { return Err(format!("there is no compiler {}", compiler.display())) };
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let output = Command::new(&binary).output().expect("the program was made just now");
    Ok(String::from_utf8(output.stdout).expect("it prints figures"))
}

#[test]
fn the_header_says_what_this_crate_states() {
    let include = std::env::var_os("DAHDI_INCLUDE").map_or_else(|| PathBuf::from("/usr/include"), PathBuf::from);
    let stated = stated();
    let printed = match compiled(&program(&stated), &include) {
        Ok(printed) => printed,
        Err(why) => return println!("skipped: header check: {why}"),
    };
    let theirs: Vec<i64> = printed.lines().map(|line| line.parse().expect("a figure a line")).collect();
    assert_eq!(theirs.len(), stated.len());
    let wrong: Vec<_> = stated.iter().zip(theirs).filter(|((_, ours), theirs)| ours != theirs).collect();
    assert!(wrong.is_empty(), "the crate's value, then the header's: {wrong:#?}");
}
