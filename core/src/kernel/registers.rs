//! Reductions of floats with their lanes in AVX-512's registers. Of loops over arrays of lanes LLVM keeps some in memory, takes others
//! apart into single elements, and which depends on what is around them: the same loop took from one to eight times as long.
//!
//! Lanes and their order are those of the loops that other levels and types have. One macro, and so one file.

#[cfg(target_arch = "x86_64")]
use super::reduce::LANES;

/// How many lanes a search for a place and the moments have: more than a sum, since their elements wait longer.
pub(crate) const WIDE: usize = 64;

/// Most elements of a line whose place is found in one pass: their numbers have 32 bits.
#[cfg(target_arch = "x86_64")]
const LONGEST: usize = 1 << 30;

/// What folds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    /// Addition.
    Sum,
    /// Multiplication.
    Product,
    /// The greater of two.
    Greatest,
    /// The lesser of two.
    Least,
}

/// How many elements more arrays have that lie side by side and are used together, than would make them contend for the same lines of the
/// first cache.
pub(crate) const APART: usize = 128;

/// Lies as registers do: what crosses lines of the cache takes twice as long to read and longer to write.
#[repr(C, align(64))]
pub(crate) struct Aligned<A>(pub A);

/// How many rows deviations are taken of together, so that what is kept of a column is read and written once for them.
pub(crate) const TOGETHER: usize = 8;

/// How many columns places are looked for in together: what is known of them fits the first cache beside the rows.
pub(crate) const PLACES: usize = 1024;

macro_rules! registers {
    (
        $t:ident: $register:ident of $n:literal, $mask:ident, $index:ident,
        $load:ident $load_some:ident $some:ident $store:ident $store_some:ident $all:ident $first:ident
        $plus:ident $plus_some:ident $minus:ident $times:ident $times_plus:ident $over:ident $under:ident $compare:ident
        $start:ident $signed:ident $load_places:ident $store_places:ident $start_plus:ident $start_some:ident $start_least:ident $start_sum:ident,
        together $together:literal, tree $($shuffle:ident $imm:literal $($twice:ident)?),*
    ) => {
        pub(crate) mod $t {
            #[cfg(target_arch = "x86_64")]
            mod wide {
                use super::super::*;
                use std::arch::x86_64::*;

                /// Elements from `k` registers on in a row.
                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn load(row: &[$t], k: usize) -> $register {
                    let elements: &[$t; $n] = row[k * $n..(k + 1) * $n].try_into().expect("a register");
                    // SAFETY: it has the elements.
                    unsafe { $load(elements.as_ptr()) }
                }

                /// As `load`, with `instead` for what a row has not.
                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn load_some(row: &[$t], k: usize, instead: $register) -> $register {
                    let there = row.len().saturating_sub(k * $n).min($n);
                    let mask = ((1_u32 << there) - 1) as $mask;
                    // SAFETY: the mask has only elements that are there.
                    unsafe { $load_some(instead, mask, row.as_ptr().wrapping_add(k * $n)) }
                }

                /// The balanced tree over the lanes.
                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn tree<const K: usize>(mut lanes: [$register; K], op: impl Fn($register, $register) -> $register) -> $t {
                    let mut width = K / 2;
                    while width > 0 {
                        for k in 0..width {
                            lanes[k] = op(lanes[k], lanes[k + width]);
                        }
                        width /= 2;
                    }
                    let one = lanes[0];
                    $(let one = op(one, $shuffle::<$imm>(one $(, { let $twice = one; $twice })?));)*
                    $first(one)
                }

                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn has_nan<const K: usize>(doubts: [$register; K]) -> bool {
                    doubts.iter().fold(0, |mask, &doubt| mask | $compare::<_CMP_UNORD_Q>(doubt, doubt)) != 0
                }

                /// The fold of a run, if `watch`, none where it may have a NaN.
                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn fold(x: &[$t], identity: $t, watch: bool, op: impl Fn($register, $register) -> $register) -> Option<$t> {
                    const K: usize = LANES / $n;
                    let identity = $all(identity);
                    let (mut lanes, mut doubts) = ([identity; K], [$all(0.0); K]);
                    let rows = x.chunks_exact(LANES);
                    let rest = rows.remainder();
                    for row in rows {
                        for k in 0..K {
                            let x = load(row, k);
                            lanes[k] = op(lanes[k], x);
                            doubts[k] = if watch { $plus(doubts[k], x) } else { x };
                        }
                    }
                    if !rest.is_empty() {
                        for k in 0..K {
                            let x = load_some(rest, k, identity);
                            lanes[k] = op(lanes[k], x);
                            doubts[k] = if watch { $plus(doubts[k], x) } else { x };
                        }
                    }
                    match watch && has_nan(doubts) {
                        true => None,
                        false => Some(tree(lanes, op)),
                    }
                }

                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                pub(in super::super) fn run(operation: Operation, x: &[$t]) -> Option<$t> {
                    match operation {
                        Operation::Sum => fold(x, -0.0, false, |a, b| $plus(a, b)),
                        Operation::Product => fold(x, 1.0, false, |a, b| $times(a, b)),
                        Operation::Greatest => fold(x, -$t::INFINITY, true, |a, b| $over(a, b)),
                        Operation::Least => fold(x, $t::INFINITY, true, |a, b| $under(a, b)),
                    }
                }

                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                pub(in super::super) fn present(x: &[$t]) -> Option<($t, usize)> {
                    const K: usize = LANES / $n;
                    let (mut lanes, mut counts) = ([$all(-0.0); K], [$start(0); K]);
                    let rows = x.chunks_exact(LANES);
                    let rest = rows.remainder();
                    for row in rows {
                        for k in 0..K {
                            let x = load(row, k);
                            let there = $compare::<_CMP_ORD_Q>(x, x);
                            lanes[k] = $plus_some(lanes[k], there, lanes[k], x);
                            counts[k] = $start_some(counts[k], there, $start_plus(counts[k], $start(1)));
                        }
                    }
                    for k in 0..K {
                        let x = load_some(rest, k, $all($t::NAN));
                        let there = $compare::<_CMP_ORD_Q>(x, x);
                        lanes[k] = $plus_some(lanes[k], there, lanes[k], x);
                        counts[k] = $start_some(counts[k], there, $start_plus(counts[k], $start(1)));
                    }
                    let count = counts.into_iter().fold($start(0), |a, b| $start_plus(a, b));
                    Some((tree(lanes, |a, b| $plus(a, b)), $start_sum(count) as usize))
                }

                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                pub(in super::super) fn extremes(x: &[$t]) -> Option<($t, $t)> {
                    const K: usize = LANES / $n;
                    let (high, low) = ($all($t::INFINITY), $all(-$t::INFINITY));
                    let (mut least, mut greatest, mut doubts) = ([high; K], [low; K], [$all(0.0); K]);
                    let rows = x.chunks_exact(LANES);
                    let rest = rows.remainder();
                    for row in rows {
                        for k in 0..K {
                            let x = load(row, k);
                            (least[k], greatest[k]) = ($under(least[k], x), $over(greatest[k], x));
                            doubts[k] = $plus(doubts[k], x);
                        }
                    }
                    for k in 0..K {
                        least[k] = $under(least[k], load_some(rest, k, high));
                        greatest[k] = $over(greatest[k], load_some(rest, k, low));
                        doubts[k] = $plus(doubts[k], load_some(rest, k, $all(0.0)));
                    }
                    match has_nan(doubts) {
                        true => None,
                        false => Some((tree(least, |a, b| $under(a, b)), tree(greatest, |a, b| $over(a, b)))),
                    }
                }

                /// A row is better where the best of its registers is, and what is better in a row is looked for at the end. `BEYOND` compares
                /// with the best one.
                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn place<const BEYOND: i32>(
                    x: &[$t],
                    worst: $t,
                    op: impl Fn($register, $register) -> $register,
                ) -> Option<usize> {
                    const K: usize = WIDE / $n;
                    if x.len() < WIDE || x.len() > LONGEST {
                        return None;
                    }
                    let (mut best, mut starts, mut doubts) = ($all(worst), $start(0), [$all(0.0); K]);
                    let mut start = 0;
                    loop {
                        let row = &x[start..start + WIDE];
                        let mut all = [best; K];
                        for k in 0..K {
                            all[k] = load(row, k);
                            doubts[k] = $plus(doubts[k], all[k]);
                        }
                        let mut width = K / 2;
                        while width > 0 {
                            for k in 0..width {
                                all[k] = op(all[k], all[k + width]);
                            }
                            width /= 2;
                        }
                        let better = $compare::<BEYOND>(all[0], best);
                        starts = $start_some(starts, better, $start(start as $signed));
                        best = op(best, all[0]);
                        if start + WIDE == x.len() {
                            break;
                        }
                        // The last row has elements of the one before, which are not better than themselves.
                        start = (start + WIDE).min(x.len() - WIDE);
                    }
                    if has_nan(doubts) {
                        return None;
                    }
                    let extreme = $all(tree([best], op));
                    let there = $compare::<_CMP_EQ_OQ>(best, extreme);
                    let start = $start_least($start_some($start(-1), there, starts)) as $index as usize;
                    let row = &x[start..start + WIDE];
                    let mut equal = 0_u64;
                    for k in 0..K {
                        equal |= u64::from($compare::<_CMP_EQ_OQ>(load(row, k), extreme)) << (k * $n);
                    }
                    Some(start + equal.trailing_zeros() as usize)
                }

                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                pub(in super::super) fn place_of(greatest: bool, x: &[$t]) -> Option<usize> {
                    match greatest {
                        true => place::<_CMP_GT_OQ>(x, -$t::INFINITY, |a, b| $over(a, b)),
                        false => place::<_CMP_LT_OQ>(x, $t::INFINITY, |a, b| $under(a, b)),
                    }
                }

                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                pub(in super::super) fn deviations(x: &[$t], centre: $t) -> Option<($t, $t)> {
                    const K: usize = WIDE / $n;
                    let centre = $all(centre);
                    let (mut sums, mut squares) = ([$all(0.0); K], [$all(0.0); K]);
                    let rows = x.chunks_exact(WIDE);
                    let rest = rows.remainder();
                    for row in rows {
                        for k in 0..K {
                            let deviation = $minus(load(row, k), centre);
                            sums[k] = $plus(sums[k], deviation);
                            squares[k] = $times_plus(deviation, deviation, squares[k]);
                        }
                    }
                    if !rest.is_empty() {
                        for k in 0..K {
                            let deviation = $minus(load_some(rest, k, centre), centre);
                            sums[k] = $plus(sums[k], deviation);
                            squares[k] = $times_plus(deviation, deviation, squares[k]);
                        }
                    }
                    Some((tree(sums, |a, b| $plus(a, b)), tree(squares, |a, b| $plus(a, b))))
                }

                /// Calls `each` with registers of elements of `R` rows from the `first` on, the column of their first and how many there are.
                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn across<const R: usize>(
                    (x, stride, columns): (&[$t], usize, usize),
                    first: usize,
                    mut each: impl FnMut([$register; R], usize, usize),
                ) {
                    let rows = &x[first * stride..(first + R - 1) * stride + columns];
                    let mut x = [$all(0.0); R];
                    let mut column = 0;
                    while column + $n <= columns {
                        for r in 0..R {
                            // SAFETY: `rows` goes to the last column of the last row.
                            x[r] = unsafe { $load(rows.as_ptr().add(r * stride + column)) };
                        }
                        each(x, column, $n);
                        column += $n;
                    }
                    if column < columns {
                        for r in 0..R {
                            x[r] = load_some(&rows[r * stride..][column..columns], 0, $all(0.0));
                        }
                        each(x, column, columns - column);
                    }
                }

                /// Some elements from a place on.
                ///
                /// # Safety
                /// They are there.
                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                unsafe fn kept(elements: *const $t, column: usize, count: usize) -> $register {
                    // SAFETY: the caller's promise, and the mask has only elements that are there.
                    unsafe {
                        match count {
                            $n => $load(elements.add(column)),
                            _ => $load_some($all(0.0), ((1_u32 << count) - 1) as $mask, elements.add(column)),
                        }
                    }
                }

                /// Stores some elements from a place on.
                ///
                /// # Safety
                /// There is room for them.
                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                unsafe fn keep(elements: *mut $t, column: usize, count: usize, register: $register) {
                    // SAFETY: as above.
                    unsafe {
                        match count {
                            $n => $store(elements.add(column), register),
                            _ => $store_some(elements.add(column), ((1_u32 << count) - 1) as $mask, register),
                        }
                    }
                }

                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn fold_rows<const R: usize>(
                    (x, stride): (&[$t], usize),
                    first: usize,
                    sums: &mut [$t],
                    doubts: &mut $register,
                    watch: bool,
                    op: &impl Fn($register, $register) -> $register,
                ) {
                    let mut doubt = *doubts;
                    let place = sums.as_mut_ptr();
                    across((x, stride, sums.len()), first, |x: [$register; R], column, count| {
                        // SAFETY: there is a sum a column.
                        let mut sum = unsafe { kept(place, column, count) };
                        let mut all = x[0];
                        for r in 0..R {
                            sum = op(sum, x[r]);
                            all = if r > 0 && watch { $plus(all, x[r]) } else { all };
                        }
                        doubt = if watch { $plus(doubt, all) } else { doubt };
                        // SAFETY: as above.
                        unsafe { keep(place, column, count, sum) };
                    });
                    *doubts = doubt;
                }

                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn fold_down(
                    x: &[$t],
                    stride: usize,
                    sums: &mut [$t],
                    watch: bool,
                    op: impl Fn($register, $register) -> $register,
                ) -> Option<()> {
                    let (columns, mut first, mut doubts) = (sums.len(), 0, $all(0.0));
                    let count = rows(x, stride, columns);
                    while first + $together <= count {
                        fold_rows::<$together>((x, stride), first, sums, &mut doubts, watch, &op);
                        first += $together;
                    }
                    while first < count {
                        fold_rows::<1>((x, stride), first, sums, &mut doubts, watch, &op);
                        first += 1;
                    }
                    (!watch || !has_nan([doubts])).then_some(())
                }

                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                pub(in super::super) fn down(operation: Operation, x: &[$t], stride: usize, sums: &mut [$t]) -> Option<()> {
                    match operation {
                        Operation::Sum => fold_down(x, stride, sums, false, |a, b| $plus(a, b)),
                        Operation::Product => fold_down(x, stride, sums, false, |a, b| $times(a, b)),
                        Operation::Greatest => fold_down(x, stride, sums, true, |a, b| $over(a, b)),
                        Operation::Least => fold_down(x, stride, sums, true, |a, b| $under(a, b)),
                    }
                }

                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn best_of_rows<const BEYOND: i32, const R: usize>(
                    (x, stride, columns): (&[$t], usize, usize),
                    first: usize,
                    best: &mut [$t; PLACES + APART],
                    places: &mut [$index; PLACES + APART],
                    doubts: &mut $register,
                ) {
                    let mut doubt = *doubts;
                    let (best, places) = (best.as_mut_ptr(), places.as_mut_ptr());
                    across((x, stride, columns), first, |x: [$register; R], column, count| {
                        // SAFETY: columns are at most `PLACES`, a multiple of what a register has.
                        let (mut now, mut place) = unsafe { (kept(best, column, count), $load_places(places.add(column).cast())) };
                        for r in 0..R {
                            let better = $compare::<BEYOND>(x[r], now);
                            place = $start_some(place, better, $start((first + r) as $signed));
                            now = $some(now, better, x[r]);
                            doubt = $plus(doubt, x[r]);
                        }
                        // SAFETY: as above.
                        unsafe {
                            keep(best, column, count, now);
                            $store_places(places.add(column).cast(), place);
                        }
                    });
                    *doubts = doubt;
                }

                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn places<const BEYOND: i32>(
                    x: &[$t],
                    stride: usize,
                    out: &mut [usize],
                    worst: $t,
                ) -> Option<()> {
                    let columns = out.len();
                    let count = rows(x, stride, columns);
                    if columns > PLACES || count > LONGEST {
                        return None;
                    }
                    let (mut best, mut places) = (Aligned([worst; PLACES + APART]), Aligned([0; PLACES + APART]));
                    let (best, places) = (&mut best.0, &mut places.0);
                    let (mut first, mut doubts) = (0, $all(0.0));
                    while first + $together <= count {
                        best_of_rows::<BEYOND, $together>((x, stride, columns), first, best, places, &mut doubts);
                        first += $together;
                    }
                    while first < count {
                        best_of_rows::<BEYOND, 1>((x, stride, columns), first, best, places, &mut doubts);
                        first += 1;
                    }
                    if has_nan([doubts]) {
                        return None;
                    }
                    for (out, &place) in out.iter_mut().zip(&*places) {
                        *out = place as usize;
                    }
                    Some(())
                }

                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                pub(in super::super) fn places_of(greatest: bool, x: &[$t], stride: usize, out: &mut [usize]) -> Option<()> {
                    match greatest {
                        true => places::<_CMP_GT_OQ>(x, stride, out, -$t::INFINITY),
                        false => places::<_CMP_LT_OQ>(x, stride, out, $t::INFINITY),
                    }
                }

                #[inline]
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn deviations_of_rows<const R: usize>(
                    (x, stride): (&[$t], usize),
                    first: usize,
                    centres: &[$t],
                    sums: &mut [$t],
                    squares: &mut [$t],
                ) {
                    let columns = centres.len().min(sums.len()).min(squares.len());
                    let (sums, squares) = (sums.as_mut_ptr(), squares.as_mut_ptr());
                    across((x, stride, columns), first, |x: [$register; R], column, count| {
                        // SAFETY: all have `columns` elements.
                        let (centre, mut sum, mut square) = unsafe {
                            (kept(centres.as_ptr(), column, count), kept(sums, column, count), kept(squares, column, count))
                        };
                        for r in 0..R {
                            let deviation = $minus(x[r], centre);
                            sum = $plus(sum, deviation);
                            square = $times_plus(deviation, deviation, square);
                        }
                        // SAFETY: as above.
                        unsafe {
                            keep(sums, column, count, sum);
                            keep(squares, column, count, square);
                        }
                    });
                }

                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                pub(in super::super) fn deviations_down(
                    x: &[$t],
                    stride: usize,
                    centres: &[$t],
                    sums: &mut [$t],
                    squares: &mut [$t],
                ) -> Option<()> {
                    let (columns, mut first) = (sums.len(), 0);
                    let count = rows(x, stride, columns);
                    while first + TOGETHER <= count {
                        deviations_of_rows::<TOGETHER>((x, stride), first, centres, sums, squares);
                        first += TOGETHER;
                    }
                    while first < count {
                        deviations_of_rows::<1>((x, stride), first, centres, sums, squares);
                        first += 1;
                    }
                    Some(())
                }
            }

            #[cfg(target_arch = "x86_64")]
            use super::has_registers;
            use super::{Level, Operation};

            registers!(@at_level
                /// The fold of a run; of extremes none if one is NaN.
                run(operation: Operation, x: &[$t]) -> $t;
                /// The sum of what is not NaN in a run, and how much that is.
                present(x: &[$t]) -> ($t, usize);
                /// The least and the greatest element, if none is NaN.
                extremes(x: &[$t]) -> ($t, $t);
                /// The place of the greatest or least element, the first of equals, of a line of at least [`WIDE`](super::WIDE), if
                /// none is NaN.
                place_of(greatest: bool, x: &[$t]) -> usize;
                /// The sums of the deviations from a number and of their squares.
                deviations(x: &[$t], centre: $t) -> ($t, $t);
                /// Folds rows that begin `stride` apart into `sums`, in their order; of extremes none if one is NaN.
                down(operation: Operation, x: &[$t], stride: usize, sums: &mut [$t]) -> ();
                /// The rows of the greatest or least elements of columns, at most [`PLACES`](super::PLACES), if none is NaN.
                places_of(greatest: bool, x: &[$t], stride: usize, out: &mut [usize]) -> ();
                /// Adds to the sums of the deviations of columns from their centres and of their squares.
                deviations_down(x: &[$t], stride: usize, centres: &[$t], sums: &mut [$t], squares: &mut [$t]) -> ();
            );
        }
    };
    (@at_level $($(#[$doc:meta])* $name:ident($($x:ident: $in:ty),*) -> $out:ty;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        #[allow(unused_variables, reason = "other processors have no such registers")]
        pub(crate) fn $name<L: Level>($($x: $in),*) -> Option<$out> {
            #[cfg(target_arch = "x86_64")]
            if has_registers::<L>() {
                // SAFETY: a process is at such a level only where the processor has the instructions.
                return unsafe { wide::$name($($x),*) };
            }
            None
        }
    )*};
}

use super::level::Level;
#[cfg(target_arch = "x86_64")]
use super::level::has_registers;

/// How many rows of `columns` elements begin `stride` apart in `x`.
pub(crate) fn rows<T>(x: &[T], stride: usize, columns: usize) -> usize {
    match x.len().checked_sub(columns) {
        Some(before_last) => before_last / stride + 1,
        None => 0,
    }
}

registers! {
    f32: __m512 of 16, __mmask16, u32,
    _mm512_loadu_ps _mm512_mask_loadu_ps _mm512_mask_mov_ps _mm512_storeu_ps _mm512_mask_storeu_ps _mm512_set1_ps _mm512_cvtss_f32
    _mm512_add_ps _mm512_mask_add_ps _mm512_sub_ps _mm512_mul_ps _mm512_fmadd_ps _mm512_max_ps _mm512_min_ps _mm512_cmp_ps_mask
    _mm512_set1_epi32 i32 _mm512_loadu_epi32 _mm512_storeu_epi32 _mm512_add_epi32 _mm512_mask_mov_epi32 _mm512_reduce_min_epu32 _mm512_reduce_add_epi32,
    together 4, tree _mm512_shuffle_f32x4 0b1110 again, _mm512_shuffle_f32x4 1 again, _mm512_permute_ps 0b1110, _mm512_permute_ps 1
}

registers! {
    f64: __m512d of 8, __mmask8, u64,
    _mm512_loadu_pd _mm512_mask_loadu_pd _mm512_mask_mov_pd _mm512_storeu_pd _mm512_mask_storeu_pd _mm512_set1_pd _mm512_cvtsd_f64
    _mm512_add_pd _mm512_mask_add_pd _mm512_sub_pd _mm512_mul_pd _mm512_fmadd_pd _mm512_max_pd _mm512_min_pd _mm512_cmp_pd_mask
    _mm512_set1_epi64 i64 _mm512_loadu_epi64 _mm512_storeu_epi64 _mm512_add_epi64 _mm512_mask_mov_epi64 _mm512_reduce_min_epu64 _mm512_reduce_add_epi64,
    together 8, tree _mm512_shuffle_f64x2 0b1110 again, _mm512_shuffle_f64x2 1 again, _mm512_permute_pd 0b1010101
}
