//! Children from another module, in a list and alone, beside a closure and borrowed constants.

use brain_jit::prelude::*;
use brain_jit_tests::backends::each;

mod inner {
    use brain_jit::prelude::*;
    #[derive(BrainObject)]
    pub struct Pop<const N: usize> {
        pub gain: f32,
        #[variable]
        pub v: Array1<f32>,
        #[variable]
        pub rng: RandomState,
        #[variable]
        pub state: State,
        #[variable]
        pub hist: Vec<f32>,
    }
    #[derive(Clone, Copy, PartialEq, Debug)]
    pub enum State {
        Rest,
        Active(u8),
    }
    #[brain_jit]
    impl<const N: usize> Pop<N> {
        pub fn step(&mut self, input: &Array1<f32>) -> usize {
            let noise = self.rng.normal(0.0, 1.0, input.len());
            self.v += self.gain * input + 0.0 * noise;
            match self.state {
                State::Rest if bm::any(&self.v > 1.0) => *self.state = State::Active(1),
                State::Active(n) if n < 3 => self.state[..] = State::Active(n + 1),
                State::Active(_) => {
                    *self.state = State::Rest;
                    self.v[..] = 0.0;
                }
                _ => {}
            }
            self.hist.push(bm::mean(&self.v));
            N
        }
        pub fn current(&self) -> Array1<f32> {
            &self.v * N as f32
        }
    }
}
use inner::{Pop, State};

#[derive(BrainObject)]
struct Layered<'a, F: Fn(f32) -> f32 + Sync> {
    f: F,
    label: &'a str,
    table: &'a [f32],
    #[child]
    pops: Vec<Pop<2>>,
    #[child]
    one: Pop<3>,
    #[variable]
    out: Array2<f32>,
}
#[brain_jit]
impl<'a, F: Fn(f32) -> f32 + Sync> Layered<'a, F> {
    fn run(&mut self, x: &Array2<f32>) -> Result<Array1<f32>, String> {
        if x.nrows() != self.pops.len() {
            return Err(format!("{}: {} rows", self.label, x.nrows()));
        }
        let mut total = 0;
        for (i, pop) in self.pops.iter_mut().enumerate() {
            total += pop.step(&x.row(i).to_owned());
        }
        for i in 0..self.pops.len() {
            let c: Array1<f32> = self.pops[i].current();
            self.out[i] = &c + total as f32;
        }
        let y = bm::sum_axis(&self.out, 0).mapv(|v| (self.f)(v));
        let first = self.table.first().copied().unwrap_or(0.0);
        Ok(y + first)
    }
    fn deep(&mut self) -> f32 {
        let m = bm::max(&self.one.v);
        self.one.v[..] = 1.0;
        self.one.v[0] += m;
        self.pops[0].v *= 2.0;
        let s = self.pops[1].v[0] + self.pops[1].v[-1];
        bm::sum(&self.one.v) + s
    }
}
#[test]
fn closures_and_constants_of_children_from_a_module() {
    each(|_| {
        let pop = |g: f32| Pop::<2> {
            gain: g,
            v: array![0.0, 1.0],
            rng: RandomState::new(1),
            state: State::Rest,
            hist: vec![],
        };
        let table = [0.5f32];
        let mut l = Layered {
            f: |v: f32| v * 2.0,
            label: "net",
            table: &table,
            pops: vec![pop(1.0), pop(2.0)],
            one: Pop::<3> {
                gain: 1.0,
                v: array![3.0, 5.0],
                rng: RandomState::new(2),
                state: State::Rest,
                hist: vec![],
            },
            out: Array2::zeros((2, 2)),
        };
        assert_eq!(l.run(&Array2::zeros((3, 2))), Err("net: 3 rows".into()));
        let r = l.run(&array![[1.0, 1.0], [2.0, 2.0]]).unwrap();
        // v0=[1,2], v1=[4,5]; total=4; out=[[6,8],[12,14]]; sum=[18,22]*2+.5
        assert_eq!(r, array![36.5, 44.5]);
        assert_eq!(l.pops[0].state, State::Active(1));
        assert_eq!(l.pops[0].hist, vec![1.5]);
        assert_eq!(l.deep(), 7.0 + 9.0);
        assert_eq!(l.pops[0].v, array![2.0, 4.0]);
        let names: Vec<_> = l
            .vars()
            .iter()
            .map(|v| format!("{} {:?} {}", v.name(), v.shape(), v.type_name()))
            .collect();
        println!("{names:#?}");
        assert_eq!(l.vars().iter().count(), 13);
    });
}
