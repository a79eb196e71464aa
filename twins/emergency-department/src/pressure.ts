import type { Sample } from './flow/simulate.ts'
import { percent } from './words.ts'

/** What people can be held up by, in the order in which they meet it. */
export const resources = [
  { name: 'triage nurse', label: 'Triage nurses' },
  { name: 'spaces', label: 'Treatment spaces' },
  { name: 'clinician', label: 'Clinicians' },
  { name: 'nurse', label: 'Nurses' },
  { name: 'scanner', label: 'Imaging' },
  { name: 'bed upstairs', label: 'Beds upstairs' },
] as const
export type ResourceName = (typeof resources)[number]['name']

/** So many must wait for a thing before it holds the department up. */
const fewest = 2
/** With this part of the spaces held by people who wait for one thing, that thing is what holds up the spaces. */
const blocked = 0.25
/** What people in a space may wait for. */
const waitedForInside: readonly ResourceName[] = ['bed upstairs', 'clinician', 'nurse', 'scanner']

/** People who wait for a resource at one moment of a run. */
export const waitingFor = (sample: Sample, name: ResourceName): number => sample.waiting[name] ?? 0

/** Part in use; of beds upstairs, the part of the spaces that is held by those who wait for one. */
export function useOf(sample: Sample, name: ResourceName): number {
  if (name === 'bed upstairs') return waitingFor(sample, name) / Math.max(1, sample.capacity.spaces!)
  const busy = (sample.busy[name] ?? 0) + (name === 'clinician' ? (sample.busy['fast track'] ?? 0) : 0)
  const capacity = (sample.capacity[name] ?? 0) + (name === 'clinician' ? (sample.capacity['fast track'] ?? 0) : 0)
  return capacity > 0 ? busy / capacity : busy > 0 || waitingFor(sample, name) > 0 ? 1 : 0
}

/**
 * What holds people up at one moment of one run: what most of them wait for. A wait for spaces is put down to what those
 * in the spaces wait for, when that is one thing for a quarter of the spaces.
 */
function holdUp(sample: Sample): ResourceName | null {
  const inside = [...waitedForInside].sort((a, b) => waitingFor(sample, b) - waitingFor(sample, a))[0]!
  const blocker = waitingFor(sample, inside) >= blocked * sample.capacity.spaces! ? inside : undefined
  let most: ResourceName | null = null
  let people = fewest - 1
  for (const { name } of resources) {
    let waiting = waitingFor(sample, name)
    if (name === blocker) waiting += waitingFor(sample, 'spaces')
    // Boarders hold nobody up while there are spaces left.
    else if (name === 'bed upstairs') waiting = 0
    if (waiting <= people) continue
    people = waiting
    most = name
  }
  return most
}

/** A stretch of the horizon in which one resource is what holds people up. */
export interface HoldUp {
  readonly resource: ResourceName
  readonly label: string
  /** Places in the list of times: first and last. */
  readonly from: number
  readonly to: number
  /** Greatest probability in the stretch. */
  readonly probability: number
  readonly cause: string
}

/** Samples of many runs by time: `samples[run][time]`. */
export type Samples = readonly (readonly Sample[])[]

/** The probability, at each time, that a resource is what holds people up. */
export function holdsUp(samples: Samples, name: ResourceName): number[] {
  return (samples[0] ?? []).map((_, t) => samples.filter((run) => holdUp(run[t]!) === name).length / samples.length)
}

/** Stretches where something holds people up at least as likely as not, the most likely first. */
export function findHoldUps(samples: Samples): HoldUp[] {
  return resources
    .flatMap(({ name, label }) => {
      const likely = holdsUp(samples, name)
      const found: HoldUp[] = []
      for (let t = 0; t < likely.length; t++) {
        if (likely[t]! < 0.5) continue
        const from = t
        while (t + 1 < likely.length && likely[t + 1]! >= 0.5) t++
        const peak = likely.slice(from, t + 1).reduce((best, p, i) => (p > likely[best]! ? from + i : best), from)
        found.push({
          resource: name,
          label,
          from,
          to: t,
          probability: likely[peak]!,
          cause: causeOf(samples, name, peak),
        })
      }
      return found
    })
    .sort((a, b) => b.probability * (b.to - b.from + 1) - a.probability * (a.to - a.from + 1))
}

/** In words, by the medians at the time when it is most likely. */
function causeOf(samples: Samples, name: ResourceName, t: number): string {
  const median = (of: (sample: Sample) => number) => {
    const sorted = samples.map((run) => of(run[t]!)).sort((a, b) => a - b)
    return Math.round(sorted[Math.floor(sorted.length / 2)]!)
  }
  const people = median((s) => waitingFor(s, name))
  const there = median((s) => (s.capacity[name] ?? 0) + (name === 'clinician' ? (s.capacity['fast track'] ?? 0) : 0))
  const wait = people === 1 ? '1 person waits' : `${people} people wait`
  switch (name) {
    case 'bed upstairs':
      return `${people} of ${median((s) => s.capacity.spaces!)} usable treatment spaces hold patients who wait for a bed upstairs`
    case 'spaces':
      return `all ${there} usable treatment spaces are taken and ${wait} for one`
    case 'scanner':
      return there === 0 ? `imaging is not available and ${wait} for it` : `${wait} for imaging`
    case 'triage nurse':
      return `${wait} for ${there === 1 ? 'the one triage nurse' : `${there} triage nurses`}`
    case 'clinician':
      return `${wait} for ${there === 1 ? 'the one clinician' : `${there} clinicians`}`
    case 'nurse':
      return `${wait} for ${there === 1 ? 'the one nurse' : `${there} nurses`}`
  }
}

/** A stretch as a sentence, given the clock times of its ends. */
export const holdUpSentence = ({ label, probability, cause }: HoldUp, from: string, until: string): string =>
  `${label} hold people up from ${from} to ${until} (${percent(probability)}): ${cause}.`.replace(
    /^Imaging hold/,
    'Imaging holds',
  )
