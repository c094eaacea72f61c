//! `conformance DIR [--filter FUNCTION]`: runs the cases of a directory, exits with 1 if one fails.

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (mut directory, mut filter) = (None, None);
    while let Some(argument) = arguments.next() {
        if argument == "--filter" {
            filter = arguments.next();
        } else {
            directory = Some(PathBuf::from(argument));
        }
    }
    let Some(directory) = directory else {
        eprintln!("usage: conformance DIR [--filter FUNCTION]");
        return ExitCode::from(2);
    };
    match brain_jit_conformance::run(&directory, filter.as_deref()) {
        Ok(report) => {
            println!("{}", report.text());
            ExitCode::from((report.totals()[1] > 0) as u8)
        }
        Err(error) => {
            eprintln!("{}: {error}", directory.display());
            ExitCode::from(2)
        }
    }
}
