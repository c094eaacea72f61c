use brain_jit::prelude::*;

#[brain_jit]
fn factorial(n: u64) -> u64 {
    let mut product = 1;
    for i in 1..=n {
        product *= i;
    }
    product
}

fn main() {}
