import type { ClinicProvider, MessageKind } from '@counterpart/kernel'
import { beta, logNormalFromMedian, type RandomStream, sample, uniform } from '@counterpart/numerics'
import { drawFrom, drawWithStudy, protectedTimeUsed, scribeNoteTime } from './studies.ts'
import { forEveryKind, unchanged, type WorkChange } from './work-change.ts'

/** Whom a change concerns, and how the clinic stands about this person. */
export interface Person {
  readonly provider: ClinicProvider
  /** Need of the panel for each full-time equivalent against the clinic's, 1 = the same. */
  readonly load: number
  /** Mean planned minutes of a visit. */
  readonly slotMinutes: number
  /** Hours that this person is contracted for in a week. */
  readonly weekHours: number
  /** Clinical full-time equivalents of all those concerned. */
  readonly teamFte: number
  /** How this person takes to the change, standard normal. */
  readonly spread: number
}

/** What one member of the ensemble holds true of an intervention. */
export interface DrawnEffect {
  /** Days from the decision until something changes, and from there until all of it is there. */
  readonly delayDays: number
  readonly rampDays: number
  /** The change for one person at a dose, of which a part (0 to 1) is there; `days` since it began. */
  readonly change: (dose: number, person: Person, part: number, days: number) => WorkChange
  /** Minutes of each message taken from a clinician that others spend on it. */
  readonly staffMinutesEach?: number
  /** Full-time equivalents that come in addition, at a dose, of which a part is there. */
  readonly addedFte?: (dose: number, part: number) => number
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
const only = (kinds: Readonly<Partial<Record<MessageKind, number>>>): Record<MessageKind, number> => ({
  ...forEveryKind(1),
  ...kinds,
})

/**
 * Others take `taken` of the messages of some kinds. They take the easy ones: a message taken spares only `ease` of an average
 * message's minutes, so each that is left takes longer (13.7 s in the AIM study).
 */
function takenOver(kinds: readonly MessageKind[], taken: number, ease: number): WorkChange {
  const part = clamp(taken, 0, 0.95)
  const left = 1 - part
  const longer = (1 - ease * part) / left
  return {
    ...unchanged,
    messages: only(Object.fromEntries(kinds.map((kind) => [kind, left]))),
    messageMinutes: only(Object.fromEntries(kinds.map((kind) => [kind, longer]))),
  }
}

/** What visits that are no longer offered mean for messages; nobody has measured it, so it is wide (assumed). */
function fewerVisits(random: RandomStream): (visits: number) => Pick<WorkChange, 'visits' | 'instead' | 'messages'> {
  const instead = sample(uniform(0, 0.6), random)
  // Results come from what visits order, most of them; what patients write, in part from what was said there.
  const [ordered, asked] = [sample(uniform(0.5, 1), random), sample(uniform(0.1, 0.5), random)]
  return (visits) => ({
    visits,
    instead,
    messages: only({ result: 1 + ordered * (visits - 1), patient: 1 + asked * (visits - 1) }),
  })
}

const draws: Readonly<Record<string, (random: RandomStream) => DrawnEffect>> = {
  'protected-inbox-time': (random) => {
    const { study, value } = drawWithStudy(protectedTimeUsed, random)
    const used = clamp(value, 0, 1)
    // Visits that would have filled the minutes. In the one study none were lost: slots had stood empty; in the other some
    // were, most of them in the first months.
    const lost = study === 'slots-michigan' ? sample(uniform(0, 0.1), random) : sample(uniform(0.1, 0.7), random)
    const settled = sample(uniform(0, 0.6), random)
    const fewer = fewerVisits(random)
    return {
      delayDays: sample(uniform(7, 28), random),
      rampDays: 7,
      change: (dose, { weekHours, spread }, part, days) => {
        const minutes = dose * part
        const dayMinutes = (60 * weekHours) / 5
        const loss = lost * (days > 90 ? settled : 1)
        return {
          ...unchanged,
          protectedMinutes: minutes * clamp(used + 0.1 * spread * used, 0, 1),
          ...fewer(1 - clamp((loss * minutes) / Math.max(dayMinutes, 60), 0, 0.5)),
        }
      },
    }
  },
  'team-inbox': (random) => {
    const finished = sample(beta(6, 3), random)
    // Each message left took 13.7 s longer in the one study; a team that prepares answers may make them shorter.
    const ease = sample(uniform(0.25, 1.1), random)
    return {
      delayDays: sample(uniform(14, 56), random),
      rampDays: sample(uniform(28, 84), random),
      staffMinutesEach: sample(logNormalFromMedian(3, 0.35), random),
      change: (dose, { spread }, part) => {
        // What the team cannot finish comes to the clinician after all.
        const taken = (dose / 100) * finished * part * clamp(1 + 0.2 * spread, 0.4, 1.4)
        return takenOver(['patient', 'call', 'result', 'staff', 'system'], taken, ease)
      },
    }
  },
  'message-triage': (random) => {
    const finished = sample(beta(8, 3), random)
    const ease = sample(uniform(0.4, 1.1), random)
    return {
      delayDays: sample(uniform(14, 42), random),
      rampDays: sample(uniform(14, 56), random),
      staffMinutesEach: sample(logNormalFromMedian(4, 0.35), random),
      change: (dose, { spread }, part) =>
        takenOver(['patient', 'call'], (dose / 100) * finished * part * clamp(1 + 0.2 * spread, 0.4, 1.4), ease),
    }
  },
  'refill-protocol': (random) => {
    const passed = sample(beta(16, 3), random)
    const ease = clamp(0.85 + 0.1 * random.normal(), 0.5, 1)
    // Of all prescribing, what answers requests for renewal rather than what a visit decides (assumed).
    const renewals = sample(uniform(0.1, 0.6), random)
    return {
      delayDays: sample(uniform(28, 84), random),
      rampDays: sample(uniform(28, 120), random),
      staffMinutesEach: sample(logNormalFromMedian(2.5, 0.35), random),
      change: (dose, _, part) => {
        const taken = (dose / 100) * passed * part
        return { ...takenOver(['refill'], taken, ease), renewalsTaken: renewals * taken }
      },
    }
  },
  scribe: (random) => {
    const noteTime = drawFrom(scribeNoteTime, random)
    return {
      delayDays: sample(uniform(7, 28), random),
      rampDays: sample(uniform(14, 42), random),
      // Between people it differs by more than between studies: who did not take to it gained nothing.
      change: (_, { spread }, part) => ({
        ...unchanged,
        noteMinutes: clamp(1 + (noteTime + 0.08 * spread) * part, 0.4, 1.3),
      }),
    }
  },
  'slot-length': (random) => {
    const faceShare = clamp(0.45 + 0.15 * random.normal(), 0.1, 0.9)
    const fewer = fewerVisits(random)
    return {
      // Visits already booked keep their length.
      delayDays: sample(uniform(14, 42), random),
      rampDays: 14,
      change: (dose, { slotMinutes }, part) => {
        const added = clamp(dose * part, -0.5 * slotMinutes, 2 * slotMinutes)
        return { ...unchanged, ...fewer(slotMinutes / (slotMinutes + added)), faceMinutes: faceShare * added }
      },
    }
  },
  'panel-rebalance': (random) => {
    const follows = sample(uniform(0.6, 1.1), random)
    return {
      delayDays: sample(uniform(28, 84), random),
      rampDays: sample(uniform(120, 360), random),
      change: (dose, { load }, part) => {
        const moved = 1 + ((dose / 100) * part * (1 - load)) / load
        return { ...unchanged, messages: forEveryKind(clamp(1 + follows * (moved - 1), 0.3, 2)) }
      },
    }
  },
  'cross-cover': (random) => {
    // Nobody has published how much: from a third to nearly all (assumed).
    const covered = sample(beta(4, 3), random)
    return {
      delayDays: sample(uniform(3, 14), random),
      rampDays: 7,
      change: (_, __, part) => ({ ...unchanged, coverWhenAway: covered * part }),
    }
  },
  hire: (random) => {
    const follows = sample(uniform(0.6, 1.1), random)
    return {
      delayDays: sample(logNormalFromMedian(190, 0.3), random),
      rampDays: sample(uniform(180, 420), random),
      change: (dose, { teamFte }, part) => ({
        ...unchanged,
        messages: forEveryKind(clamp(1 - (follows * dose * part) / (teamFte + dose), 0.3, 1)),
      }),
      addedFte: (dose, part) => dose * part,
    }
  },
}

/** What one member holds true of an intervention; nothing at all of one that it does not know. */
export function drawEffect(intervention: string, random: RandomStream): DrawnEffect | null {
  return draws[intervention]?.(random) ?? null
}

/** Everything about a time to benefit that does not depend on the clinic: days until half of the effect is there. */
export const daysToHalf = ({ delayDays, rampDays }: DrawnEffect): number => delayDays + rampDays / 2
