//! The search for NaNs, which concerns the whole process: one test.

use brain_jit::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[derive(BrainObject)]
struct Cell {
    #[variable]
    v: Array1<f64>,
    #[variable]
    m: Array2<f32>,
    #[variable]
    t: f64,
}

#[brain_jit]
impl Cell {
    fn step(&mut self, x: f64) {
        self.v += 1.0;
        self.v[..] = bm::log(&self.v - x);
        self.v *= 2.0;
    }

    fn part(&mut self, x: f32) {
        for _ in 0..2 {
            self.m[(1, ..)] /= x;
        }
    }

    fn scalar(&mut self, x: f64) {
        self.t /= x;
    }

    fn elements(&mut self) {
        for i in 0..self.v.len() {
            self.v[i] = 1.0 / (i as f64 - 1.0);
        }
    }

    fn element(&mut self) {
        self.v[1] = f64::NAN;
    }

    fn by_host_code(&mut self) {
        self.v.iter_mut().for_each(|v| *v = f64::NAN);
    }
}

fn message(call: impl FnOnce()) -> String {
    let caught = catch_unwind(AssertUnwindSafe(call));
    *caught.expect_err("a panic").downcast::<String>().unwrap()
}

#[test]
fn the_first_statement_that_makes_a_nan_is_named() {
    let mut cell = Cell {
        v: array![1.0, 2.0, f64::NAN],
        m: Array2::ones((2, 3)),
        t: 1.0,
    };
    cell.step(0.5);
    bm::check_nan(true);
    cell.v = array![1.0, 2.0, f64::NAN];
    cell.step(0.5);
    assert!(cell.v[2].is_nan());

    cell.v = array![3.0, 1.0, f64::NAN];
    let line = line!();
    let text = message(|| cell.step(2.5));
    assert!(
        text.starts_with(
            "Cell::step: self.v[1] became NaN in `self.v[..] = bm::log(&self.v - x);`"
        ),
        "{text}"
    );
    let place = text.rsplit(':').next().unwrap().trim_end_matches(')');
    let source = include_str!("check_nan.rs")
        .lines()
        .nth(place.parse::<usize>().unwrap() - 1);
    assert!(source.unwrap().contains("bm::log"), "{text}");
    assert!(place.parse::<u32>().unwrap() < line);

    let text = message(|| cell.part(0.0));
    assert!(
        text.starts_with("Cell::part: self.m[[1, 0]] became infinite in"),
        "{text}"
    );
    let text = message(|| cell.scalar(0.0));
    assert!(
        text.starts_with("Cell::scalar: self.t became infinite in `self.t /= x;`"),
        "{text}"
    );
    cell.v = array![1.0, 2.0, f64::NAN];
    let expected = [
        "Cell::element: self.v[1] became NaN in `self.v[1] = f64::NAN;`",
        "Cell::elements: self.v[i] became infinite in `v[i] = 1.0 / (i as f64 - 1.0);`",
        "Cell::by_host_code: self.v[0] became NaN in `self.v.iter_mut()",
    ];
    let calls = [Cell::element, Cell::elements, Cell::by_host_code];
    for (call, expected) in calls.into_iter().zip(expected) {
        let mut cell = Cell {
            v: array![1.0, 2.0, f64::NAN],
            m: Array2::ones((1, 1)),
            t: 1.0,
        };
        let text = message(|| call(&mut cell));
        assert!(text.starts_with(expected), "{text}");
        let place = text.rsplit(':').next().unwrap().trim_end_matches(')');
        let line = place.parse::<usize>().unwrap() - 1;
        let source = include_str!("check_nan.rs").lines().nth(line).unwrap();
        assert!(
            source.contains("= 1.0 / (i") || source.contains("f64::NAN"),
            "{text}"
        );
    }
    bm::check_nan(false);
    cell.part(0.0);
}
