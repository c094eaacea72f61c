use super::*;
use crate::check::fixture::methods;
use syn::parse_quote;

/// Every use of a place in a method `f(&mut self, w, u)`, as `tokens action`.
fn uses(body: syn::Block) -> Vec<String> {
    let method = methods(parse_quote!(
        impl X {
            fn f(&mut self, w: &mut Array1<f32>, u: f32) #body
        }
    ));
    Uses::of(&method[0])
        .places
        .iter()
        .map(|u| {
            let tokens = u.tokens.to_string().replace(' ', "");
            match &u.action {
                Action::Call(_) => format!("{tokens} called"),
                action => format!("{tokens} {action:?}").to_lowercase(),
            }
        })
        .collect()
}

#[test]
fn writes_in_every_position() {
    let seen = uses(parse_quote!({
        (self.a, [self.b, _]) = pair;
        let f = |x| self.c = x;
        match u {
            0 => self.d = 1.0,
            _ => self.d2 -= 1.0,
        }
        if let Some(x) = u {
            self.e[self.i] = x;
        }
        while go {
            loop {
                *self.g = 2.0;
            }
        }
        Point { x: self.h, .. } = p;
    }));
    for write in [
        "self.a assign",
        "self.b assign",
        "self.c assign",
        "self.d assign",
        "self.d2 augment",
        "self.e[self.i] assign",
        "self.i read",
        "*self.g assign",
        "self.h assign",
    ] {
        assert!(seen.contains(&write.to_string()), "{write}: {seen:?}");
    }
}

#[test]
fn borrows_by_pattern_and_reference() {
    let seen = uses(parse_quote!({
        let (ref mut p, q) = (self.a, self.b);
        if let Some(ref mut x) = self.c {}
        match self.d {
            None => (),
            Some(ref mut y) => (),
        }
        for x in &mut self.e {}
        let r = &raw mut self.f;
    }));
    assert_eq!(
        seen,
        [
            "self.a borrow",
            "self.b read",
            "self.c borrow",
            "self.d borrow",
            "self.e borrow",
            "self.f borrow"
        ]
    );
}

#[test]
fn shadowed_parameters_are_locals() {
    let seen = uses(parse_quote!({
        {
            let w = 1;
            w = 2;
        }
        *w = 3;
        let f = |w| w;
        match 1 {
            w => w = 1,
        }
        if let Some(w) = o {
            w = 1;
        }
        for w in 0..3 {
            w = 1;
        }
        let w = w;
        w = 4;
    }));
    assert_eq!(seen, ["*w assign", "w read"]);
}

#[test]
fn macros_are_read() {
    let seen = uses(parse_quote!({
        println!("{} {x}", self.a, x = self.b);
        let v = vec![self.c; 3];
        assert!(matches!(self.d, Some(ref mut t) if t.x));
        stringify!(self.no);
        write!(self.e, "{}", 1);
        println!("{self:?} {{self}}");
        run! { let x = 1; self.g = x; }
        dsl!(when x => self.h[0] += 1; * self.i = 2; self.j(1); &mut self.k, self.l == 1);
    }));
    assert_eq!(
        seen,
        [
            "self.a read",
            "self.b read",
            "self.c read",
            "self.d borrow",
            "self.e borrow",
            "\"{self:?}{{self}}\" read",
            "self.g assign",
            "self.h[0] augment",
            "self.i assign",
            "self.j called",
            "self.k borrow",
            "self.l read"
        ]
    );
}

#[test]
fn nested_items_have_another_self() {
    let seen = uses(parse_quote!({
        impl Other {
            fn g(&mut self) {
                self.a = 1;
            }
        }
        fn h(w: f32) {
            w = 1;
        }
        self.b()
    }));
    assert_eq!(seen, ["self.b called"]);
}
