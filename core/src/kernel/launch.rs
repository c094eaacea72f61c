//! Runs a kernel over the iteration space of its operands.

use super::level::{Baseline, Dispatch, Level, dispatch};
use super::operand::Operands;
use super::parallel::{self, Sharing};
use super::site::Site;
use super::space::{BLOCK, CHUNK, Cursor, Form, Plan, Role, plan};
use super::staging::Stages;
use std::ops::Range;

/// How many chunks a launch is cut into for threads, if it is large.
const CHUNKS: usize = 32;

/// An elementwise loop over `n` elements of each operand.
///
/// `run` must be `#[inline(always)]`, and write every element of each slice of [`MaybeUninit`](std::mem::MaybeUninit):
/// this trait is for generated code alone.
pub trait Kernel<O: Operands>: Sync {
    /// Whether it is cloned once a SIMD level. Not worth while for a kernel that only calls a function which is.
    const CLONED: bool = true;

    fn run<L: Level>(&self, n: usize, slices: O::Slices<'_>);
}

/// Unifies the operands' shapes and runs `kernel` on all of the space, at `cost` scalar operations an element.
///
/// # Panics
/// With `site`'s method, statement and operands if the shapes do not go together; nothing has been written then.
#[inline]
pub fn launch<O: Operands, K: Kernel<O>>(
    site: &Site,
    cost: usize,
    mut operands: O,
    kernel: &K,
) -> O::Outputs {
    let mut forms = operands.forms();
    let plan = plan(site, forms.as_mut());
    operands.prepare(site, &plan, &forms);
    let sharing = parallel::sharing(plan.len, cost);
    let size = chunk(forms.as_mut(), plan.len, sharing);
    let walk = Walk {
        operands: &operands,
        forms: &forms,
        plan: &plan,
        kernel,
    };
    let chunks = plan.len.div_ceil(size);
    in_parts::<O, K, _>(chunks, sharing, &|chunks| Chunks {
        walk: &walk,
        chunks,
        size,
    });
    // SAFETY: `for_ranges` has covered every chunk.
    unsafe { operands.finish(&plan) }
}

/// Runs what `part` makes of ranges of the chunks, on several threads as `sharing` says, at the SIMD level of the process.
#[inline]
pub(super) fn in_parts<O: Operands, K: Kernel<O>, D: Dispatch<Output = ()>>(
    chunks: usize,
    sharing: Sharing,
    part: &(impl Fn(Range<usize>) -> D + Sync),
) {
    if chunks == 0 {
        return;
    }
    parallel::for_ranges(chunks, sharing, &|range| match K::CLONED {
        true => dispatch(part(range)),
        false => part(range).run::<Baseline>(),
    });
}

/// How many elements a chunk of a launch has: [`CHUNK`] where results depend on it, and fewer where more threads find work then.
fn chunk(forms: &[Form], len: usize, sharing: Sharing) -> usize {
    if sharing == Sharing::Alone || forms.iter().any(|form| form.role == Role::Folded) {
        return CHUNK;
    }
    (len / CHUNKS).next_multiple_of(BLOCK).clamp(BLOCK, CHUNK)
}

/// What the threads of a launch share.
pub(super) struct Walk<'a, O: Operands, K> {
    pub operands: &'a O,
    pub forms: &'a O::Forms,
    pub plan: &'a Plan,
    pub kernel: &'a K,
}

// SAFETY: an operand gives each thread parts of its own (the contract of `Operand`), of element types that can be sent;
// the kernel can be shared.
unsafe impl<O: Operands, K: Sync> Sync for Walk<'_, O, K> {}

/// Some chunks of a walk.
struct Chunks<'a, O: Operands, K> {
    walk: &'a Walk<'a, O, K>,
    chunks: Range<usize>,
    size: usize,
}

impl<O: Operands, K: Kernel<O>> Dispatch for Chunks<'_, O, K> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Walk {
            operands,
            forms,
            plan,
            kernel,
        } = *self.walk;
        let count = if plan.block == usize::MAX {
            0
        } else {
            O::COUNT
        };
        let mut stages = Stages::take(count);
        let stages = stages.start();
        for chunk in self.chunks {
            let mut states = operands.begin();
            let mut start = chunk * self.size;
            let end = plan.len.min(start + self.size);
            let mut first = true;
            while start < end {
                let len = plan.block_at(start).min(end - start);
                let cursor = Cursor {
                    plan,
                    start,
                    len,
                    first,
                    again: false,
                    more: false,
                };
                // SAFETY: `forms` are the operands' under `plan`; each thread has stages of its own; chunks, and
                // the blocks in them, do not overlap. A kernel writes all of its slices.
                unsafe {
                    kernel.run::<L>(len, operands.fetch(forms, &cursor, stages));
                    operands.settle(&mut states, forms, &cursor, stages);
                }
                start += len;
                first = false;
            }
            // SAFETY: every block of the chunk has been settled, and no other range has this chunk.
            unsafe { operands.end(states, chunk) };
        }
    }
}
