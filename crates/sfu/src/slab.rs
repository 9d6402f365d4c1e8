//! Typed, generation-checked slabs: every lookup of the machine is an index, and a stale id finds
//! nothing. It must never know what it stores.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// An index and the generation it was handed out in.
pub struct Key<T> {
    index: u32,
    generation: u32,
    kind: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    /// A number that no other key of this slab ever had, for use in maps and logs.
    pub fn as_u64(self) -> u64 {
        (u64::from(self.generation) << 32) | u64::from(self.index)
    }

    /// The key that [`Key::as_u64`] described.
    pub fn from_u64(number: u64) -> Self {
        let index = u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default();
        let generation = u32::try_from(number >> 32).unwrap_or_default();
        Key { index, generation, kind: PhantomData }
    }
}

impl<T> Clone for Key<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Key<T> {}

impl<T> PartialEq for Key<T> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.generation == other.generation
    }
}

impl<T> Eq for Key<T> {}

impl<T> PartialOrd for Key<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Key<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_u64().cmp(&other.as_u64())
    }
}

impl<T> Hash for Key<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_u64().hash(state);
    }
}

impl<T> fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.index, self.generation)
    }
}

/// A bounded slab. Freed places are reused under a new generation.
pub(crate) struct Slab<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
    capacity_max: usize,
}

struct Place<T> {
    generation: u32,
    value: Option<T>,
}

impl<T> Slab<T> {
    pub(crate) fn new(capacity_max: usize) -> Self {
        Slab { places: Vec::new(), free: Vec::new(), capacity_max }
    }

    /// The key of the new value, or nothing when the slab is full.
    pub(crate) fn insert(&mut self, value: T) -> Option<Key<T>> {
        if let Some(index) = self.free.pop() {
            let place = self.places.get_mut(index as usize)?;
            place.value = Some(value);
            return Some(Key { index, generation: place.generation, kind: PhantomData });
        }
        if self.places.len() >= self.capacity_max {
            return None;
        }
        let index = u32::try_from(self.places.len()).ok()?;
        self.places.push(Place { generation: 1, value: Some(value) });
        Some(Key { index, generation: 1, kind: PhantomData })
    }

    pub(crate) fn remove(&mut self, key: Key<T>) -> Option<T> {
        let place = self.places.get_mut(key.index as usize)?;
        if place.generation != key.generation {
            return None;
        }
        let value = place.value.take()?;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(key.index);
        Some(value)
    }

    #[inline]
    pub(crate) fn find(&self, key: Key<T>) -> Option<&T> {
        let place = self.places.get(key.index as usize)?;
        if place.generation != key.generation {
            return None;
        }
        place.value.as_ref()
    }

    #[inline]
    pub(crate) fn find_mut(&mut self, key: Key<T>) -> Option<&mut T> {
        let place = self.places.get_mut(key.index as usize)?;
        if place.generation != key.generation {
            return None;
        }
        place.value.as_mut()
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key<T>, &T)> {
        self.places.iter().enumerate().filter_map(|(index, place)| {
            let value = place.value.as_ref()?;
            let index = u32::try_from(index).ok()?;
            Some((Key { index, generation: place.generation, kind: PhantomData }, value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_key_finds_nothing() {
        let mut slab = Slab::new(1);
        let first = slab.insert("a").expect("room for one");
        assert!(slab.insert("b").is_none());
        assert_eq!(slab.remove(first), Some("a"));
        let second = slab.insert("c").expect("the place is free again");
        assert_eq!(slab.find(first), None);
        assert_eq!(slab.find(second), Some(&"c"));
        assert_eq!(Key::from_u64(second.as_u64()), second);
        assert_eq!((slab.len(), slab.iter().count()), (1, 1));
    }
}
