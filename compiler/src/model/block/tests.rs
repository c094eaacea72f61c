use super::*;
use crate::model::method::{ParameterKind, Receiver};
use syn::parse_quote;

fn parse(item: ItemImpl) -> (Block, Vec<Code>) {
    let mut errors = Errors::default();
    let block = Block::parse(item, &mut errors);
    (block, errors.codes())
}

fn codes(item: ItemImpl) -> Vec<Code> {
    parse(item).1
}

#[test]
fn a_block_is_taken_apart() {
    let (block, codes) = parse(parse_quote! {
        #[allow(dead_code)]
        impl<T: Real> Step for models::Lif<T> where T: Copy {
            const N: usize = 3;
            fn new() -> Self { todo() }
            #[brain_jit]
            fn scale(x: f32) -> f32 { x }
            /// Doc.
            pub fn read(&self, x: &Array1<T>) -> T { x[0] }
            #[brain_jit(dyn_vars(v, w))]
            fn update(&mut self, #[static_arg(values(1, -2))] order: i32) {}
            #[brain_jit(skip)]
            fn left(self) {}
        }
    });
    assert_eq!(codes, []);
    let seen: Vec<_> = block
        .methods
        .iter()
        .map(|m| (m.path.as_str(), m.receiver))
        .collect();
    assert_eq!(
        seen,
        [
            ("Lif::scale", None),
            ("Lif::read", Some(Receiver::Shared)),
            ("Lif::update", Some(Receiver::Exclusive)),
        ]
    );
    assert_eq!(block.others.len(), 3);
    assert!(block.trait_path.is_some());
    let update = &block.methods[2];
    assert_eq!(update.dyn_vars.as_ref().map(Vec::len), Some(2));
    assert!(matches!(&update.parameters[0].kind, ParameterKind::Values(v) if v.len() == 2));
    let written = block.as_written().to_string();
    assert!(
        !written.contains("brain_jit") && !written.contains("static_arg"),
        "{written}"
    );
}

#[test]
fn static_arguments() {
    let (block, codes) = parse(parse_quote! {
        impl Lif {
            fn f(&self, #[static_arg] n_steps: usize, #[static_arg] wide: bool, #[static_arg()] c: char) {}
        }
    });
    assert_eq!(codes, []);
    let names: Vec<_> = block.methods[0]
        .parameters
        .iter()
        .map(|p| match &p.kind {
            ParameterKind::ConstGeneric(name) => name.to_string(),
            _ => String::new(),
        })
        .collect();
    assert_eq!(names, ["N_STEPS", "WIDE", "C"]);
}

#[test]
fn types_that_cannot_be_static() {
    for ty in [
        "f32",
        "&'static str",
        "Array1<f32>",
        "String",
        "Mode",
        "Complex32",
    ] {
        let ty: Type = syn::parse_str(ty).unwrap();
        let found = codes(parse_quote!(impl Lif { fn f(&self, #[static_arg] x: #ty) {} }));
        assert_eq!(found, [Code::StaticType]);
    }
    for ty in ["Array1<f32>", "String", "&[f32]", "(u8, u8)"] {
        let ty: Type = syn::parse_str(ty).unwrap();
        let found =
            codes(parse_quote!(impl Lif { fn f(&self, #[static_arg(values(A))] x: #ty) {} }));
        assert_eq!(found, [Code::StaticType]);
    }
    let pattern = codes(parse_quote!(impl Lif { fn f(&self, #[static_arg] (a, b): (u8, u8)) {} }));
    assert_eq!(pattern, [Code::StaticType]);
    let in_trait = codes(parse_quote!(impl Step for Lif { fn f(&self, #[static_arg] n: u8) {} }));
    assert_eq!(in_trait, [Code::UnsupportedSignature]);
}

#[test]
fn values_of_every_type() {
    for (ty, values) in [
        ("bool", "true, false"),
        ("char", "'a', 'b'"),
        ("u8", "0, 255u8, LIMIT"),
        ("i8", "-128, 127"),
        ("f32", "0.5, -1.0, 1e3, consts::PI"),
        ("&'static str", "\"euler\", \"rk4\""),
        ("Mode", "Mode::A, Mode::B"),
    ] {
        assert_eq!(listed(ty, values), [], "{ty}: {values}");
    }
}

#[test]
fn bad_lists_of_values() {
    for (ty, values) in [
        ("bool", ""),
        ("bool", "1"),
        ("u8", "256"),
        ("u8", "-1"),
        ("u8", "1i8"),
        ("u8", "1.0"),
        ("u8", "1 + 1"),
        ("f32", "1"),
        ("&'static str", "'a'"),
        ("Mode", "1"),
        ("i32", "1_000, 1000"),
        ("f32", "1.0, 1.00"),
        ("u8", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"),
    ] {
        assert_eq!(listed(ty, values), [Code::StaticValues], "{ty}: {values}");
    }
    let assigned =
        codes(parse_quote!(impl Lif { fn f(&self, #[static_arg(values = 3)] n: u8) {} }));
    assert_eq!(assigned, [Code::StaticValues]);
}

fn listed(ty: &str, values: &str) -> Vec<Code> {
    let ty: Type = syn::parse_str(ty).unwrap();
    let values: TokenStream = values.parse().unwrap();
    codes(parse_quote!(impl Lif { fn f(&self, #[static_arg(values(#values))] x: #ty) {} }))
}

#[test]
fn options_unknown_unused_or_doubled() {
    use Code::*;
    let method =
        |attributes: TokenStream| codes(parse_quote!(impl Lif { #attributes fn f(&self) {} }));
    assert_eq!(method(quote!(#[brain_jit(skipp)])), [UnknownOption]);
    assert_eq!(method(quote!(#[brain_jit(skip, skip)])), [DuplicateOption]);
    assert_eq!(
        method(quote!(#[brain_jit(skip)] #[brain_jit(skip)])),
        [DuplicateOption]
    );
    assert_eq!(method(quote!(#[brain_jit(skip = true)])), [Syntax]);
    assert_eq!(method(quote!(#[brain_jit("skip")])), [UnknownOption]);
    assert_eq!(
        method(quote!(#[brain_jit(skip, dyn_vars(v))])),
        [UnusedOption]
    );
    assert_eq!(method(quote!(#[brain_jit(dyn_vars)])), [Syntax]);
    assert_eq!(
        method(quote!(#[brain_jit(dyn_vars(v, v))])),
        [DuplicateOption]
    );
    assert_eq!(method(quote!(#[brain_jit])), [UnusedOption]);
    assert_eq!(
        codes(parse_quote!(impl L { #[brain_jit(skip)] fn f() {} })),
        [UnusedOption]
    );
    assert_eq!(
        codes(parse_quote!(impl L { #[brain_jit] const N: u8 = 1; })),
        [UnusedOption]
    );
    assert_eq!(
        codes(parse_quote!(impl L { fn f(#[static_arg] n: u8) {} })),
        [UnusedOption]
    );
    assert_eq!(
        codes(parse_quote!(impl L { fn f(&self, #[static_arg(value(1))] n: u8) {} })),
        [UnknownOption]
    );
    assert_eq!(
        codes(parse_quote!(
            #[brain_jit]
            impl L {}
        )),
        [DuplicateOption]
    );
}

#[test]
fn signatures_that_cannot_be_compiled() {
    for signature in [
        "const fn f(&self)",
        "async fn f(&self)",
        "unsafe fn f(&self)",
        "extern \"C\" fn f(&self)",
        "fn f(self)",
        "fn f(mut self)",
        "fn f(self: Box<Self>)",
        "fn f(self: Rc<Self>)",
        "fn f(self: Pin<&mut Self>)",
    ] {
        let method = format!("impl Lif {{ {signature} {{}} }}");
        let found = codes(syn::parse_str(&method).unwrap());
        assert_eq!(found, [Code::UnsupportedSignature], "{signature}");
    }
    let typed = codes(parse_quote!(impl Lif { fn f(self: &mut Self) {} fn g<'a>(&'a self) {} }));
    assert_eq!(typed, []);
    let clash =
        codes(parse_quote!(impl Lif { fn f<const N: usize>(&self, #[static_arg] n: usize) {} }));
    assert_eq!(clash, [Code::NameClash]);
}

#[test]
fn free_functions() {
    let mut errors = Errors::default();
    let function = parse_quote!(
        pub fn f(x: &mut Array1<f32>, #[static_arg] n: usize) {}
    );
    let (method, _) = parse_function(TokenStream::new(), function, &mut errors);
    assert_eq!(
        (method.path.as_str(), method.receiver, errors.codes()),
        ("f", None, vec![])
    );
    let function = parse_quote!(
        fn f() {}
    );
    parse_function(quote!(skip), function, &mut errors);
    assert_eq!(errors.codes(), [Code::UnknownOption]);
}
