//! When a worker leaves something out because it cannot keep up, and when that comes back: one step at a time, quickly up
//! and slowly down, so that pictures do not flicker. It is fed with how busy the worker was and knows no room.

use signalling::Strain;

/// A worker busy for this share of its time, in thousandths, cannot keep up.
const HIGH_PERMILLE: u32 = 950;
/// Below this there is time for more.
const LOW_PERMILLE: u32 = 700;
/// Reports below it before something comes back.
const CALM_REPORTS: u32 = 5;

/// The state of one worker, report by report.
#[derive(Debug, Default)]
pub(crate) struct Tide {
    strain: Strain,
    calm: u32,
}

impl Tide {
    /// Takes one report; gives back what to leave out from now on.
    pub(crate) fn turn(&mut self, busy_permille: u32) -> Strain {
        self.calm = if busy_permille < LOW_PERMILLE { self.calm + 1 } else { 0 };
        if busy_permille >= HIGH_PERMILLE {
            self.strain = match self.strain {
                Strain::None => Strain::Large,
                Strain::Large => Strain::Middle,
                Strain::Middle | Strain::Cameras => Strain::Cameras,
            };
        } else if self.calm >= CALM_REPORTS {
            self.calm = 0;
            self.strain = match self.strain {
                Strain::None | Strain::Large => Strain::None,
                Strain::Middle => Strain::Large,
                Strain::Cameras => Strain::Middle,
            };
        }
        self.strain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rises_step_by_step_and_falls_slowly() {
        let mut tide = Tide::default();
        let reports = [990, 800, 990, 1_000, 1_000, 600, 600, 600, 600, 800, 600, 600, 600, 600, 600];
        let strains: Vec<Strain> = reports.into_iter().map(|busy| tide.turn(busy)).collect();
        use Strain::{Cameras, Large, Middle};
        let up = [Large, Large, Middle, Cameras, Cameras];
        let held = [Cameras; 9];
        assert_eq!(strains, [up.as_slice(), &held, &[Middle]].concat());
    }

    #[test]
    fn a_busy_moment_that_can_be_borne_changes_nothing() {
        let mut tide = Tide::default();
        assert!([0, 949, 700, 300, 949].into_iter().all(|busy| tide.turn(busy) == Strain::None));
    }
}
