//! Philox 4×32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
//! 1, 2, 3" (SC '11): ten rounds of multiplication and exclusive or turn a 128-bit counter into 128 random bits. Nothing is
//! carried from one counter to the next, so any element of any draw can be computed anywhere.

/// Multipliers of the two halves of a round.
const MULTIPLIERS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
/// What the key grows by from round to round (golden ratio, and √3 − 1).
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// The four random words of `counter` under `key`.
///
/// Written on 64-bit lanes whose upper halves are ignored: that is the form of the vector multiplication
/// 32 × 32 → 64, so a loop over counters vectorises without shuffles.
#[inline(always)]
pub fn philox(key: [u32; 2], counter: [u32; 4]) -> [u32; 4] {
    const LOW: u64 = 0xFFFF_FFFF;
    let [mut a, mut b, mut c, mut d] = counter.map(u64::from);
    let mut key = key;
    for round in 0..10 {
        if round > 0 {
            key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        }
        let first = (a & LOW) * MULTIPLIERS[0];
        let second = (c & LOW) * MULTIPLIERS[1];
        (a, c) = (
            (second >> 32) ^ b ^ u64::from(key[0]),
            (first >> 32) ^ d ^ u64::from(key[1]),
        );
        (b, d) = (second, first);
    }
    [a as u32, b as u32, c as u32, d as u32]
}

#[cfg(test)]
mod tests {
    use super::philox;

    /// The known-answer vectors published with Random123 (`kat_vectors`, lines `philox4x32 10`).
    #[test]
    fn known_answers() {
        let ones = u32::MAX;
        assert_eq!(
            philox([0; 2], [0; 4]),
            [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]
        );
        assert_eq!(
            philox([ones; 2], [ones; 4]),
            [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]
        );
        assert_eq!(
            philox(
                [0xA409_3822, 0x299F_31D0],
                [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344]
            ),
            [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
        );
    }
}
