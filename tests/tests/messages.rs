//! What panics and printing macros say.

use brain_jit::prelude::*;
#[derive(BrainObject)]
struct Shown {
    #[variable]
    v: Array1<f64>,
    #[variable]
    rng: RandomState,
}
#[brain_jit]
impl Shown {
    fn check(&self, x: f64) {
        assert!(bm::sum(&self.v) > x);
    }
    fn check_with_text(&self, x: f64) {
        assert!(bm::sum(&self.v) > x, "sum {} of {:?}", x, self.v);
    }
    fn check_more(&self, x: f64) {
        assert!(bm::sum(&self.v) > x,);
        assert_eq!(bm::sum(&self.v), 6.0);
    }
    fn debug(&self) -> f64 {
        dbg!(bm::sum(&self.v) * 2.0);
        let y = dbg!(bm::max(&self.v)) + 1.0;
        y
    }
    fn at(&mut self) {
        self.v[9] = 0.0;
    }
    fn from_the_end(&mut self) {
        self.v[-9] = 0.0;
    }
    fn of_value(&mut self, i: usize) {
        let doubled = &self.v * 2.0;
        self.v += doubled[i];
    }
    fn of_value_in_loop(&self, n: usize) -> f64 {
        let copy: Array1<f64> = self.v.clone();
        let mut sum = 0.0;
        for i in 0..n {
            sum += copy[i];
        }
        sum + copy[-1]
    }
    fn empty(&self, x: &Array1<f64>) -> f64 {
        bm::max(x)
    }
    fn arg(&self, x: &Array1<f64>) -> usize {
        bm::argmax(x)
    }
    fn slice(&self) -> Array1<f64> {
        self.v[2..9] * 2.0
    }
    fn list(&self) -> Array1<f64> {
        self.v[[1, 7]] * 2.0
    }
    fn poisson(&mut self) -> Array1<i64> {
        self.rng.poisson(-1.0, 3)
    }
}
fn text(f: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let e = std::panic::catch_unwind(f).unwrap_err();
    e.downcast_ref::<String>()
        .cloned()
        .or(e.downcast_ref::<&str>().map(|s| s.to_string()))
        .unwrap()
}
#[test]
fn panics_name_the_method() {
    let m = || Shown {
        v: array![1.0, 2.0, 3.0],
        rng: RandomState::new(1),
    };
    assert_eq!(m().of_value_in_loop(2), 6.0);
    m().check(1.0);
    m().check_more(1.0);
    assert_eq!(m().debug(), 4.0);
    let t = text(|| m().check(10.0));
    assert_eq!(t, "assertion failed: bm::sum(&self.v) > x");
    let t = text(|| m().check_with_text(10.0));
    assert!(t.starts_with("sum 10 of [1.0"));
    let named = [
        (
            text(|| m().at()),
            "Shown::at: index 9 is out of range for self.v, which has shape [3]",
        ),
        (
            text(|| m().from_the_end()),
            "Shown::from_the_end: index -9 is out of range for self.v, which has shape [3]",
        ),
        (
            text(|| m().of_value(4)),
            "Shown::of_value: index 4 is out of range for doubled, which has shape [3]",
        ),
        (
            text(|| {
                m().of_value_in_loop(5);
            }),
            "Shown::of_value_in_loop: index 3 is out of range for copy, which has shape [3]",
        ),
        (
            text(|| {
                m().empty(&array![]);
            }),
            "Shown::empty: max of an array without elements in `bm::max(x)`",
        ),
        (
            text(|| {
                m().arg(&array![]);
            }),
            "Shown::arg: argmax of x without elements in `bm::argmax(x)`",
        ),
        (
            text(|| {
                m().slice();
            }),
            "Shown::slice: the range 2..9 is out of range for axis 0 of self.v, which has length 3",
        ),
        (
            text(|| {
                m().list();
            }),
            "Shown::list: index 7 is out of range for an axis of length 3 in `self.v[[1, 7]] * 2.0`",
        ),
        (
            text(|| {
                m().poisson();
            }),
            "random::poisson: lam = -1 must be at least 0 and below 9e18",
        ),
    ];
    for (found, expected) in named {
        assert_eq!(found, expected);
    }
    assert!(Shown::at_show_code().contains("v[9] = 0.0;"));
}

#[derive(BrainObject)]
struct Fitted {
    #[train_var]
    w: Array1<f64>,
}

#[brain_jit]
impl Fitted {
    #[grad]
    fn loss(&self, x: &Array1<f64>, y: &Array1<f64>) -> f64 {
        let rates = bm::tanh(&self.w * x) + 1.0;
        bm::dot(&rates, y)
    }
}

// A gradient's messages have the user's names, and no others.
#[test]
fn shapes_in_gradients() {
    let fitted = Fitted { w: Array1::ones(3) };
    let (three, four) = (Array1::ones(3), Array1::ones(4));
    let message = |call: &dyn Fn()| {
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).unwrap_err();
        panic.downcast_ref::<String>().expect("a text").clone()
    };
    let product = message(&|| drop(fitted.loss_grad(&four, &three)));
    assert_eq!(
        product,
        "Fitted::loss_grad: shapes do not match in `(bm::tanh((self.w * x)) + 1.0)`: self.w has shape [3], x has shape [4]"
    );
    let sum = message(&|| drop(fitted.loss_grad(&three, &four)));
    assert_eq!(
        sum,
        "Fitted::loss_grad: shapes do not match in `bm::dot(…, y)`: a value in between has shape [3], y has shape [4]"
    );
}
