//! Operands of a launch: what a kernel reads, writes, makes and folds.

mod array;
mod made;
mod reduction;
mod row;
mod source;

pub use array::{In, InOut, Out, Rows};
pub use made::{New, Scratch};
pub use reduction::{All, Any, Maximum, Minimum, Product, Reduction, Sum};
pub use row::{RowProduct, RowSum};
pub use source::{Arange, Computed, Gather, Source};
pub(crate) use source::{check_indices, wrap};

use super::site::Site;
use super::space::{Cursor, Form, Plan};
use super::staging::STAGE_BYTES;

/// One operand of a launch.
///
/// # Safety
/// `fetch` gives slices of `cursor.len` elements that no other operand, block or thread uses while they live.
pub unsafe trait Operand: Sized {
    /// What the kernel gets.
    type Slice<'a>
    where
        Self: 'a;
    /// What the launch answers.
    type Output;
    /// What a thread carries from block to block of a chunk.
    #[doc(hidden)]
    type State;

    /// Shape, strides and role.
    #[doc(hidden)]
    fn form(&self) -> Form;

    /// Makes what the launch makes. Called once, after planning.
    #[doc(hidden)]
    fn prepare(&mut self, site: &Site, plan: &Plan, form: &Form);

    /// The state at the beginning of a chunk.
    #[doc(hidden)]
    fn begin(&self) -> Self::State;

    /// The slice of a block.
    ///
    /// # Safety
    /// `form` is this operand's under the cursor's plan; `stage` is this operand's staging block, and between blocks
    /// of a chunk nothing else writes it; blocks of other threads do not overlap this one.
    #[doc(hidden)]
    unsafe fn fetch<'a>(
        &'a self,
        form: &Form,
        cursor: &Cursor<'_>,
        stage: *mut u8,
    ) -> Self::Slice<'a>
    where
        Self: 'a;

    /// Takes in what the kernel wrote.
    ///
    /// # Safety
    /// As `fetch`, whose slice has been written and is gone.
    #[doc(hidden)]
    unsafe fn settle(
        &self,
        state: &mut Self::State,
        form: &Form,
        cursor: &Cursor<'_>,
        stage: *mut u8,
    );

    /// The end of chunk `chunk`.
    ///
    /// # Safety
    /// Every block of the chunk has been settled in `state`, and no other thread ends this chunk.
    #[doc(hidden)]
    unsafe fn end(&self, state: Self::State, chunk: usize);

    /// The result.
    ///
    /// # Safety
    /// Every chunk of the plan has ended.
    #[doc(hidden)]
    unsafe fn finish(self, plan: &Plan) -> Self::Output;
}

/// An operand that may lie elsewhere in each pass of a launch of several.
///
/// # Safety
/// As [`Operand`], for the slices at a [`place`](Moving::place).
pub unsafe trait Moving: Operand {
    /// The bytes of an element.
    #[doc(hidden)]
    const SIZE: usize;
    /// Whether it lies elsewhere in each pass.
    #[doc(hidden)]
    const MOVES: bool;
    /// Whether the kernel writes it.
    #[doc(hidden)]
    const WRITTEN: bool;

    /// Where the slice of [`fetch`](Operand::fetch) begins.
    #[doc(hidden)]
    fn place(&self, form: &Form, cursor: &Cursor<'_>, stage: *mut u8) -> *mut u8;

    /// The slice of `len` elements there.
    ///
    /// # Safety
    /// As [`Operand::fetch`], which could have given it.
    #[doc(hidden)]
    unsafe fn slice<'a>(place: *mut u8, len: usize) -> Self::Slice<'a>
    where
        Self: 'a;
}

/// The bytes of an operand that stay in registers from pass to pass: four registers of AVX-512, so that passes of four vectors overlap.
pub const NEAR: usize = 256;

/// The most operands of a launch.
pub const MOST: usize = 24;

const fn largest(sizes: &[usize]) -> usize {
    let (mut found, mut k) = (1, 0);
    while k < sizes.len() {
        if sizes[k] > found {
            found = sizes[k];
        }
        k += 1;
    }
    found
}

/// The operands of a launch of several passes.
///
/// # Safety
/// As [`Moving`].
pub unsafe trait MovingOperands: Operands {
    #[doc(hidden)]
    type Places;
    /// How far each operand moves a pass, in bytes.
    #[doc(hidden)]
    type Steps;

    #[doc(hidden)]
    fn steps(forms: &Self::Forms) -> Self::Steps;
    #[doc(hidden)]
    fn places(&self, forms: &Self::Forms, cursor: &Cursor<'_>, stages: *mut u8) -> Self::Places;
    #[doc(hidden)]
    fn advance(places: &mut Self::Places, steps: &Self::Steps);
    /// How many elements of each operand have room in [`NEAR`] bytes.
    #[doc(hidden)]
    const LANES: usize;
    /// The places `lanes` elements further on.
    #[doc(hidden)]
    fn further(places: &Self::Places, lanes: usize) -> Self::Places;
    /// The places with what stays from pass to pass copied to `near`, of which each operand has [`NEAR`] bytes.
    ///
    /// # Safety
    /// [`LANES`](Self::LANES) elements lie at each place.
    #[doc(hidden)]
    unsafe fn bring_near(places: &Self::Places, near: *mut u8) -> Self::Places;
    /// Copies it back, if it has been written.
    ///
    /// # Safety
    /// As [`bring_near`](Self::bring_near), which has filled `near`.
    #[doc(hidden)]
    unsafe fn take_back(places: &Self::Places, near: *const u8);
    /// # Safety
    /// As [`Moving::slice`], for each.
    #[doc(hidden)]
    unsafe fn slices<'a>(places: &Self::Places, len: usize) -> Self::Slices<'a>
    where
        Self: 'a;
}

/// The operands of a launch: a tuple of 1 to 24.
///
/// # Safety
/// As [`Operand`].
pub unsafe trait Operands: Sized {
    type Slices<'a>
    where
        Self: 'a;
    type Outputs;
    #[doc(hidden)]
    type States;
    #[doc(hidden)]
    type Forms: AsMut<[Form]> + Copy + Sync;
    #[doc(hidden)]
    const COUNT: usize;

    #[doc(hidden)]
    fn forms(&self) -> Self::Forms;
    #[doc(hidden)]
    fn prepare(&mut self, site: &Site, plan: &Plan, forms: &Self::Forms);
    #[doc(hidden)]
    fn begin(&self) -> Self::States;
    /// # Safety
    /// As [`Operand::fetch`], for each.
    #[doc(hidden)]
    unsafe fn fetch<'a>(
        &'a self,
        forms: &Self::Forms,
        cursor: &Cursor<'_>,
        stages: *mut u8,
    ) -> Self::Slices<'a>
    where
        Self: 'a;
    /// # Safety
    /// As [`Operand::settle`], for each.
    #[doc(hidden)]
    unsafe fn settle(
        &self,
        states: &mut Self::States,
        forms: &Self::Forms,
        cursor: &Cursor<'_>,
        stages: *mut u8,
    );
    /// # Safety
    /// As [`Operand::end`], for each.
    #[doc(hidden)]
    unsafe fn end(&self, states: Self::States, chunk: usize);
    /// # Safety
    /// As [`Operand::finish`], for each.
    #[doc(hidden)]
    unsafe fn finish(self, plan: &Plan) -> Self::Outputs;
}

macro_rules! operands {
    ($count:literal: $($name:ident $index:tt)*) => {
        // SAFETY: each operand has a staging block of its own, and the rest is its own promise.
        unsafe impl<$($name: Operand),*> Operands for ($($name,)*) {
            type Slices<'a> = ($($name::Slice<'a>,)*) where Self: 'a;
            type Outputs = ($($name::Output,)*);
            type States = ($($name::State,)*);
            type Forms = [Form; $count];
            const COUNT: usize = $count;

            #[inline(always)]
            fn forms(&self) -> Self::Forms {
                [$(self.$index.form()),*]
            }

            #[inline(always)]
            fn prepare(&mut self, site: &Site, plan: &Plan, forms: &Self::Forms) {
                $(self.$index.prepare(site, plan, &forms[$index]);)*
            }

            #[inline(always)]
            fn begin(&self) -> Self::States {
                ($(self.$index.begin(),)*)
            }

            #[inline(always)]
            unsafe fn fetch<'a>(&'a self, forms: &Self::Forms, cursor: &Cursor<'_>, stages: *mut u8) -> Self::Slices<'a>
            where
                Self: 'a,
            {
                // SAFETY: the caller's promise, for each operand with its own block.
                unsafe { ($(self.$index.fetch(&forms[$index], cursor, stages.add($index * STAGE_BYTES)),)*) }
            }

            #[inline(always)]
            unsafe fn settle(&self, states: &mut Self::States, forms: &Self::Forms, cursor: &Cursor<'_>, stages: *mut u8) {
                // SAFETY: the caller's promise, for each operand with its own block.
                unsafe {
                    $(self.$index.settle(&mut states.$index, &forms[$index], cursor, stages.add($index * STAGE_BYTES));)*
                }
            }

            #[inline(always)]
            unsafe fn end(&self, states: Self::States, chunk: usize) {
                // SAFETY: the caller's promise, for each operand.
                unsafe { $(self.$index.end(states.$index, chunk);)* }
            }

            #[inline(always)]
            unsafe fn finish(self, plan: &Plan) -> Self::Outputs {
                // SAFETY: the caller's promise, for each operand.
                unsafe { ($(self.$index.finish(plan),)*) }
            }
        }

        // SAFETY: each operand's own promise.
        unsafe impl<$($name: Moving),*> MovingOperands for ($($name,)*) {
            type Places = [*mut u8; $count];
            type Steps = [isize; $count];

            #[inline(always)]
            fn steps(forms: &Self::Forms) -> Self::Steps {
                [$(forms[$index].step * $name::SIZE as isize),*]
            }

            #[inline(always)]
            fn places(&self, forms: &Self::Forms, cursor: &Cursor<'_>, stages: *mut u8) -> Self::Places {
                [$(self.$index.place(&forms[$index], cursor, stages.wrapping_add($index * STAGE_BYTES))),*]
            }

            #[inline(always)]
            fn advance(places: &mut Self::Places, steps: &Self::Steps) {
                $(if $name::MOVES {
                    places[$index] = places[$index].wrapping_offset(steps[$index]);
                })*
            }

            const LANES: usize = NEAR / largest(&[$($name::SIZE),*]);

            #[inline(always)]
            fn further(places: &Self::Places, lanes: usize) -> Self::Places {
                [$(places[$index].wrapping_add(lanes * $name::SIZE)),*]
            }

            #[inline(always)]
            unsafe fn bring_near(places: &Self::Places, near: *mut u8) -> Self::Places {
                let mut near_places = [$(places[$index]),*];
                $(if !$name::MOVES {
                    // SAFETY: the caller's promise, and `LANES` elements fit in `NEAR` bytes.
                    unsafe {
                        near_places[$index] = near.add($index * NEAR);
                        near_places[$index].copy_from_nonoverlapping(places[$index], Self::LANES * $name::SIZE);
                    }
                })*
                near_places
            }

            #[inline(always)]
            unsafe fn take_back(places: &Self::Places, near: *const u8) {
                $(if $name::WRITTEN && !$name::MOVES {
                    // SAFETY: as in `bring_near`.
                    unsafe {
                        places[$index]
                            .copy_from_nonoverlapping(near.add($index * NEAR), Self::LANES * $name::SIZE);
                    }
                })*
            }

            #[inline(always)]
            unsafe fn slices<'a>(places: &Self::Places, len: usize) -> Self::Slices<'a>
            where
                Self: 'a,
            {
                // SAFETY: the caller's promise, for each operand.
                unsafe { ($($name::slice(places[$index], len),)*) }
            }
        }
    };
}

operands!(1: A 0);
operands!(2: A 0 B 1);
operands!(3: A 0 B 1 C 2);
operands!(4: A 0 B 1 C 2 D 3);
operands!(5: A 0 B 1 C 2 D 3 E 4);
operands!(6: A 0 B 1 C 2 D 3 E 4 F 5);
operands!(7: A 0 B 1 C 2 D 3 E 4 F 5 G 6);
operands!(8: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
operands!(9: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
operands!(10: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
operands!(11: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
operands!(12: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
operands!(13: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12);
operands!(14: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13);
operands!(15: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14);
operands!(16: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15);
operands!(17: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16);
operands!(18: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16 R 17);
operands!(19: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16 R 17 S 18);
operands!(20: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16 R 17 S 18 T 19);
operands!(21: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16 R 17 S 18 T 19 U 20);
operands!(22: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16 R 17 S 18 T 19 U 20 V 21);
operands!(23: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16 R 17 S 18 T 19 U 20 V 21 W 22);
operands!(24: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16 R 17 S 18 T 19 U 20 V 21 W 22 X 23);
