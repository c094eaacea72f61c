//! What run-time messages call statements and operands: without the names that a gradient gives to values in between.

/// An operand's name.
pub fn operand(name: &str) -> String {
    let shown = crate::lower::shown_name(name);
    let stem = shown.strip_prefix("temporary_").unwrap_or(&shown);
    match stem.starts_with("__") || shown == "temporary" {
        true => "a value in between".into(),
        false => shown,
    }
}

/// A generated name.
struct Binding {
    name: String,
    value: String,
    /// Whether the value stands in another one.
    used: bool,
}

/// A statement, with the values of generated names in their place, and `…` for those that other statements gave.
pub fn statement(text: &str) -> String {
    let mut bindings: Vec<Binding> = Vec::new();
    let mut shown: Vec<String> = Vec::new();
    for part in text.split("; ") {
        let part = replaced(part, &mut bindings);
        match binding(&part) {
            Some(binding) => bindings.push(binding),
            None => shown.push(part),
        }
    }
    let unused = bindings.into_iter().filter(|binding| !binding.used);
    shown.extend(unused.map(|binding| binding.value));
    shown.join("; ")
}

/// Bytes from which on a value is not shown inside another: values that are used twice would grow without bounds.
const LONG: usize = 60;

/// `let __t1 = …` and its like.
fn binding(part: &str) -> Option<Binding> {
    let rest = part.strip_prefix("let ")?;
    let (head, value) = rest.split_once('=')?;
    let end = head.find(|c| !is_of_name(c)).unwrap_or(head.len());
    is_generated(&head[..end]).then(|| Binding {
        name: head[..end].into(),
        value: value.trim_start().trim_end_matches(';').into(),
        used: false,
    })
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether it is `__` with letters and a number: `__t12`.
fn is_generated(name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let letters = stem.strip_prefix("__").filter(|_| stem.len() < name.len());
    letters.is_some_and(|letters| !letters.is_empty() && letters.chars().all(char::is_alphabetic))
}

/// The text with known values for their names, which are marked as used.
fn replaced(text: &str, bindings: &mut [Binding]) -> String {
    let mut out = String::new();
    let mut rest = text.strip_prefix("let ").unwrap_or(text);
    // The name that the statement gives stays.
    if rest.len() < text.len() {
        let end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        out.push_str("let ");
        out.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    while let Some(start) = rest.find(is_of_name) {
        let end = rest[start..]
            .find(|c| !is_of_name(c))
            .map_or(rest.len(), |n| start + n);
        out.push_str(&rest[..start]);
        let word = &rest[start..end];
        match bindings.iter_mut().rev().find(|known| known.name == word) {
            Some(Binding { value, used, .. }) => {
                *used = true;
                out.push_str(if value.len() > LONG { "…" } else { value });
            }
            None if is_generated(word) => out.push('…'),
            None => out.push_str(word),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out.replace("::brain_jit::", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_for_generated_names() {
        let text = "let __t1 = (self.w * x); let __t2 = bm::tanh(__t1); let __t3 = (__t2 + 1.0)";
        assert_eq!(statement(text), "(bm::tanh((self.w * x)) + 1.0)");
        let text = "let __t4: f64 =::brain_jit::bm::dot(__t3, y)";
        assert_eq!(statement(text), "bm::dot(…, y)");
        let text = "let __t1 = a + b; let __t2 = c; self.v += __t1; let y = x == 1.0";
        assert_eq!(statement(text), "self.v += a + b; let y = x == 1.0; c");
        for text in [
            "self.v[..] = x / __tau",
            "let v = &mut self.v; v[i] += 1.0",
            "x",
        ] {
            assert_eq!(statement(text), text);
        }
    }

    #[test]
    fn long_values_are_left_out() {
        let doubled = (1..40).map(|k| format!("let __t{k} = __t{} * __t{}", k - 1, k - 1));
        let text = std::iter::once("let __t0 = x + y".to_string()).chain(doubled);
        let shown = statement(&text.collect::<Vec<_>>().join("; "));
        assert!(shown.len() < 2 * LONG, "{shown}");
    }

    #[test]
    fn operands_without_names() {
        assert_eq!(operand("__t9"), "a value in between");
        assert_eq!(operand("__temporary___t8__12"), "a value in between");
        assert_eq!(operand("__v_carried4"), "v");
        assert_eq!(operand("__noise_3"), "noise");
        assert_eq!(operand("self.v"), "self.v");
    }
}
