//! Draws, transforms, products and decompositions, measured on request: a line on standard input names a work, the answer is the
//! least number of seconds that a call took. So `peers/transforms.py` can take turns with its own measurements.

use brain_jit::prelude::*;
use brain_jit::{fft, linalg};
use std::hint::black_box;
use std::io::BufRead;
use std::time::{Duration, Instant};

/// Elements of a draw.
const DRAWN: usize = 1_000_000;

/// How long calls of one work are repeated.
const REPEATED: Duration = Duration::from_millis(150);

/// A variable, and noise that is added to it.
#[derive(BrainObject)]
struct Noisy {
    sigma: f32,
    #[variable]
    v: Array1<f32>,
    #[variable]
    rng: RandomState,
}

#[brain_jit]
impl Noisy {
    fn draw(&mut self) {
        self.v[..] = self.rng.normal_like(0.0, 1.0, &self.v);
    }
    fn add(&mut self) {
        self.v += self.sigma * self.rng.normal_like(0.0, 1.0, &self.v);
    }
}

fn main() {
    for line in std::io::stdin().lock().lines() {
        println!("{:e}", measure(line.expect("a line of text").trim()));
    }
}

/// The least time of a call of this work.
fn measure(work: &str) -> f64 {
    let words: Vec<&str> = work.split(' ').collect();
    match words[..] {
        ["uniform", "f32"] => {
            let mut rng = RandomState::new(1);
            least(|| rng.uniform(0.0f32, 1.0, DRAWN))
        }
        ["normal", "f32"] => {
            let mut rng = RandomState::new(1);
            least(|| rng.normal(0.0f32, 1.0, DRAWN))
        }
        ["draw", "f32"] => {
            let mut noisy = noisy();
            least(|| noisy.draw())
        }
        ["fused", "f32"] => {
            let mut noisy = noisy();
            least(|| noisy.add())
        }
        ["fft", "c64", lanes] => {
            let (lanes, n) = pair(lanes);
            let parts: Array3<f32> = RandomState::new(1).normal(0.0, 1.0, (2, lanes, n));
            let x = ndarray::Zip::from(parts.index_axis(ndarray::Axis(0), 0))
                .and(parts.index_axis(ndarray::Axis(0), 1))
                .map_collect(|&re, &im| Complex32::new(re, im));
            if lanes == 1 {
                let x = x.row(0).to_owned();
                least(|| fft::fft(black_box(&x)))
            } else {
                least(|| fft::fft(black_box(&x)))
            }
        }
        ["matmul", "f32", n] => product::<f32>(number(n)),
        ["matmul", "f64", n] => product::<f64>(number(n)),
        [function, "f64", n] => decomposition(function, number(n)),
        _ => panic!("no work is called {work:?}"),
    }
}

fn number(word: &str) -> usize {
    word.parse().expect("a number")
}

fn pair(word: &str) -> (usize, usize) {
    let (a, b) = word.split_once('x').expect("lanes and length");
    (number(a), number(b))
}

fn noisy() -> Noisy {
    Noisy {
        sigma: 0.5,
        v: Array1::zeros(DRAWN),
        rng: RandomState::new(1),
    }
}

fn product<T>(n: usize) -> f64
where
    T: brain_jit::random::RandomFloat + linalg::ProductElement,
{
    let mut rng = RandomState::new(1);
    let (a, b): (Array2<T>, Array2<T>) = (
        rng.normal(T::zero(), T::one(), (n, n)),
        rng.normal(T::zero(), T::one(), (n, n)),
    );
    least(|| linalg::matmul(black_box(&a), black_box(&b)))
}

fn decomposition(function: &str, n: usize) -> f64 {
    let mut rng = RandomState::new(1);
    let a: Array2<f64> = rng.normal(0.0, 1.0, (n, n));
    let right: Array1<f64> = rng.normal(0.0, 1.0, n);
    let symmetric = &a + &a.t();
    let definite = linalg::matmul(&a, &a.t()) + Array2::<f64>::eye(n);
    let (a, symmetric, definite) = (black_box(&a), black_box(&symmetric), black_box(&definite));
    match function {
        "svd" => least(|| linalg::svd(a)),
        "eig" => least(|| linalg::eig(a)),
        "eigh" => least(|| linalg::eigh(symmetric)),
        "qr" => least(|| linalg::qr(a)),
        "cholesky" => least(|| linalg::cholesky(definite)),
        "solve" => least(|| linalg::solve(a, &right)),
        "inv" => least(|| linalg::inv(a)),
        "det" => least(|| linalg::det(a)),
        "lstsq" => least(|| linalg::lstsq(a, &right)),
        _ => panic!("no decomposition is called {function:?}"),
    }
}

/// The least seconds of a call, after one for warming up.
fn least<R>(mut call: impl FnMut() -> R) -> f64 {
    drop(black_box(call()));
    let start = Instant::now();
    let mut least = Duration::MAX;
    while least == Duration::MAX || start.elapsed() < REPEATED {
        let begin = Instant::now();
        let result = black_box(call());
        least = least.min(begin.elapsed());
        drop(result);
    }
    least.as_secs_f64()
}
