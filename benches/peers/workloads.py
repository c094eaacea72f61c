"""Median seconds a call of each workload on JAX, Numba and NumPy, float32, a JSON line each. `compare.py` runs it."""

import json
import statistics
import sys
import time

import jax
import jax.numpy as jnp
import numba
import numpy as np

WANTED = set(sys.argv[1:])
f32 = np.float32
rng = np.random.default_rng(0)


def on(name):
    return name in WANTED if WANTED else name != "logreg20m"


def median(call):
    """The median of calls for about two seconds, at least 5 and at most 2000 of them, after two for warming up."""

    def seconds():
        start = time.perf_counter()
        call()
        return time.perf_counter() - start

    seconds()
    seconds()
    calls = min(2000, max(5, int(2 / max(seconds(), 1e-7))))
    return statistics.median(seconds() for _ in range(calls))


def row(work, peer, call):
    print(json.dumps({"work": work, "peer": peer, "seconds": median(call)}), flush=True)


def ready(function, *arguments):
    """A call that waits for its result."""
    return lambda: jax.block_until_ready(function(*arguments))


# gelu


def gelu_numpy(x):
    return x * (f32(0.5) * (f32(1) + np.tanh(f32(np.sqrt(2 / np.pi)) * (x + f32(0.044715) * (x * x * x)))))


def gelu_jax(x):
    return x * (0.5 * (1.0 + jnp.tanh(jnp.sqrt(2 / jnp.pi) * (x + 0.044715 * x**3))))


@numba.njit(fastmath=True, parallel=True)
def gelu_numba(x):
    y = np.empty_like(x)
    for i in numba.prange(x.size):
        v = x[i]
        y[i] = v * (f32(0.5) * (f32(1) + np.tanh(f32(0.7978845608) * (v + f32(0.044715) * v * v * v))))
    return y


# selu


def selu_numpy(x):
    return f32(1.05) * np.where(x > 0, x, f32(1.67) * np.exp(x) - f32(1.67))


def selu_jax(x, alpha=1.67, lmbda=1.05):
    return lmbda * jnp.where(x > 0, x, alpha * jnp.exp(x) - alpha)


@numba.njit(fastmath=True, parallel=True)
def selu_numba(x):
    y = np.empty_like(x)
    for i in numba.prange(x.size):
        v = x[i]
        y[i] = f32(1.05) * (v if v > 0 else f32(1.67) * np.exp(v) - f32(1.67))
    return y


def activations():
    for name, n, numpy, jitted, compiled in (
        ("gelu", 100_000, gelu_numpy, gelu_jax, gelu_numba),
        ("selu", 1_000_000, selu_numpy, selu_jax, selu_numba),
    ):
        if on(name):
            x = rng.uniform(-3, 3, n).astype(f32)
            work = f"{name} {n}"
            row(work, "numpy", lambda: numpy(x))
            row(work, "numba parallel fastmath", lambda: compiled(x))
            row(work, "jax jit", ready(jax.jit(jitted), jnp.asarray(x)))


# Logistic regression


def step_numpy(x, y, w):
    return w - np.dot((f32(1) / (f32(1) + np.exp(-y * np.dot(x, w))) - f32(1)) * y, x)


def step_jax(x, y, w):
    return w - jnp.dot((1.0 / (1.0 + jnp.exp(-y * jnp.dot(x, w))) - 1.0) * y, x)


@numba.njit(fastmath=True, parallel=True)
def step_fused(x, y, w):
    """One pass over the rows, what a Numba user writes who fuses by hand."""
    n, d = x.shape
    parts = 64
    sums = np.zeros((parts, 16), f32)
    for part in numba.prange(parts):
        a = np.zeros(16, f32)
        for i in range(part * n // parts, (part + 1) * n // parts):
            s = f32(0)
            for j in range(d):
                s += x[i, j] * w[j]
            u = (f32(1) / (f32(1) + np.exp(-y[i] * s)) - f32(1)) * y[i]
            for j in range(d):
                a[j] += u * x[i, j]
        sums[part] = a
    result = w.copy()
    for part in range(parts):
        for j in range(d):
            result[j] -= sums[part, j]
    return result


def regression():
    for name, n in (("logreg", 200_000), ("logreg20m", 20_000_000)):
        if on(name):
            x, y, w = rng.random((n, 10), f32), rng.random(n, f32), np.full(10, 0.7, f32)
            work = f"logreg {n}x10"
            row(work, "numpy", lambda: step_numpy(x, y, w))
            row(work, "numba np.dot", lambda c=numba.njit(fastmath=True)(step_numpy): c(x, y, w))
            row(work, "numba hand-fused parallel", lambda: step_fused(x, y, w))
            row(work, "jax jit", ready(jax.jit(step_jax), *map(jnp.asarray, (x, y, w))))


# Leaky integrate-and-fire


def lif_jax(v, t_last, t, current):
    moved = jnp.where(t - t_last <= 5.0, v, v + (current - v) * (0.1 / 10.0))
    spike = moved >= 20.0
    return jnp.where(spike, 0.0, moved), jnp.where(spike, t, t_last), spike


def lif_numpy(v, t_last, t, current):
    moved = np.where(t - t_last <= f32(5), v, v + (current - v) * f32(0.01))
    spike = moved >= f32(20)
    return np.where(spike, f32(0), moved), np.where(spike, t, t_last), spike


@numba.njit(fastmath=True, parallel=True)
def lif_numba(v, t_last, spike, t, current):
    for i in numba.prange(v.size):
        moved = v[i] if t - t_last[i] <= f32(5) else v[i] + (current[i] - v[i]) * f32(0.01)
        spike[i] = moved >= f32(20)
        t_last[i] = t if spike[i] else t_last[i]
        v[i] = f32(0) if spike[i] else moved


class Stepped:
    """Keeps the state between calls, and the time."""

    def __init__(self, step, *state):
        self.step, self.state, self.t = step, state, f32(0)

    def __call__(self):
        self.t += f32(0.1)
        self.state = self.step(*self.state, self.t)


def neurons():
    if not on("lif"):
        return
    for n in (4_000, 1_000_000):
        work = f"lif {n}"
        current, v, t_last = rng.uniform(15, 60, n).astype(f32), np.zeros(n, f32), np.full(n, -1e7, f32)
        row(work, "numpy", Stepped(lambda v, l, t: lif_numpy(v, l, t, current)[:2], v, t_last))
        spike, a, b = np.zeros(n, bool), v.copy(), t_last.copy()
        row(work, "numba parallel fastmath", Stepped(lambda t: lif_numba(a, b, spike, t, current) or ()))
        jitted, input = jax.jit(lif_jax, donate_argnums=(0, 1)), jnp.asarray(current)
        step = lambda v, l, t: jax.block_until_ready(jitted(v, l, t, input))[:2]
        row(work, "jax jit", Stepped(step, jnp.asarray(v), jnp.asarray(t_last)))


# A scalar call


def scalar():
    if on("scalar"):
        work = "scalar a *= b"
        product = numba.njit(lambda a, b: a * b)
        row(work, "numba", lambda: product(10.0, 2.0))
        row(work, "jax jit", ready(jax.jit(lambda a, b: a * b), jnp.float32(10), jnp.float32(2)))


activations()
regression()
neurons()
scalar()
