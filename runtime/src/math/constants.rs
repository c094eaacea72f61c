//! Written by `derive/polynomials.py`: split constants and minimax polynomials, lowest power first.
//! The fits and their weights are in the script. The errors are those of the fit before rounding,
//! relative to the function that the polynomial serves.
#![allow(clippy::approx_constant, clippy::excessive_precision)]
/// The first 1280 bits of 2/pi after the binary point.
pub const TWO_OVER_PI: [u64; 20] = [
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
    0xf0cfbc209af4361d,
];
pub mod single {
    // Heads and tails: the head has few significant bits, so that its product with an exponent is exact.
    pub const LN_2_HEAD: f32 = 6.9311523e-01;
    pub const LN_2_TAIL: f32 = 3.1946183e-05;
    pub const LOG10_2_HEAD: f32 = 3.010254e-01;
    pub const LOG10_2_TAIL: f32 = 4.605039e-06;
    // Double-word constants: HI is the nearest float.
    pub const INV_LN_2_HI: f32 = 1.442695e+00;
    pub const INV_LN_2_LO: f32 = 1.925963e-08;
    pub const INV_LN_10_HI: f32 = 4.342945e-01;
    pub const INV_LN_10_LO: f32 = -1.010305e-08;
    pub const LN_2_HI: f32 = 6.931472e-01;
    pub const LN_2_LO: f32 = -1.9046542e-09;
    pub const LN_10_HI: f32 = 2.3025851e+00;
    pub const LN_10_LO: f32 = -3.1975436e-08;
    pub const PI_2_HI: f32 = 1.5707964e+00;
    pub const PI_2_LO: f32 = -4.371139e-08;
    /// Error 2^-32.0.
    pub const EXP: [f32; 6] = [
        5.0e-01,
        1.6666666e-01,
        4.1666362e-02,
        8.33339e-03,
        1.3940628e-03,
        1.9845879e-04,
    ];
    /// Error 2^-36.6.
    pub const LOG: [f32; 4] = [6.666666e-01, 4.0000334e-01, 2.8537294e-01, 2.3582435e-01];
    /// Error 2^-28.1.
    pub const SIN: [f32; 3] = [-1.6666655e-01, 8.332178e-03, -1.9517235e-04];
    /// Error 2^-33.3.
    pub const COS: [f32; 3] = [4.1666646e-02, -1.3887367e-03, 2.443838e-05];
}
pub mod double {
    // Heads and tails: the head has few significant bits, so that its product with an exponent is exact.
    pub const LN_2_HEAD: f64 = 0.6931471805592082;
    pub const LN_2_TAIL: f64 = 7.371002565167799e-13;
    pub const LOG10_2_HEAD: f64 = 0.30102999566361177;
    pub const LOG10_2_TAIL: f64 = 3.694239077158931e-13;
    // Double-word constants: HI is the nearest float.
    pub const INV_LN_2_HI: f64 = 1.4426950408889634;
    pub const INV_LN_2_LO: f64 = 2.0355273740931033e-17;
    pub const INV_LN_10_HI: f64 = 0.4342944819032518;
    pub const INV_LN_10_LO: f64 = 1.098319650216765e-17;
    pub const LN_2_HI: f64 = 0.6931471805599453;
    pub const LN_2_LO: f64 = 2.3190468138462996e-17;
    pub const LN_10_HI: f64 = 2.302585092994046;
    pub const LN_10_LO: f64 = -2.1707562233822494e-16;
    pub const PI_2_HI: f64 = 1.5707963267948966;
    pub const PI_2_LO: f64 = 6.123233995736766e-17;
    /// Error 2^-61.7.
    pub const EXP: [f64; 11] = [
        0.5,
        0.16666666666666677,
        0.04166666666666651,
        0.008333333333321691,
        0.001388888888896237,
        0.00019841269885966244,
        2.4801587172540416e-05,
        2.7557244373870824e-06,
        2.7557402640944426e-07,
        2.510897899182161e-08,
        2.0875330579998422e-09,
    ];
    /// Error 2^-58.5.
    pub const LOG: [f64; 7] = [
        0.6666666666666734,
        0.39999999999413965,
        0.28571428742562305,
        0.2222219855377358,
        0.18183565407699703,
        0.1531402111048057,
        0.14796261223840193,
    ];
    /// Error 2^-72.4.
    pub const LOG_WIDE: [f64; 8] = [
        0.39999999999999986,
        0.28571428571441987,
        0.22222222218162213,
        0.1818181880510641,
        0.15384560735824954,
        0.1333618599589082,
        0.11677208670865453,
        0.11970983089842951,
    ];
    /// Error 2^-58.0.
    pub const SIN: [f64; 6] = [
        -0.16666666666666632,
        0.008333333333322413,
        -0.00019841269829807805,
        2.7557313691916784e-06,
        -2.505075811508793e-08,
        1.589679564351682e-10,
    ];
    /// Error 2^-64.2.
    pub const COS: [f64; 6] = [
        0.0416666666666666,
        -0.0013888888888874125,
        2.4801587289482174e-05,
        -2.75573143523296e-07,
        2.087572327273001e-09,
        -1.1359647775183273e-11,
    ];
}
