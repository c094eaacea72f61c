//! The catalogue of errors. Codes are stable: never renumber, only append.

use std::fmt;

macro_rules! catalogue {
    ($($name:ident = $number:literal, $title:literal;)*) => {
        /// A coded error; `docs/errors/` has a page for each.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Code { $(#[doc = $title] $name = $number,)* }

        impl Code {
            /// Every code with its title, in order.
            pub const ALL: &'static [(Code, &'static str)] = &[$((Code::$name, $title),)*];
        }
    };
}

catalogue! {
    LostWrite = 1, "a write to a variable that would be lost";
    NotAVariable = 2, "a write to a field that is no variable";
    MutableBorrow = 3, "`&mut` taken of a field that is no variable";
    MutatingMethod = 4, "a mutating method called on a field that is no variable";
    SelfEscapes = 5, "`self` used whole";
    ArrayCondition = 6, "an array used as a condition";
    LogicalOperator = 7, "`&&` or `||` on arrays";
    RankMismatch = 8, "ranks that cannot go together";
    AmbiguousIndex = 9, "`[[i, j]]` on an array of rank 2 or more";
    RandomStateNotVariable = 10, "drawing from a RandomState that is no variable";
    Recursion = 11, "a compiled method that calls itself";
    UnknownOption = 12, "an attribute option that does not exist";
    DuplicateOption = 13, "an attribute option given twice";
    UnusedOption = 14, "an attribute that has no effect here";
    StaticType = 15, "a static argument of a type that cannot be one";
    StaticValues = 16, "a bad list of static values";
    DynVars = 17, "`dyn_vars` naming something that is no variable";
    NameClash = 18, "a name that a generated item needs";
    UnsupportedItem = 19, "an item that cannot be compiled";
    UnsupportedSignature = 20, "a signature that cannot be compiled";
    DynamicRank = 21, "an operation that needs a static rank";
    DTypeMismatch = 22, "element types that cannot go together";
    UnknownFunction = 23, "an array function that does not exist";
    ArgumentCount = 24, "a call with the wrong arguments";
    BorrowedWhileWritten = 25, "a variable written while a borrow of it is in use";
    UnsupportedIndex = 26, "an index that arrays do not take";
    AxisOutOfRange = 27, "an axis that the array does not have";
    UnknownField = 28, "a field that the struct does not have";
    CfgOnVariable = 29, "`#[cfg]` on a variable";
    Syntax = 30, "tokens that do not parse";
    SharedReceiver = 31, "a variable changed in a method that takes `&self`";
    NotDifferentiable = 32, "code that a gradient cannot run through";
    GradientTarget = 33, "a gradient of something that has none";
    IntegrationMethod = 34, "a method of integration that does not exist";
    RightHandSide = 35, "a right-hand side that cannot be integrated";
    Checkpoint = 36, "a `checkpoint` that is no positive number";
    NotMutable = 37, "a write to an array that is not mutable";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BJ{:04}", *self as u16)
    }
}
