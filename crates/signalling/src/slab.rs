//! A list with holes whose keys are never mistaken for those of later inhabitants.

use std::fmt;
use std::marker::PhantomData;

/// Names one inhabitant of a [`Slab`].
pub(crate) struct Key<T> {
    index: u32,
    generation: u32,
    what: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    /// The place in the list; places are used again.
    pub(crate) fn index(self) -> u32 {
        self.index
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
        (self.index, self.generation) == (other.index, other.generation)
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
        (self.index, self.generation).cmp(&(other.index, other.generation))
    }
}

impl<T> std::hash::Hash for Key<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.index, self.generation).hash(state);
    }
}

impl<T> fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.index, self.generation)
    }
}

/// The list.
pub(crate) struct Slab<T> {
    places: Vec<(u32, Option<T>)>,
    free: Vec<u32>,
    count: usize,
    count_max: usize,
}

impl<T> Slab<T> {
    /// An empty list that takes up to so many.
    pub(crate) fn new(count_max: usize) -> Slab<T> {
        Slab { places: Vec::new(), free: Vec::new(), count: 0, count_max }
    }

    /// Takes a new inhabitant, unless the list is full.
    pub(crate) fn insert(&mut self, value: T) -> Option<Key<T>> {
        if self.count >= self.count_max {
            return None;
        }
        let index = match self.free.pop() {
            Some(index) => index,
            None => {
                let index = u32::try_from(self.places.len()).ok()?;
                self.places.push((0, None));
                index
            }
        };
        let place = self.places.get_mut(index as usize)?;
        place.0 = place.0.wrapping_add(1);
        place.1 = Some(value);
        self.count += 1;
        Some(Key { index, generation: place.0, what: PhantomData })
    }

    pub(crate) fn remove(&mut self, key: Key<T>) -> Option<T> {
        let place = self.places.get_mut(key.index as usize)?;
        if place.0 != key.generation {
            return None;
        }
        let value = place.1.take()?;
        self.free.push(key.index);
        self.count -= 1;
        Some(value)
    }

    pub(crate) fn find(&self, key: Key<T>) -> Option<&T> {
        let (generation, value) = self.places.get(key.index as usize)?;
        value.as_ref().filter(|_| *generation == key.generation)
    }

    pub(crate) fn find_mut(&mut self, key: Key<T>) -> Option<&mut T> {
        let (generation, value) = self.places.get_mut(key.index as usize)?;
        value.as_mut().filter(|_| *generation == key.generation)
    }

    /// The inhabitant of a place, whoever it is.
    pub(crate) fn key_at(&self, index: u32) -> Option<Key<T>> {
        let (generation, value) = self.places.get(index as usize)?;
        value.as_ref().map(|_| Key { index, generation: *generation, what: PhantomData })
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = Key<T>> + '_ {
        (0u32..).zip(&self.places).filter(|(_, place)| place.1.is_some()).map(|(index, place)| Key {
            index,
            generation: place.0,
            what: PhantomData,
        })
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> + '_ {
        self.places.iter().filter_map(|place| place.1.as_ref())
    }
}
