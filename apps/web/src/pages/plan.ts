import type { TwinKind } from '@counterpart/server/contract'

type Intervention = TwinKind['interventions'][number]

/** The nearest dose that may be given: within bounds, on a step counted from the lowest. */
export function allowedDose(intervention: Pick<Intervention, 'dose'>, wanted: number): number {
  const { low, high, step } = intervention.dose
  if (!Number.isFinite(wanted)) return low
  const bounded = Math.min(high, Math.max(low, wanted))
  const stepped = low + Math.round((bounded - low) / step) * step
  return Number(Math.min(high, stepped).toPrecision(12))
}

/** A scenario's name as people write it: UCUM's `ug` is µg. */
export function scenarioName(name: string): string {
  return name.replace(/\bug(?=\/|\b)/g, 'µg')
}

/** How many decimals doses of this intervention need: those of its step and its bounds. */
export function doseDecimals({ dose }: Pick<Intervention, 'dose'>): number {
  const decimals = (value: number) => String(Number(value.toPrecision(12))).split('.')[1]?.length ?? 0
  return Math.min(4, Math.max(decimals(dose.step), decimals(dose.low), decimals(dose.high)))
}

/** When something planned begins and how long it lasts, in minutes from now; nought: until it is taken back. */
export interface PlanTimes {
  readonly start: number
  readonly lasts: number
}

/** Something planned with its times, where they differ from "from now, until it is taken back". */
export function timed(
  planned: Planned,
  times: PlanTimes | undefined,
  now: number,
): Planned & { readonly from?: number; readonly until?: number } {
  if (!times || (times.start === 0 && times.lasts === 0)) return planned
  const from = now + times.start * 60_000
  return {
    ...planned,
    ...(times.start > 0 ? { from } : {}),
    ...(times.lasts > 0 ? { until: from + times.lasts * 60_000 } : {}),
  }
}

/** Whether an effect is any: not surely none. */
export function changes({
  difference,
}: {
  readonly difference: { readonly p05: number; readonly p95: number }
}): boolean {
  return difference.p05 !== 0 || difference.p95 !== 0
}

/** The effects that stand out most, by how far their median is from none against how sure it is; in their own order. */
export function tellingEffects<
  E extends { readonly difference: { readonly p05: number; readonly p50: number; readonly p95: number } },
>(effects: readonly E[], most: number): readonly E[] {
  const tells = ({ difference: { p05, p50, p95 } }: E) => Math.abs(p50) / (p95 - p05 || 1)
  const chosen = new Set(
    [...effects]
      .filter((each) => each.difference.p50 !== 0)
      .sort((a, b) => tells(b) - tells(a))
      .slice(0, most),
  )
  return effects.filter((each) => chosen.has(each))
}

/** What waits for a decision, the twin's first objective before its others, the newest first. */
export function openThreads<
  T extends {
    readonly state: string
    readonly expires: number
    readonly madeAt: number
    readonly objective: { readonly name: string }
  },
>(threads: readonly T[], objectives: readonly { readonly name: string }[], now: number): readonly T[] {
  const rank = (thread: T) => {
    const at = objectives.findIndex(({ name }) => name === thread.objective.name)
    return at < 0 ? objectives.length : at
  }
  return threads
    .filter((each) => each.state === 'open' && each.expires > now)
    .sort((a, b) => rank(a) - rank(b) || b.madeAt - a.madeAt)
}

/** Whether it is only ever on or off. */
export function isSwitch({ dose }: Pick<Intervention, 'dose'>): boolean {
  return dose.low === dose.high
}

/** An intervention at a dose, on parts of the subject or (left out) on all of it. */
export interface Planned {
  readonly intervention: string
  readonly dose: number
  readonly on?: readonly string[]
}

/**
 * Doses by intervention as a plan in the order of the definition, leaving out what the definition does not know; `on`: the
 * parts that some of them are confined to.
 */
export function planOf(
  interventions: readonly Intervention[],
  doses: Readonly<Record<string, number>>,
  on: Readonly<Record<string, readonly string[]>> = {},
): Planned[] {
  return interventions.flatMap(({ name }) => {
    const dose = doses[name]
    const parts = on[name] ?? []
    return dose === undefined ? [] : [{ intervention: name, dose, ...(parts.length > 0 ? { on: parts } : {}) }]
  })
}

/** "Branch A", "Branch B", … for those without a name of their own. */
export function branchLetter(index: number): string {
  return String.fromCharCode(65 + (index % 26))
}
