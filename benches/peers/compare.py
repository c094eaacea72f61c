"""Times the documents' workloads on JAX, Numba, NumPy and brain_jit in one run and prints a table of ratios.

    python3.11 benches/peers/compare.py [gelu] [selu] [logreg] [logreg20m] [lif] [scalar]
    python3.11 benches/peers/compare.py array [math] [FUNCTION …]
    python3.11 benches/peers/compare.py transforms [WORD ...]   # draws, transforms, linear algebra: transforms.py
    python3.11 benches/peers/compare.py training [linearnet] [mlp] [bptt_lif] [bptt_recurrent]

Without arguments all but `logreg20m`, which takes 2 GB. The first run makes `benches/peers/.venv` from `requirements.txt`.
Quote the ratios: seconds differ between runs of one machine far more than ratios within a run.
"""

import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
OURS = "brain_jit parallel"


def environment():
    """Makes the virtual environment if there is none."""
    stamp = VENV / "requirements.txt"
    wanted = (HERE / "requirements.txt").read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    venv.create(VENV, with_pip=True, clear=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"], check=True)
    stamp.write_text(wanted)


def rows(command):
    """The JSON lines that a command prints."""
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=HERE).stdout
    return [json.loads(line) for line in output.splitlines()]


def processor():
    """The processor's name."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def time(seconds):
    """Seconds with a fitting unit."""
    for factor, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= factor:
            return f"{seconds / factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def main():
    wanted = sys.argv[1:]
    environment()
    if wanted[:1] == ["transforms"]:
        return subprocess.run([PYTHON, HERE / "transforms.py", *wanted[1:]], check=True)
    group = wanted.pop(0) if wanted[:1] in (["array"], ["training"]) else "workloads"
    cargo = ["cargo", "build", "--quiet", "--release", "-p", "brain-jit-benches", "--bin", group]
    if group == "training":
        cargo += ["--features", "linalg"]
    subprocess.run(cargo, check=True, cwd=HERE)
    metadata = ["cargo", "metadata", "--format-version", "1", "--no-deps"]
    target = json.loads(subprocess.run(metadata, check=True, stdout=subprocess.PIPE, cwd=HERE).stdout)["target_directory"]

    print(f"{datetime.date.today()}, {processor()}, {os.cpu_count()} threads, load before {os.getloadavg()[0]:.1f}\n")
    if group == "array":
        subprocess.run([PYTHON, HERE / "arrays.py", pathlib.Path(target) / "release" / group, *wanted], check=True)
        return
    binary, script = pathlib.Path(target) / "release" / group, HERE / f"{group}.py"
    measured = rows([binary, *wanted]) + rows([PYTHON, script, *wanted])
    print("| work | who | time a call | times brain_jit parallel |")
    print("|---|---|---|---|")
    for work in dict.fromkeys(row["work"] for row in measured):
        of_work = {row["peer"]: row["seconds"] for row in measured if row["work"] == work}
        for peer, seconds in of_work.items():
            print(f"| {work} | {peer} | {time(seconds)} | {seconds / of_work[OURS]:.2f} |")


if __name__ == "__main__":
    main()
