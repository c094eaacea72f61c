//! Choosing between values by a condition.

use ndarray::ArrayD;

use super::elementwise::{map3, stretch, table::*};
use super::shape::broadcast;

/// `x` where the condition is true, else `y`; all three broadcast (NumPy's `where`, a keyword in Rust).
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let x = array![-1.0, 2.0];
/// assert_eq!(bm::where_(bm::greater(&x, 0.0), &x, 0.0), array![0.0, 2.0]);
/// ```
#[allow(clippy::type_complexity)] // the result's type follows from the operands' kinds
pub fn where_<C: Number, T: Copy, M: Operand<C>, A: Operand<T>, B: Operand<T>>(
    condition: M,
    x: A,
    y: B,
) -> <<Both<C, M, T, A> as Join<B::Kind>>::Joined as Kind>::Of<T>
where
    M::Kind: Join<A::Kind>,
    Both<C, M, T, A>: Join<B::Kind>,
{
    let choose = |condition: C, x: T, y: T| if condition.is_true() { x } else { y };
    <<Both<C, M, T, A> as Join<B::Kind>>::Joined as Kind>::evaluate(
        || choose(item(&condition), item(&x), item(&y)),
        || {
            map3(
                "where_",
                dynamic(&condition),
                dynamic(&x),
                dynamic(&y),
                choose,
            )
        },
    )
}

/// The value of the first condition that holds at each place, else the default.
///
/// # Panics
/// If there are not as many values as conditions, or none.
pub fn select<T: Copy, M: Operand<bool>, A: Operand<T>>(
    conditions: &[M],
    values: &[A],
    default: T,
) -> ArrayD<T> {
    if conditions.len() != values.len() || values.is_empty() {
        panic!(
            "bm::select: {} conditions for {} values",
            conditions.len(),
            values.len()
        );
    }
    let conditions: Vec<_> = conditions.iter().map(dynamic).collect();
    let values: Vec<_> = values.iter().map(dynamic).collect();
    let shapes: Vec<&[usize]> = conditions
        .iter()
        .map(|c| c.shape())
        .chain(values.iter().map(|v| v.shape()))
        .collect();
    let shape = broadcast("select", &shapes);
    let mut result = ArrayD::from_elem(&shape[..], default);
    for (condition, value) in conditions.iter().zip(&values).rev() {
        let (condition, value) = (
            stretch("select", condition, &shape),
            stretch("select", value, &shape),
        );
        ndarray::Zip::from(&mut result)
            .and(&condition)
            .and(&value)
            .for_each(|result, &condition, &value| {
                if condition {
                    *result = value;
                }
            });
    }
    result
}

/// The value of the first condition that holds at each place, each value a function of the element; else the default.
pub fn piecewise<T: Copy, U: Copy, A: Operand<T>, M: Operand<bool>>(
    x: A,
    conditions: &[M],
    functions: &[&dyn Fn(T) -> U],
    default: U,
) -> ArrayD<U> {
    let x = dynamic(&x);
    let values: Vec<ArrayD<U>> = functions.iter().map(|function| x.mapv(function)).collect();
    select(conditions, &values, default)
}
