"""Times the balanced networks of Brette et al. (2007) on Brian2, BrainPy and brain_jit in one run and prints a table of ratios.

    python3.11 benches/peers/networks.py --scripts DIR [--brian2 PYTHON] [--brainpy PYTHON] [--neurons 4000] [--t 1000]

DIR has `snn_brian2.py` and `snn_brainpy.py`, which print one JSON line a run; PYTHON is an interpreter that has the simulator. A peer
without one is left out. The least time of several runs counts. OpenMP's threads, those of Brian2, wait by spinning: on a machine that
does other work, say `--threads 1`.
"""

import argparse
import json
import os
import pathlib
import subprocess

from compare import processor, time

HERE = pathlib.Path(__file__).resolve().parent


def line(command):
    """The JSON line that a command prints last."""
    output = subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(output.splitlines()[-1])


def ours(model, arguments, target, given):
    """Times of brain_jit: name, seconds, peak memory in MB."""
    example = pathlib.Path(target) / "release" / "examples" / model.replace("-", "_")
    for dtype in ("f32", "f64"):
        for threads in given.threads:
            runs = [line([example, *arguments, "--dtype", dtype, "--threads", threads, "--json"]) for _ in range(given.repeat)]
            yield f"brain_jit {dtype}, {threads} threads", min(run["run_s"] for run in runs), runs[0]["peak_rss_mb"]


def peers(model, arguments, given):
    """Times of the other simulators."""
    for name, python, script, options in (
        ("Brian2", given.brian2, "snn_brian2.py", [[]]),
        ("BrainPy", given.brainpy, "snn_brainpy.py", [["--comm", "csr"], ["--comm", "fixed"]]),
        ("NEST", given.nest, "snn_nest.py", [[]]),
    ):
        for option in options if python else []:
            for threads in given.threads:
                run = line([python, given.scripts / script, "--model", model, *arguments, "--threads", threads, "--repeat", given.repeat, *option])
                yield " ".join([name, *option[1:]]) + f", {threads} threads", min(run.get("run_s_all", [run["run_s"]])), run["peak_rss_mb"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scripts", type=pathlib.Path, required=True)
    parser.add_argument("--brian2")
    parser.add_argument("--brainpy")
    parser.add_argument("--nest")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--neurons", default="4000")
    parser.add_argument("--t", default="1000")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--models", nargs="+", default=["coba-lif", "cuba-lif", "coba-hh"])
    given = parser.parse_args()
    arguments = ["--neurons", given.neurons, "--t", given.t]

    subprocess.run(["cargo", "build", "--quiet", "--release", "-p", "brain-jit-examples", "--examples"], check=True, cwd=HERE)
    metadata = ["cargo", "metadata", "--format-version", "1", "--no-deps"]
    target = json.loads(subprocess.run(metadata, check=True, stdout=subprocess.PIPE, cwd=HERE).stdout)["target_directory"]

    print(f"{processor()}, {os.cpu_count()} threads, load before {os.getloadavg()[0]:.1f}; {given.neurons} neurons, {given.t} ms\n")
    print("| network | who | time | times the best of brain_jit | memory |")
    print("|---|---|---|---|---|")
    for model in given.models:
        rows = [*ours(model, arguments, target, given), *peers(model, arguments, given)]
        best = min(seconds for who, seconds, _ in rows if who.startswith("brain_jit"))
        for who, seconds, memory in rows:
            print(f"| {model} | {who} | {time(seconds)} | {seconds / best:.2f} | {memory:.0f} MB |", flush=True)


if __name__ == "__main__":
    main()
