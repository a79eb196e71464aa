import type { EncounterFact } from '../facts.ts'

/** What a trigger event of ADT makes of people and their visits (HL7 v2.5.1 chapter 3.3). */
export interface AdtEvent {
  /** Of the encounter afterwards; `null`: it is about people, or visits as a whole. */
  readonly status: EncounterFact['status'] | null
  /** Where messages of one stay carry the same time (MSH-7 is often to the minute), the later step of the stay holds. */
  readonly step?: 0 | 1 | 2 | 3 | 4
  /** Says the same of visits in departments as this one; `null`: nothing. */
  readonly like?: string | null
  /** What it does with whole records. */
  readonly records?: 'merge' | 'link' | 'unlink' | 'move-visit' | 'merge-visit' | 'swap'
}

const update: AdtEvent = { status: 'in-progress', step: 2, like: 'A08' }

export const adtEvents: Readonly<Record<string, AdtEvent>> = {
  A01: { status: 'in-progress', step: 1 }, // admit
  A02: { status: 'in-progress', step: 2 }, // transfer
  A03: { status: 'finished', step: 3 }, // discharge
  A04: { status: 'arrived', step: 1 }, // register an outpatient
  A05: { status: 'planned', step: 0 }, // pre-admit
  A06: { status: 'in-progress', step: 2 }, // change an outpatient to an inpatient
  A07: { status: 'in-progress', step: 2 }, // change an inpatient to an outpatient
  A08: { status: 'in-progress', step: 2 }, // update; finished when PV1-45 says so
  A09: { status: 'in-progress', step: 2, like: null }, // departs for somewhere, e.g. a scan
  A10: update, // arrives somewhere
  A11: { status: 'cancelled', step: 4 }, // cancel the admission
  A12: { status: 'in-progress', step: 4 }, // cancel the transfer
  A13: { status: 'in-progress', step: 4 }, // cancel the discharge
  A14: { status: 'planned', step: 0, like: 'A05' }, // pending admission
  A15: update, // pending transfer
  A16: update, // pending discharge
  A17: { status: 'in-progress', step: 2, like: 'A02', records: 'swap' }, // two patients change places
  A18: { status: null, records: 'merge' }, // A40 before v2.3.1
  A23: { status: 'cancelled', step: 4 }, // delete the visit
  A24: { status: null, records: 'link' }, // two records are one person's
  A25: update, // cancel the pending discharge
  A26: update, // cancel the pending transfer
  A27: { status: 'cancelled', step: 4, like: 'A38' }, // cancel the pending admission
  A28: { status: null }, // add person information
  A31: { status: null }, // update person information
  A34: { status: null, records: 'merge' }, // A40 by patient number only
  A37: { status: null, records: 'unlink' }, // … and are not after all: also takes a merging back
  A38: { status: 'cancelled', step: 4 }, // cancel the pre-admission
  A39: { status: null, records: 'merge' }, // merge persons
  A40: { status: null, records: 'merge' }, // merge patients
  A42: { status: null, records: 'merge-visit' }, // merge visits
  A45: { status: 'in-progress', step: 2, like: 'A08', records: 'move-visit' }, // a visit was another patient's
  A47: { status: null, records: 'merge' }, // the patient's number changes
  A50: { status: null, records: 'merge-visit' }, // the visit's number changes
  A54: update, // change of the attending doctor
  A55: update, // … taken back
}

/** Trigger events of ADT messages that are taken. */
export const adtTriggers: readonly string[] = Object.keys(adtEvents)
