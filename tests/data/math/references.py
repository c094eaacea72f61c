"""Writes `double.txt`: double-precision arguments and results that are correct to far more digits.

Run: python3 references.py [points per function] > double.txt      (needs mpmath)

A section starts with `= name`. A line is an argument (or two) and the nearest double to the result, as the hexadecimal
digits of their bits, and what is left of the result in 1/64 of the spacing of doubles there.
"""
import math
import random
import struct
import sys

from mpmath import mp, mpf
import mpmath as m

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 280
random.seed(20240601)


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def from_bits(b):
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def rounded(y):
    """The nearest double and the rest in 1/64 spacings."""
    if m.isnan(y):
        return math.nan, 0
    if m.isinf(y):
        return math.inf if y > 0 else -math.inf, 0
    if y == 0:
        return 0.0, 0
    exponent = int(m.floor(m.log(abs(y), 2)))
    if abs(y) < mpf(2) ** exponent:
        exponent -= 1
    spacing = max(exponent - 52, -1074)
    scaled = m.ldexp(y, -spacing)
    q = int(m.nint(scaled))
    if abs(q) * 2 ** (spacing + 1100) >= 2 ** (1024 + 1100):
        return math.copysign(math.inf, y), 0
    result = math.ldexp(q, spacing) if q else math.copysign(0.0, y)
    return result, int(m.nint((scaled - q) * 64))


def log_spaced(count, low, high, signs=(1, -1)):
    return [random.choice(signs) * 10 ** random.uniform(low, high) for _ in range(count)]


def uniform(count, low, high):
    return [random.uniform(low, high) for _ in range(count)]


def near(x, steps=2):
    """x and the doubles around it."""
    out = [x]
    for direction in (math.inf, -math.inf):
        y = x
        for _ in range(steps):
            y = math.nextafter(y, direction)
            out.append(y)
    return out


SPECIAL = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 2.2250738585072014e-308,
           -2.2250738585072014e-308, 1.7976931348623157e308, -1.7976931348623157e308, 1.0, -1.0, 0.5, -0.5, 2.0, 1e-17, -1e-17,
           1e-10, 1e-5]
HALF_PI = [float(m.pi / 2 * k) for k in (1, 2, 3, 4, 5, 6, 7, 8, 15, 100, 1001, 12345, 10**6, 10**9, 10**15)]
# The double closest to a multiple of pi/2 (J.-M. Muller et al., Handbook of Floating-Point Arithmetic, 2010, 11.3).
HALF_PI += [math.ldexp(6381956970095103, 797), math.ldexp(5805358775541311, -42 + 20)]

m_log2 = lambda x: m.log(x) / m.log(2)
positive = lambda f: lambda x: f(x) if x > 0 else (-m.inf if x == 0 else m.nan)
inside = lambda f: lambda x: f(x) if abs(x) <= 1 else m.nan


def saturating(f, low, high, at_low, at_high):
    """f between two bounds, and its value to all digits beyond them."""
    return lambda x: at_low(x) if x < low else at_high(x) if x > high else f(x)


def trigonometric(f):
    def g(x):
        if m.isinf(x):
            return m.nan
        with mp.workprec(1400):
            return +f(x)
    return g


def exact(f):
    def g(x):
        with mp.workprec(2300):
            return +f(x)
    return g


zero, infinite = lambda x: mpf("1e-400"), lambda x: mpf("1e400")
softplus = saturating(lambda x: m.log1p(m.exp(x)), -800, 800, zero, lambda x: x)


def atanh(x):
    return m.sign(x) * m.inf if abs(x) == 1 else m.atanh(x) if abs(x) < 1 else m.nan


# name: (function on mpf, further points)
wide = lambda n: log_spaced(n, -310, 308)
UNARY = {
    "exp": (saturating(m.exp, -800, 800, zero, infinite),
            lambda n: uniform(n, -750, 712) + uniform(n, -3, 3) + log_spaced(n, -20, 2) + near(709.782712893384) + near(-708.3964185322641) + near(-745.1332191019411)),
    "exp2": (saturating(lambda x: mpf(2) ** x, -1200, 1200, zero, infinite), lambda n: uniform(n, -1080, 1026) + uniform(n, -3, 3) + near(1024.0) + near(-1022.0) + near(-1074.0) + near(-1075.0)),
    "exp10": (saturating(lambda x: mpf(10) ** x, -400, 400, zero, infinite), lambda n: uniform(n, -326, 310) + uniform(n, -3, 3) + [float(k) for k in range(-5, 23)] + near(308.2547155599167)),
    "expm1": (saturating(m.expm1, -800, 800, lambda x: mpf(-1), infinite), lambda n: uniform(n, -45, 712) + uniform(n, -2, 2) + log_spaced(n, -20, 1) + near(709.782712893384)),
    "exprel": (saturating(lambda x: m.expm1(x) / x if x else mpf(1), -1e300, 800, lambda x: -1 / x, infinite), lambda n: uniform(n, -45, 718) + uniform(n, -2, 2) + log_spaced(n, -20, 1) + near(716.35, 1)),
    "log": (positive(m.log), lambda n: log_spaced(n, -323, 308, (1,)) + uniform(2 * n, 0.5, 2) + near(1.0, 6) + near(math.sqrt(0.5)) + near(math.sqrt(2))),
    "log2": (positive(m_log2), lambda n: log_spaced(n, -323, 308, (1,)) + uniform(2 * n, 0.5, 2) + near(1.0, 6) + [2.0**k for k in (-1074, -1022, -3, 4, 100)]),
    "log10": (positive(m.log10), lambda n: log_spaced(n, -323, 308, (1,)) + uniform(2 * n, 0.5, 2) + near(1.0, 6) + [10.0**k for k in range(0, 23, 3)]),
    "log1p": (exact(lambda x: m.log1p(x) if x > -1 else (-m.inf if x == -1 else m.nan)), lambda n: log_spaced(n, -20, 308, (1,)) + uniform(2 * n, -1, 1) + log_spaced(n, -20, 0) + near(-1.0, 3)),
    "sin": (trigonometric(m.sin), lambda n: uniform(2 * n, -10, 10) + wide(n) + HALF_PI),
    "cos": (trigonometric(m.cos), lambda n: uniform(2 * n, -10, 10) + wide(n) + HALF_PI),
    "tan": (trigonometric(m.tan), lambda n: uniform(2 * n, -10, 10) + wide(n) + HALF_PI),
    "sinc": (lambda x: mpf(1) if x == 0 else m.nan if m.isinf(x) else mpf(0) if x == m.floor(x) else exact(lambda y: m.sinpi(y) / (m.pi * y))(x), lambda n: uniform(2 * n, -10, 10) + log_spaced(n, -20, 15)),
    "asin": (inside(m.asin), lambda n: uniform(2 * n, -1, 1) + log_spaced(n, -20, 0) + near(1.0, 3)),
    "acos": (inside(m.acos), lambda n: uniform(2 * n, -1, 1) + log_spaced(n, -20, 0) + near(1.0, 3) + near(-1.0, 3)),
    "atan": (m.atan, lambda n: uniform(n, -3, 3) + log_spaced(2 * n, -20, 20)),
    "sinh": (saturating(m.sinh, -800, 800, lambda x: mpf("-1e400"), infinite), lambda n: uniform(n, -712, 712) + uniform(2 * n, -3, 3) + log_spaced(n, -20, 1) + near(710.4758600739439)),
    "cosh": (saturating(m.cosh, -800, 800, infinite, infinite), lambda n: uniform(n, -712, 712) + uniform(n, -3, 3) + near(710.4758600739439)),
    "tanh": (saturating(m.tanh, -800, 800, lambda x: mpf(-1), lambda x: mpf(1)), lambda n: uniform(n, -22, 22) + uniform(2 * n, -2, 2) + log_spaced(n, -20, 1)),
    "asinh": (exact(m.asinh), lambda n: uniform(2 * n, -3, 3) + wide(n) + log_spaced(n, -20, 1)),
    "acosh": (exact(lambda x: m.acosh(x) if x >= 1 else m.nan), lambda n: uniform(n, 1, 3) + log_spaced(n, 0, 308, (1,)) + [1 + x for x in log_spaced(n, -16, 0, (1,))] + near(1.0, 3)),
    "atanh": (atanh, lambda n: uniform(2 * n, -1, 1) + log_spaced(n, -20, 0) + near(1.0, 3)),
    "sigmoid": (saturating(lambda x: 1 / (1 + m.exp(-x)), -800, 800, zero, lambda x: mpf(1)), lambda n: uniform(n, -750, 40) + uniform(3 * n, -6, 6) + log_spaced(n, -20, 1)),
    "softplus": (softplus, lambda n: uniform(n, -750, 750) + uniform(3 * n, -6, 6) + log_spaced(n, -20, 1)),
    "log_sigmoid": (lambda x: -softplus(-x), lambda n: uniform(n, -750, 750) + uniform(3 * n, -6, 6) + log_spaced(n, -20, 1)),
    "erf": (saturating(m.erf, -30, 30, lambda x: mpf(-1), lambda x: mpf(1)), lambda n: uniform(3 * n, -3, 3) + log_spaced(n, -20, 1) + near(0.75)),
    "erfc": (saturating(m.erfc, -30, 30, lambda x: mpf(2), zero), lambda n: uniform(n, -3, 3) + uniform(2 * n, 0, 28) + log_spaced(n, -20, 1) + near(0.75)),
    "rsqrt": (lambda x: 1 / m.sqrt(x) if x > 0 else (m.inf if x == 0 else m.nan), lambda n: log_spaced(n, -323, 308, (1,))),
    "cbrt": (lambda x: m.sign(x) * m.cbrt(abs(x)), lambda n: wide(n) + uniform(2 * n, -8, 8) + [27.0, 1e-300, 1e300, 3e-310]),
}


def power(x, y):
    e = y * m.log(abs(x))
    if e > 800 or e < -800:
        value = mpf("1e400") if e > 0 else mpf("1e-400")
    else:
        value = m.exp(e)
    if x < 0:
        if y != m.floor(y):
            return m.nan
        if m.fmod(y, 2):
            return -value
    return value


def power_points(n):
    out = []
    for _ in range(n):
        x = 10 ** random.uniform(-30, 30)
        out.append((x, random.uniform(-745, 709.8) / math.log(x)))
        x = random.uniform(0.5, 2)
        out.append((x, random.uniform(-745, 709.8) / math.log(x)))
        out.append((random.uniform(0.01, 10), random.uniform(-5, 5)))
        out.append((-random.uniform(0.01, 10), float(random.randint(-20, 20))))
    x = math.nextafter(1.0, 2)
    return out + [(x, 1e18), (x, -1e18), (-2.5, 2.5), (-8.0, 3.0), (5e-324, 0.5), (1e-310, -0.9), (2.0, -1074.0), (2.0, 1023.5)]


def logaddexp(base):
    return lambda a, b: m.log(base**a + base**b) / m.log(base)


def pairs(n, low, high):
    return [(a, b) for a, b in zip(log_spaced(n, low, high), log_spaced(n, low, high))]


BINARY = {
    "power": (power, power_points),
    "atan2": (m.atan2, lambda n: pairs(n, -300, 300) + pairs(2 * n, -2, 2) + pairs(n, -300, -290)),
    "hypot": (lambda a, b: m.sqrt(a * a + b * b), lambda n: pairs(n, -2, 2) + pairs(n, -320, -300) + pairs(n, 300, 308) + pairs(n, -100, 100)),
    # Without the cancellation at negative operands, which the function's documentation excludes.
    "logaddexp": (logaddexp(m.e), lambda n: [(a, a + d) for a, d in zip(uniform(2 * n, 0, 50), uniform(2 * n, 0, 50))]),
    "logaddexp2": (logaddexp(mpf(2)), lambda n: [(a, a + d) for a, d in zip(uniform(2 * n, 0, 50), uniform(2 * n, 0, 50))]),
}


def sample(points, count):
    """At most `count` of the points, special ones (at the end of the list) first."""
    points = list(points)
    return points if len(points) <= count else points[-80:] + random.sample(points[:-80], count - 80)


def main():
    mp.prec = 220
    for name, (f, points) in UNARY.items():
        print("=", name)
        for x in SPECIAL + sample(points(COUNT), COUNT):
            if math.isnan(x):
                continue  # NaN gives NaN everywhere: the test adds it
            try:
                y, rest = rounded(f(mpf(x)))
            except (ValueError, ZeroDivisionError, OverflowError) as error:
                raise SystemExit(f"{name}({x}): {error}")
            if y == 0 and name not in ("cos", "acos", "erfc", "exp", "exp2", "exp10", "log", "log2", "log10", "acosh", "sigmoid", "softplus", "sinc", "rsqrt", "exprel", "log_sigmoid"):
                y = math.copysign(0.0, x)
            if name == "rsqrt" and x == 0:
                y = math.copysign(y, x)  # IEEE 754's rSqrt
            if name == "log_sigmoid" and y == 0:
                y = -0.0
            print(f"{bits(x):x} {bits(y):x} {rest}")
    for name, (f, points) in BINARY.items():
        print("=", name)
        for a, b in sample(points(COUNT), COUNT):
            y, rest = rounded(f(mpf(a), mpf(b)))
            print(f"{bits(a):x} {bits(b):x} {bits(y):x} {rest}")


if __name__ == "__main__":
    main()
