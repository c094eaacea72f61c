//! The iteration space of a kernel: NumPy broadcasting, and how each operand is walked.

use super::site::Site;

/// The highest rank that kernels take.
pub const MAX_RANK: usize = 6;

/// How many elements a staging block holds.
pub const BLOCK: usize = 1024;

/// How many elements a chunk has. Chunks are what threads share and reductions add up, so this fixes their results.
pub const CHUNK: usize = 8192;

/// Rows at least this long are never split by a staging block that also holds another row's elements.
const LONG_ROW: usize = 384;

/// A shape of at most [`MAX_RANK`] axes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dims {
    rank: usize,
    lens: [usize; MAX_RANK],
}

impl std::ops::Deref for Dims {
    type Target = [usize];

    fn deref(&self) -> &[usize] {
        self.as_slice()
    }
}

impl Dims {
    /// # Panics
    /// If the shape has more than [`MAX_RANK`] axes.
    #[inline]
    pub fn new(shape: &[usize]) -> Self {
        let mut dims = Dims {
            rank: shape.len(),
            lens: [0; MAX_RANK],
        };
        assert!(
            dims.rank <= MAX_RANK,
            "an array of {} axes: compiled code takes at most {MAX_RANK}",
            dims.rank
        );
        dims.lens[..dims.rank].copy_from_slice(shape);
        dims
    }

    #[inline]
    pub fn as_slice(&self) -> &[usize] {
        &self.lens[..self.rank]
    }

    /// Changes the length of the first axis.
    pub fn set_first(&mut self, len: usize) {
        assert!(self.rank > 0, "an array without axes has no first one");
        self.lens[0] = len;
    }

    /// The shape as an array of static length.
    pub fn fixed<const N: usize>(&self) -> [usize; N] {
        std::array::from_fn(|k| self.lens[k])
    }

    /// The other way round.
    pub fn reverse(&mut self) {
        self.lens[..self.rank].reverse();
    }

    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.as_slice().iter().product()
    }

    /// NumPy's broadcasting of two shapes.
    pub fn broadcast(&self, other: &Dims) -> Option<Dims> {
        let (long, short) = if self.rank >= other.rank {
            (self, other)
        } else {
            (other, self)
        };
        let mut dims = *long;
        let shift = long.rank - short.rank;
        for (axis, &len) in short.as_slice().iter().enumerate() {
            let target = &mut dims.lens[shift + axis];
            match (*target, len) {
                (a, b) if a == b => {}
                (1, b) => *target = b,
                (_, 1) => {}
                _ => return None,
            }
        }
        Some(dims)
    }
}

impl PartialEq for Dims {
    // Not by slices, whose comparison is a call that costs more than these few numbers.
    #[inline]
    fn eq(&self, other: &Dims) -> bool {
        self.rank == other.rank
            && (0..MAX_RANK).all(|k| k >= self.rank || self.lens[k] == other.lens[k])
    }
}

/// What an operand does with its elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Is read, and broadcast to the space.
    Read,
    /// Is written, and so has the shape of the space.
    Written,
    /// Is made by the launch, in the shape of the space.
    Made,
    /// Is folded in logical order to a scalar.
    Folded,
    /// Is read, and computes its elements from their logical index. Its strides are those it would have as an array.
    Computed,
}

/// How a block of an operand gets to the kernel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// As a slice of the operand's own memory.
    Direct,
    /// As a slice of its own memory while the block stays within a row.
    Row,
    /// Through the staging block.
    Staged,
}

/// An operand as the plan sees it: its shape and strides, first its own, after planning those of the plan's axes.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    pub role: Role,
    pub access: Access,
    pub dims: Dims,
    /// Strides in elements.
    pub strides: [isize; MAX_RANK],
    /// Where the walk starts, in elements from the operand's pointer.
    pub offset: isize,
    /// How far it starts later with each pass of a launch of several.
    pub step: isize,
    /// After how many elements of the walk the same elements come again, or 0.
    pub period: usize,
    /// The longest block that the operand takes.
    pub limit: usize,
}

impl Form {
    #[inline]
    pub fn array(role: Role, shape: &[usize], strides: &[isize]) -> Self {
        let mut form = Form::new(role, Dims::new(shape));
        form.strides[..strides.len()].copy_from_slice(strides);
        form
    }

    /// An operand whose elements lie, or would lie, in row-major order without gaps.
    #[inline]
    pub fn standard(role: Role, dims: Dims) -> Self {
        Form {
            strides: natural_strides(&dims, false),
            ..Form::new(role, dims)
        }
    }

    #[inline]
    pub fn new(role: Role, dims: Dims) -> Self {
        Form {
            role,
            access: Access::Staged,
            dims,
            strides: [0; MAX_RANK],
            offset: 0,
            step: 0,
            period: 0,
            limit: usize::MAX,
        }
    }

    /// Whether the operand has strides to walk.
    fn is_array(&self) -> bool {
        self.role != Role::Folded
    }

    /// Whether the memory in row-major order is the logical order without gaps.
    #[inline]
    fn is_standard(&self) -> bool {
        let mut expected = 1;
        for axis in (0..self.dims.rank).rev() {
            let len = self.dims.lens[axis];
            if len != 1 && self.strides[axis] != expected {
                return false;
            }
            expected *= len as isize;
        }
        true
    }
}

/// How a space is walked.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The shape that results have.
    pub space: Dims,
    /// The number of elements.
    pub len: usize,
    /// Whether arrays that the launch makes are in column-major order.
    pub fortran: bool,
    /// The axes of the walk, outermost first: those of the space without length 1, permuted and merged.
    pub axes: Dims,
    /// How many elements a block has at most.
    pub block: usize,
    /// The length of a row that no block may cross, or 0.
    pub row: usize,
}

impl Plan {
    /// The strides of an operand that lies in the order of the walk without gaps.
    pub fn natural_strides(&self) -> [isize; MAX_RANK] {
        natural_strides(&self.axes, false)
    }

    /// How many elements a block that begins at `start` has, but for the end of its chunk.
    #[inline(always)]
    pub fn block_at(&self, start: usize) -> usize {
        match self.row {
            0 => self.block,
            row => self.block.min(row - start % row),
        }
    }
}

/// A block of a walk.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'p> {
    pub plan: &'p Plan,
    /// Index of the block's first element in the walk.
    pub start: usize,
    /// How many elements the block has.
    pub len: usize,
    /// Whether it is the first of its chunk.
    pub first: bool,
    /// Whether earlier passes have had this block.
    pub again: bool,
    /// Whether later passes will have it.
    pub more: bool,
}

impl Cursor<'_> {
    /// The position along each axis of the walk, and the offset of the block's first element.
    #[inline]
    pub fn position(&self, form: &Form) -> ([usize; MAX_RANK], isize) {
        let axes = &self.plan.axes;
        let mut position = [0; MAX_RANK];
        let mut rest = self.start;
        let mut offset = form.offset;
        for axis in (0..axes.rank).rev() {
            let len = axes.lens[axis];
            let at = if axis == 0 { rest } else { rest % len };
            rest = if axis == 0 { 0 } else { rest / len };
            position[axis] = at;
            offset += at as isize * form.strides[axis];
        }
        (position, offset)
    }
}

/// Unifies the shapes of the operands and decides how each is walked.
///
/// # Panics
/// If the shapes do not go together.
pub fn plan(site: &Site, forms: &mut [Form]) -> Plan {
    if let Some(plan) = plan_alike(forms) {
        return plan;
    }
    let space = unify(site, forms);
    let mut plan = Plan {
        space,
        len: space.len(),
        fortran: false,
        axes: Dims::new(&[]),
        block: usize::MAX,
        row: 0,
    };
    if plan.len == 0 {
        return plan;
    }
    for form in forms.iter_mut() {
        broadcast_strides(form, &space);
    }
    order_axes(&mut plan, forms);
    merge_axes(&mut plan, forms);
    choose_access(&mut plan, forms);
    plan
}

/// The common case: all operands have one shape and lie in row-major order.
#[inline]
fn plan_alike(forms: &mut [Form]) -> Option<Plan> {
    let space = forms
        .iter()
        .find(|form| matches!(form.role, Role::Read | Role::Written))?
        .dims;
    let mut staged = false;
    for form in forms.iter() {
        match form.role {
            Role::Read | Role::Written if form.dims == space && form.is_standard() => {}
            Role::Computed if form.dims == space => staged = true,
            Role::Made if form.dims.rank == 0 => {}
            Role::Folded if form.dims.rank == 0 || form.dims == space => staged = true,
            _ => return None,
        }
    }
    let len = space.len();
    for form in forms.iter_mut().filter(|form| form.role != Role::Folded) {
        form.access = Access::Direct;
    }
    let block = forms
        .iter()
        .fold(if staged { BLOCK } else { usize::MAX }, |block, form| {
            block.min(form.limit)
        });
    Some(Plan {
        space,
        len,
        fortran: false,
        axes: Dims::new(&[len]),
        block,
        row: 0,
    })
}

/// The shape of the space.
fn unify(site: &Site, forms: &[Form]) -> Dims {
    let fixed = forms.iter().position(|form| form.role == Role::Written);
    if let Some(target) = fixed {
        let space = forms[target].dims;
        for (index, form) in forms.iter().enumerate() {
            let fits = match form.role {
                Role::Written => form.dims == space,
                Role::Read | Role::Computed => form.dims.broadcast(&space) == Some(space),
                Role::Made => form.dims.rank == 0 || form.dims == space,
                Role::Folded => form.dims.rank == 0 || form.dims == space,
            };
            if !fits {
                mismatch(site, forms, target, index);
            }
        }
        return space;
    }
    let mut space = Dims::new(&[]);
    for (index, form) in forms.iter().enumerate() {
        space = match space.broadcast(&form.dims) {
            Some(space) => space,
            None => {
                let clashes = |other: &Form| other.dims.broadcast(&form.dims).is_none();
                mismatch(
                    site,
                    forms,
                    forms.iter().position(clashes).unwrap_or(0),
                    index,
                )
            }
        };
    }
    space
}

#[cold]
fn mismatch(site: &Site, forms: &[Form], one: usize, other: usize) -> ! {
    panic!(
        "{}: shapes do not match in `{}`: {} has shape {:?}, {} has shape {:?}",
        site.method,
        site.statement,
        site.operand(one),
        forms[one].dims.as_slice(),
        site.operand(other),
        forms[other].dims.as_slice(),
    )
}

/// Gives an operand one stride for each axis of the space, 0 where it is repeated.
fn broadcast_strides(form: &mut Form, space: &Dims) {
    if matches!(form.role, Role::Made | Role::Folded) {
        return;
    }
    let shift = space.rank - form.dims.rank;
    let own = form.strides;
    form.strides = [0; MAX_RANK];
    for axis in 0..form.dims.rank {
        if form.dims.lens[axis] != 1 {
            form.strides[shift + axis] = own[axis];
        }
    }
}

/// Chooses the order and direction of the axes, so that what is written, or else read, is walked in memory order.
fn order_axes(plan: &mut Plan, forms: &mut [Form]) {
    let rank = plan.space.rank;
    let mut order = [0; MAX_RANK];
    let mut axes = 0;
    for axis in 0..rank {
        if plan.space.lens[axis] != 1 {
            order[axes] = axis;
            axes += 1;
        }
    }
    let order = &mut order[..axes];
    let logical = forms
        .iter()
        .any(|form| matches!(form.role, Role::Folded | Role::Computed));
    if !logical {
        if let Some(lead) = forms.iter().position(|form| form.role == Role::Written) {
            let strides = forms[lead].strides;
            order.sort_by_key(|&axis| std::cmp::Reverse(strides[axis].unsigned_abs()));
            // An array that the launch makes has no negative strides, so beside one the direction stays.
            let turn = forms.iter().all(|form| form.role != Role::Made);
            for &axis in order.iter().filter(|&&axis| turn && strides[axis] < 0) {
                for form in forms.iter_mut() {
                    form.offset += (plan.space.lens[axis] as isize - 1) * form.strides[axis];
                    form.strides[axis] = -form.strides[axis];
                }
            }
        } else {
            let whole = |form: &&Form| {
                form.role == Role::Read && order.iter().all(|&axis| form.strides[axis] != 0)
            };
            if let Some(lead) = forms.iter().find(whole) {
                let steps = |axis: &usize| lead.strides[*axis].unsigned_abs();
                if order.len() > 1 && order.is_sorted_by(|a, b| steps(a) < steps(b)) {
                    order.reverse();
                }
            }
        }
    }
    plan.fortran = order.len() > 1 && order.is_sorted_by(|a, b| a > b);
    let made = natural_strides(&plan.space, plan.fortran);
    for form in forms.iter_mut().filter(|form| form.is_array()) {
        let logical = if form.role == Role::Made {
            made
        } else {
            form.strides
        };
        form.strides = [0; MAX_RANK];
        for (axis, &from) in order.iter().enumerate() {
            form.strides[axis] = logical[from];
        }
    }
    plan.axes.rank = order.len();
    for (axis, &from) in order.iter().enumerate() {
        plan.axes.lens[axis] = plan.space.lens[from];
    }
}

/// The strides of an array without gaps.
fn natural_strides(dims: &Dims, fortran: bool) -> [isize; MAX_RANK] {
    let mut strides = [0; MAX_RANK];
    let mut step = 1;
    for index in 0..dims.rank {
        let axis = if fortran {
            index
        } else {
            dims.rank - 1 - index
        };
        strides[axis] = step;
        step *= dims.lens[axis] as isize;
    }
    strides
}

/// Merges neighbouring axes that every operand walks as one.
fn merge_axes(plan: &mut Plan, forms: &mut [Form]) {
    let axes = &mut plan.axes;
    let mut last = 0;
    for axis in 1..axes.rank {
        let len = axes.lens[axis];
        let joined = |form: &Form| form.strides[last] == form.strides[axis] * len as isize;
        if forms.iter().filter(|form| form.is_array()).all(joined) {
            axes.lens[last] *= len;
        } else {
            last += 1;
            axes.lens[last] = len;
        }
        for form in forms.iter_mut() {
            form.strides[last] = form.strides[axis];
        }
    }
    axes.rank = if axes.rank == 0 { 0 } else { last + 1 };
}

/// Decides which operands go through staging blocks, and how long a block is.
fn choose_access(plan: &mut Plan, forms: &mut [Form]) {
    let rank = plan.axes.rank;
    let natural = natural_strides(&plan.axes, false);
    let inner = if rank == 0 {
        1
    } else {
        plan.axes.lens[rank - 1]
    };
    let rows = rank > 1 && inner >= LONG_ROW;
    let mut staged = false;
    for form in forms.iter_mut() {
        form.access = if form.is_array() && form.strides[..rank] == natural[..rank] {
            Access::Direct
        } else if form.is_array() && rows && form.strides[rank - 1] == 1 {
            Access::Row
        } else {
            Access::Staged
        };
        staged |= form.access == Access::Staged || form.role == Role::Computed;
        // The trailing axes along which the operand moves; it repeats along those before them.
        let moves = form.strides[..rank]
            .iter()
            .position(|&stride| stride != 0)
            .unwrap_or(rank);
        form.period = plan.axes.lens[moves..rank].iter().product();
    }
    plan.row = if rows { inner } else { 0 };
    if staged {
        let logical = forms.iter().any(|form| form.role == Role::Folded);
        let unit = if logical {
            least_common_multiple(inner, 32)
        } else {
            inner
        };
        plan.block = if !rows && unit <= BLOCK {
            BLOCK / unit * unit
        } else {
            BLOCK
        };
    }
    // A limit is a multiple of the lanes of a reduction, and so stays one of them.
    plan.block = forms
        .iter()
        .fold(plan.block, |block, form| block.min(form.limit));
    for form in forms.iter_mut() {
        let repeats = form.role == Role::Read && form.period != 0 && plan.block % form.period == 0;
        if !repeats || (rows && form.period != 1) {
            form.period = 0;
        }
    }
}

fn least_common_multiple(a: usize, b: usize) -> usize {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}
