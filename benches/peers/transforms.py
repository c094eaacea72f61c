"""Draws, transforms, products and decompositions: NumPy, SciPy, JAX and brain_jit take turns, and the least times are compared.

    python3.11 benches/peers/compare.py transforms [--rounds N] [WORD ...]

Words select works by the beginning of their name (`matmul`, `"fft c64"`). f32 where the name says so, c64 is complex of two f32,
decompositions are in f64. The ratios are those of the least times over all rounds, so that they mean something on a machine that
does other work, too.
"""

import argparse
import ctypes
import datetime
import json
import os
import pathlib
import subprocess
import time

import jax
import jax.numpy as jnp
import numpy as np
import scipy.fft

HERE = pathlib.Path(__file__).resolve().parent
DRAWN = 1_000_000
REPEATED = 0.15
# What ours may take at most, as a part of the peer's time.
BARS = {
    "uniform": {"numpy": 1 / 4, "jax jit": 1 / 4},
    "normal": {"numpy": 1 / 4, "jax jit": 1 / 4},
    "fused": {"the draw alone": 1.3},
    "fft": {"numpy": 1 / 3, "scipy, 2 workers": 1 / 2},
    "matmul": {"numpy": 1.0},
}
DECOMPOSITIONS = ("svd", "eig", "eigh", "qr", "cholesky", "solve", "inv", "det", "lstsq")
BARS.update({name: {"numpy": 1.2} for name in DECOMPOSITIONS})


def draws():
    rng = np.random.default_rng(1)
    key = jax.random.key(1)
    uniform = jax.jit(lambda key: jax.random.uniform(key, (DRAWN,), jnp.float32))
    normal = jax.jit(lambda key: jax.random.normal(key, (DRAWN,), jnp.float32))
    yield "uniform f32", {
        "numpy": lambda: rng.random(DRAWN, np.float32),
        "jax jit": lambda: jax.block_until_ready(uniform(key)),
    }
    yield "normal f32", {
        "numpy": lambda: rng.standard_normal(DRAWN, np.float32),
        "jax jit": lambda: jax.block_until_ready(normal(key)),
    }
    yield "fused f32", {"the draw alone": "draw f32"}


def transforms():
    rng = np.random.default_rng(1)
    for lanes, n in ((1, 1 << 20), (1000, 1024)):
        parts = rng.standard_normal((2, lanes, n), np.float32)
        x = parts[0] + np.complex64(1j) * parts[1]
        x = x[0] if lanes == 1 else x
        on_jax, jitted = jnp.asarray(x), jax.jit(jnp.fft.fft)
        yield f"fft c64 {lanes}x{n}", {
            "numpy": lambda x=x: np.fft.fft(x),
            "scipy, 2 workers": lambda x=x: scipy.fft.fft(x, workers=2),
            "jax jit": lambda x=on_jax: jax.block_until_ready(jitted(x)),
        }


def products():
    rng = np.random.default_rng(1)
    for name, dtype in (("f32", np.float32), ("f64", np.float64)):
        for n in (64, 256, 1024, 2048):
            a, b = (rng.standard_normal((n, n)).astype(dtype) for _ in range(2))
            yield f"matmul {name} {n}", {"numpy": lambda a=a, b=b: a @ b}


def decompositions():
    rng = np.random.default_rng(1)
    for n in (300, 1000):
        a, b = rng.standard_normal((n, n)), rng.standard_normal(n)
        symmetric, definite = a + a.T, a @ a.T + np.eye(n)
        calls = {
            "svd": lambda a=a: np.linalg.svd(a),
            "eig": lambda a=a: np.linalg.eig(a),
            "eigh": lambda a=symmetric: np.linalg.eigh(a),
            "qr": lambda a=a: np.linalg.qr(a),
            "cholesky": lambda a=definite: np.linalg.cholesky(a),
            "solve": lambda a=a, b=b: np.linalg.solve(a, b),
            "inv": lambda a=a: np.linalg.inv(a),
            "det": lambda a=a: np.linalg.det(a),
            "lstsq": lambda a=a, b=b: np.linalg.lstsq(a, b),
        }
        for name in DECOMPOSITIONS:
            yield f"{name} f64 {n}", {"numpy": calls[name]}


def least(call):
    """The least seconds of a call, after one for warming up."""
    call()
    begin, best = time.perf_counter(), float("inf")
    while best == float("inf") or time.perf_counter() - begin < REPEATED:
        start = time.perf_counter()
        result = call()
        best = min(best, time.perf_counter() - start)
        # Giving memory back is not timed, here as there.
        del result
    return best


def kernel():
    """The processor that NumPy's OpenBLAS has its kernels for."""
    for library in (pathlib.Path(np.__file__).parents[1] / "numpy.libs").glob("*openblas*"):
        name = ctypes.CDLL(str(library)).scipy_openblas_get_corename64_
        name.restype = ctypes.c_char_p
        return name().decode()
    return "unknown"


def executable():
    """Builds our side, returns its path."""
    options = ["-p", "brain-jit-benches", "--features", "transforms", "--bin", "transforms"]
    subprocess.run(["cargo", "build", "--quiet", "--release", *options], check=True, cwd=HERE)
    metadata = ["cargo", "metadata", "--format-version", "1", "--no-deps"]
    described = subprocess.run(metadata, check=True, stdout=subprocess.PIPE, cwd=HERE).stdout
    return pathlib.Path(json.loads(described)["target_directory"]) / "release" / "transforms"


def unit(seconds):
    return f"{seconds * 1e6:.3g} µs" if seconds < 1e-3 else f"{seconds * 1e3:.3g} ms"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("works", nargs="*")
    arguments = parser.parse_args()
    wanted = lambda work: not arguments.works or any(work.startswith(word) for word in arguments.works)
    works = {}
    for group in (draws, transforms, products, decompositions):
        works.update({work: peers for work, peers in group() if wanted(work)})
    ours = subprocess.Popen([executable()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def measured(call):
        if not isinstance(call, str):
            return least(call)
        print(call, file=ours.stdin, flush=True)
        return float(ours.stdout.readline())

    best = {}
    for _ in range(arguments.rounds):
        for work, peers in works.items():
            for peer, call in {"brain_jit": work, **peers}.items():
                best[work, peer] = min(measured(call), best.get((work, peer), float("inf")))
    ours.stdin.close()

    versions = f"NumPy {np.__version__} (OpenBLAS for {kernel()}), SciPy {scipy.__version__}, JAX {jax.__version__}"
    print(f"{datetime.date.today()}, {os.cpu_count()} threads, load {os.getloadavg()[0]:.1f}, {versions}\n")
    print("| work | brain_jit | peer | its time | ours / its | bar |  |")
    print("|---|---|---|---|---|---|---|")
    for work, peers in works.items():
        for peer in peers:
            ratio = best[work, "brain_jit"] / best[work, peer]
            bar = BARS[work.split()[0]].get(peer)
            verdict = "" if bar is None else "met" if ratio <= bar else "missed"
            times = f"{unit(best[work, 'brain_jit'])} | {peer} | {unit(best[work, peer])}"
            print(f"| {work} | {times} | {ratio:.2f} | {'' if bar is None else f'{bar:.2f}'} | {verdict} |")


if __name__ == "__main__":
    main()
