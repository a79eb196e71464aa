import { portableExp } from '@counterpart/numerics'
import { uniformOf } from '../draws.ts'
import { durationAt, durationBeyond, durationSurviving, isConstant, survivalOf } from '../duration.ts'
import { F, W } from '../layout.ts'
import type { PreparedChance } from '../program/chances.ts'
import type { Core } from './core.ts'

const { ATTRIBUTES } = F
const { CLASS, NUMBER, SOURCE } = W

/** The patient's next uniform number of a stream. */
export function draw({ draws, state: s }: Core, slot: number, stream: number): number {
  const w = slot * s.layout.words
  const occurrence = s.words[w + s.layout.draws + stream]!++
  return uniformOf(draws, stream, s.words[w + SOURCE]!, s.words[w + NUMBER]!, occurrence, s.replication)
}

/** A duration of the patient's class, times `factor`, given that `elapsed` of it has passed. */
export function drawDuration(
  core: Core,
  slot: number,
  set: number,
  stream: number,
  elapsed: number,
  factor = 1,
): number {
  const { program, state: s } = core
  const w = slot * s.layout.words
  const duration = program.durations[set * program.classPriority.length + s.words[w + CLASS]!]!
  const times = duration.scale < 0 ? factor : factor * scaleOf(core, slot, duration.scale)
  if (elapsed === 0 && isConstant(duration)) return times * durationAt(duration, 1)
  const index = s.words[w + NUMBER]! + s.words[w + s.layout.draws + stream]!
  const u = draw(core, slot, stream)
  if (elapsed > 0) return Math.max(0, times * durationBeyond(duration, elapsed / times, u, index))
  return Math.max(0, times * durationAt(duration, u, index))
}

/**
 * The same for what is under way in a state that is restored again and again: the probability of lasting as long as it
 * has is worked out once and kept at a place of `core.survival`.
 */
export function redrawDuration(
  core: Core,
  slot: number,
  set: number,
  stream: number,
  elapsed: number,
  factor: number,
  place: number,
): number {
  const { program, state: s } = core
  const w = slot * s.layout.words
  const duration = program.durations[set * program.classPriority.length + s.words[w + CLASS]!]!
  const times = duration.scale < 0 ? factor : factor * scaleOf(core, slot, duration.scale)
  const index = s.words[w + NUMBER]! + s.words[w + s.layout.draws + stream]!
  const u = draw(core, slot, stream)
  let survival = core.survival[place]!
  if (Number.isNaN(survival)) {
    survival = survivalOf(duration, elapsed / times, index)
    core.survival[place] = survival
  }
  return Math.max(0, times * durationSurviving(duration, elapsed / times, survival, u, index))
}

function scaleOf({ program, state: s }: Core, slot: number, scale: number): number {
  const { attributes, coefficients } = program.scales[scale]!
  const f = slot * s.layout.numbers + ATTRIBUTES
  let log = 0
  for (let i = 0; i < attributes.length; i++) log += coefficients[i]! * s.numbers[f + attributes[i]!]!
  return portableExp(log)
}

/** The probability as it is for this patient at this moment. */
export function probabilityOf({ state: s }: Core, slot: number, chance: PreparedChance): number {
  const base = chance.base[s.words[slot * s.layout.words + CLASS]!]!
  if (chance.kind === 'number') return base
  let weighted = 0
  for (let i = 0; i < chance.lines.length; i++) weighted += chance.weights[i]! * s.waiting[chance.lines[i]!]!
  if (chance.kind === 'length') {
    let row = -1
    while (row + 1 < chance.from.length && chance.from[row + 1]! <= weighted) row++
    return row < 0 ? 0 : chance.probability[row]!
  }
  const f = slot * s.layout.numbers + ATTRIBUTES
  let x = base + weighted
  for (let i = 0; i < chance.attributes.length; i++)
    x += chance.coefficients[i]! * s.numbers[f + chance.attributes[i]!]!
  return 1 / (1 + portableExp(-x))
}
