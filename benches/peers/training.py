"""Median seconds a step of training on JAX, float32, a JSON line each. `compare.py` runs it.

Arguments: the workloads wanted (`linearnet`, `mlp`, `bptt_lif`, `bptt_recurrent`); without, all.
"""

import functools
import json
import os
import statistics
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

WANTED = set(sys.argv[1:])
f32 = np.float32
rng = np.random.default_rng(0)


def on(name):
    return not WANTED or name in WANTED


def median(call):
    """The median of calls for about two seconds, at least 5 and at most 2000 of them, after two for warming up.

    With BRAIN_JIT_LEAST=1 the least, for a machine that does other work.
    """

    def seconds():
        start = time.perf_counter()
        call()
        return time.perf_counter() - start

    seconds()
    seconds()
    calls = min(2000, max(5, int(2 / max(seconds(), 1e-7))))
    quantile = min if "BRAIN_JIT_LEAST" in os.environ else statistics.median
    return quantile(seconds() for _ in range(calls))


def row(work, call):
    print(json.dumps({"work": work, "peer": "jax jit", "seconds": median(call)}), flush=True)


class Stepped:
    """Keeps what is trained between calls, whose buffers are given to the step."""

    def __init__(self, step, *state):
        self.step, self.state = jax.jit(step, donate_argnums=tuple(range(len(state)))), state

    def __call__(self, *arguments):
        *self.state, loss = jax.block_until_ready(self.step(*self.state, *arguments))
        return loss


# The documents' LinearNet


def linear_loss(parameters, x, y):
    w, b, r = parameters
    return jnp.mean(((x @ w + b) @ r - y) ** 2)


def linear_step(parameters, x, y):
    loss, grads = jax.value_and_grad(linear_loss)(parameters, x, y)
    return jax.tree.map(lambda p, g: p - 1e-6 * g, parameters, grads), loss


def linearnet():
    parameters = tuple(map(jnp.asarray, (rng.random((100, 200), f32), np.zeros(200, f32), rng.random((200, 1), f32))))
    x, y = jnp.asarray(rng.random((1000, 100), f32)), jnp.asarray(rng.random((1000, 1), f32))
    step = Stepped(linear_step, parameters)
    row("linearnet 1000x100x200x1", lambda: step(x, y))


# Two layers that read digits, with Adam


def mlp_loss(parameters, x, target):
    (w, b), (r, c) = parameters
    scores = jnp.maximum(x @ w + b, 0) @ r + c
    return -jnp.sum(target * jax.nn.log_softmax(scores)) / x.shape[0]


def adam_step(parameters, first, second, count, x, target):
    loss, grads = jax.value_and_grad(mlp_loss)(parameters, x, target)
    count = count + 1
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, grads)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, grads)
    rate = 0.003 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
    parameters = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-8), parameters, first, second)
    return parameters, first, second, count, loss


def mlp():
    def dense(n_in, n_out):
        w = (rng.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in)).astype(f32)
        return jnp.asarray(w), jnp.zeros(n_out, f32)

    parameters = (dense(64, 128), dense(128, 10))
    zeros = lambda: jax.tree.map(jnp.zeros_like, parameters)
    step = Stepped(adam_step, parameters, zeros(), zeros(), jnp.float32(0))
    x, target = jnp.asarray(rng.random((32, 64), f32)), jnp.asarray(np.eye(10, dtype=f32)[np.arange(32) % 10])
    row("mlp 32x64x128x10 adam", lambda: step(x, target))


# Leaky integrate-and-fire neurons through time, alone and driving each other


@jax.custom_jvp
def spike(x):
    return (x >= 0).astype(x.dtype)


@spike.defjvp
def spike_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    e = jnp.exp(-jnp.abs(4 * x))
    return spike(x), t * 4 * e / (1 + e) ** 2


def spiking_loss(drive, parameters, inputs, target):
    def step(state, current):
        v, spikes, rate = state
        v = 0.95 * v + drive(parameters, current, spikes) - spikes
        spikes = spike(v - 1)
        return (v, spikes, rate + spikes), None

    zero = jnp.zeros_like(target)
    (_, _, rate), _ = jax.lax.scan(step, (zero, zero, zero), inputs)
    return jnp.mean((rate / inputs.shape[0] - target) ** 2)


def through_time(work, drive, parameters):
    inputs, target = jnp.asarray((0.12 * rng.random((1000, 128))).astype(f32)), jnp.full(128, 0.05, f32)
    step = jax.jit(jax.value_and_grad(functools.partial(spiking_loss, drive)))
    row(work, lambda: jax.block_until_ready(step(parameters, inputs, target)))


def bptt_lif():
    through_time("bptt 1000 steps 128 lif", lambda gain, current, spikes: gain * current, jnp.ones(128, f32))


def bptt_recurrent():
    w = jnp.asarray((rng.standard_normal((128, 128)) * 0.5 / np.sqrt(128)).astype(f32))
    through_time("bptt 1000 steps 128 lif recurrent", lambda w, current, spikes: current + spikes @ w, w)


for work in (linearnet, mlp, bptt_lif, bptt_recurrent):
    if on(work.__name__):
        work()
