//! A parent sees its children's fields: through modules, renames, generics, generations and crates.

use brain_jit::prelude::*;
use brain_jit_other_crate::synapses::Exponential as Synapse;
use brain_jit_other_crate::{RenamedPair, fast, synapses};

mod populations {
    use super::*;

    #[derive(BrainObject)]
    pub struct Population<T, const N: usize = 1> {
        #[variable]
        pub v: Array1<T>,
        #[child]
        pub input: synapses::Pair<T, N>,
    }
}

use populations::*;

#[derive(BrainObject)]
struct Network<T, const N: usize> {
    #[child]
    excitatory: Population<T, N>,
    #[child]
    inhibitory: populations::Population<f32>,
    #[child]
    background: RenamedPair<f64, 0>,
    #[child]
    fast: fast::Exponential,
    #[child]
    many: Vec<Synapse<T>>,
}

#[brain_jit]
impl<T: Copy + 'static, const N: usize> Network<T, N> {
    fn first_weight(&self) -> T {
        self.excitatory.input.w[0]
    }
}

trait Weigh {
    fn weigh(&self) -> f32;
}

/// The struct's parameters as the block gives them.
#[brain_jit]
impl Weigh for Population<f32, 2> {
    fn weigh(&self) -> f32 {
        bm::sum(&self.v)
    }
}

/// Another name for the struct's parameter.
#[brain_jit]
impl<Scalar: Copy + std::ops::Add<Output = Scalar> + 'static> Population<Scalar, 1> {
    #[brain_jit(dyn_vars())]
    fn first(&self, more: Scalar) -> Scalar {
        self.v[0] + more
    }
}

fn synapse<T: Clone + Default>(n: usize) -> Synapse<T> {
    Synapse {
        tau: T::default(),
        g: Array1::from_elem(n, T::default()),
    }
}

fn pair<T: Clone + Copy + Default, const N: usize>() -> synapses::Pair<T, N> {
    synapses::Pair {
        first: synapse(2),
        rest: std::array::from_fn(|i| synapse(i + 3)),
        w: [T::default(); N],
    }
}

fn network() -> Network<f32, 2> {
    Network {
        excitatory: Population {
            v: Array1::zeros(10),
            input: pair(),
        },
        inhibitory: Population {
            v: Array1::zeros(11),
            input: pair(),
        },
        background: pair(),
        fast: fast::Exponential {
            h: Array1::zeros(1),
        },
        many: vec![synapse(8)],
    }
}

#[test]
fn names_through_generations_and_crates() {
    let network = network();
    let vars = network.vars();
    let names: Vec<_> = vars.iter().map(|v| v.name()).collect();
    assert_eq!(
        names,
        [
            "excitatory.v",
            "excitatory.input.first.g",
            "excitatory.input.rest.0.g",
            "excitatory.input.rest.1.g",
            "excitatory.input.w",
            "inhibitory.v",
            "inhibitory.input.first.g",
            "inhibitory.input.rest.0.g",
            "inhibitory.input.w",
            "background.first.g",
            "background.w",
            "fast.h",
            "many.0.g",
        ]
    );
    let trained = network.train_vars();
    assert_eq!(trained.len(), 3);
    assert_eq!(trained.get("excitatory.input.w").unwrap().shape(), [2]);
    assert_eq!(network.first_weight(), 0.0);
    assert_eq!(network.excitatory.weigh(), 0.0);
    assert_eq!(network.inhibitory.first(1.0), 1.0);
    let frozen = network.inhibitory.first_frozen();
    assert_eq!(frozen.call(&network.inhibitory, 2.0), 2.0);
}

#[test]
fn the_payload_of_a_parent_has_its_childrens_fields_substituted() {
    macro_rules! text {
        ([$($payload:tt)*]) => { stringify!($($payload)*) };
    }
    let payload = Network! { {text} };
    let payload: String = payload.split_whitespace().collect();
    for part in [
        "structNetwork<T,constN:usize>{",
        // The parent's own parameters, in a child of another module.
        "childexcitatory:Population<T,N>=structPopulation{variablev:Array1<T>,childinput:synapses::Pair<T,N>=structPair{",
        "childrest:[Exponential<f64>;N]=structExponential{constanttau:f64,variableg:Array1<f64>,},train_varw:[T;N],",
        // Given and defaulted arguments.
        "childinhibitory:populations::Population<f32>=structPopulation{variablev:Array1<f32>,childinput:synapses::Pair<f32,1>=structPair{",
        "childbackground:RenamedPair<f64,0>=structPair{",
        "train_varw:[f64;0],",
        "childfast:fast::Exponential=structExponential{variableh:Array1<f32>,},",
        "childmany:Vec<Synapse<T>>=structExponential{constanttau:T,variableg:Array1<T>,},",
    ] {
        assert!(payload.contains(part), "no {part} in {payload}");
    }
}
