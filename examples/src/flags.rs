//! The command line of an example: flags with a value, each with a default, and `--json`, `--plot FILE`, `--help`.

use std::fmt::Display;
use std::process::exit;
use std::str::FromStr;

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
                    "{name} is unknown or has no value\n{}",
                    flags.usage()
                ))
            };
            match name.as_str() {
                "--plot" => flags.plot = Some(value),
                "--threads" => match value.parse() {
                    Ok(threads) if threads > 0 => brain_jit::set_num_threads(threads),
                    _ => fail(format!("--threads {value} is no number of at least 1")),
                },
                _ => match flags.flags.iter_mut().find(|flag| flag.0 == name) {
                    Some(flag) => flag.2 = value,
                    None => fail(format!("{name} is unknown\n{}", flags.usage())),
                },
            }
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

    /// The value of a flag that must be a number greater than 0.
    pub fn positive(&self, name: &str) -> f64 {
        let value: f64 = self.get(name);
        if !(value > 0.0 && value.is_finite()) {
            fail(format!("{name} is {value}, but must be greater than 0"));
        }
        value
    }
}
