import { minute } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'

/** What goes wrong with the records of one visit. Shares are assumptions; `faults` scales them. */
export interface RecordFaults {
  /** Registered by mistake beside somebody real, and cancelled after so many ms; `null`: not. */
  readonly mistaken: number | null
  /** The crew's registration under another number, merged after so many ms. */
  readonly twice: number | null
  /** Nobody records the leaving, or only after so many ms (Infinity: never). */
  readonly leavingLate: number | null
  /** Discharged on record while still there; taken back after so many ms. */
  readonly dischargedTooSoon: number | null
  /** The first space on record is the wrong one; corrected after so many ms. */
  readonly wrongBed: number | null
  /** A place on record that the hospital's own list does not have. */
  readonly strangePlace: boolean
}

export function drawFaults(random: RandomStream, faults: number): RecordFaults {
  const happens = (share: number) => random.uniform() < share * faults
  const between = (low: number, high: number) => Math.round((low + (high - low) * random.uniform()) * minute)
  const either = (share: number, low: number, high: number) => {
    const [yes, delay] = [happens(share), between(low, high)]
    return yes ? delay : null
  }
  const forgotten = happens(0.003)
  return {
    mistaken: either(0.003, 2, 15),
    twice: either(0.004, 10, 60),
    leavingLate: forgotten ? Number.POSITIVE_INFINITY : either(0.006, 60, 600),
    dischargedTooSoon: either(0.002, 5, 30),
    wrongBed: either(0.01, 3, 20),
    strangePlace: happens(0.002),
  }
}

/** How long a message takes on its way, and whether it goes twice. Most take a few seconds. */
export function onItsWay(
  random: RandomStream,
  faults: number,
): { readonly delay: number; readonly again: number | null } {
  const [u, late, twice] = [random.uniform(), random.uniform(), random.uniform()]
  const delay = late < 0.015 * faults ? (2 + 40 * u) * minute : faults === 0 ? 0 : (1 + 20 * u) * 1000
  return { delay: Math.round(delay), again: twice < 0.004 * faults ? Math.round(delay + (1 + 60 * u) * 1000) : null }
}
