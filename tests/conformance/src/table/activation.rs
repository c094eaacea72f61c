//! Activation functions.

use brain_jit::bm::{self, DType};

use super::Rows;
use crate::call::{Call, one, refused};
use crate::on;
use crate::value::Array;

macro_rules! unary {
    ($rows:ident, $($name:ident)*) => {$(
        $rows.push((stringify!($name), |c: &Call| {
            c.only(&[])?;
            c.at_most(1)?;
            on!(rational, c.array(0)?, |x| one(bm::$name(x)))
        }));
    )*};
}

/// Functions with real parameters, which have the type of the array.
macro_rules! with_parameters {
    ($rows:ident, $($name:literal $function:ident($($p:literal $default:expr),*);)*) => {$(
        $rows.push(($name, |c: &Call| {
            c.only(&[$($p),*])?;
            let place = |name: &str| [$($p),*].iter().position(|p| *p == name).map_or(9, |p| p + 1);
            match c.array(0)? {
                Array::F32(x) => one(bm::$function(&x $(, c.float(place($p), $p)?.unwrap_or($default) as f32)*)),
                other => match (other.dtype(), other.cast(DType::F64)) {
                    (DType::F64 | DType::I32 | DType::I64 | DType::Bool, Array::F64(x)) => {
                        one(bm::$function(&x $(, c.float(place($p), $p)?.unwrap_or($default))*))
                    }
                    _ => Err(refused(&other)),
                },
            }
        }));
    )*};
}

macro_rules! along {
    ($rows:ident, $($name:ident)*) => {$(
        $rows.push((stringify!($name), |c: &Call| {
            c.only(&["axis"])?;
            let axis = c.integer(1, "axis")?.unwrap_or(-1);
            on!(rational, c.array(0)?, |x| one(bm::$name(x, axis)))
        }));
    )*};
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    unary! { rows, relu relu6 sigmoid silu swish log_sigmoid selu hard_sigmoid hard_silu hard_swish soft_sign
    tanh_shrink mish }
    with_parameters! { rows,
        "softplus" softplus_with("beta" 1.0, "threshold" 20.0);
        "elu" elu_with("alpha" 1.0);
        "celu" celu("alpha" 1.0);
        "leaky_relu" leaky_relu_with("negative_slope" 0.01);
        "prelu" prelu("a" 0.25);
        "hard_tanh" hard_tanh_with("min_val" -1.0, "max_val" 1.0);
        "hard_shrink" hard_shrink("lambd" 0.5);
        "soft_shrink" soft_shrink("lambd" 0.5);
    }
    along! { rows, softmax log_softmax softmin glu }
    rows.push(("gelu", |c| {
        c.only(&["approximate"])?;
        let exact = matches!(
            c.get(1, "approximate"),
            Some(crate::value::Value::Bool(false))
        );
        on!(rational, c.array(0)?, |x| one(if exact {
            bm::gelu_exact(x)
        } else {
            bm::gelu(x)
        }))
    }));
    rows.push(("normalize", |c| {
        c.only(&["axis", "epsilon"])?;
        let axis = c.integer(1, "axis")?.unwrap_or(-1);
        let epsilon = c.float(9, "epsilon")?.unwrap_or(1e-5);
        match c.array(0)? {
            Array::F32(x) => one(bm::normalize(&x, axis, epsilon as f32)),
            other => match other.cast(DType::F64) {
                Array::F64(x) => one(bm::normalize(&x, axis, epsilon)),
                _ => unreachable!("it was cast"),
            },
        }
    }));
    rows.push(("one_hot", |c| {
        c.only(&["num_classes", "axis", "dtype"])?;
        let classes = c.count(1, "num_classes")?.unwrap_or(0);
        let axis = c.integer(2, "axis")?.unwrap_or(-1);
        let dtype = c.dtype(9)?.unwrap_or(DType::F64);
        on!(integer, c.array(0)?, |x| {
            let hot = Array::from(bm::one_hot_axis::<f64, _, _>(x, classes, axis));
            one(hot.cast(dtype))
        })
    }));
    rows
}
