//! Spike functions with surrogate derivatives, with BrainPy's names (`brainpy.math.surrogate`).
//!
//! All are the same step: 1 for `x ≥ 0`, else 0. What differs is `NAME_grad`, which stands for the derivative that a step has not
//! (Neftci, Mostafa and Zenke 2019). The parameters shape the derivative alone; the defaults named are BrainPy's.
//!
//! ```
//! use brain_jit::{bm, prelude::*};
//! let x = array![-0.5, 0.0, 0.5];
//! assert_eq!(bm::surrogate::relu_grad(&x, 0.3, 1.0), array![0.0, 1.0, 1.0]);
//! assert_eq!(bm::surrogate::relu_grad_grad(&x, 0.3, 1.0), array![0.15, 0.3, 0.15]);
//! ```

use ndarray::{ArrayD, IxDyn};

use super::elementwise::map1;
use super::operand::{Kind, Mapped, Operand, dynamic, item};
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::{In, Kernel, Out, Real, Site, launch};
use crate::math::surrogate;

/// A derivative with its parameters.
trait Derivative<T>: Sync {
    fn at<L: Level>(&self, x: T) -> T;
}

struct Map<F>(F);

impl<T: Real, F: Derivative<T>> Kernel<(Out<'_, T>, In<'_, T>)> for Map<F> {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x): (&mut [T], &[T])) {
        #[inline(always)]
        fn body<T: Real, F: Derivative<T>, L: Level>(n: usize, f: &F, out: &mut [T], x: &[T]) {
            let (out, x) = (&mut out[..n], &x[..n]);
            for i in 0..n {
                out[i] = f.at::<L>(x[i]);
            }
        }
        body::<T, F, L>(n, &self.0, out, x);
    }
}

struct Single<'a, T, F>(&'a F, T);

impl<T, F: Derivative<T>> Dispatch for Single<'_, T, F> {
    type Output = T;
    #[inline(always)]
    fn run<L: Level>(self) -> T {
        self.0.at::<L>(self.1)
    }
}

static SITE: Site = Site {
    method: "bm::surrogate",
    statement: "a derivative",
    operands: &["out", "x"],
};

/// Scalar operations an element, for the decision whether threads are worth their while.
const COST: usize = 20;

fn derivative<T: Real, A: Operand<T>>(x: A, f: impl Derivative<T>) -> Mapped<T, A, T> {
    let single = || dispatch(Single(&f, item(&x)));
    <A::Kind as Kind>::evaluate(single, || {
        let x = dynamic(&x);
        let mut out = ArrayD::from_elem(IxDyn(x.shape()), T::ZERO);
        let kernel = Map(&f);
        launch(
            &SITE,
            COST,
            (Out::array(out.view_mut()), In::array(x)),
            &kernel,
        );
        out
    })
}

impl<T, F: Derivative<T>> Derivative<T> for &F {
    #[inline(always)]
    fn at<L: Level>(&self, x: T) -> T {
        (**self).at::<L>(x)
    }
}

fn step<T: Real, A: Operand<T>>(x: A) -> Mapped<T, A, T> {
    <A::Kind as Kind>::evaluate(
        || surrogate::step(item(&x)),
        || map1(dynamic(&x), surrogate::step),
    )
}

/// Each row makes the spike function and its derivative.
macro_rules! surrogates {
    ($($(#[$doc:meta])* $name:ident $grad:ident($($p:ident: $type:ty),*);)*) => {$(
        $(#[$doc])*
        pub fn $name<T: Real, A: Operand<T>>(x: A $(, $p: $type)*) -> Mapped<T, A, T> {
            let _ = ($($p,)*);
            step(x)
        }

        #[doc = concat!("The surrogate derivative of [`", stringify!($name), "`].")]
        pub fn $grad<T: Real, A: Operand<T>>(x: A $(, $p: $type)*) -> Mapped<T, A, T> {
            struct Parameters<T> {
                $($p: $type,)*
                of: std::marker::PhantomData<T>,
            }
            impl<T: Real> Derivative<T> for Parameters<T> {
                #[inline(always)]
                fn at<L: Level>(&self, x: T) -> T {
                    surrogate::$grad::<T, L>(x $(, self.$p)*)
                }
            }
            derivative(x, Parameters { $($p,)* of: std::marker::PhantomData })
        }
    )*};
}

surrogates! {
    /// Derivative: that of `1 / (1 + e^(−αx))`. BrainPy's default: α = 4.
    sigmoid sigmoid_grad(alpha: T);
    /// Derivative: the triangle `α − α² |x|`, 0 for `|x| > 1 / α` (Esser et al. 2016, Bellec et al. 2018). α = 1.
    piecewise_quadratic piecewise_quadratic_grad(alpha: T);
    /// Derivative: `α / 2 · e^(−α|x|)` (Neftci et al. 2019). α = 1.
    piecewise_exp piecewise_exp_grad(alpha: T);
    /// Derivative: `α / 2 / (1 + α|x|)²`. α = 1.
    soft_sign soft_sign_grad(alpha: T);
    /// Derivative: `α / 2 / (1 + (π/2 · αx)²)` (Fang et al. 2021). α = 1.
    arctan arctan_grad(alpha: T);
    /// Derivative: `1 / (1/α + |x|)`. α = 1.
    nonzero_sign_log nonzero_sign_log_grad(alpha: T);
    /// Derivative: `α / √π · e^(−α²x²)` (Yin et al. 2020). α = 1.
    erf erf_grad(alpha: T);
    /// Derivative: `1 / 2w` for `|x| ≤ w`, else `c` (Wu et al. 2018). c = 0.01, w = 1.
    piecewise_leaky_relu piecewise_leaky_relu_grad(c: T, w: T);
    /// Derivative: that of the first `n` terms of a square wave's Fourier series, `4 / p · Σ cos((2i − 1) 2πx / p)`. n = 2, p = 8.
    squarewave_fourier_series squarewave_fourier_series_grad(n: usize, t_period: T);
    /// Derivative: below 0 that of `1 / (1 + e^(−αx))`, else `β / (x + 1)` (Suetake et al. 2023). α = 4, β = 1, ε = 10⁻⁸; `epsilon`
    /// is part of the smooth function alone.
    s2nn s2nn_grad(alpha: T, beta: T, epsilon: T);
    /// Derivative: `(1 + 2 / (α + 1) · |x|)^(−α)` (Herranz-Celotti and Rouat 2022). α = 2.
    q_pseudo_spike q_pseudo_spike_grad(alpha: T);
    /// Derivative: `α` below 0, else `β`. α = 0.1, β = 1.
    leaky_relu leaky_relu_grad(alpha: T, beta: T);
    /// Derivative: `α` up to 0, 1 up to 1, `1 / x` beyond (Cai et al. 2017). α = 0.
    log_tailed_relu log_tailed_relu_grad(alpha: T);
    /// Derivative: `max(α (width − |x|), 0)` (Neftci et al. 2019). α = 0.3, width = 1.
    relu_grad relu_grad_grad(alpha: T, width: T);
    /// Derivative: `α` times the normal density of deviation `sigma` (Yin et al. 2021). σ = 0.5, α = 0.5.
    gaussian_grad gaussian_grad_grad(sigma: T, alpha: T);
    /// Derivative: `scale · ((1 + h) N(x; 0, σ) − h N(x; σ, sσ) − h N(x; −σ, sσ))` (Yin et al. 2021). h = 0.15, s = 6, σ = 0.5,
    /// scale = 0.5.
    multi_gaussian_grad multi_gaussian_grad_grad(h: T, s: T, sigma: T, scale: T);
    /// Derivative: `1 / (α|x| + 1)²` (Zenke and Ganguli 2018). α = 100.
    inv_square_grad inv_square_grad_grad(alpha: T);
    /// Derivative: `e^(−α|x|)` (Shrestha and Orchard 2018). α = 1.
    slayer_grad slayer_grad_grad(alpha: T);
}
