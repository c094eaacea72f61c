//! Where in the user's source a kernel or library call comes from.

/// A statement of a compiled method, for messages.
#[derive(Debug)]
pub struct Site {
    /// `Type::method`.
    pub method: &'static str,
    /// The statement's source text.
    pub statement: &'static str,
    /// The source text of each operand, in the order in which the operands are passed.
    pub operands: &'static [&'static str],
}

impl Site {
    /// What the user called operand `index`.
    pub fn operand(&self, index: usize) -> &'static str {
        match self.operands.get(index) {
            Some(name) if !name.is_empty() => name,
            _ => "an intermediate value",
        }
    }

    /// Panics with `problem` under the method's name.
    #[cold]
    pub fn fail(&self, problem: &str) -> ! {
        panic!("{}: {problem} in `{}`", self.method, self.statement)
    }
}
