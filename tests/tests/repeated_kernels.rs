//! Loops whose passes are one kernel each: one launch does them, element by element.

use brain_jit::prelude::*;
use brain_jit::with_backend;
use ndarray::s;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[derive(BrainObject, Clone, Debug, PartialEq)]
struct Cells {
    leak: f64,
    gain: Array1<f64>,
    #[variable]
    v: Array1<f64>,
    #[variable]
    spikes: Array1<f64>,
    #[variable]
    trace: Array2<f64>,
    #[variable]
    sheet: Array2<f64>,
    #[variable]
    t: f64,
}

#[brain_jit]
impl Cells {
    fn new(n: usize) -> Self {
        Cells {
            leak: 0.9,
            gain: Array1::from_shape_fn(n, |i| 1.0 + (i % 7) as f64 / 8.0),
            v: Array1::zeros(n),
            spikes: Array1::zeros(n),
            trace: Array2::zeros((20, n)),
            sheet: Array2::zeros((3, n)),
            t: 0.0,
        }
    }

    /// Input rows, a trace, and what a pass hands on.
    fn run(&mut self, input: ArrayView2<f64>) {
        for t in 0..input.nrows() {
            self.v[..] = self.leak * &self.v + &self.gain * input[t] - &self.spikes;
            self.spikes[..] = bm::where_(&self.v > 1.0, 1.0, 0.0);
            self.trace[t] = &self.v;
        }
    }

    fn backwards(&mut self, input: ArrayView2<f64>) {
        for t in (0..input.nrows()).rev() {
            self.v[..] = self.leak * &self.v + input[t];
            self.trace[t] = &self.v;
        }
    }

    fn inclusive(&mut self, last: usize) {
        for t in 1..=last {
            self.v += &self.gain;
            self.trace[t - 1] = &self.v * 2.0;
        }
    }

    fn unnamed(&mut self, n: usize) {
        for _ in 0..n {
            self.v[..] = self.leak * &self.v + &self.gain;
        }
    }

    /// A row of a row, and rows that are broadcast.
    fn planes(&mut self, input: ArrayView3<f64>) {
        for t in 0..input.shape()[0] {
            self.sheet[..] = self.leak * &self.sheet + input[(t, .., ..)] + &self.gain;
        }
    }

    fn columns(&mut self, input: ArrayView2<f64>) {
        for t in 0..input.ncols() {
            self.v += input[(.., t)];
        }
    }

    fn parts(&mut self, n: usize) {
        for t in 0..n {
            self.trace[(t, 1..)] += &self.v[1..];
        }
    }

    fn branches(&mut self, input: ArrayView2<f64>) {
        for t in 0..input.nrows() {
            self.v[&self.gain > 1.3] = 0.5;
            self.v[..] = bm::tanh(&self.v + input[t]);
        }
    }

    // Loops that stay loops.

    /// A row reads the one before.
    fn running(&mut self, n: usize) {
        for t in 1..n {
            self.trace[t] = &self.trace[t - 1] * 0.5 + &self.v;
        }
    }

    /// A number is another one in each pass.
    fn timed(&mut self, n: usize) {
        for t in 0..n {
            self.v += &self.gain * (t as f64);
        }
    }

    /// An element of what is written.
    fn first(&mut self, n: usize) {
        for _ in 0..n {
            self.v[..] = &self.v * 0.5 + self.v[0] + &self.gain;
        }
    }

    fn counted(&mut self, n: usize) {
        for _ in 0..n {
            self.t += 0.5;
            self.v += self.t;
        }
    }

    fn summed(&mut self, n: usize) -> f64 {
        let mut total = 0.0;
        for _ in 0..n {
            self.v += &self.gain;
            total += bm::sum(&self.v);
        }
        total
    }

    /// Arrays and sums that nobody reads.
    #[allow(unused_variables)]
    fn made(&mut self, n: usize) {
        for _ in 0..n {
            let twice = &self.v * 2.0;
            println!("{}", twice.len());
        }
        for _ in 0..n {
            self.v += &self.gain;
            let total = bm::sum(&self.v);
        }
        for _ in 0..n {
            let total = bm::sum(&self.v);
        }
    }

    fn shifted(&mut self, n: usize) {
        for _ in 0..n {
            self.v[1..] = &self.v[..-1] + 1.0;
        }
    }

    fn called(&mut self, n: usize, step: &mut dyn FnMut() -> f64) {
        for _ in 0..n {
            self.v += step();
        }
    }

    fn negative(&mut self, input: ArrayView2<f64>) {
        for t in 0..input.nrows() {
            self.v += input[-1 - t as isize];
        }
    }
}

fn input(rows: usize, n: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, n), |(t, i)| ((t * 31 + i * 17) % 101) as f64 / 400.0)
}

/// The cells after `work`, the same under each backend as without compilation.
fn all(n: usize, work: impl Fn(&mut Cells)) -> Cells {
    let after = |backend| {
        with_backend(backend, || {
            let mut cells = Cells::new(n);
            work(&mut cells);
            cells
        })
    };
    let plain = after(Backend::Plain);
    for backend in [Backend::Serial, Backend::Parallel] {
        assert!(after(backend) == plain, "{backend:?}, {n} cells");
    }
    plain
}

const SIZES: [usize; 9] = [0, 1, 2, 63, 65, 128, 1024, 1025, 5000];

#[test]
fn one_launch_gives_what_the_passes_give() {
    for n in SIZES {
        let x = input(20, n);
        let cells = all(n, |cells| cells.run(x.view()));
        let mut expected = Cells::new(n);
        for t in 0..20 {
            for i in 0..n {
                let v = expected.leak * expected.v[i] + expected.gain[i] * x[(t, i)]
                    - expected.spikes[i];
                expected.v[i] = v;
                expected.spikes[i] = if v > 1.0 { 1.0 } else { 0.0 };
                expected.trace[(t, i)] = v;
            }
        }
        assert_eq!(cells, expected);
        all(n, |cells| cells.backwards(x.view()));
        all(n, |cells| cells.inclusive(20));
        all(n, |cells| cells.unnamed(30));
        if n > 0 {
            all(n, |cells| cells.parts(20));
        }
        all(n, |cells| cells.branches(x.view()));
    }
}

#[derive(BrainObject, Clone, Debug, PartialEq)]
struct Counters {
    #[variable]
    v: Array1<f32>,
    #[variable]
    above: Array1<bool>,
    #[variable]
    counts: Array1<i64>,
    #[variable]
    raster: Array2<bool>,
}

#[brain_jit]
impl Counters {
    fn new(n: usize) -> Self {
        Counters {
            v: Array1::zeros(n),
            above: Array1::from_elem(n, false),
            counts: Array1::zeros(n),
            raster: Array2::from_elem((30, n), false),
        }
    }

    fn run(&mut self, input: ArrayView2<f32>) {
        for t in 0..input.nrows() {
            self.v[..] = bm::where_(&self.above, 0.0, 0.5 * &self.v + input[t]);
            self.above[..] = &self.v > 0.3;
            self.raster[t] = &self.above;
            self.counts += bm::astype::<i64, _, _>(&self.above);
        }
    }
}

/// What stays in registers is as much of each operand as the largest element lets.
#[test]
fn elements_of_several_sizes() {
    for n in [1, 31, 32, 33, 100, 1024] {
        let x = input(30, n).mapv(|x| x as f32);
        let after = |backend| {
            with_backend(backend, || {
                let mut counters = Counters::new(n);
                counters.run(x.view());
                counters
            })
        };
        let plain = after(Backend::Plain);
        assert_eq!(after(Backend::Serial), plain);
        let raster = plain.raster.mapv(i64::from).sum_axis(ndarray::Axis(0));
        assert!(plain.counts == raster && (n < 31 || plain.counts.sum() > 0));
    }
}

/// So much work that threads share it whatever a trial says.
#[test]
fn threads_share_elements() {
    let n = 3001;
    let x = input(1, n);
    let long = x.broadcast((900, n)).unwrap();
    all(n, |cells| {
        cells.trace = Array2::zeros((900, n));
        cells.run(long);
    });
    all(n, |cells| {
        cells.trace = Array2::zeros((n, 900)).reversed_axes();
        cells.backwards(long);
    });
    all(n, |cells| cells.unnamed(1500));
}

#[test]
fn arrays_of_any_layout() {
    for n in [1, 5, 700, 2000] {
        let x = input(20, n);
        let wide = input(40, 2 * n);
        let columns = input(n, 20);
        all(n, |cells| cells.run(columns.t()));
        all(n, |cells| cells.run(wide.slice(s![..;2, ..;2])));
        all(n, |cells| cells.run(x.slice(s![..;-1, ..;-1])));
        all(n, |cells| {
            cells.run(x.slice(s![.., ..1]).broadcast((20, n)).unwrap())
        });
        all(n, |cells| cells.columns(columns.view()));
        all(n, |cells| cells.columns(x.t()));
        let planes = x.to_shape((4, 5, n)).unwrap();
        let planes = planes.slice(s![.., ..3, ..]);
        all(n, |cells| cells.planes(planes));
        all(n, |cells| cells.planes(planes.slice(s![.., ..1, ..;-1])));
        all(n, |cells| {
            cells.trace = Array2::zeros((n, 20)).reversed_axes();
            cells.run(x.view());
        });
    }
}

#[test]
fn passes_that_depend_on_each_other_stay_loops() {
    for n in [1, 65, 3000] {
        let x = input(20, n);
        all(n, |cells| cells.running(20));
        all(n, |cells| cells.timed(9));
        all(n, |cells| cells.first(9));
        all(n, |cells| cells.counted(9));
        all(n, |cells| cells.made(2));
        all(n, |cells| cells.shifted(9));
        all(n, |cells| cells.negative(x.view()));
        all(n, |cells| {
            let mut number = 0.0;
            cells.called(9, &mut || {
                number += 0.25;
                number
            });
            assert_eq!(number, 2.25);
        });
        let cells = all(n, |cells| cells.t = cells.summed(4));
        assert!(cells.t > 0.0);
    }
}

#[test]
fn the_listing_says_which_loops_are_one_launch() {
    let said = |text: &str| text.contains("// all passes in one launch");
    for text in [
        Cells::run_show_code(),
        Cells::backwards_show_code(),
        Cells::inclusive_show_code(),
        Cells::unnamed_show_code(),
        Cells::planes_show_code(),
        Cells::columns_show_code(),
        Cells::parts_show_code(),
        Cells::branches_show_code(),
    ] {
        assert!(said(text), "{text}");
    }
    for text in [
        Cells::running_show_code(),
        Cells::timed_show_code(),
        Cells::first_show_code(),
        Cells::counted_show_code(),
        Cells::summed_show_code(),
        Cells::shifted_show_code(),
        Cells::called_show_code(),
        Cells::negative_show_code(),
    ] {
        assert!(!said(text), "{text}");
    }
}

#[test]
fn no_pass_does_nothing_and_mistakes_write_nothing() {
    let message = |work: &dyn Fn(&mut Cells)| {
        let mut cells = Cells::new(4);
        cells.v.fill(0.25);
        let before = cells.clone();
        let panic = with_backend(Backend::Serial, || {
            catch_unwind(AssertUnwindSafe(|| work(&mut cells)))
        });
        assert_eq!(cells, before);
        let Err(panic) = panic else {
            panic!("no panic")
        };
        panic
            .downcast::<String>()
            .map_or(String::new(), |text| *text)
    };
    all(4, |cells| cells.unnamed(0));
    // Nothing is looked at where there is no pass.
    all(4, |cells| cells.run(Array2::zeros((0, 9)).view()));
    let shapes = message(&|cells| cells.run(input(20, 5).view()));
    assert!(
        shapes.contains("Cells::run") && shapes.contains("[4]") && shapes.contains("[5]"),
        "{shapes}"
    );
    let places = message(&|cells| cells.run(input(21, 4).view()));
    assert!(
        places.contains("Cells::run") && places.contains("index 20") && places.contains("trace"),
        "{places}"
    );
}

/// Statements of different shapes share no kernel: they run pass by pass, and the one that does not fit is named.
#[test]
fn a_row_of_another_length_is_named() {
    let mut cells = Cells::new(4);
    cells.trace = Array2::zeros((20, 1));
    let panic = with_backend(Backend::Serial, || {
        catch_unwind(AssertUnwindSafe(|| cells.run(input(20, 4).view())))
    });
    let text = *panic.unwrap_err().downcast::<String>().unwrap();
    assert!(
        text.contains("in `self.trace[t] = &self.v") && text.contains("[1]"),
        "{text}"
    );
}
