"""Derives the polynomial coefficients of `core/src/math`: weighted minimax fits by Remez' exchange.

Run: python3 polynomials.py > ../constants.rs; rustfmt ../constants.rs      (needs mpmath)

A fit minimises |P(x) - f(x)| * weight(x),
the weight being the factor by which an error of P shows in the function's result, relative to it.
"""
import struct
import sys

from mpmath import mp, mpf
import mpmath as m

mp.prec = 240


def remez(f, weight, a, b, degree, iterations=12):
    """Coefficients of the polynomial of `degree` that minimises max |weight * (P - f)| over [a, b]."""
    a, b = mpf(a), mpf(b)
    count = degree + 2
    factor = weight
    weight = lambda x: max(abs(factor(x)), mpf("1e-6"))  # a weight of 0 would make the system singular
    points = [(a + b) / 2 - (b - a) / 2 * m.cos(m.pi * i / (count - 1)) for i in range(count)]
    for _ in range(iterations):
        matrix = m.matrix(count, count)
        right = m.matrix(count, 1)
        for i, x in enumerate(points):
            for j in range(degree + 1):
                matrix[i, j] = x**j
            matrix[i, degree + 1] = (-1) ** i / weight(x)
            right[i] = f(x)
        solution = m.lu_solve(matrix, right)
        c = [solution[j] for j in range(degree + 1)]
        error = lambda x: weight(x) * (m.polyval(c[::-1], x) - f(x))
        # The new points: an extremum of the error between each two of its zeros.
        grid = 24 * count
        xs = [(a + b) / 2 - (b - a) / 2 * m.cos(m.pi * i / grid) for i in range(grid + 1)]
        es = [error(x) for x in xs]
        runs, run = [], [0]
        for i in range(1, len(xs)):
            if (es[i] > 0) == (es[run[-1]] > 0):
                run.append(i)
            else:
                runs.append(run)
                run = [i]
        runs.append(run)
        if len(runs) < count:
            break
        runs = runs[:count] if len(runs) == count else sorted(
            sorted(runs, key=lambda r: -max(abs(es[i]) for i in r))[:count])
        new = []
        for run in runs:
            i = max(run, key=lambda i: abs(es[i]))
            x = xs[i]
            if 0 < i < grid:  # the vertex of the parabola through three grid points
                x0, x2, e0, e1, e2 = xs[i - 1], xs[i + 1], es[i - 1], es[i], es[i + 1]
                d = (x - x0) * (e1 - e2) - (x - x2) * (e1 - e0)
                if d != 0:
                    y = x - ((x - x0) ** 2 * (e1 - e2) - (x - x2) ** 2 * (e1 - e0)) / (2 * d)
                    if x0 < y < x2:
                        x = y
            new.append(x)
        points = new
    worst = max(abs(e) for e in es)
    return c, worst


def hexadecimal(value, bits):
    """The float nearest to `value` as a Rust expression that reads back exactly."""
    if bits == 64:
        return repr(float(value))
    single = struct.unpack("f", struct.pack("f", float(value)))[0]
    for digits in range(1, 12):  # the shortest decimal that reads back
        text = f"{single:.{digits}e}"
        if struct.unpack("f", struct.pack("f", float(text)))[0] == single:
            return text
    raise ValueError(value)


half_ln2 = m.log(2) / 2 * mpf("1.0001")
# s = f / (2 + f) for m = 1 + f in [3/4, 3/2]
S = mpf(1) / 5
tiny = mpf(2) ** -60


def safe(f, limit):
    """f, with its limit at 0 where the closed form would divide by zero."""
    return lambda x: f(x) if abs(x) > tiny else mpf(limit)


def exp_tail(x):  # exp(x) = 1 + x + x^2 P(x)
    return (m.expm1(x) - x) / x**2


def atanh_tail(z):  # log(m) = 2 s + s R(s^2), R = z P(z)
    s = m.sqrt(z)
    return (2 * m.atanh(s) / s - 2) / z


def atanh_cubic(z):  # atanh(s) = s + s^3 P(s^2)
    s = m.sqrt(z)
    return (m.atanh(s) / s - 1) / z


def log_tail(f):  # log(1 + f) = f + f^2 P(f)
    return (m.log1p(f) - f) / f**2


def log_cubic(f):  # log(1 + f) = f - f^2 / 2 + f^3 P(f)
    return (m.log1p(f) - f + f**2 / 2) / f**3


def reciprocal(j):
    """A number near 1 / x for the x in [3/4, 3/2) whose mantissa begins with the bits j, with so few bits that the product with x less 1 is
    a float."""
    if j in (0, 15):
        return mpf(1)
    middle = (1 + mpf(2 * j + 1) / 32) / (1 if j < 8 else 2)
    unit = 32 if j < 8 else 16
    return m.nint(unit / middle) / unit


RECIPROCALS = [reciprocal(j) for j in range(16)]
ENDS = [(1 + mpf(j + end) / 16) / (1 if j < 8 else 2) * RECIPROCALS[j] - 1 for j in range(16) for end in (0, 1)]
FROM = min(ENDS)
assert max(ENDS) == mpf(1) / 16 and FROM > -mpf(1) / 16


quarter_pi = m.pi / 4 * mpf("1.0001")


def sin_tail(z):  # sin(x) = x + x^3 P(x^2)
    x = m.sqrt(z)
    return (m.sin(x) / x - 1) / z


def cos_tail(z):  # cos(x) = 1 - x^2/2 + x^4 P(x^2)
    return (m.cos(m.sqrt(z)) - 1 + z / 2) / z**2


def tan_tail(z):  # tan(x) = x + x^3 P(x^2)
    x = m.sqrt(z)
    return (m.tan(x) / x - 1) / z


def asin_tail(z):  # asin(x) = x + x^3 P(x^2)
    x = m.sqrt(z)
    return (m.asin(x) / x - 1) / z


def atan_tail(z):  # atan(x) = x + x^3 P(x^2)
    x = m.sqrt(z)
    return (m.atan(x) / x - 1) / z


def exp2_tail2(x):  # 2^x = 1 + x log 2 + x^2 P(x)
    return (m.expm1(x * m.log(2)) - x * m.log(2)) / x**2


def tan_weight(z):  # relative to the tangent
    x = m.sqrt(z)
    return z * x / m.tan(x) if z else 0


def erf_tail(z):  # erf(x) = x + x P(x^2)
    x = m.sqrt(z)
    return m.erf(x) / x - 1


# erfc(x) = exp(-x^2) (5/4 + P(t)) / (1 + 2 x) with t = (x - CENTER) / (x + CENTER), after M. M. Shepherd and J. G. Laframboise,
# Chebyshev approximation of (1 + 2x) exp(x^2) erfc x, Mathematics of Computation 36, 1981.
CENTER = 4


def erfcx(t):
    x = CENTER * (1 + t) / (1 - t)
    return m.erfc(x) * m.exp(x**2) * (1 + 2 * x) - mpf(5) / 4


def erfc_from(x):
    return (mpf(x) - CENTER) / (mpf(x) + CENTER)


ERF_LIMIT = mpf("0.75")


ENTRIES = {
    # name: (function, weight, from, to, degree, bits)
    # relative to expm1, so that the same coefficients serve it
    "EXP_F64": (safe(exp_tail, 0.5), lambda x: x**2 / m.expm1(x) if x else 0, -half_ln2, half_ln2, 10, 64),
    "EXP_F32": (safe(exp_tail, 0.5), lambda x: x**2 / m.expm1(x) if x else 0, -half_ln2, half_ln2, 5, 32),
    "LOG_F64": (safe(atanh_tail, mpf(2) / 3), lambda z: z, 0, S**2, 6, 64),
    "LOG_F32": (safe(log_tail, -mpf(1) / 2), lambda f: f**2 / m.log1p(f) if f else 0, -mpf(1) / 4, mpf(1) / 2, 8, 32),
    # relative to the logarithm of m or of m / 2, whichever is smaller
    "LOG_SHORT_F32": (safe(log_tail, -mpf(1) / 2), lambda f: f**2 / min(abs(m.log1p(f)), m.log(2) - m.log1p(f)) if f else 0, -mpf(1) / 4, mpf(1) / 2, 7, 32),
    "LOG_CUBIC_F64": (safe(log_cubic, mpf(1) / 3), lambda f: f**3 / m.log1p(f) if f else 0, FROM, mpf(1) / 16, 9, 64),
    "LOG_CUBIC_F32": (safe(log_cubic, mpf(1) / 3), lambda f: f**3 / m.log1p(f) if f else 0, FROM, mpf(1) / 16, 3, 32),
    "ATANH_F64": (safe(atanh_cubic, mpf(1) / 3), lambda z: z, 0, mpf("0.2011") ** 2, 7, 64),
    "ATANH_F32": (safe(atanh_cubic, mpf(1) / 3), lambda z: z, 0, mpf("0.2011") ** 2, 3, 32),
    "SIN_F64": (safe(sin_tail, -mpf(1) / 6), lambda z: z, 0, quarter_pi**2, 5, 64),
    "COS_F64": (safe(cos_tail, mpf(1) / 24), lambda z: z**2, 0, quarter_pi**2, 5, 64),
    "SIN_F32": (safe(sin_tail, -mpf(1) / 6), lambda z: z, 0, quarter_pi**2, 2, 32),
    "TAN_F64": (safe(tan_tail, mpf(1) / 3), tan_weight, 0, quarter_pi**2, 14, 64),
    "TAN_F32": (safe(tan_tail, mpf(1) / 3), tan_weight, 0, quarter_pi**2, 6, 32),
    "ASIN_F64": (safe(asin_tail, mpf(1) / 6), lambda z: z, 0, mpf(1) / 4, 11, 64),
    "ASIN_F32": (safe(asin_tail, mpf(1) / 6), lambda z: z, 0, mpf(1) / 4, 4, 32),
    "ATAN_F64": (safe(atan_tail, -mpf(1) / 3), lambda z: z, 0, 1, 19, 64),
    "ATAN_F32": (safe(atan_tail, -mpf(1) / 3), lambda z: z, 0, 1, 8, 32),
    # relative to exp
    "EXP_ALONE_F64": (safe(exp_tail, 0.5), lambda x: x**2 * m.exp(-x), -half_ln2, half_ln2, 9, 64),
    "EXP_ALONE_F32": (safe(exp_tail, 0.5), lambda x: x**2 * m.exp(-x), -half_ln2, half_ln2, 4, 32),
    "EXP2_F64": (safe(exp2_tail2, m.log(2) ** 2 / 2), lambda x: x**2, -mpf("0.5001"), mpf("0.5001"), 9, 64),
    "EXP2_F32": (safe(exp2_tail2, m.log(2) ** 2 / 2), lambda x: x**2, -mpf("0.5001"), mpf("0.5001"), 4, 32),
    "ERF_F64": (safe(erf_tail, 2 / m.sqrt(m.pi) - 1), lambda z: 1, 0, ERF_LIMIT**2, 10, 64),
    "ERF_F32": (safe(erf_tail, 2 / m.sqrt(m.pi) - 1), lambda z: 1, 0, ERF_LIMIT**2, 5, 32),
    "ERFC_F64": (erfcx, lambda t: 1, erfc_from("0.74"), erfc_from(28), 20, 64),
    "ERFC_F32": (erfcx, lambda t: 1, erfc_from("0.74"), erfc_from(11), 9, 32),
    # (1 - error)^(-2/3) for a first guess of x^(-1/3) whose cube times x is 1 - error
    "CBRT_F64": (lambda e: (1 - e) ** (-mpf(2) / 3), lambda e: 1, mpf("-0.105"), mpf("0.105"), 6, 64),
    "CBRT_F32": (lambda e: (1 - e) ** (-mpf(2) / 3), lambda e: 1, mpf("-0.105"), mpf("0.105"), 3, 32),
    "COS_F32": (safe(cos_tail, mpf(1) / 24), lambda z: z**2, 0, quarter_pi**2, 2, 32),
}


def single(value):
    return struct.unpack("f", struct.pack("f", float(value)))[0]


def constant(name, value, bits):
    print(f"pub const {name}: f{bits} = {hexadecimal(value, bits)};")


def split(name, value, bits, head):
    """`value` as a head of `head` significant bits, whose product with a small integer is exact, and a tail."""
    exponent = m.floor(m.log(value, 2)) + 1
    high = m.floor(value * mpf(2) ** (head - exponent)) * mpf(2) ** (exponent - head)
    constant(f"{name}_HEAD", high, bits)
    constant(f"{name}_TAIL", value - high, bits)


def table(name, values, bits):
    print(f"pub const {name}: [f{bits}; {len(values)}] = [{', '.join(hexadecimal(v, bits) for v in values)}];")


def tables(bits):
    """Of 1 / r for numbers by their leading bits: r, and -log r in two parts, of which the first is a multiple of the unit of LN_2_HEAD."""
    unit = mpf(2) ** (40 if bits == 64 else 14)
    logs = [-m.log(r) for r in RECIPROCALS]
    heads = [m.nint(x * unit) / unit for x in logs]
    print("/// Numbers near 1 / x for the x from 3/4 to 3/2, by the first four bits of their mantissa.")
    table("RECIPROCAL", RECIPROCALS, bits)
    print("/// Minus their logarithms, as multiples of the unit of LN_2_HEAD, and what is left.")
    table("LOG_HEAD", heads, bits)
    table("LOG_TAIL", [x - h for x, h in zip(logs, heads)], bits)


# What is left of a factor beside a simple number.
LESS = {"INV_LN_2": ("ONE", mpf(1)), "INV_LN_10": ("HALF", mpf(1) / 2)}


def module(bits):
    print(f"pub mod {'double' if bits == 64 else 'single'} {{")
    print("// Heads and tails: the head has few significant bits, so that its product with an exponent is exact.")
    for name, value in (("LN_2", m.log(2)), ("LOG10_2", m.log10(2))):
        split(name, value, bits, 40 if bits == 64 else 14)
    print("// Double-word constants: HI is the nearest float.")
    for name, value in (("INV_LN_2", 1 / m.log(2)), ("INV_LN_10", 1 / m.log(10)), ("LN_2", m.log(2)),
                        ("LN_10", m.log(10)), ("PI_2", m.pi / 2), ("PI", m.pi)):
        high = float(value) if bits == 64 else single(value)
        constant(f"{name}_HI", high, bits)
        if name in LESS:
            constant(f"{name}_LESS_{LESS[name][0]}", value - LESS[name][1], bits)
            continue
        if name == "LN_2":
            continue
        constant(f"{name}_LO", value - mpf(high), bits)
    tables(bits)
    print("/// What the double-word pi/2 leaves.")
    nearest = float if bits == 64 else single
    rest = m.pi / 2 - mpf(nearest(m.pi / 2))
    constant("PI_2_REST", rest - mpf(nearest(rest)), bits)
    for name, (f, weight, a, b, degree, of) in ENTRIES.items():
        if of == bits:
            c, worst = remez(f, weight, a, b, degree)
            print(f"/// Error 2^{float(m.log(worst, 2)):.1f}.")
            print(f"pub const {name.rsplit('_', 1)[0]}: [f{bits}; {len(c)}] = [")
            print(", ".join(hexadecimal(value, bits) for value in c))
            print("];")
    print("}")


def main():
    print("//! Written by `derive/polynomials.py`: split constants and minimax polynomials, lowest power first.")
    print("//! The fits and their weights are in the script. The errors are those of the fit before rounding,")
    print("//! relative to the function that the polynomial serves.")
    print("#![allow(clippy::approx_constant, clippy::excessive_precision)]")
    mp.prec = 1500
    digits = int(m.floor(2 / m.pi * mpf(2) ** 1280))
    mp.prec = 240
    print("/// The first 1280 bits of 2/pi after the binary point.")
    print("pub const TWO_OVER_PI: [u64; 20] = [")
    for i in range(20):
        print(f"    {(digits >> (64 * (19 - i))) & (2**64 - 1):#018x},")
    print("];")
    module(32)
    module(64)


if __name__ == "__main__":
    main()
