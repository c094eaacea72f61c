//! Writes the programs of `tests/generated.rs`: methods drawn at random over the language of compiled methods.
//!
//! The same seed gives the same programs. Axes have symbolic lengths, so that every expression has a shape and
//! fits where it stands; `n` is at least 2 and `k` at least 1 when the programs run.
//!
//! One file, since a build script is one, and the grammar refers to itself.

use std::fmt::Write;

const BLOCKS: usize = 25;
const PROGRAMS_A_BLOCK: usize = 8;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut out = String::new();
    for element in ELEMENTS {
        element.object(&mut out);
    }
    let mut tables = [String::new(), String::new(), String::new()];
    for block in 0..BLOCKS {
        // Integers every fifth block.
        let which = if block % 5 == 4 { 2 } else { block % 2 };
        let element = &ELEMENTS[which];
        writeln!(out, "#[brain_jit]\nimpl {} {{", element.object).unwrap();
        out.push_str(&element.helpers(block));
        for number in 0..PROGRAMS_A_BLOCK {
            let name = format!("p{}", block * PROGRAMS_A_BLOCK + number);
            let mut program = Program::new(&mut random, element, block);
            let source = program.method(&name);
            writeln!(out, "{source}").unwrap();
            writeln!(
                tables[which],
                "Case {{ source: {source:?}, jitted: |o, a| o.{name}(&a.x, a.s, &a.index).bits(), plain: |o, a| o.{name}_plain(&a.x, a.s, &a.index).bits() }},"
            )
            .unwrap();
        }
        out.push_str("}\n");
    }
    for (element, table) in ELEMENTS.iter().zip(tables) {
        let (object, constant) = (element.object, element.object.to_uppercase());
        writeln!(
            out,
            "pub const {constant}: &[Case<{object}, {}>] = &[{table}];",
            element.name
        )
        .unwrap();
    }
    let path = std::path::Path::new(&std::env::var("OUT_DIR").unwrap()).join("generated.rs");
    std::fs::write(path, out).unwrap();
}

/// Xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 32) as usize) % n
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

struct Element {
    object: &'static str,
    name: &'static str,
    integer: &'static str,
    float: bool,
}

const ELEMENTS: [Element; 3] = [
    Element {
        object: "Single",
        name: "f32",
        integer: "i32",
        float: true,
    },
    Element {
        object: "Double",
        name: "f64",
        integer: "i64",
        float: true,
    },
    Element {
        object: "Integer",
        name: "i64",
        integer: "i32",
        float: false,
    },
];

impl Element {
    fn object(&self, out: &mut String) {
        let (object, name, integer) = (self.object, self.name, self.integer);
        writeln!(out, "object! {{ {object}, {name}, {integer} }}").unwrap();
    }

    /// Methods that the programs of one block call.
    fn helpers(&self, block: usize) -> String {
        let (name, half) = (self.name, if self.float { "0.5" } else { "2" });
        format!(
            "fn mixed{block}(&self, a: &Array1<{name}>, s: {name}) -> Array1<{name}> {{
                let b = a * s - &self.gain;
                b + &self.w * {half}
            }}
            fn bump{block}(&mut self, s: {name}) -> {name} {{
                if s < {half} {{
                    self.v += s;
                    return s + self.t;
                }}
                self.w -= &self.v;
                s
            }}\n"
        )
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Axis {
    N,
    /// `n - 1`
    Less,
    /// Every second one.
    Half,
    K,
    Two,
}

use Axis::*;

type Shape = &'static [Axis];

const VECTOR: Shape = &[N];
const COLUMN: Shape = &[K];
const MATRIX: Shape = &[K, N];
const CUBE: Shape = &[Two, K, N];
const SHORT: Shape = &[Less];
const HALF: Shape = &[Half];
const NARROW: Shape = &[K, Less];
const SPARSE: Shape = &[K, Half];

/// Part of a variable as a target or a source: how it is written, and its shape.
const PARTS: &[(&str, Shape)] = &[
    ("self.v[1..]", SHORT),
    ("self.v[..-1]", SHORT),
    ("self.w[1..]", SHORT),
    ("self.w[..-1]", SHORT),
    ("self.v[s![..;2]]", HALF),
    ("self.w[s![..;2]]", HALF),
    ("self.m[0]", VECTOR),
    ("self.m[(-1, ..)]", VECTOR),
    ("self.m[(.., 0)]", COLUMN),
    ("self.p[(.., -1)]", COLUMN),
    ("self.m[(.., 1..)]", NARROW),
    ("self.p[(.., ..-1)]", NARROW),
    ("self.p[s![.., ..;2]]", SPARSE),
    ("self.m[s![.., ..;2]]", SPARSE),
    ("self.c[0]", MATRIX),
    ("self.c[(-1, .., ..)]", MATRIX),
    ("self.c[(0, -1, ..)]", VECTOR),
    ("self.c[(1, .., 0)]", COLUMN),
];

const WHOLE: &[(&str, Shape)] = &[
    ("self.v", VECTOR),
    ("self.w", VECTOR),
    ("self.u", COLUMN),
    ("self.m", MATRIX),
    ("self.p", MATRIX),
    ("self.c", CUBE),
];

/// Read only.
const SOURCES: &[(&str, Shape)] = &[
    ("self.gain", VECTOR),
    ("x", VECTOR),
    ("self.v[s![..;-1]]", VECTOR),
    ("self.w[index]", VECTOR),
    ("self.m[(.., bm::NEWAXIS, 0)]", &[]),
];

struct Local {
    name: String,
    shape: Shape,
    mutable: bool,
}

struct Program<'a> {
    random: &'a mut Random,
    element: &'a Element,
    block: usize,
    locals: Vec<Local>,
    scalars: Vec<String>,
    counter: usize,
    /// Contractions may be tiled together, which has a tolerance; one alone has not.
    products: usize,
    returns: Option<Shape>,
    depth: usize,
}

impl<'a> Program<'a> {
    fn new(random: &'a mut Random, element: &'a Element, block: usize) -> Self {
        let returns = [None, Some(VECTOR), Some(MATRIX), Some(&[][..])][random.below(4)];
        Program {
            random,
            element,
            block,
            locals: Vec::new(),
            scalars: Vec::new(),
            counter: 0,
            products: 0,
            returns,
            depth: 0,
        }
    }

    fn method(&mut self, name: &str) -> String {
        let mut body = String::new();
        for _ in 0..3 + self.random.below(3) {
            body.push_str(&self.statement());
        }
        let element = self.element.name;
        let (output, tail) = match self.returns {
            None => (String::new(), String::new()),
            Some(shape) => (format!(" -> {}", self.returned()), self.result(shape)),
        };
        format!(
            "fn {name}(&mut self, x: &Array1<{element}>, s: {element}, index: &Array1<usize>){output} {{\n{body}{tail}\n}}"
        )
    }

    fn returned(&self) -> String {
        match self.returns {
            Some([]) | None => self.element.name.to_string(),
            Some(shape) => format!("Array{}<{}>", shape.len(), self.element.name),
        }
    }

    fn result(&mut self, shape: Shape) -> String {
        if shape.is_empty() {
            self.reduction()
        } else {
            format!("-({})", self.array(shape, 2))
        }
    }

    fn fresh(&mut self, stem: &str) -> String {
        self.counter += 1;
        format!("{stem}{}", self.counter)
    }

    fn statement(&mut self) -> String {
        let nested = self.depth < 1;
        match self.random.below(26) {
            0..=3 => {
                let shape = self.shape();
                let (name, value) = (self.fresh("a"), self.computed(shape, 2));
                self.locals.push(Local {
                    name: name.clone(),
                    shape,
                    mutable: false,
                });
                format!("let {name} = {value};\n")
            }
            4 | 5 => {
                let shape = self.shape();
                let (name, value) = (self.fresh("b"), self.computed(shape, 2));
                self.locals.push(Local {
                    name: name.clone(),
                    shape,
                    mutable: true,
                });
                format!("let mut {name} = {value};\n")
            }
            6 => {
                let (source, shape) = WHOLE[self.random.below(WHOLE.len())];
                let name = self.fresh("last");
                self.locals.push(Local {
                    name: name.clone(),
                    shape,
                    mutable: false,
                });
                format!("let {name} = {source}.clone();\n")
            }
            7..=10 => self.write_whole(),
            11..=13 => self.write_part(),
            14 => self.write_mask(),
            15 => self.write_list(),
            16 => {
                let (name, value) = (self.fresh("r"), self.reduction());
                self.scalars.push(name.clone());
                format!("let {name} = {value};\n")
            }
            17 => {
                let value = self.reduction();
                format!("self.t += {value};\n")
            }
            18 => {
                let value = self.boolean(VECTOR, 2);
                let write = self.random.pick(&[
                    "self.spike[..] =",
                    "self.spike |=",
                    "self.spike ^=",
                    "self.spike &=",
                ]);
                let integer = self.element.integer;
                format!("{write} {value};\nself.count += self.spike as {integer};\n")
            }
            19 | 20 if nested => {
                let condition = self.condition();
                let (then, otherwise) = (self.nested(), self.nested());
                format!("if {condition} {{\n{then}}} else {{\n{otherwise}}}\n")
            }
            21 if nested => {
                let name = self.fresh("i");
                let body = self.nested();
                let element = self.element.name;
                format!("for {name} in 0..3 {{\n{body}self.v += {name} as {element};\n}}\n")
            }
            22 if nested => {
                let name = self.fresh("k");
                let body = self.nested();
                format!("let mut {name} = 0;\nwhile {name} < 2 {{\n{body}{name} += 1;\n}}\n")
            }
            23 => {
                let condition = self.condition();
                match self.returns {
                    None => format!("if {condition} {{\nreturn;\n}}\n"),
                    Some(shape) => {
                        let value = self.result(shape);
                        format!("if {condition} {{\nreturn {value};\n}}\n")
                    }
                }
            }
            24 => {
                let (name, block) = (self.fresh("q"), self.block);
                let scalar = self.scalar();
                self.scalars.push(name.clone());
                format!("let {name} = self.bump{block}({scalar});\n")
            }
            _ => self.write_whole(),
        }
    }

    fn nested(&mut self) -> String {
        self.depth += 1;
        let (locals, scalars) = (self.locals.len(), self.scalars.len());
        let mut body = String::new();
        for _ in 0..1 + self.random.below(4) / 3 {
            body.push_str(&self.statement());
        }
        self.locals.truncate(locals);
        self.scalars.truncate(scalars);
        self.depth -= 1;
        body
    }

    fn shape(&mut self) -> Shape {
        [VECTOR, VECTOR, MATRIX, MATRIX, CUBE, COLUMN][self.random.below(6)]
    }

    fn operator(&mut self) -> &'static str {
        match (self.element.float, self.random.chance(25)) {
            (true, false) => self.random.pick(&["+=", "-=", "*="]),
            (true, true) => self.random.pick(&["/=", "%="]),
            (false, false) => self.random.pick(&["+=", "-=", "*="]),
            (false, true) => self.random.pick(&["&=", "|=", "^="]),
        }
    }

    fn write_whole(&mut self) -> String {
        let local: Vec<usize> = (0..self.locals.len())
            .filter(|k| self.locals[*k].mutable)
            .collect();
        let (target, shape) = if !local.is_empty() && self.random.chance(30) {
            let local = &self.locals[local[self.random.below(local.len())]];
            (local.name.clone(), local.shape)
        } else {
            let (target, shape) = WHOLE[self.random.below(WHOLE.len())];
            (target.to_string(), shape)
        };
        let value = if self.random.chance(20) {
            self.scalar()
        } else {
            self.array(shape, 3)
        };
        if self.random.chance(50) {
            return format!("{target}[..] = {value};\n");
        }
        let operator = self.operator();
        format!("{target} {operator} {value};\n")
    }

    fn write_part(&mut self) -> String {
        let (target, shape) = PARTS[self.random.below(PARTS.len())];
        let value = if self.random.chance(20) {
            self.scalar()
        } else {
            self.array(shape, 2)
        };
        if self.random.chance(50) {
            return format!("{target} = {value};\n");
        }
        let operator = self.operator();
        format!("{target} {operator} {value};\n")
    }

    fn write_mask(&mut self) -> String {
        let (target, shape) = WHOLE[self.random.below(WHOLE.len())];
        let (mask, value) = (self.boolean(shape, 1), self.scalar());
        let operator = if self.random.chance(50) {
            "="
        } else {
            self.operator()
        };
        format!("{target}[{mask}] {operator} {value};\n")
    }

    fn write_list(&mut self) -> String {
        let target = self.random.pick(&["self.v", "self.w"]);
        let value = self.scalar();
        match self.random.below(4) {
            0 => format!("bm::add_at(&mut {target}, index, {value});\n"),
            1 => format!("{target}[[0, -1]] += {value};\n"),
            2 => format!("{target}[index] = {};\n", self.array(VECTOR, 1)),
            _ => format!("{target}[index] += {value};\n"),
        }
    }

    fn literal(&mut self) -> String {
        if self.element.float {
            self.random
                .pick(&["0.5", "1.25", "2.0", "3.0", "-0.75"])
                .to_string()
        } else {
            self.random.pick(&["1", "2", "3", "-5"]).to_string()
        }
    }

    fn scalar(&mut self) -> String {
        if !self.scalars.is_empty() && self.random.chance(30) {
            return self.scalars[self.random.below(self.scalars.len())].clone();
        }
        match self.random.below(5) {
            0 => "self.tau".into(),
            1 => "self.t".into(),
            2 => "s".into(),
            _ => self.literal(),
        }
    }

    fn reduction(&mut self) -> String {
        let shape = self.shape();
        let name = if self.element.float {
            self.random
                .pick(&["sum", "mean", "max", "min", "std", "var"])
        } else {
            self.random.pick(&["sum", "max", "min"])
        };
        format!("bm::{name}({})", self.array(shape, 2))
    }

    fn condition(&mut self) -> String {
        match self.random.below(3) {
            0 => format!("bm::any({})", self.boolean(VECTOR, 1)),
            1 => format!("{} > {}", self.reduction(), self.literal()),
            _ => format!("self.t < {}", self.literal()),
        }
    }

    fn boolean(&mut self, shape: Shape, depth: usize) -> String {
        if shape == VECTOR && self.random.chance(15) {
            return "self.spike".into();
        }
        if depth > 0 && self.random.chance(30) {
            let (a, b) = (
                self.boolean(shape, depth - 1),
                self.boolean(shape, depth - 1),
            );
            let operator = self.random.pick(&["&", "|", "^"]);
            return format!("({a} {operator} {b})");
        }
        if depth > 0 && self.random.chance(15) {
            let a = self.boolean(shape, depth - 1);
            return format!("!({a})");
        }
        let operator = self.random.pick(&["<", "<=", ">", ">=", "==", "!="]);
        let a = self.array(shape, depth.min(1));
        let b = if self.random.chance(50) {
            self.scalar()
        } else {
            self.array(shape, 0)
        };
        format!("({a} {operator} {b})")
    }

    /// A value: what stands for itself would be a borrow.
    fn computed(&mut self, shape: Shape, depth: usize) -> String {
        let value = self.array(shape, depth);
        if value.starts_with('(') || value.starts_with("bm::") || value.starts_with("self.mixed") {
            return value;
        }
        format!("({value} * {})", self.literal())
    }

    /// Something of this shape that stands for itself.
    fn atom(&mut self, shape: Shape) -> String {
        let mut found: Vec<String> = self
            .locals
            .iter()
            .filter(|l| l.shape == shape)
            .map(|l| l.name.clone())
            .collect();
        found.extend(found.clone());
        for (source, of) in WHOLE.iter().chain(PARTS).chain(SOURCES) {
            if *of == shape {
                found.push(source.to_string());
            }
        }
        let atom = found[self.random.below(found.len())].clone();
        if self.random.chance(60) {
            format!("&{atom}")
        } else {
            atom
        }
    }

    /// An array that broadcasts to this shape.
    fn narrower(&mut self, shape: Shape) -> String {
        match shape {
            [Two, rest @ ..] if self.random.chance(50) => {
                self.array(if rest == MATRIX { MATRIX } else { shape }, 1)
            }
            [K, Axis::N] | [Two, K, Axis::N] => match self.random.below(3) {
                0 => self.array(VECTOR, 1),
                1 => "self.u[(.., bm::NEWAXIS)]".into(),
                _ => {
                    let reduction = self.random.pick(&["sum", "max", "min"]);
                    format!(
                        "bm::{reduction}_axis_keepdims({}, -1)",
                        self.array(MATRIX, 1)
                    )
                }
            },
            _ => self.array(shape, 0),
        }
    }

    fn array(&mut self, shape: Shape, depth: usize) -> String {
        if depth == 0 {
            return self.atom(shape);
        }
        let depth = depth - 1;
        match self.random.below(20) {
            0..=2 => self.atom(shape),
            3..=7 => {
                let a = self.array(shape, depth);
                let b = match self.random.below(3) {
                    0 => self.scalar(),
                    1 => self.narrower(shape),
                    _ => self.array(shape, depth),
                };
                let operator = match (self.element.float, self.random.chance(20)) {
                    (true, true) => self.random.pick(&["/", "%"]),
                    (false, true) => self.random.pick(&["&", "|", "^"]),
                    _ => self.random.pick(&["+", "-", "*"]),
                };
                if self.random.chance(50) {
                    format!("({a} {operator} {b})")
                } else {
                    format!("({b} {operator} {a})")
                }
            }
            8 => format!("(-({}))", self.array(shape, depth)),
            9 | 10 => {
                let (condition, a, b) = (
                    self.boolean(shape, depth.min(1)),
                    self.array(shape, depth),
                    self.scalar(),
                );
                if self.random.chance(50) {
                    format!("bm::where_({condition}, {a}, {b})")
                } else {
                    format!("bm::where_({condition}, {b}, {a})")
                }
            }
            11 => {
                let name = self.element.name;
                if self.random.chance(50) {
                    return format!("({} as {name})", self.boolean(shape, depth.min(1)));
                }
                let other = if self.element.float {
                    self.element.integer
                } else {
                    "f64"
                };
                format!("({} as {other} as {name})", self.array(shape, depth))
            }
            12 => {
                let name = self.random.pick(&["maximum", "minimum"]);
                let (a, b) = (
                    self.array(shape, depth),
                    if self.random.chance(50) {
                        self.scalar()
                    } else {
                        self.array(shape, 0)
                    },
                );
                format!("bm::{name}({a}, {b})")
            }
            13 | 14 => self.reduced(shape, depth),
            15 if shape == VECTOR => {
                let block = self.block;
                let (a, s) = (
                    self.random.pick(&["&self.v", "x", "&self.w"]),
                    self.scalar(),
                );
                format!("self.mixed{block}({a}, {s})")
            }
            _ => self.function(shape, depth),
        }
    }

    /// Reductions along an axis, contractions, transposes.
    fn reduced(&mut self, shape: Shape, depth: usize) -> String {
        let name = self.random.pick(&["sum", "max", "min"]);
        match shape {
            [Axis::N] => match self.random.below(3) {
                0 => format!("bm::{name}_axis({}, 0)", self.array(MATRIX, depth)),
                1 if self.product() => format!(
                    "bm::dot({}, {})",
                    self.array(COLUMN, depth),
                    self.array(MATRIX, depth)
                ),
                _ => format!("bm::{name}_axis({}, -2)", self.array(MATRIX, depth)),
            },
            [K] => match self.random.below(3) {
                0 if self.product() => format!(
                    "bm::dot({}, {})",
                    self.array(MATRIX, depth),
                    self.array(VECTOR, depth)
                ),
                _ => format!("bm::{name}_axis({}, 1)", self.array(MATRIX, depth)),
            },
            [K, Axis::N] => match self.random.below(3) {
                0 => format!(
                    "bm::outer({}, {})",
                    self.array(COLUMN, depth),
                    self.array(VECTOR, depth)
                ),
                1 => format!(
                    "bm::transpose(bm::outer({}, {}))",
                    self.array(VECTOR, depth),
                    self.array(COLUMN, depth)
                ),
                _ => format!("bm::{name}_axis({}, 0)", self.array(CUBE, depth)),
            },
            _ => self.function(shape, depth),
        }
    }

    fn product(&mut self) -> bool {
        self.products += 1;
        self.products == 1
    }

    fn function(&mut self, shape: Shape, depth: usize) -> String {
        let a = self.array(shape, depth);
        if !self.element.float {
            return match self.random.below(4) {
                0 => format!("bm::abs({a})"),
                1 => format!("bm::square({a})"),
                2 => format!("bm::sign({a})"),
                _ => format!("(({a}) >> 1)"),
            };
        }
        match self.random.below(5) {
            0 => format!("({a}).powi(3)"),
            1 => format!("bm::sqrt(bm::abs({a}))"),
            2 => format!("bm::log1p(bm::abs({a}))"),
            3 => {
                let name = self.random.pick(&["hypot", "arctan2"]);
                let b = self.array(shape, 0);
                format!("bm::{name}({a}, {b})")
            }
            _ => {
                let name = self.random.pick(&[
                    "exp", "sin", "cos", "tanh", "sigmoid", "expm1", "floor", "ceil", "rint",
                    "trunc", "cbrt", "erf", "softplus", "square", "sign", "abs", "arctan",
                ]);
                format!("bm::{name}({a})")
            }
        }
    }
}
