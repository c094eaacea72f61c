//! Sorting numbers by the digits of a key, the least significant digit first.
//!
//! A number's key is an unsigned integer in the same order. Only the bits in which keys differ count, and of those the
//! upper [`SORTED_BITS`] at most: what then still has equal bits lies together, in short runs as a rule, and is sorted by
//! comparison, as are short lists. Every pass keeps the order of equal digits, so the order of equal keys is kept, too.

use std::cmp::Ordering;

/// Bits of a digit.
const DIGIT: u32 = 11;

/// Passes at most.
const PASSES: usize = 3;

/// Bits that the passes cover.
const SORTED_BITS: u32 = DIGIT * PASSES as u32;

/// Below this many elements comparisons are faster.
pub(crate) const SHORT: usize = 1024;

/// What is sorted: a key, or a key with its place.
trait Item: Copy + Default {
    fn key(self) -> u64;
}

impl Item for u32 {
    #[inline(always)]
    fn key(self) -> u64 {
        u64::from(self)
    }
}

impl Item for u64 {
    #[inline(always)]
    fn key(self) -> u64 {
        self
    }
}

/// A key of 32 bits above a place.
#[derive(Clone, Copy, Default)]
struct Packed(u64);

impl Item for Packed {
    #[inline(always)]
    fn key(self) -> u64 {
        self.0 >> 32
    }
}

/// A key and a place.
#[derive(Clone, Copy, Default)]
struct Placed(u64, usize);

impl Item for Placed {
    #[inline(always)]
    fn key(self) -> u64 {
        self.0
    }
}

// A function, so that sorting by it is compiled once a type.
fn compare<T: Item>(a: &T, b: &T) -> Ordering {
    a.key().cmp(&b.key())
}

/// The items in the order of their keys; of equal keys the first one stays first.
fn sorted<T: Item>(mut items: Vec<T>) -> Vec<T> {
    if items.len() < SHORT {
        items.sort_by(compare);
        return items;
    }
    if items.is_sorted_by_key(|item| item.key()) {
        return items;
    }
    let first = items[0].key();
    let varying = items
        .iter()
        .fold(0, |bits, item| bits | (item.key() ^ first));
    let (lowest, end) = (varying.trailing_zeros(), 64 - varying.leading_zeros());
    let start = lowest.max(end.saturating_sub(SORTED_BITS));
    let digit = |item: T, pass: usize| {
        (item.key() >> (start + DIGIT * pass as u32)) as usize % (1 << DIGIT)
    };

    let passes = (end - start).div_ceil(DIGIT) as usize;
    let mut counts = vec![[0_usize; 1 << DIGIT]; passes];
    for &item in &items {
        for (pass, counts) in counts.iter_mut().enumerate() {
            counts[digit(item, pass)] += 1;
        }
    }
    let mut other = vec![T::default(); items.len()];
    for (pass, places) in counts.iter_mut().enumerate() {
        if places.contains(&items.len()) {
            continue;
        }
        let mut next = 0;
        for place in places.iter_mut() {
            (*place, next) = (next, next + *place);
        }
        for &item in &items {
            let place = &mut places[digit(item, pass)];
            other[*place] = item;
            *place += 1;
        }
        std::mem::swap(&mut items, &mut other);
    }
    if start > lowest {
        for run in items.chunk_by_mut(|a, b| a.key() >> start == b.key() >> start) {
            if run.len() > 1 {
                run.sort_by(compare);
            }
        }
    }
    items
}

/// Sorts a line by keys of 32 bits.
pub(crate) fn sort32<T: Copy>(line: &mut [T], key: impl Fn(T) -> u32, value: impl Fn(u32) -> T) {
    let keys = sorted(line.iter().map(|&x| key(x)).collect());
    line.iter_mut()
        .zip(keys)
        .for_each(|(place, key)| *place = value(key));
}

/// Sorts a line by keys of 64 bits.
pub(crate) fn sort64<T: Copy>(line: &mut [T], key: impl Fn(T) -> u64, value: impl Fn(u64) -> T) {
    let keys = sorted(line.iter().map(|&x| key(x)).collect());
    line.iter_mut()
        .zip(keys)
        .for_each(|(place, key)| *place = value(key));
}

/// The places in the order of keys of 32 bits.
pub(crate) fn order32<T: Copy>(line: &[T], key: impl Fn(T) -> u32) -> Vec<usize> {
    if u32::try_from(line.len()).is_err() {
        return order64(line, |x| u64::from(key(x)));
    }
    let pack = |(place, &x): (usize, &T)| Packed(u64::from(key(x)) << 32 | place as u64);
    let order = sorted(line.iter().enumerate().map(pack).collect());
    order.iter().map(|item| item.0 as u32 as usize).collect()
}

/// The places in the order of keys of 64 bits.
pub(crate) fn order64<T: Copy>(line: &[T], key: impl Fn(T) -> u64) -> Vec<usize> {
    let place = |(place, &x): (usize, &T)| Placed(key(x), place);
    let order = sorted(line.iter().enumerate().map(place).collect());
    order.iter().map(|item| item.1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern, by a linear congruence.
    fn numbers(n: usize, mask: u64) -> Vec<u64> {
        let mut state = 1_u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state ^ state >> 33) & mask
        };
        (0..n).map(|_| next()).collect()
    }

    #[test]
    fn sorts_keys_of_any_spread() {
        for mask in [
            u64::MAX,
            0xff,
            0,
            0xffff_0000_0000,
            0xf000_0000_0000_000f,
            3 << 62,
        ] {
            let mut line = numbers(5000, mask);
            let mut expected = line.clone();
            expected.sort_unstable();
            sort64(&mut line, |x| x, |x| x);
            assert_eq!(line, expected, "{mask:#x}");
        }
    }

    #[test]
    fn order_keeps_equal_keys_in_place() {
        for mask in [u64::MAX, 0x3f, 0, 0xf000_0000_0000_000f] {
            let line = numbers(5000, mask);
            let mut expected: Vec<usize> = (0..line.len()).collect();
            expected.sort_by_key(|&i| line[i]);
            assert_eq!(order64(&line, |x| x), expected, "{mask:#x}");
            let short: Vec<u32> = line.iter().map(|&x| x as u32).collect();
            expected.sort_by_key(|&i| (short[i], i));
            assert_eq!(order32(&short, |x| x), expected, "{mask:#x}");
        }
    }
}
