//! The programs of the seed texts, written with `bm` eagerly.

use brain_jit::array::number::{Float, Integer, RealNumber};
use brain_jit::bm;
use ndarray::{ArrayD, Ix1, Ix2, IxDyn};

use super::Rows;
use crate::call::{Outcome, Output, Stop, one, unsupported};
use crate::on;
use crate::value::Array;

fn inplace_sequence<T: Integer>(v: &ArrayD<T>, r: &ArrayD<T>) -> ArrayD<T> {
    let mut v = v.clone();
    bm::add_inplace(&mut v, full(T::ONE));
    bm::multiply_inplace(&mut v, full(T::ONE.plus(T::ONE)));
    bm::bitwise_or_inplace(&mut v, r);
    let copy = v.clone();
    bm::multiply_inplace(&mut v, &copy);
    bm::right_shift_inplace(&mut v, full(T::ONE.plus(T::ONE)));
    v
}

fn full<T: Clone>(value: T) -> ArrayD<T> {
    ArrayD::from_elem(IxDyn(&[]), value)
}

fn constant<T: Float>(value: f64) -> ArrayD<T> {
    full(RealNumber::from_f64(value))
}

fn selu<T: Float<Float = T>>(x: &ArrayD<T>, alpha: f64, lambda: f64) -> ArrayD<T> {
    let (alpha, lambda) = (constant::<T>(alpha), constant::<T>(lambda));
    let below = bm::subtract(bm::multiply(&alpha, bm::exp(x)), &alpha);
    bm::multiply(
        &lambda,
        bm::where_(bm::greater(x, &constant::<T>(0.0)), x, &below),
    )
}

fn gelu<T: Float<Float = T>>(x: &ArrayD<T>) -> ArrayD<T> {
    let cube = bm::power(x, &constant::<T>(3.0));
    let inner = bm::add(x, bm::multiply(&constant::<T>(0.044715), &cube));
    let scaled = bm::multiply(&constant::<T>((2.0 / std::f64::consts::PI).sqrt()), &inner);
    let cdf = bm::multiply(
        &constant::<T>(0.5),
        bm::add(&constant::<T>(1.0), bm::tanh(&scaled)),
    );
    bm::multiply(x, &cdf)
}

fn array_loop<T: Float>(a: &ArrayD<T>) -> ArrayD<T> {
    let mut a = a.clone();
    for i in 0..a.len() {
        bm::index_add(&mut a, i, constant::<T>(2.0));
        if i % 2 == 0 {
            bm::index_add(&mut a, i, constant::<T>(1.0));
        }
    }
    a
}

fn matrix<T: Clone>(x: &ArrayD<T>) -> ndarray::Array2<T> {
    x.clone().into_dimensionality::<Ix2>().expect("a matrix")
}

/// Losses and parameters of plain gradient descent on a two-layer linear network.
fn linear_net<T>(arrays: &[&ArrayD<T>], rate: f64, steps: usize) -> Outcome
where
    T: Float<Float = T> + ndarray::LinalgScalar,
    ArrayD<T>: Into<Array>,
{
    let (x, y) = (matrix(arrays[0]), matrix(arrays[1]));
    let (mut w, mut r) = (matrix(arrays[2]), matrix(arrays[4]));
    let mut b = arrays[3]
        .clone()
        .into_dimensionality::<Ix1>()
        .expect("a vector");
    let rate: T = RealNumber::from_f64(rate);
    let mut losses = Vec::new();
    for _ in 0..steps {
        let hidden = bm::add(x.dot(&w), &b);
        let error = bm::subtract(hidden.dot(&r), &y);
        losses.push(bm::mean(bm::square(&error)));
        let factor: T = RealNumber::from_f64(2.0 / error.len() as f64);
        let slope = error.mapv(|e| factor.times(e));
        let back = slope.dot(&r.t());
        let down = |gradient: ndarray::Array2<T>| gradient.mapv(|g| g.times(rate));
        bm::subtract_inplace(&mut r, down(hidden.t().dot(&slope)));
        bm::subtract_inplace(&mut w, down(x.t().dot(&back)));
        bm::subtract_inplace(&mut b, bm::sum_axis(&back, 0).mapv(|g| g.times(rate)));
    }
    let outputs: [ArrayD<T>; 4] = [
        bm::array(losses).into_dyn(),
        w.into_dyn(),
        b.into_dyn(),
        r.into_dyn(),
    ];
    Ok(outputs
        .into_iter()
        .map(|array| Output::Array(array.into()))
        .collect())
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    rows.push(("seed.inplace_sequence", |c| {
        on!(integer, c.same(&[0, 1])?, |v, r| one(inplace_sequence(
            v, r
        )))
    }));
    rows.push(("seed.selu", |c| {
        let (alpha, lambda) = (
            c.float(1, "alpha")?.unwrap_or(1.67),
            c.float(2, "lmbda")?.unwrap_or(1.05),
        );
        on!(float, c.array(0)?, |x| one(selu(x, alpha, lambda)))
    }));
    rows.push(("seed.gelu", |c| on!(float, c.array(0)?, |x| one(gelu(x)))));
    rows.push(("seed.array_loop", |c| {
        on!(float, c.array(0)?, |a| one(array_loop(a)))
    }));
    rows.push(("seed.f_loop", |c| {
        let n = c.integer(1, "n")?.unwrap_or(0);
        on!(float, c.array(0)?, |x| {
            let mut y = bm::zeros_like(x);
            for _ in 0..n {
                bm::add_inplace(&mut y, x);
            }
            one(y)
        })
    }));
    rows.push(("seed.sum_up_to", |c| {
        on!(integer, c.array(0)?, |n| one({
            let n = n[IxDyn(&[])];
            let mut sum = 0;
            let mut i = 0;
            while i < n {
                i += 1;
                sum += i;
            }
            sum
        }))
    }));
    rows.push(("seed.myabs", |c| {
        on!(real, c.array(0)?, |x| one(bm::abs(x)))
    }));
    rows.push(("seed.linear_net_sgd", |c| {
        let (rate, steps) = (
            c.float(5, "lr")?.unwrap_or(0.001),
            c.integer(6, "steps")?.unwrap_or(1) as usize,
        );
        let arrays = c.same(&[0, 1, 2, 3, 4])?;
        on!(float, arrays, |[arrays]| linear_net(&arrays, rate, steps))
    }));
    rows.push(("seed.logistic_step", |c| {
        on!(float, c.same(&[0, 1, 2])?, |x, y, w| {
            let (Ok(x), Ok(w)) = (
                x.clone().into_dimensionality::<Ix2>(),
                w.clone().into_dimensionality::<Ix1>(),
            ) else {
                return unsupported("shapes of a logistic step");
            };
            let z = bm::negative(bm::multiply(y, x.dot(&w).into_dyn()));
            let one_more = bm::add(bm::exp(&z), &bm::ones_like(&z));
            let u = bm::multiply(
                bm::subtract(bm::reciprocal(&one_more), &bm::ones_like(&z)),
                y,
            );
            let u = u
                .into_dimensionality::<Ix1>()
                .map_err(|_| Stop::Unsupported("shapes".into()))?;
            one((&w - &u.dot(&x)).into_dyn())
        })
    }));
    rows
}
