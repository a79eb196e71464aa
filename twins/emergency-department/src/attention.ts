import { type Acuity, hour, type Instant, minute, type PersonMark } from '@counterpart/kernel'
import { portableExp } from '@counterpart/numerics'
import { stateOf, type Visit } from './memory/visit.ts'
import type { RiskMemory } from './risk/examples.ts'
import { type FeatureName, featuresOf } from './risk/features.ts'
import { worseningRisk } from './risk/risk.ts'
import { percent } from './words.ts'

/** Minutes within which each acuity should be seen: Canadian Triage and Acuity Scale, CJEM 1 (1999) 3 suppl. */
const seenWithin: Readonly<Record<Acuity, number>> = { 1: 0, 2: 15, 3: 30, 4: 60, 5: 120 }

/** Looked at again from this risk on: about one in so many looks finds somebody worse (see `validate -- department-risk`). */
export const worthALook = 0.04
/** Whoever was looked at so lately was found as they are. */
const lately = 20 * minute
/** From this NEWS2 on, a team that can take over vital functions should come at once (Royal College of Physicians 2017). */
const emergency = 7
/** What multiplies the risk by less than this is no reason to name. */
const worthNaming = 0.14

/** A suggestion to look again at somebody who waits, or nothing. */
export function attentionFor(memory: RiskMemory, visit: Visit, asOf: Instant): PersonMark['attention'] {
  const state = stateOf(visit)
  if (state !== 'waiting' && state !== 'arriving') return undefined
  const look = visit.looks?.last ?? null
  const since = asOf - (look?.at ?? visit.arrived)
  const risk = worseningRisk(memory, featuresOf(visit, look), since / hour + 1)
  const alarming = (look?.news2 ?? 0) >= emergency
  if (!alarming && (risk.probability.mean < worthALook || since < lately)) return undefined
  return {
    sentence: alarming
      ? `Look again at once: NEWS2 was ${look!.news2}`
      : `Look again: is worse, or will be within the hour (${percent(risk.probability.mean)})`,
    reasons: [...reasonsOf(visit, risk.parts), ...delaysOf(visit, asOf)],
    risk: risk.probability,
  }
}

/** The three things known that add most, and by what they multiply the odds, against a patient of acuity 3. */
function reasonsOf(visit: Visit, parts: ReturnType<typeof worseningRisk>['parts']): string[] {
  return parts
    .filter(({ value }) => value >= worthNaming)
    .slice(0, 3)
    .map(({ feature, value }) => `${inWords[feature](visit)} (× ${portableExp(value).toFixed(1)})`)
}

const inWords: Readonly<Record<FeatureName, (visit: Visit) => string>> = {
  acuity: ({ acuity }) => (acuity === null ? 'not triaged yet' : `acuity ${acuity}`),
  news2: ({ looks }) =>
    looks === null || looks.last.news2 === null ? 'vital signs not known' : `NEWS2 was ${looks.last.news2}`,
  change: ({ looks }) => {
    const change = looks?.last.change ?? null
    if (change === null) return 'no earlier NEWS2 to compare with'
    return change > 0 ? `NEWS2 rose by ${change}` : change < 0 ? `NEWS2 fell by ${-change}` : 'NEWS2 has not fallen'
  },
  age: ({ age }) => (age === null ? 'age not known' : `age ${age >= 90 ? '90 or more' : age}`),
  mode: ({ mode }) =>
    mode === 'ambulance' ? 'came by ambulance' : mode === 'transfer' ? 'was transferred' : 'walked in',
  waited: () => 'time waited until the last look',
  gap: () => 'time since the last look',
}

function delaysOf({ acuity, arrived, looks }: Visit, asOf: Instant): string[] {
  const waited = Math.round((asOf - arrived) / minute)
  if (acuity === null) return [`not triaged after ${waited} minutes`]
  const overdue = waited - seenWithin[acuity]
  const since = looks === null ? 0 : Math.round((asOf - looks.last.at) / minute)
  return [
    ...(overdue >= 1 ? [`waits ${waited} minutes, ${overdue} beyond the ${seenWithin[acuity]} for it`] : []),
    ...(since >= 20 ? [`last looked at ${since} minutes ago`] : []),
  ]
}
