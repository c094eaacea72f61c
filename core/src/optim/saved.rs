//! The saved form of an optimizer: one list of `f64`, which holds `f32` exactly.
//!
//! The number of updates and of epochs, then for each parameter 32 or 64 for its type, its rank, its lengths and what is
//! remembered of it.

use super::optimizer::Optimizer;
use super::rule::{Memory, Rule};
use super::slot::{Slot, Values};
use crate::object::{Mismatch, Saved, State};

/// The updates, the epochs and the slots.
type Parts = (u64, u64, Vec<Slot>);

/// A list that is taken apart from the front.
struct Reader<'a>(&'a [f64]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [f64], Mismatch> {
        let cut = self.0.split_at_checked(count);
        let (taken, rest) = cut.ok_or_else(|| no_optimizer("it ends early"))?;
        self.0 = rest;
        Ok(taken)
    }

    /// A number that counts something.
    fn count(&mut self) -> Result<u64, Mismatch> {
        match self.take(1)?[0] {
            number if number >= 0.0 && number.fract() == 0.0 => Ok(number as u64),
            number => Err(no_optimizer(&format!("{number} is no count"))),
        }
    }

    fn slot(&mut self, memory: usize) -> Result<Slot, Mismatch> {
        let bits = self.count()?;
        let rank = self.count()? as usize;
        let shape: Vec<usize> = self
            .take(rank)?
            .iter()
            .map(|&length| length as usize)
            .collect();
        let length = shape.iter().try_fold(memory, |product: usize, &length| {
            product.checked_mul(length)
        });
        let values = self.take(length.unwrap_or(usize::MAX))?;
        let values = match bits {
            32 => Values::F32(values.iter().map(|&value| value as f32).collect()),
            64 => Values::F64(values.to_vec()),
            _ => return Err(no_optimizer(&format!("floats of {bits} bits"))),
        };
        Ok(Slot { shape, values })
    }
}

fn no_optimizer(reason: &str) -> Mismatch {
    Mismatch::Value(format!("this is no saved optimizer of that kind: {reason}"))
}

impl<R: Rule> Optimizer<R> {
    fn parts(saved: &Saved) -> Result<Parts, Mismatch> {
        let length = saved.shape.first().copied().unwrap_or(0);
        let mut reader = Reader(saved.expect::<f64>(&[length])?);
        let (updates, epochs) = (reader.count()?, reader.count()?);
        let mut slots = Vec::new();
        while !reader.0.is_empty() {
            slots.push(reader.slot(R::Memory::<f64>::COUNT)?);
        }
        Ok((updates, epochs, slots))
    }
}

impl<R: Rule> State for Optimizer<R> {
    fn shape(&self) -> Vec<usize> {
        self.save().shape
    }

    fn type_name(&self) -> String {
        R::NAME.to_string()
    }

    fn save(&self) -> Saved {
        let mut list = vec![self.updates as f64, self.epochs as f64];
        for slot in &self.slots {
            let bits = match slot.values {
                Values::F32(_) => 32.0,
                Values::F64(_) => 64.0,
            };
            list.extend([bits, slot.shape.len() as f64]);
            list.extend(slot.shape.iter().map(|&length| length as f64));
            match &slot.values {
                Values::F32(values) => list.extend(values.iter().map(|&value| f64::from(value))),
                Values::F64(values) => list.extend(values),
            }
        }
        Saved::list(list)
    }

    /// An optimizer that has made no update takes any memory, another one that of the same parameters.
    fn check(&self, saved: &Saved) -> Result<(), Mismatch> {
        let (.., slots) = Self::parts(saved)?;
        let describe = |slots: &[Slot]| -> Vec<_> {
            slots
                .iter()
                .map(|slot| (slot.values.dtype(), slot.shape.clone()))
                .collect()
        };
        let (found, expected) = (describe(&slots), describe(&self.slots));
        if !expected.is_empty() && !found.is_empty() && found != expected {
            let reason = format!("its parameters are {found:?}, those trained here {expected:?}");
            return Err(Mismatch::Value(reason));
        }
        Ok(())
    }

    fn load(&mut self, saved: Saved) {
        if let Ok(parts) = Self::parts(&saved) {
            (self.updates, self.epochs, self.slots) = parts;
        }
    }
}
