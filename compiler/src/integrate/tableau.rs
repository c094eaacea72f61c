//! Butcher tableaux of explicit Runge–Kutta methods: the one table of them.
//!
//! `#[integrate(rk4)]` reads it here; the runtime's `integrators::ode` takes it through a macro.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

/// A method: stage `i` is the derivative at `y + h Σ a[i][j] k[j]` and time `t + c[i] h`, the step `y + h Σ b[i] k[i]`.
#[derive(Debug)]
pub struct Tableau {
    /// BrainPy's name.
    pub name: &'static str,
    /// For the documentation of the runtime's function.
    pub about: &'static str,
    pub order: i32,
    pub a: &'static [&'static [f64]],
    pub b: &'static [f64],
    /// The weights of the method of another order that estimates the error; none for a method without.
    pub embedded: &'static [f64],
    pub c: &'static [f64],
}

/// The table.
pub const TABLEAUX: &[Tableau] = &[
    Tableau {
        name: "euler",
        about: "Euler's method, order 1.",
        order: 1,
        a: &[&[]],
        b: &[1.0],
        embedded: &[],
        c: &[0.0],
    },
    Tableau {
        name: "midpoint",
        about: "The midpoint method, order 2.",
        order: 2,
        a: &[&[], &[0.5]],
        b: &[0.0, 1.0],
        embedded: &[],
        c: &[0.0, 0.5],
    },
    Tableau {
        name: "heun2",
        about: "Heun's method, order 2.",
        order: 2,
        a: &[&[], &[1.0]],
        b: &[0.5, 0.5],
        embedded: &[],
        c: &[0.0, 1.0],
    },
    Tableau {
        name: "ralston2",
        about: "Ralston's method of order 2 (Ralston 1962).",
        order: 2,
        a: &[&[], &[2.0 / 3.0]],
        b: &[0.25, 0.75],
        embedded: &[],
        c: &[0.0, 2.0 / 3.0],
    },
    Tableau {
        name: "rk2",
        about: "The method of order 2 with its inner point at `beta`, BrainPy's default 2/3; [`rk2_with`] takes another.",
        order: 2,
        a: &[&[], &[2.0 / 3.0]],
        b: &[0.25, 0.75],
        embedded: &[],
        c: &[0.0, 2.0 / 3.0],
    },
    Tableau {
        name: "rk3",
        about: "Kutta's method of order 3.",
        order: 3,
        a: &[&[], &[0.5], &[-1.0, 2.0]],
        b: &[1.0 / 6.0, 2.0 / 3.0, 1.0 / 6.0],
        embedded: &[],
        c: &[0.0, 0.5, 1.0],
    },
    Tableau {
        name: "heun3",
        about: "Heun's method of order 3.",
        order: 3,
        a: &[&[], &[1.0 / 3.0], &[0.0, 2.0 / 3.0]],
        b: &[0.25, 0.0, 0.75],
        embedded: &[],
        c: &[0.0, 1.0 / 3.0, 2.0 / 3.0],
    },
    Tableau {
        name: "ralston3",
        about: "Ralston's method of order 3 (Ralston 1962).",
        order: 3,
        a: &[&[], &[0.5], &[0.0, 0.75]],
        b: &[2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0],
        embedded: &[],
        c: &[0.0, 0.5, 0.75],
    },
    Tableau {
        name: "ssprk3",
        about: "The strong-stability-preserving method of order 3 (Shu and Osher 1988).",
        order: 3,
        a: &[&[], &[1.0], &[0.25, 0.25]],
        b: &[1.0 / 6.0, 1.0 / 6.0, 2.0 / 3.0],
        embedded: &[],
        c: &[0.0, 1.0, 0.5],
    },
    Tableau {
        name: "rk4",
        about: "The classical method of order 4 (Kutta 1901).",
        order: 4,
        a: &[&[], &[0.5], &[0.0, 0.5], &[0.0, 0.0, 1.0]],
        b: &[1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0],
        embedded: &[],
        c: &[0.0, 0.5, 0.5, 1.0],
    },
    Tableau {
        name: "ralston4",
        about: "Ralston's method of order 4, with the eight digits of the paper (Ralston 1962).",
        order: 4,
        a: &[
            &[],
            &[0.4],
            &[0.29697761, 0.15875964],
            &[0.21810040, -3.05096516, 3.83286476],
        ],
        b: &[0.17476028, -0.55148066, 1.20553560, 0.17118478],
        embedded: &[],
        c: &[0.0, 0.4, 0.45573725, 1.0],
    },
    Tableau {
        name: "rk4_38rule",
        about: "The 3/8 rule, order 4 (Kutta 1901).",
        order: 4,
        a: &[&[], &[1.0 / 3.0], &[-1.0 / 3.0, 1.0], &[1.0, -1.0, 1.0]],
        b: &[0.125, 0.375, 0.375, 0.125],
        embedded: &[],
        c: &[0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0],
    },
    Tableau {
        name: "rkf12",
        about: "Fehlberg's method of order 2 with an embedded one of order 1 (Fehlberg 1969).",
        order: 2,
        a: &[&[], &[0.5], &[1.0 / 256.0, 255.0 / 256.0]],
        b: &[1.0 / 512.0, 255.0 / 256.0, 1.0 / 512.0],
        embedded: &[1.0 / 256.0, 255.0 / 256.0, 0.0],
        c: &[0.0, 0.5, 1.0],
    },
    Tableau {
        name: "rkf45",
        about: "Fehlberg's method of order 5 with an embedded one of order 4 (Fehlberg 1969).",
        order: 5,
        a: &[
            &[],
            &[0.25],
            &[3.0 / 32.0, 9.0 / 32.0],
            &[1932.0 / 2197.0, -7200.0 / 2197.0, 7296.0 / 2197.0],
            &[439.0 / 216.0, -8.0, 3680.0 / 513.0, -845.0 / 4104.0],
            &[-8.0 / 27.0, 2.0, -3544.0 / 2565.0, 1859.0 / 4104.0, -0.275],
        ],
        b: &[
            16.0 / 135.0,
            0.0,
            6656.0 / 12825.0,
            28561.0 / 56430.0,
            -0.18,
            2.0 / 55.0,
        ],
        embedded: &[
            25.0 / 216.0,
            0.0,
            1408.0 / 2565.0,
            2197.0 / 4104.0,
            -0.2,
            0.0,
        ],
        c: &[0.0, 0.25, 0.375, 12.0 / 13.0, 1.0, 0.5],
    },
    Tableau {
        name: "rkdp",
        about: "Dormand and Prince's method of order 5 with an embedded one of order 4 (Dormand and Prince 1980).",
        order: 5,
        a: &[
            &[],
            &[0.2],
            &[3.0 / 40.0, 9.0 / 40.0],
            &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
            &[
                19372.0 / 6561.0,
                -25360.0 / 2187.0,
                64448.0 / 6561.0,
                -212.0 / 729.0,
            ],
            &[
                9017.0 / 3168.0,
                -355.0 / 33.0,
                46732.0 / 5247.0,
                49.0 / 176.0,
                -5103.0 / 18656.0,
            ],
            &[
                35.0 / 384.0,
                0.0,
                500.0 / 1113.0,
                125.0 / 192.0,
                -2187.0 / 6784.0,
                11.0 / 84.0,
            ],
        ],
        b: &[
            35.0 / 384.0,
            0.0,
            500.0 / 1113.0,
            125.0 / 192.0,
            -2187.0 / 6784.0,
            11.0 / 84.0,
            0.0,
        ],
        embedded: &[
            5179.0 / 57600.0,
            0.0,
            7571.0 / 16695.0,
            393.0 / 640.0,
            -92097.0 / 339200.0,
            187.0 / 2100.0,
            0.025,
        ],
        c: &[0.0, 0.2, 0.3, 0.8, 8.0 / 9.0, 1.0, 1.0],
    },
    Tableau {
        name: "ck",
        about: "Cash and Karp's method of order 5 with an embedded one of order 4 (Cash and Karp 1990).",
        order: 5,
        a: &[
            &[],
            &[0.2],
            &[3.0 / 40.0, 9.0 / 40.0],
            &[0.3, -0.9, 1.2],
            &[-11.0 / 54.0, 2.5, -70.0 / 27.0, 35.0 / 27.0],
            &[
                1631.0 / 55296.0,
                175.0 / 512.0,
                575.0 / 13824.0,
                44275.0 / 110592.0,
                253.0 / 4096.0,
            ],
        ],
        b: &[
            37.0 / 378.0,
            0.0,
            250.0 / 621.0,
            125.0 / 594.0,
            0.0,
            512.0 / 1771.0,
        ],
        embedded: &[
            2825.0 / 27648.0,
            0.0,
            18575.0 / 48384.0,
            13525.0 / 55296.0,
            277.0 / 14336.0,
            0.25,
        ],
        c: &[0.0, 0.2, 0.3, 0.6, 1.0, 0.875],
    },
    Tableau {
        name: "bs",
        about: "Bogacki and Shampine's method of order 3 with an embedded one of order 2 (Bogacki and Shampine 1989).",
        order: 3,
        a: &[
            &[],
            &[0.5],
            &[0.0, 0.75],
            &[2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0],
        ],
        b: &[2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0, 0.0],
        embedded: &[7.0 / 24.0, 0.25, 1.0 / 3.0, 0.125],
        c: &[0.0, 0.5, 0.75, 1.0],
    },
    Tableau {
        name: "heun_euler",
        about: "Heun's method of order 2 with Euler's embedded.",
        order: 2,
        a: &[&[], &[1.0]],
        b: &[0.5, 0.5],
        embedded: &[1.0, 0.0],
        c: &[0.0, 1.0],
    },
];

/// Further names, and the methods that they name.
pub const ALIASES: &[(&str, &str)] = &[
    ("heun", "heun2"),
    ("rk4_38", "rk4_38rule"),
    ("dopri", "rkdp"),
    ("rk45", "rkdp"),
    ("BoSh3", "bs"),
];

/// `receiver! { aliases [rk45 rkdp …]; #[doc = "…"] rk4 4 a [[] [0.5] …] b […] embedded […] c […]; … }`
pub fn hand_over(receiver: TokenStream) -> TokenStream {
    let aliases = ALIASES.iter().map(|(alias, name)| {
        let [alias, name] = [alias, name].map(|name| Ident::new(name, Span::call_site()));
        quote!(#alias #name)
    });
    let rows = TABLEAUX.iter().map(|method| {
        let name = Ident::new(method.name, Span::call_site());
        let (about, order) = (method.about, Literal::i32_unsuffixed(method.order));
        let a = method.a.iter().map(|row| list(row));
        let (b, embedded, c) = (list(method.b), list(method.embedded), list(method.c));
        quote!(#[doc = #about] #name #order a [#(#a)*] b #b embedded #embedded c #c;)
    });
    quote!(#receiver! { aliases [#(#aliases)*]; #(#rows)* })
}

fn list(numbers: &[f64]) -> TokenStream {
    let numbers = numbers
        .iter()
        .map(|number| Literal::f64_unsuffixed(*number));
    quote!([#(#numbers),*])
}
