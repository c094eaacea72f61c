//! The launcher against a hand-written loop and a copy of the same bytes, and the products of a chain against a read.

use brain_jit::kernel::{
    Computed, In, InOut, Kernel, Level, RowProduct, RowSum, Site, launch, reduce,
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::{Array1, Array2};
use std::hint::black_box;
use std::mem::MaybeUninit;

static SITE: Site = Site {
    method: "Bench::update",
    statement: "self.v += x * a",
    operands: &["self.v", "x"],
};

struct Accumulate {
    a: f32,
}

impl Kernel<(InOut<'_, f32>, In<'_, f32>)> for Accumulate {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (v, x): (&mut [f32], &[f32])) {
        #[inline(always)]
        fn body<L: Level>(n: usize, v: &mut [f32], x: &[f32], a: f32) {
            let (v, x) = (&mut v[..n], &x[..n]);
            for i in 0..n {
                v[i] += x[i] * a;
            }
        }
        body::<L>(n, v, x, self.a)
    }
}

fn elementwise(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("v += x * a");
    for len in [4, 4_000, 1_000_000] {
        let (mut v, x) = (Array1::<f32>::zeros(len), Array1::<f32>::ones(len));
        group.throughput(Throughput::Elements(len as u64));
        group.bench_function(BenchmarkId::new("launch", len), |bencher| {
            bencher.iter(|| {
                let operands = (InOut::array(v.view_mut()), In::array(black_box(x.view())));
                launch(&SITE, 2, operands, &Accumulate { a: 1e-3 })
            });
        });
        group.bench_function(BenchmarkId::new("loop", len), |bencher| {
            bencher.iter(|| {
                for (v, x) in v
                    .as_slice_mut()
                    .expect("contiguous")
                    .iter_mut()
                    .zip(black_box(&x))
                {
                    *v += x * 1e-3;
                }
            });
        });
        group.bench_function(BenchmarkId::new("copy", len), |bencher| {
            bencher.iter(|| {
                v.as_slice_mut()
                    .expect("contiguous")
                    .copy_from_slice(black_box(&x).as_slice().expect("contiguous"))
            });
        });
    }
    let (mut m, row) = (Array2::<f32>::zeros((100_000, 10)), Array1::<f32>::ones(10));
    group.throughput(Throughput::Elements(m.len() as u64));
    group.bench_function("row over (100000, 10)", |bencher| {
        bencher.iter(|| {
            let operands = (InOut::array(m.view_mut()), In::array(black_box(row.view())));
            launch(&SITE, 2, operands, &Accumulate { a: 1e-3 })
        });
    });
    group.finish();
}

/// The middle of a logistic regression step, with a rational function in the place of the exponential.
struct Weigh;

impl Kernel<(Computed<RowProduct<'_, f32>>, In<'_, f32>, RowSum<'_, f32>)> for Weigh {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (s, y, u): (&[f32], &[f32], &mut [MaybeUninit<f32>])) {
        let (s, y, u) = (&s[..n], &y[..n], &mut u[..n]);
        for i in 0..n {
            let t = y[i] * s[i];
            u[i].write((1.0 / (1.0 + t * t) - 1.0) * y[i]);
        }
    }
}

fn chain(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("dot(g(dot(X, w), y), X)");
    let x = Array2::from_shape_fn((200_000, 10), |(i, j)| {
        ((i * 7 + j) % 13) as f32 * 0.1 - 0.6
    });
    let (w, y) = (
        Array1::from_elem(10, 0.1f32),
        Array1::from_elem(200_000, 1.0f32),
    );
    group.throughput(Throughput::Bytes(x.len() as u64 * 4));
    group.bench_function("launch", |bencher| {
        bencher.iter(|| {
            let x = black_box(x.view());
            let operands = (
                RowProduct::new(&SITE, x, w.view()),
                In::array(y.view()),
                RowSum::new(x),
            );
            launch(&SITE, 30, operands, &Weigh)
        });
    });
    group.bench_function("read X", |bencher| {
        bencher.iter(|| reduce::sum(&SITE, black_box(x.view())))
    });
    group.finish();
}

criterion_group!(benches, elementwise, chain);
criterion_main!(benches);
