//! Arrays in lists, tuples and `Option`s, and the rows that ndarray's iterators give, are array code where a pattern or an index
//! takes them out.

use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Stack {
    #[train_var]
    weights: Vec<Array2<f64>>,
    #[train_var]
    biases: Vec<Array1<f64>>,
    gains: Vec<Array1<f64>>,
    pair: (Array1<f64>, f64),
    #[variable]
    two: [Array1<f64>; 2],
    #[variable]
    traced: (Array1<f64>, f64),
    #[variable]
    last: Option<Array1<f64>>,
    #[variable]
    v: Array1<f64>,
}

#[brain_jit]
impl Stack {
    fn zipped(&self, x: &Array1<f64>) -> Array1<f64> {
        let mut h = x.clone();
        for (w, b) in self.weights.iter().zip(&self.biases) {
            h = bm::tanh(bm::dot(&h, w) + b);
        }
        h
    }

    fn indexed(&self, x: &Array1<f64>) -> Array1<f64> {
        let mut h = x.clone();
        for k in 0..self.weights.len() {
            h = bm::tanh(bm::dot(&h, &self.weights[k]) + &self.biases[k]);
        }
        h
    }

    fn written(&mut self, x: &Array1<f64>) {
        for w in &mut self.weights {
            *w *= 0.5;
            w[(0, 0)] = 1.0;
        }
        for w in self.weights.iter_mut() {
            w += 1.0;
            w[..] = &*w * 2.0;
        }
        for gain in &self.gains {
            self.two[0] += gain;
        }
        self.two[1][..] = x;
        self.two[0][0] = 1.0;
        let z = &self.two[0] + &self.two[1] * 2.0;
        self.two[0] += z;
        // Both are of one list, which Rust cannot borrow twice.
        self.two[0] += &self.two[1] + 1.0;
        self.two[1][1..] *= 3.0;
    }

    fn shifted(&mut self, x: &Array1<f64>) {
        for k in (1..2).rev() {
            self.two[k] += &self.two[k - 1];
        }
        self.two[0][..] = x;
        let first = &self.two[0];
        self.v[..] = first * 2.0;
        let second = &mut self.two[1];
        second += 1.0;
        second[0] = 7.0;
    }

    fn tuples(&mut self) -> f64 {
        self.traced.0 += &self.pair.0 * self.pair.1;
        self.traced.1 += 1.0;
        self.traced.0[0] = 5.0;
        bm::sum(&self.traced.0) + self.traced.1
    }

    fn options(&mut self, x: &Array1<f64>) -> f64 {
        if let Some(last) = &self.last {
            self.v += last - x;
        }
        if let Some(last) = self.last.as_mut() {
            last += 1.0;
            last[0] = 3.0;
        }
        match &mut self.last {
            Some(last) => *last *= 2.0,
            None => {}
        }
        let before = bm::sum(self.last.as_ref().unwrap());
        *self.last = Some(x * 2.0);
        let last = self.last.as_ref().unwrap();
        before + bm::sum(last * x)
    }
}

#[brain_jit]
fn parameters(xs: &[Array1<f64>], pair: &(Array1<f64>, f64)) -> Array1<f64> {
    let mut sum = xs[0].clone();
    sum += &xs[1];
    sum += &pair.0 * pair.1;
    for (k, x) in xs.iter().enumerate() {
        sum += x * k as f64;
    }
    let (a, b) = pair;
    sum -= a * *b;
    sum * 2.0
}

#[brain_jit]
fn locals(x: &Array1<f64>) -> Array1<f64> {
    let mut xs: Vec<Array1<f64>> = vec![x.clone(), x * 2.0];
    xs[0] += 1.0;
    xs[1][0] = 9.0;
    xs[0] += &xs[1] * 2.0;
    xs.push(x * 3.0);
    let mut sum = x * 0.0;
    for x in xs {
        sum += &x;
    }
    sum
}

#[brain_jit]
fn by_value(
    xs: Vec<Array2<f64>>,
    borrowed: Option<&Array1<f64>>,
    owned: Option<Array1<f64>>,
    result: Result<Array1<f64>, String>,
) -> f64 {
    let mut sum = 0.0;
    for x in xs {
        sum += bm::sum(&x * 2.0 + &x);
    }
    if let Some(x) = borrowed {
        sum += bm::sum(x * x);
    }
    let Some(x) = owned else {
        return sum;
    };
    sum += bm::sum(&x + &x * 2.0);
    match result {
        Ok(y) if y.len() > 0 => bm::sum(y * 2.0 + x) + sum,
        Ok(_) => 0.0,
        Err(message) => message.len() as f64,
    }
}

#[brain_jit]
fn rows(m: &Array2<f64>, n: &mut Array2<f64>) -> Array1<f64> {
    let mut sum = Array1::<f64>::zeros(m.ncols());
    for row in m.rows() {
        sum += &row;
    }
    for (k, row) in m.outer_iter().enumerate() {
        sum += &row * k as f64;
        n[k] += row * 2.0;
    }
    for mut row in n.rows_mut() {
        row += &sum;
        row[0] = 1.0;
    }
    for mut column in n.axis_iter_mut(Axis(1)) {
        column *= 2.0;
    }
    sum
}

#[brain_jit]
fn pattern_of_a_list(xs: &mut [Array1<f64>; 2]) {
    let [a, b] = xs;
    *a += &*b;
    xs[1] -= &xs[0];
}

#[brain_jit]
fn lists_of_lists(grid: &mut Vec<Vec<f64>>) -> f64 {
    let mut sum = 0.0;
    for i in 0..grid.len() {
        for j in 0..grid[i].len() {
            grid[i][j] += 1.0;
            sum += grid[i][j];
        }
    }
    for row in grid.iter_mut() {
        row.push(1.0);
        for x in row.iter() {
            sum += x;
        }
    }
    sum
}

#[test]
fn held_arrays() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        brain_jit::with_backend(backend, || {
            let (x, m) = (array![1.0, 2.0], array![[1.0, 2.0], [3.0, 4.0]]);
            let mut stack = Stack {
                weights: vec![m.clone(), m.clone()],
                biases: vec![x.clone(), x.clone()],
                gains: vec![x.clone(), x.clone()],
                pair: (x.clone(), 2.0),
                two: [x.clone(), x.clone()],
                traced: (x.clone(), 1.0),
                last: Some(x.clone()),
                v: x.clone(),
            };
            let hidden = (x.dot(&m) + &x).mapv(f64::tanh);
            let expected = (hidden.dot(&m) + &x).mapv(f64::tanh);
            assert!(
                (stack.zipped(&x) - &expected)
                    .iter()
                    .all(|d| d.abs() < 1e-6)
            );
            assert_eq!(stack.zipped(&x), stack.indexed(&x));

            stack.written(&x);
            assert_eq!(stack.weights[1], array![[4.0, 4.0], [5.0, 6.0]]);
            assert_eq!(stack.two, [array![6.0, 19.0], array![1.0, 6.0]]);
            stack.shifted(&x);
            assert_eq!(stack.two, [array![1.0, 2.0], array![7.0, 26.0]]);
            assert_eq!(stack.v, array![2.0, 4.0]);
            assert_eq!(stack.tuples(), 13.0);
            assert_eq!(stack.options(&x), 12.0 + 10.0);

            let pair = (x.clone(), 2.0);
            let summed = parameters(&[x.clone(), x.clone()], &pair);
            assert_eq!(summed, array![6.0, 12.0]);
            assert_eq!(locals(&x), array![32.0, 21.0]);
            let list = vec![m.clone()];
            let sum = by_value(list.clone(), Some(&x), Some(x.clone()), Ok(x.clone()));
            assert_eq!(sum, 30.0 + 5.0 + 9.0 + 9.0);
            assert_eq!(by_value(list, None, None, Err(String::new())), 30.0);
            let mut n = m.clone();
            assert_eq!(rows(&m, &mut n), array![7.0, 10.0]);
            assert_eq!(n, array![[2.0, 32.0], [2.0, 44.0]]);
            let mut two = [x.clone(), x.clone()];
            pattern_of_a_list(&mut two);
            assert_eq!(two, [array![2.0, 4.0], array![-1.0, -2.0]]);
            assert_eq!(lists_of_lists(&mut vec![vec![1.0], vec![2.0, 3.0]]), 20.0);
        });
    }
}

fn total(x: Array1<f64>) -> f64 {
    x.sum()
}

/// An equal value under another name is kept when a block or a host function takes one.
#[brain_jit]
fn taken_by_a_branch(x: &Array1<f64>, branch: bool) -> Array1<f64> {
    let r = bm::maximum(x, 0.0);
    let y = if branch { bm::maximum(x, 0.0) } else { x * 1.0 };
    r + y
}

#[brain_jit]
fn taken_by_host_code(x: &Array1<f64>, branch: bool) -> Array1<f64> {
    let y = x * 2.0;
    let mut sum = 0.0;
    if branch {
        sum = total(y);
    }
    sum + x * 2.0
}

/// What the library's elementwise functions and ndarray's methods give has the type of what they take.
#[brain_jit]
fn of_the_library(x: &Array1<f64>, y: &Array1<f64>) -> Array1<f64> {
    x.round() + y * x.clamp(0.0, 1.0) + x.fract() + bm::round(x) * y + bm::relu6(x) * y
}

#[test]
fn taken_and_given() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        brain_jit::with_backend(backend, || {
            let x = array![-1.0, 2.0];
            assert_eq!(taken_by_a_branch(&x, true), array![0.0, 4.0]);
            assert_eq!(taken_by_a_branch(&x, false), array![-1.0, 4.0]);
            assert_eq!(taken_by_host_code(&x, true), array![0.0, 6.0]);
            assert_eq!(taken_by_host_code(&x, false), array![-2.0, 4.0]);
            let y = array![1.0, 10.0];
            let found = of_the_library(&array![0.5, 2.5], &y);
            // ndarray rounds half away from 0, NumPy to even.
            assert_eq!(
                found,
                array![1.0 + 0.5 + 0.5 + 0.0 + 0.5, 3.0 + 10.0 + 0.5 + 20.0 + 25.0]
            );
        });
    }
}

#[derive(BrainObject)]
struct Synapse {
    gain: Array1<f64>,
    #[variable]
    g: Array1<f64>,
}

#[brain_jit]
impl Synapse {
    fn decay(&mut self) {
        self.g *= 0.5;
    }

    /// The arrays of another object of the same type.
    fn like(&mut self, other: &Synapse, same: &Self) {
        self.g[..] = 2.0 * &other.g + &same.gain * &self.g;
    }
}

#[derive(BrainObject)]
struct Cells {
    #[child]
    synapses: Vec<Synapse>,
    #[variable]
    input: Array1<f64>,
}

#[brain_jit]
impl Cells {
    fn gather(&mut self) {
        self.input[..] = 0.0;
        for synapse in &self.synapses {
            self.input += &synapse.g * &synapse.gain;
        }
    }

    fn step(&mut self) {
        for synapse in &mut self.synapses {
            self.input += &synapse.g;
            synapse.decay();
            self.input += &synapse.g;
            synapse.g += &self.input * 0.0 + 1.0;
            synapse.g[0] = 7.0;
        }
    }
}

#[test]
fn arrays_of_objects_that_are_no_self() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        brain_jit::with_backend(backend, || {
            let synapse = || Synapse {
                gain: array![3.0, 4.0],
                g: array![1.0, 2.0],
            };
            let mut one = synapse();
            one.like(&synapse(), &synapse());
            assert_eq!(one.g, array![5.0, 12.0]);
            let mut cells = Cells {
                synapses: vec![synapse(), synapse()],
                input: array![9.0, 9.0],
            };
            cells.gather();
            assert_eq!(cells.input, array![6.0, 16.0]);
            cells.step();
            assert_eq!(cells.input, array![6.0 + 3.0, 16.0 + 6.0]);
            assert_eq!(cells.synapses[1].g, array![7.0, 2.0]);
        });
    }
}

#[derive(BrainObject)]
struct Kernel<T: Real> {
    #[variable]
    g: Array1<T>,
}

#[derive(BrainObject)]
struct Pool<T: Real> {
    #[child]
    many: Vec<Kernel<T>>,
    #[child]
    one: Kernel<f64>,
    #[variable]
    v: Array1<T>,
    #[variable]
    w: Array1<f64>,
}

#[brain_jit]
impl<T: Real> Pool<T> {
    fn step(&mut self) {
        for kernel in &self.many {
            self.v += &kernel.g;
        }
        for (i, kernel) in self.many.iter_mut().enumerate() {
            kernel.g *= &self.v * 2.0;
            kernel.g[i] = T::one();
        }
        let kernel = &self.one;
        self.w += &kernel.g;
        let kernel = &mut self.one;
        kernel.g += 1.0;
    }
}

#[test]
fn arrays_of_generic_children() {
    let kernel = || Kernel {
        g: array![1.0f32, 2.0],
    };
    let mut pool = Pool {
        many: vec![kernel(), kernel()],
        one: Kernel { g: array![1.0] },
        v: array![0.0f32, 0.0],
        w: array![1.0],
    };
    pool.step();
    assert_eq!(pool.v, array![2.0, 4.0]);
    assert_eq!(pool.many[0].g, array![1.0, 16.0]);
    assert_eq!(pool.many[1].g, array![4.0, 1.0]);
    assert_eq!((&pool.w, &pool.one.g), (&array![2.0], &array![2.0]));
}
