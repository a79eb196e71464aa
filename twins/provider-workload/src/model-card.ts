/** What is assumed, what is learnt from what, and what is known to fail. */
export const modelCard = `
## What it is

A queueing model of each clinician's weeks, under each of 64 members. A person is one server. Visits come first: they begin at
their slots, or when the one before is over; no-shows leave gaps. Messages of six kinds come by day of the week and hour, with a
rate for each person; they are dealt with in gaps and in time kept for them, and after scheduled time up to the part that this
person clears in a day; what is left waits. Part of notes and orders is put off until after scheduled time. Days of leave gather
messages. Work = scheduled hours + active hours at the record outside scheduled time. A week is overloaded above
overloadRatio (1.375: 55 of 40 h, Pega et al., Environ Int 154 (2021) 106595) × 40 h × clinical FTE, less weekdays away.

## What is learnt

From the log, per person: messages by kind (gamma–Poisson, for so many thousands of patients × case mix), minutes for a message
(kind by ridge regression over the clinic, pace of the person), minutes at the record for a visit by activity, scheduled minutes
away from the record, parts of notes and of the rest done later, part of messages cleared on working days, days off and leave,
no-shows, visits booked for an hour. All are partially pooled: people lie about the clinic's mean with a spread that is learnt
too (normal–normal on the logarithm or log odds, the spread on a grid). How far weeks of one person differ tells how much that
person's own data are worth. What comes departs from the long run for weeks (AR(1), in part for all people alike).
From day sheets: how much is booked how long ahead. Eight weeks are kept by day; older weeks count half after half a year.

The twin keeps its own forecasts as each week begins and judges them when the week is over; later forecasts are shifted and
stretched by what was wrong before, of all people and of each.

## What is missing is not calm

Who signs far fewer notes for a visit than the others writes elsewhere, under a second login that nobody named, say: the weeks count
as less complete, and what is not seen may be all or nothing in what is forecast. Half of a day's log missing: the day is left out of what is learnt. Days of this week without log are simulated, not counted as
nothing. Somebody on leave is no evidence of low load. Somebody new is held to be like the others, with their spread.

## What it does not do

It knows nothing of surveys, wearables or anybody's burnout; risk is estimated for pods and the clinic only. It does not know the
content of messages. Time with patients is not in the log: it is what scheduled time leaves. Work off the record is not seen.
Order of work within a day is assumed, as is when in the day messages come. A change of practice shows in a person's own figures
only after weeks.

## Judged

\`npm run validate -- workload-recovery\` and \`workload-forecast\`, on simulated clinics made by others. **Not validated on a real
clinic.**
`
