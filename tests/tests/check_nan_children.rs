//! `check_nan` names the variable, of the object and of its children.

use brain_jit::prelude::*;
use brain_jit_tests::backends::each;

#[derive(BrainObject)]
struct Nn {
    #[variable]
    v: Array1<f64>,
    #[variable]
    t: f64,
    #[child]
    kid: Kid,
}
#[derive(BrainObject)]
struct Kid {
    k: f64,

    #[variable]
    g: Array2<f32>,
    #[variable]
    flag: bool,
}
#[brain_jit]
impl Kid {
    fn go(&mut self, x: f32) {
        self.g[..] = bm::sqrt(&self.g - x);
    }
}
#[brain_jit]
impl Nn {
    fn step(&mut self, x: f64) {
        self.v += 1.0;
        self.v[..] = bm::log(&self.v - x);
        *self.t = self.v[0] / 0.0;
    }
    fn scalar(&mut self, x: f64) {
        self.t /= x;
    }
    fn child(&mut self, x: f32) {
        self.kid.go(x);
    }
    fn local(&mut self, x: f64) -> Array1<f64> {
        let y = bm::sqrt(&self.v - x);
        let z = bm::where_(bm::isnan(&y), 0.0, &y);
        self.v[..] = &z;
        z
    }
    fn show(&self, x: f64) -> f64 {
        x * self.t + bm::sum(&self.v) + bm::sum(&self.kid.g) as f64 * self.kid.k
    }
}
fn message(f: impl FnOnce()) -> Option<String> {
    let e = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).err()?;
    Some(e.downcast_ref::<String>().cloned().expect("a String"))
}
#[test]
fn a_variable_of_the_object_or_of_a_child_that_becomes_nan() {
    let mk = || Nn {
        v: array![1.0, 2.0],
        t: 1.0,
        kid: Kid {
            k: 2.0,

            g: array![[1.0, 4.0]],
            flag: true,
        },
    };
    let namespace = mk().show_show_namespace();
    assert!(
        namespace.contains("v = [1.0, 2.0]") && namespace.contains("t = 1.0"),
        "{namespace}"
    );
    bm::check_nan(true);
    each(|_| {
        let starts = |f: &mut dyn FnMut(), start: &str| {
            let text = message(f).unwrap_or_default();
            assert!(text.starts_with(start), "{text}");
        };
        starts(
            &mut || mk().step(2.5),
            "Nn::step: self.v[0] became NaN in `self.v[..] = bm::log(&self.v - x);` (",
        );
        starts(
            &mut || mk().step(0.0),
            "Nn::step: self.t became infinite in `*self.t = self.v[0] / 0.0;` (",
        );
        starts(
            &mut || mk().scalar(0.0),
            "Nn::scalar: self.t became infinite in `self.t /= x;` (",
        );
        starts(
            &mut || mk().child(2.0),
            "Kid::go: self.g[[0, 0]] became NaN in `self.g[..] = bm::sqrt(&self.g - x);` (",
        );
        // What is caught before it gets into a variable is no mistake.
        assert_eq!(mk().local(1.5)[0], 0.0);
    });
    bm::check_nan(false);
}
