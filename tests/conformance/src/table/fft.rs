//! Fourier transforms.

use brain_jit::fft::{self, FftOptions, FftnOptions, Norm};

use super::Rows;
use crate::call::{Call, Stop, one, unsupported};
use crate::on;

fn norm(c: &Call) -> Result<Norm, Stop> {
    match c.text(9, "norm") {
        None | Some("backward") => Ok(Norm::Backward),
        Some("ortho") => Ok(Norm::Ortho),
        Some("forward") => Ok(Norm::Forward),
        Some(other) => unsupported(format!("norm {other}")),
    }
}

fn options(c: &Call) -> Result<FftOptions, Stop> {
    c.only(&["n", "axis", "norm"])?;
    let n = c.integer(1, "n")?.map(|n| n as usize);
    let axis = c.integer(2, "axis")?.map_or(-1, |axis| axis as isize);
    Ok(FftOptions {
        n,
        axis,
        norm: norm(c)?,
    })
}

fn several(c: &Call) -> Result<FftnOptions, Stop> {
    c.only(&["s", "axes", "norm"])?;
    let s = c
        .integers(1, "s")?
        .map(|s| s.into_iter().map(|n| n as usize).collect());
    Ok(FftnOptions {
        s,
        axes: c.integers(2, "axes")?,
        norm: norm(c)?,
    })
}

macro_rules! transforms {
    ($rows:ident, $options:ident, $($family:tt: $($name:literal $function:ident)*;)*) => {$($(
        $rows.push(($name, |c: &Call| {
            let options = $options(c)?;
            on!($family, c.array(0)?, |x| one(fft::$function(x, options.clone())))
        }));
    )*)*};
}

macro_rules! shifts {
    ($rows:ident, $($name:literal $all:ident $axes:ident;)*) => {$(
        $rows.push(($name, |c: &Call| {
            c.only(&["axes"])?;
            let axes = c.integers(1, "axes")?;
            on!(all, c.array(0)?, |x| match &axes {
                None => one(fft::$all(x)),
                Some(axes) => one(fft::$axes(x, axes)),
            })
        }));
    )*};
}

macro_rules! frequencies {
    ($rows:ident, $($name:literal $function:ident;)*) => {$(
        $rows.push(($name, |c: &Call| {
            c.only(&["d"])?;
            let n = c.integer(0, "n")?.unwrap_or(0) as usize;
            one(fft::$function(n, c.float(1, "d")?.unwrap_or(1.0)).into_dyn())
        }));
    )*};
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    transforms! { rows, options,
        number: "fft.fft" fft_with "fft.ifft" ifft_with "fft.irfft" irfft_with "fft.hfft" hfft_with;
        real: "fft.rfft" rfft_with "fft.ihfft" ihfft_with;
    }
    transforms! { rows, several,
        number: "fft.fft2" fft2_with "fft.ifft2" ifft2_with "fft.fftn" fftn_with "fft.ifftn" ifftn_with
            "fft.irfft2" irfft2_with "fft.irfftn" irfftn_with;
        real: "fft.rfft2" rfft2_with "fft.rfftn" rfftn_with;
    }
    shifts! { rows,
        "fft.fftshift" fftshift fftshift_axes;
        "fft.ifftshift" ifftshift ifftshift_axes;
    }
    frequencies! { rows,
        "fft.fftfreq" fftfreq;
        "fft.rfftfreq" rfftfreq;
    }
    rows
}
