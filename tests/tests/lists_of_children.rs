//! Children of a list by position: the position is that of the statement, and two positions may be one child.

use brain_jit::prelude::*;
use brain_jit::with_backend;

const BACKENDS: [Backend; 3] = [Backend::Plain, Backend::Serial, Backend::Parallel];

#[derive(BrainObject)]
struct Layer {
    #[variable]
    g: Array1<f64>,
}

#[derive(BrainObject)]
struct Net {
    #[child]
    list: Vec<Layer>,
    #[variable]
    w: Array1<f64>,
}

fn net() -> Net {
    let layer = |k: f64| Layer {
        g: array![k, 2.0 * k],
    };
    Net {
        list: vec![layer(1.0), layer(10.0), layer(100.0)],
        w: array![0.0, 0.0],
    }
}

#[brain_jit]
impl Net {
    fn sums_around_a_write(&mut self, k: usize) -> (f64, f64) {
        let before = bm::sum(&self.list[k].g);
        self.list[1].g += 1.0;
        (before, bm::sum(&self.list[k].g))
    }

    fn given_to_a_function(&self) -> f64 {
        let mut total = 0.0;
        for k in 0..self.list.len() {
            let a = &self.list[k].g;
            total += first(a);
        }
        total
    }

    fn part_from_a_start_that_changes(&mut self) {
        let mut s = 0;
        let a = &self.list[2].g[s..];
        s += 1;
        self.w[s..] = a[s..] * 2.0;
    }

    fn sums_along(&mut self) -> f64 {
        let mut k = 0;
        let first = bm::sum(&self.list[k].g);
        k += 1;
        first + 1000.0 * bm::sum(&self.list[k].g)
    }

    fn walk(&mut self) {
        let mut k = 0;
        self.w += &self.list[k].g;
        k += 1;
        self.w += &self.list[k].g;
        k += 1;
        self.list[k].g *= 2.0;
        k -= 2;
        self.list[k].g *= 2.0;
    }

    fn borrowed(&mut self) {
        let mut k = 0;
        let a = &self.list[k].g;
        k += 1;
        self.w[k..] = a[k..] * 2.0;
        let b = &self.w[k..];
        k -= 1;
        self.w[k] = b[0] + 1.0;
    }

    fn neighbours(&mut self, x: &Array1<f64>) {
        self.list[0].g += x;
        self.list[1].g += x;
        self.list[2].g[..] = &self.list[0].g * 2.0 + x;
        self.w += &self.list[2].g;
    }

    fn moved(&mut self, k: usize, j: usize) {
        let old = &self.list[k].g * 1.0;
        self.list[j].g[..] = &self.list[k].g * 2.0;
        self.list[k].g[..] = old;
        self.list[k].g[..] = &self.list[j].g;
        self.list[k].g[[0]] = &self.list[j].g[1..];
    }

    fn scaled(&mut self, k: usize) {
        self.list[k].g *= 2.0;
        self.list[1].g += 1.0;
        self.w += &self.list[k].g;
    }
}

#[test]
fn positions_are_those_of_the_statement_and_may_be_equal() {
    for backend in BACKENDS {
        with_backend(backend, || {
            assert_eq!(net().sums_around_a_write(1), (30.0, 32.0));
            assert_eq!(net().sums_around_a_write(0), (3.0, 3.0));
            assert_eq!(net().sums_along(), 30003.0);
            let after = |run: fn(&mut Net)| {
                let mut net = net();
                run(&mut net);
                (
                    net.w,
                    net.list
                        .into_iter()
                        .map(|layer| layer.g)
                        .collect::<Vec<_>>(),
                )
            };
            let [a, b, c] = [1.0, 10.0, 100.0].map(|k| array![k, 2.0 * k]);
            assert_eq!(
                after(Net::walk),
                (&a + &b, vec![2.0 * &a, b.clone(), 2.0 * &c])
            );
            assert_eq!(after(Net::borrowed).0, array![5.0, 4.0]);
            let (w, list) = after(|net| net.neighbours(&array![1.0, 1.0]));
            assert_eq!((&w, &list[2]), (&array![5.0, 7.0], &w));
            assert_eq!(list[..2], [&a + 1.0, &b + 1.0]);
            let (_, list) = after(|net| net.moved(0, 1));
            assert_eq!(list[..2], [array![4.0, 4.0], array![2.0, 4.0]]);
            let (_, list) = after(|net| net.moved(1, 1));
            assert_eq!(list[1], array![20.0, 20.0]);
            let (w, list) = after(|net| net.scaled(1));
            assert_eq!((&w, &list[1]), (&array![21.0, 41.0], &w));
        });
    }
}

fn first(x: &Array1<f64>) -> f64 {
    x[0]
}

#[test]
fn a_borrow_is_that_of_its_statement() {
    for backend in BACKENDS {
        with_backend(backend, || {
            let mut net = net();
            assert_eq!(net.given_to_a_function(), 111.0);
            net.part_from_a_start_that_changes();
            assert_eq!(net.w, array![0.0, 400.0]);
        });
    }
}
