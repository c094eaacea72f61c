# Tasks of this repository; `just --list` names them.

# Tests of every package, the UI tests among them
test *args:
    cargo test --workspace {{args}}

# Write the expected errors of the UI tests anew
bless:
    TRYBUILD=overwrite cargo test -p brain-jit-ui-tests --test ui

# Benchmarks of every document
bench *args:
    cargo bench -p brain-jit-benches --bench documents {{args}}

# The same workloads on JAX, Numba, NumPy and brain_jit
peers:
    python3.11 benches/peers/compare.py

# Format the sources
fmt:
    cargo fmt --all

# Lints, as errors
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# The API documentation
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# What is checked before a merge
ci:
    .ci/run
