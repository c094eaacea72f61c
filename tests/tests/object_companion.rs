//! The companion macro finds the struct from wherever an impl block stands.

use brain_jit::prelude::*;

// The impl block before the struct.
#[brain_jit]
impl Before {
    fn v(&self) -> f32 {
        self.v
    }
}

#[derive(BrainObject)]
struct Before {
    #[variable]
    v: f32,
}

// Several blocks, one of a trait.
#[brain_jit]
impl Before {
    fn double(&mut self) -> f32 {
        self.v *= 2.0;
        self.v
    }
}

trait Step {
    const NAME: &'static str;
    fn step(&mut self) -> f32;
}

#[brain_jit]
impl Step for Before {
    const NAME: &'static str = "before";
    fn step(&mut self) -> f32 {
        self.v += 1.0;
        self.v
    }
}

#[test]
fn before_the_struct_and_several_blocks() {
    let mut model = Before { v: 2.0 };
    assert_eq!(model.v(), 2.0);
    assert_eq!(model.double(), 4.0);
    assert_eq!(model.step(), 5.0);
    assert_eq!(Before::NAME, "before");
}

mod a {
    use super::*;

    #[derive(BrainObject)]
    pub struct Lif {
        #[variable]
        pub v: f32,
    }

    #[derive(BrainObject)]
    pub(crate) struct Restricted {
        #[variable]
        pub(crate) v: f32,
    }

    #[derive(BrainObject)]
    pub(super) struct Inner<T, const N: usize = 2>
    where
        T: Copy + 'static,
    {
        #[variable]
        pub(super) values: [T; N],
    }
}

mod b {
    use super::*;

    // The same name, also public.
    #[derive(BrainObject)]
    pub struct Lif {
        #[variable]
        pub u: f64,
    }

    #[brain_jit]
    impl Lif {
        pub fn get(&self) -> f64 {
            self.u
        }
    }
}

mod by_path {
    use super::*;

    #[brain_jit]
    impl super::a::Lif {
        pub fn get(&self) -> f32 {
            self.v
        }
    }
}

mod by_use {
    use super::a::{Lif, Restricted};
    use super::*;

    #[brain_jit]
    impl Lif {
        pub fn again(&self) -> f32 {
            self.v
        }
    }

    #[brain_jit]
    impl Restricted {
        pub fn get(&self) -> f32 {
            self.v
        }
    }
}

mod by_glob {
    use super::*;
    use a::*;

    #[brain_jit]
    impl Lif {
        pub fn globbed(&self) -> f32 {
            self.v
        }
    }
}

mod renamed {
    use super::*;
    use a::Lif as Cell;
    pub use a::Lif as Exported;

    #[brain_jit]
    impl Cell {
        pub fn renamed(&self) -> f32 {
            self.v
        }
    }
}

#[brain_jit]
impl renamed::Exported {
    fn exported(&self) -> f32 {
        self.v
    }
}

#[brain_jit]
impl<T, const N: usize> a::Inner<T, N>
where
    T: Copy + 'static,
{
    fn first(&self) -> T {
        self.values[0]
    }
}

#[test]
fn other_modules() {
    let lif = a::Lif { v: 1.0 };
    assert_eq!(lif.get(), 1.0);
    assert_eq!(lif.again(), 1.0);
    assert_eq!(lif.globbed(), 1.0);
    assert_eq!(lif.renamed(), 1.0);
    assert_eq!(lif.exported(), 1.0);
    assert_eq!(b::Lif { u: 2.0 }.get(), 2.0);
    assert_eq!(a::Restricted { v: 3.0 }.get(), 3.0);
    assert_eq!(a::Inner { values: [4, 5] }.first(), 4);
}

#[test]
fn local_structs() {
    #[brain_jit]
    impl Local {
        fn get(&self) -> f32 {
            self.child.v
        }
    }

    #[derive(BrainObject)]
    pub struct Child {
        #[variable]
        v: f32,
    }

    #[derive(BrainObject)]
    struct Local {
        #[child]
        child: Child,
    }

    let local = Local {
        child: Child { v: 1.0 },
    };
    assert_eq!(local.get(), 1.0);
    assert_eq!(local.vars().iter().next().unwrap().name(), "child.v");
}

#[test]
fn a_second_function_with_the_same_local_name() {
    #[derive(BrainObject)]
    struct Local {
        #[variable]
        x: u8,
    }

    #[brain_jit]
    impl Local {
        fn get(&self) -> u8 {
            self.x
        }
    }

    assert_eq!(Local { x: 3 }.get(), 3);
}

macro_rules! model {
    ($module:ident, $field:ident: $ty:ty) => {
        mod $module {
            use super::*;

            #[derive(BrainObject)]
            pub struct Model {
                #[variable]
                pub $field: $ty,
            }

            #[brain_jit]
            impl Model {
                pub fn get(&self) -> $ty {
                    self.$field
                }
            }
        }
    };
}

model!(first, v: f32);
model!(second, u: f64);

#[test]
fn structs_of_a_macro() {
    assert_eq!(first::Model { v: 1.0 }.get(), 1.0);
    assert_eq!(second::Model { u: 2.0 }.get(), 2.0);
}

#[brain_jit]
fn free(x: f32) -> f32 {
    x + 1.0
}

#[test]
fn free_functions_and_closures() {
    assert_eq!(free(1.0), 2.0);
    let offset = 2.0;
    let add = jit!(|x: f32| x + offset);
    assert_eq!(add(1.0), 3.0);
}
