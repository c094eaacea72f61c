//! The command line of an example: flags with a value, each with a default, and `--json`, `--plot FILE`, `--help`.

use std::fmt::Display;
use std::path::Path;
use std::process::exit;
use std::str::FromStr;

use crate::memory::check_memory;

/// A flag, what its value is, and the default.
type Flag = (&'static str, &'static str, String);

/// What the command line asks for.
pub struct Flags {
    flags: Vec<Flag>,
    /// Whether one line of JSON is to be printed.
    pub json: bool,
    /// Where the picture goes.
    pub plot: Option<String>,
}

/// Ends the program with one line that says why.
pub fn fail(why: impl Display) -> ! {
    eprintln!("error: {why}");
    exit(2)
}

/// Lets what the library refuses end the program as [`fail`] does.
pub fn fail_on_panics() {
    std::panic::set_hook(Box::new(|panic| {
        fail(panic.payload_as_str().unwrap_or("an unknown panic"))
    }));
}

/// The file of `--plot`; ends the program if no picture can have this name, before the work that it shows.
pub fn picture_file(value: String) -> String {
    let path = Path::new(&value);
    let extension = path.extension().and_then(|extension| extension.to_str());
    if !matches!(extension, Some("png" | "svg")) {
        fail(format!("--plot {value} must end with .png or .svg"));
    }
    let folder = path.parent().unwrap_or(path);
    if !folder.as_os_str().is_empty() && !folder.is_dir() {
        fail(format!(
            "--plot {value}: there is no folder {}",
            folder.display()
        ));
    }
    value
}

/// Sets the number of threads to that of `--threads`; ends the program if it is none that makes sense.
pub fn set_threads(value: &str) {
    match value.parse() {
        Ok(threads @ 1..=1024) => brain_jit::set_num_threads(threads),
        _ => fail(format!("--threads {value} is no number from 1 to 1024")),
    }
}

/// Ends the program if a time has more steps than can be counted.
pub fn check_steps(t: f64, dt: f64) {
    if dt > 0.0 && t / dt > f64::from(i32::MAX) {
        fail(format!("--t {t:e} has more than 2^31 steps of --dt {dt:e}"));
    }
}

impl Flags {
    /// Reads the command line; ends the program if it is wrong. `--threads` is always there, and sets the number of threads.
    pub fn read(flags: &[(&'static str, &'static str, f64)]) -> Flags {
        let mut flags = Flags {
            flags: flags
                .iter()
                .map(|(name, what, default)| (*name, *what, default.to_string()))
                .collect(),
            json: false,
            plot: None,
        };
        fail_on_panics();
        let mut words = std::env::args().skip(1);
        while let Some(name) = words.next() {
            if name == "--json" {
                flags.json = true;
                continue;
            }
            if name == "--help" {
                println!("{}", flags.usage());
                exit(0)
            }
            let Some(value) = words.next() else {
                fail(format!(
                    "{name} is unknown or has no value; --help lists the flags"
                ))
            };
            match name.as_str() {
                "--plot" => flags.plot = Some(picture_file(value)),
                "--threads" => set_threads(&value),
                _ => match flags.flags.iter_mut().find(|flag| flag.0 == name) {
                    Some(flag) => flag.2 = value,
                    None => fail(format!("{name} is unknown; --help lists the flags")),
                },
            }
        }
        let number = |name: &str| {
            let flag = flags.flags.iter().find(|flag| flag.0 == name)?;
            flag.2.parse().ok()
        };
        if let (Some(t), Some(dt)) = (number("--t"), number("--dt")) {
            check_steps(t, dt);
        }
        flags
    }

    fn usage(&self) -> String {
        let mut usage = String::from("flags:\n");
        for (name, what, default) in &self.flags {
            usage += &format!("  {name:<14} {what} ({default})\n");
        }
        usage
            + "  --threads      threads (those of the machine)\n  --plot         draw the picture to this file\n  \
               --json         print one line of JSON"
    }

    /// The value of a flag; ends the program if it is not of this type.
    pub fn get<N: FromStr>(&self, name: &str) -> N {
        let value = self.flags.iter().find(|flag| flag.0 == name);
        let value = value.map_or("", |flag| flag.2.as_str());
        value
            .parse()
            .unwrap_or_else(|_| fail(format!("{name} {value} is not a valid number")))
    }

    /// The value of a flag that is a number of neurons, of which each takes `bytes` of memory; ends the program if there are fewer than
    /// `least` or there is not so much memory.
    pub fn neurons(&self, least: usize, bytes: usize) -> usize {
        let neurons: usize = self.get("--neurons");
        if neurons < least {
            fail(format!(
                "--neurons is {neurons}, but must be at least {least}"
            ));
        }
        check_memory(
            &format!("--neurons {neurons}"),
            neurons as f64 * bytes as f64,
            "",
        );
        neurons
    }

    /// The value of a flag that must be a number greater than 0.
    pub fn positive(&self, name: &str) -> f64 {
        let value: f64 = self.get(name);
        if !(value > 0.0 && value.is_finite()) {
            fail(format!("{name} is {value}, but must be greater than 0"));
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    const CASE: &str = "BRAIN_JIT_EXAMPLES_CASE";

    /// Run by the test below in a process of its own, which it ends.
    #[test]
    fn case() {
        match std::env::var(CASE).unwrap_or_default().as_str() {
            "ending" => drop(picture_file("raster.jpg".into())),
            "folder" => drop(picture_file("no folder/raster.png".into())),
            "steps" => check_steps(1e12, 0.1),
            "threads" => set_threads("0"),
            "memory" => check_memory("--neurons 9", 1e18, ""),
            "refused" => {
                fail_on_panics();
                brain_jit::connect::FixedProb::new(2.0, 1);
            }
            _ => {
                assert_eq!(picture_file("raster.svg".into()), "raster.svg");
                check_steps(1e6, 0.1);
            }
        }
    }

    #[test]
    fn what_is_wrong_ends_the_program_with_one_line() {
        let cases = [
            (
                "ending",
                "error: --plot raster.jpg must end with .png or .svg",
            ),
            (
                "folder",
                "error: --plot no folder/raster.png: there is no folder no folder",
            ),
            (
                "steps",
                "error: --t 1e12 has more than 2^31 steps of --dt 1e-1",
            ),
            ("threads", "error: --threads 0 is no number from 1 to 1024"),
            (
                "memory",
                "error: --neurons 9 needs about 931322575 GB of memory, of which ",
            ),
            (
                "refused",
                "error: FixedProb::new: prob is 2, but must be between 0 and 1",
            ),
        ];
        for (case, expected) in cases {
            let program = std::env::current_exe().expect("this program");
            let mut program = Command::new(program);
            program.args(["--exact", "flags::tests::case", "--nocapture"]);
            let output = program.env(CASE, case).output().expect("it runs");
            assert_eq!(output.status.code(), Some(2), "{case}");
            let text = String::from_utf8(output.stderr).expect("text");
            let last = text.lines().last().unwrap_or_default();
            assert!(last.starts_with(expected), "{last}");
        }
    }
}
