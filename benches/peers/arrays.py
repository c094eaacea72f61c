"""Functions of `bm` beside NumPy's on 1,000,000 elements, one thread each, in one run; a table of ratios.

    python arrays.py BINARY [FUNCTION …]
    python arrays.py BINARY math [FUNCTION …]

The second prints the vector math in nanoseconds an element, beside NumPy, JAX and the standard library's functions, all on one core.

BINARY is the benches' `array`; `compare.py array` builds it and runs this. The two take turns a function at a time, and the
least time of each counts. Below 1.00 brain_jit takes less time. `times read` is a reduction's time over that of a plain
sum of as many bytes.
"""

import math
import os
import subprocess
import sys
import time

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402  after the number of threads

N = 1_000_000
ROUNDS = 5
PATIENCE = 0.04
FLOATS = ("f32", "f64")
INTEGERS = ("i32", "i64")
TYPES = {"f32": np.float32, "f64": np.float64, "i32": np.int32, "i64": np.int64}

AROUND = """exp exp2 expm1 sinh cosh tanh abs fabs absolute square negative positive sign floor ceil trunc fix rint round
    reciprocal cbrt arctan arcsinh isnan isinf isfinite isposinf isneginf signbit logical_not deg2rad rad2deg nan_to_num sinc
    real conj""".split()
PAIRS = """add subtract multiply divide maximum minimum fmax fmin less less_equal greater greater_equal equal not_equal
    logical_and logical_or logical_xor floor_divide remainder fmod arctan2 hypot logaddexp logaddexp2 copysign heaviside
    nextafter""".split()
REDUCTIONS = """sum prod max min ptp mean var std any all count_nonzero argmax argmin nansum nanmax nanmean""".split()
AXIS = "sum prod max min mean var std any all argmax argmin".split()
SORTING = "sort argsort unique".split()
INTEGER_UNARY = "abs negative square sign invert sum max min argmax sort argsort unique".split()
INTEGER_PAIRS = """add subtract multiply maximum minimum less equal bitwise_and bitwise_or bitwise_xor left_shift right_shift
    floor_divide remainder gcd""".split()


def rows():
    """Name, kind and type of each measurement, with NumPy's call if there is one."""
    rng = np.random.default_rng(0)
    for name in FLOATS:
        dtype = TYPES[name]
        array = lambda low, high: rng.uniform(low, high, N).astype(dtype)  # noqa: E731
        around, unit, positive, above, wide = (
            array(-3, 3), array(-0.9, 0.9), array(0.1, 10), array(1.1, 10), array(-100, 100))
        other, mask = array(0.5, 4), around > 0
        for function in AROUND:
            f = getattr(np, function)
            yield function, "elementwise", name, lambda f=f: f(around)
        for function in ("arcsin", "arccos", "arctanh"):
            f = getattr(np, function)
            yield function, "elementwise", name, lambda f=f: f(unit)
        for function in ("log", "log2", "log10", "log1p", "sqrt"):
            f = getattr(np, function)
            yield function, "elementwise", name, lambda f=f: f(positive)
        yield "arccosh", "elementwise", name, lambda: np.arccosh(above)
        for function in ("sin", "cos", "tan"):
            f = getattr(np, function)
            yield function, "elementwise", name, lambda f=f: f(wide)
        for function in PAIRS:
            f = getattr(np, function)
            yield function, "elementwise", name, lambda f=f: f(around, other)
        yield "power", "elementwise", name, lambda: np.power(positive, other)
        yield "where", "elementwise", name, lambda: np.where(mask, around, other)
        yield "clip", "elementwise", name, lambda: np.clip(around, dtype(-1), dtype(1))
        yield "round_decimals", "elementwise", name, lambda: np.round(around, 2)
        yield "modf", "elementwise", name, lambda: np.modf(around)
        yield "frexp", "elementwise", name, lambda: np.frexp(around)
        exponents = around.astype(np.int32)
        yield "ldexp", "elementwise", name, lambda: np.ldexp(around, exponents)
        for function in ("exprel", "erf", "erfc", "sigmoid", "softplus", "relu", "silu", "gelu"):
            yield function, "elementwise", name, None
        matrix = around.reshape(1000, 1000)
        for function in REDUCTIONS:
            f = getattr(np, function)
            yield function, "reduction", name, lambda f=f: f(around)
        for function in AXIS:
            f = getattr(np, function)
            for axis in (0, 1):
                yield f"{function}_axis{axis}", "reduction", name, lambda f=f, axis=axis: f(matrix, axis=axis)
        yield "cumsum", "scan", name, lambda: np.cumsum(around)
        for function in SORTING:
            f = getattr(np, function)
            yield function, "sorting", name, lambda f=f: f(around)
        ordered = np.sort(around)
        yield "searchsorted", "sorting", name, lambda: np.searchsorted(ordered, around)
    for name in INTEGERS:
        dtype = TYPES[name]
        x, y = rng.uniform(-1e9, 1e9, N).astype(dtype), rng.uniform(1, 30, N).astype(dtype)
        for function in INTEGER_UNARY:
            f = getattr(np, function)
            kind = "sorting" if function in SORTING else "reduction" if function in REDUCTIONS else "elementwise"
            yield function, kind, name, lambda f=f: f(x)
        for function in INTEGER_PAIRS:
            f = getattr(np, function)
            yield function, "elementwise", name, lambda f=f: f(x, y)
        ordered = np.sort(x)
        yield "searchsorted", "sorting", name, lambda: np.searchsorted(ordered, x)


MATH = """exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh sqrt cbrt
    arctan2 hypot power exprel erf erfc sigmoid softplus""".split()


def math_table(binary, wanted):
    """Vector math in nanoseconds an element."""
    # JAX has as many threads as the process has cores when it is imported.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    import jax
    import jax.numpy as jnp
    import jax.scipy.special as special

    jax.config.update("jax_enable_x64", True)
    ours = Ours(binary)
    print("| function | type | brain_jit | NumPy | JAX | std | / NumPy | / JAX | / std |")
    print("|---|---|---|---|---|---|---|---|---|")
    others = {"sigmoid": jax.nn.sigmoid, "softplus": jax.nn.softplus, "erf": special.erf, "erfc": special.erfc}
    with np.errstate(all="ignore"):
        for function, _, dtype, call in rows():
            if function not in (wanted or MATH) or dtype not in FLOATS:
                continue
            arrays = [jnp.asarray(x) for x in operands(dtype, function)]
            compiled = others.get(function) or getattr(jnp, function, None)
            compiled = compiled and jax.jit(compiled)
            times = [math.inf] * 4
            for _ in range(ROUNDS):
                times[0] = min(times[0], ours(function, dtype, "eager"))
                if call:
                    times[1] = min(times[1], least(call))
                if compiled:
                    times[2] = min(times[2], least(lambda: compiled(*arrays).block_until_ready()))
                times[3] = min(times[3], ours(function, dtype, "std"))
            cells = ["" if math.isinf(time) or math.isnan(time) else f"{time / N * 1e9:.2f}" for time in times]
            ratios = [ratio(times[0], time) if cell else "" for time, cell in zip(times[1:], cells[1:])]
            print("|", " | ".join((function, dtype, *cells, *ratios)), "|", flush=True)


def operands(dtype, function):
    """What `rows` and the benches' binary take for a function of the vector math."""
    rng = np.random.default_rng(0)
    array = lambda low, high: rng.uniform(low, high, N).astype(TYPES[dtype])  # noqa: E731
    spans = {"arcsin": (-0.9, 0.9), "arccos": (-0.9, 0.9), "arctanh": (-0.9, 0.9), "arccosh": (1.1, 10), "sin": (-100, 100),
             "cos": (-100, 100), "tan": (-100, 100), "log": (0.1, 10), "log2": (0.1, 10), "log10": (0.1, 10),
             "log1p": (0.1, 10), "sqrt": (0.1, 10), "power": (0.1, 10)}
    first = array(*spans.get(function, (-3, 3)))
    return (first, array(0.5, 4)) if function in ("arctan2", "hypot", "power") else (first,)


def least(call):
    """The least time of a call, of as many as PATIENCE allows, at least three."""
    call()
    best, calls, start = math.inf, 0, time.perf_counter()
    while calls < 3 or time.perf_counter() - start < PATIENCE:
        before = time.perf_counter()
        result = call()
        best = min(best, time.perf_counter() - before)
        del result
        calls += 1
    return best


class Ours:
    """The process that measures brain_jit."""

    def __init__(self, binary):
        self.process = subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())


def text(seconds):
    return "" if math.isnan(seconds) or math.isinf(seconds) else f"{seconds * 1e6:.0f} µs"


def ratio(ours, theirs):
    value = ours / theirs
    return "" if math.isnan(value) or math.isinf(theirs) else f"{value:.2f}"


def main():
    binary, wanted = sys.argv[1], set(sys.argv[2:])
    if "math" in wanted:
        return math_table(binary, wanted - {"math"})
    ours = Ours(binary)
    slower = []
    print("| function | type | NumPy | eager | fused | eager / NumPy | fused / NumPy | times read |")
    print("|---|---|---|---|---|---|---|---|")
    with np.errstate(all="ignore"):
        for function, kind, dtype, call in rows():
            if wanted and not wanted & {function, kind, f"{function}.{dtype}"}:
                continue
            theirs = eager = fused = read = math.inf
            for _ in range(ROUNDS):
                eager = min(eager, ours(function, dtype, "eager"))
                if call:
                    theirs = min(theirs, least(call))
                if kind == "elementwise" and dtype in FLOATS:
                    fused = min(fused, ours(function, dtype, "fused"))
                if kind == "reduction" and dtype in FLOATS:
                    read = min(read, ours("read", dtype, "read"))
            cells = (function, dtype, text(theirs), text(eager), text(fused),
                     ratio(eager, theirs), ratio(fused, theirs) if fused < math.inf else "", ratio(eager, read))
            print("|", " | ".join(cells), "|", flush=True)
            if kind == "reduction" and dtype in FLOATS and eager > 1.3 * read:
                slower.append(f"{function} {dtype} ({eager / read:.2f} read, {ratio(eager, theirs)} NumPy)")
            elif kind != "reduction" and min(eager, fused) > theirs:
                slower.append(f"{function} {dtype} ({ratio(eager, theirs)})")
    print("\nAbove its bar:", ", ".join(slower) or "none")


if __name__ == "__main__":
    main()
