"""Writes `gamma.txt`: arguments and values of the logarithm of the gamma function and of its derivative.

Run: python3 gamma.py > gamma.txt      (needs mpmath)

A line is the function's name, the argument, the nearest double to the value, computed with 60 digits, and what is left of the
value in 1/64 of the spacing of doubles there.
"""
import random

from mpmath import mp, mpf
import mpmath as m

from references import bits, log_spaced, near, rounded, uniform

mp.dps = 60
random.seed(5)

POINTS = (
    log_spaced(150, -12, 1, signs=(1,))
    + log_spaced(60, 1, 12, signs=(1,))
    + uniform(120, 0, 12)
    + [x for edge in (0.5, 1.25, 2.75, 10.0, 3.0) for x in near(edge)]
)
FUNCTIONS = {"lgamma": m.loggamma, "digamma": m.digamma}

for name, function in FUNCTIONS.items():
    for x in POINTS:
        result, rest = rounded(function(mpf(x)))
        print(f"{name} {bits(x):x} {bits(result):x} {rest}")
