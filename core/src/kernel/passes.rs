//! Runs a kernel several times over: the passes of a loop in one launch.
//!
//! A block of elements goes through all passes before the next one begins, so that it stays in the first cache, and threads share
//! elements, not passes: shapes are looked at once, and a short array costs little more than its arithmetic.

use super::launch::{Kernel, Walk, in_parts};
use super::level::{Dispatch, Level};
use super::operand::{MOST, MovingOperands, NEAR};
use super::parallel::{self, Sharing};
use super::site::Site;
use super::space::{Access, BLOCK, CHUNK, Cursor, Form, Plan, plan};
use super::staging::{LINE, Line, Stages};
use crate::backend;
use std::mem::MaybeUninit;
use std::ops::Range;

/// How many passes make up for copies of what they share.
const MANY: usize = 8;

/// Runs `kernel` as `launch` does, `passes` times: what `In::rows` and its kin gave is another row in
/// each pass.
///
/// No element may be read elsewhere than where it is written, since elements do not wait for each other.
///
/// # Panics
/// With `site`'s method, statement and operands if the shapes do not go together; nothing has been written then.
#[inline]
pub fn launch_passes<O: MovingOperands, K: Kernel<O>>(
    site: &Site,
    cost: usize,
    passes: usize,
    mut operands: O,
    kernel: &K,
) -> O::Outputs {
    let mut forms = operands.forms();
    let mut plan = plan(site, forms.as_mut());
    operands.prepare(site, &plan, &forms);
    let each = cost.saturating_add(parallel::ELEMENT_COST);
    // Where narrow chunks of a row meet, two threads write into one cache line in each pass, which takes longer than the pass.
    let sharing = match plan.len < 2 * BLOCK {
        true => Sharing::Alone,
        false => parallel::sharing(plan.len, each.saturating_mul(passes)),
    };
    let near = plan.len <= BLOCK && passes >= MANY;
    if near {
        keep_near(&plan, forms.as_mut());
    }
    plan.block = plan.block.min(CHUNK);
    let size = match sharing {
        Sharing::Alone => CHUNK,
        _ => plan
            .len
            .div_ceil(backend::team().threads())
            .next_multiple_of(BLOCK)
            .clamp(BLOCK, CHUNK),
    };
    let stays = forms.as_mut().iter().all(stays);
    let walk = Walk {
        operands: &operands,
        forms: &forms,
        plan: &plan,
        kernel,
    };
    let chunks = match passes {
        0 => 0,
        _ => plan.len.div_ceil(size),
    };
    in_parts::<O, K, _>(chunks, sharing, &|chunks| Chunks {
        walk: &walk,
        passes,
        stays,
        near: near && stays,
        chunks,
        size,
    });
    // SAFETY: `for_ranges` has covered every chunk.
    unsafe { operands.finish(&plan) }
}

/// Has what each pass finds at the same place go through staging blocks, which begin with a cache line and do not lie multiples of a
/// page apart.
fn keep_near(plan: &Plan, forms: &mut [Form]) {
    for form in forms {
        if form.step == 0 && form.access == Access::Direct {
            form.access = Access::Staged;
            form.strides = plan.natural_strides();
        }
    }
}

/// Whether an operand's block lies a step further in each pass, or is the same staged one.
fn stays(form: &Form) -> bool {
    form.access == Access::Direct || form.access == Access::Staged && form.step == 0
}

/// All passes over [`LANES`](MovingOperands::LANES) elements at `places`. What does not move lies in memory of the function's own, of
/// known size, which the compiler keeps in registers.
///
/// # Safety
/// As [`MovingOperands::slices`], for each pass.
#[inline(always)]
unsafe fn in_registers<L: Level, O: MovingOperands, K: Kernel<O>>(
    kernel: &K,
    passes: usize,
    places: &O::Places,
    steps: &O::Steps,
) {
    let mut memory = MaybeUninit::<[[Line; NEAR / LINE]; MOST]>::uninit();
    let memory = memory.as_mut_ptr().cast();
    // SAFETY: the caller's promise; each operand has its part of the memory.
    unsafe {
        let mut near = O::bring_near(places, memory);
        for _ in 0..passes {
            kernel.run::<L>(O::LANES, O::slices(&near, O::LANES));
            O::advance(&mut near, steps);
        }
        O::take_back(places, memory);
    }
}

/// Some chunks of a walk.
struct Chunks<'a, O: MovingOperands, K> {
    walk: &'a Walk<'a, O, K>,
    passes: usize,
    /// Whether each operand [`stays`].
    stays: bool,
    /// Whether what does not move goes through all passes in registers.
    near: bool,
    chunks: Range<usize>,
    size: usize,
}

impl<O: MovingOperands, K: Kernel<O>> Dispatch for Chunks<'_, O, K> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Walk {
            operands,
            forms,
            plan,
            kernel,
        } = *self.walk;
        let (passes, stays) = (self.passes, self.stays);
        let mut stages = Stages::take(O::COUNT);
        let stages = stages.start();
        let steps = O::steps(forms);
        // Chunks side by side are one: their results do not depend on where they are cut.
        let mut states = operands.begin();
        let mut start = self.chunks.start * self.size;
        let end = plan.len.min(self.chunks.end * self.size);
        while start < end {
            let len = plan.block_at(start).min(end - start);
            let mut cursor = Cursor {
                plan,
                start,
                len,
                first: true,
                again: false,
                more: passes > 1,
            };
            let mut moved = *forms;
            let mut left = len;
            // Where all operands stay, a pass's places are where `fetch` would take its blocks from.
            // SAFETY: as in `launch`; in a later pass `moved` are the forms of another row of the operands' arrays.
            unsafe {
                operands.fetch(&moved, &cursor, stages);
                let mut places = operands.places(&moved, &cursor, stages);
                if self.near {
                    while left >= O::LANES {
                        in_registers::<L, O, K>(kernel, passes, &places, &steps);
                        places = O::further(&places, O::LANES);
                        left -= O::LANES;
                    }
                }
                let passes = if left == 0 { 0 } else { passes };
                for pass in 1..=passes {
                    kernel.run::<L>(left, O::slices(&places, left));
                    if stays {
                        O::advance(&mut places, &steps);
                        continue;
                    }
                    cursor.more = pass < passes;
                    operands.settle(&mut states, &moved, &cursor, stages);
                    if cursor.more {
                        for form in moved.as_mut() {
                            form.offset += form.step;
                        }
                        cursor.again = true;
                        operands.fetch(&moved, &cursor, stages);
                        places = operands.places(&moved, &cursor, stages);
                    }
                }
                if stays {
                    cursor.more = false;
                    operands.settle(&mut states, forms, &cursor, stages);
                }
            }
            start += len;
        }
        // SAFETY: every block of the chunks has been settled, and no other range has these chunks.
        unsafe { operands.end(states, self.chunks.start) };
    }
}
