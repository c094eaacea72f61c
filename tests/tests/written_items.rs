//! What stands around a method: raw identifiers, `#[cfg]`, named lifetimes; and what `show_namespace` says of children.

use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Raw {
    r#type: f64,
    #[variable]
    r#loop: Array1<f64>,
    #[variable]
    rng: RandomState,
}

#[brain_jit]
impl Raw {
    fn r#fn(&mut self, r#match: &Array1<f64>) -> f64 {
        let twice = &self.r#loop * 2.0;
        self.r#loop += r#match * self.r#type;
        self.r#loop[0] += 1.0;
        bm::sum(twice * &self.r#loop)
    }

    #[cfg(test)]
    fn one_of_two(&mut self) {
        self.r#loop += 1.0;
    }

    #[cfg(not(test))]
    fn one_of_two(&mut self) {
        self.r#loop += of_another_build;
    }

    fn longer<'a>(&'a self, other: &'a Array1<f64>) -> &'a Array1<f64> {
        if other.len() > self.r#loop.len() {
            return other;
        }
        &self.r#loop
    }

    /// A draw of one number beside a written one.
    fn tossed(&mut self) -> bool {
        self.rng.random(()) < 0.5
    }
}

#[brain_jit]
#[cfg(not(test))]
fn doubled(x: &Array1<f64>) -> Array1<f64> {
    x * of_another_build
}

#[cfg(test)]
#[brain_jit]
fn doubled(x: &Array1<f64>) -> Array1<f64> {
    x * 2.0
}

#[test]
fn raw_identifiers_conditions_and_lifetimes() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        brain_jit::with_backend(backend, || {
            let x = array![1.0, 2.0];
            let mut raw = Raw {
                r#type: 3.0,
                r#loop: x.clone(),
                rng: RandomState::new(1),
            };
            assert_eq!(raw.r#fn(&x), 2.0 * 5.0 + 4.0 * 8.0);
            raw.one_of_two();
            assert_eq!(raw.r#loop, array![6.0, 9.0]);
            assert_eq!(raw.longer(&x), &array![6.0, 9.0]);
            assert_eq!(Raw::longer_jit(&raw.r#loop, &x), &array![6.0, 9.0]);
            let tosses = (0..200).filter(|_| raw.tossed()).count();
            assert!((50..150).contains(&tosses), "{tosses}");
            assert_eq!(doubled(&x), array![2.0, 4.0]);
            assert_eq!(doubled_plain(&x), array![2.0, 4.0]);
            assert!(raw.fn_show_namespace().contains("type = 3.0"));
        });
    }
}

#[derive(BrainObject)]
struct Synapse {
    #[variable]
    g: Array1<f32>,
}

#[brain_jit]
impl Synapse {
    fn decay(&mut self) {
        self.g *= 0.5;
    }
}

#[derive(BrainObject)]
struct Network {
    #[child]
    synapse: Synapse,
    #[child]
    others: Vec<Synapse>,
}

#[brain_jit]
impl Network {
    fn decay(&mut self) {
        self.synapse.decay();
        for other in &mut self.others {
            other.decay();
        }
    }
}

#[test]
fn children_are_shown_by_their_variables() {
    let synapse = || Synapse {
        g: array![1.0, 2.0],
    };
    let network = Network {
        synapse: synapse(),
        others: vec![synapse()],
    };
    let text = network.decay_show_namespace();
    assert!(
        text.contains("synapse = Synapse { g: Array1<f32> [2] }"),
        "{text}"
    );
    assert!(
        text.contains("others = Vec<Synapse> { 0.g: Array1<f32> [2] }"),
        "{text}"
    );
    assert!(Network::decay_show_code().contains("in & mut others {"));
}
