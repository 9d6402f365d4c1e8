//! What is done later: messages are sent, urgent ones told again, and what is due is told. Each job is named by what it was planned for, so that one
//! that has been overtaken finds nothing to do.

use kernel::jobs::Jobs;

use super::acts::{clearing, indexing, later, passing_on, scheduled, urgent};
use crate::desk::Desk;

pub(super) fn jobs(desk: &Desk, jobs: &mut Jobs) {
    let at = desk.clone();
    jobs.on(scheduled::SEND, move |payload, _| {
        let desk = at.clone();
        async move { scheduled::send_due(&desk, payload).await }
    });
    let at = desk.clone();
    jobs.on(later::DUE, move |payload, _| {
        let desk = at.clone();
        async move { later::tell_due(&desk, payload).await }
    });
    let at = desk.clone();
    jobs.on(passing_on::PASS_ON, move |payload, _| {
        let desk = at.clone();
        async move { passing_on::pass_on(&desk, payload).await }
    });
    let at = desk.clone();
    jobs.on(clearing::CLEAR, move |payload, _| {
        let desk = at.clone();
        async move { clearing::go_on(&desk, payload).await }
    });
    let at = desk.clone();
    jobs.on(indexing::INDEX, move |_, _| {
        let desk = at.clone();
        async move { indexing::go_on(&desk).await }
    });
    let at = desk.clone();
    jobs.on(urgent::TELL, move |payload, _| {
        let desk = at.clone();
        async move { urgent::tell_due(&desk, payload).await }
    });
}
