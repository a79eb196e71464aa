import type { Instant } from '@counterpart/kernel'
import { demandCells, type Learned, type UnbookedKind } from './learned.ts'
import { departmentIn, type Memory } from './memory.ts'

/** Hours of watching that the prior profile counts for, in each hour of the day. */
const priorHours = 2
/** How much one day differs from another of its kind: 1/shape is the squared coefficient of variation. An assumption. */
export const dayShape = 40

/** What a department of this many machines is taken to be asked for, per hour, before it has been watched. */
function priorRate(memory: Memory, kind: UnbookedKind, cell: number): number {
  const { machines } = departmentIn(memory).layout
  const clock = cell % (demandCells / 2)
  const weekend = cell >= demandCells / 2
  const byDay = clock >= 8 && clock < 20
  const count = (modality: string) => machines.filter((machine) => machine.modality === modality).length
  const [ct, other] = [count('CT'), machines.length - count('CT')]
  switch (kind) {
    case 'emergency':
      return (byDay ? 1.2 : 0.5) * ct + (byDay ? 0.15 : 0.03) * other
    case 'inpatient':
      return (weekend ? 0.4 : 1) * (byDay ? 0.5 * ct + 0.3 * other : 0.05 * machines.length)
    case 'walk-in':
      return weekend || clock < 8 || clock >= 17 ? 0.01 : 0.2 * ct + 0.05 * other
  }
}

/** Posterior shape and exposure of one cell: Gamma–Poisson. */
function cellOf(memory: Memory, kind: UnbookedKind, cell: number): { readonly shape: number; readonly hours: number } {
  const { demand, watched } = memory.learned
  return {
    shape: priorHours * priorRate(memory, kind, cell) + demand[kind][cell]!,
    hours: priorHours + watched[cell]!,
  }
}

/** Patients per hour expected in a cell. */
export function expectedRate(memory: Memory, kind: UnbookedKind, cell: number): number {
  const { shape, hours } = cellOf(memory, kind, cell)
  return shape / hours
}

/** The cell of an instant. */
export function cellAt(memory: Memory, at: Instant): number {
  const { hour: clock, weekend } = departmentIn(memory).hourOf(at)
  return clock + (weekend ? demandCells / 2 : 0)
}

/** Of those who come without an appointment, the part that needs each protocol; Dirichlet over those that can be done. */
export function mixOf(
  memory: Memory,
  kind: UnbookedKind,
): readonly { readonly protocol: string; readonly share: number }[] {
  const department = departmentIn(memory)
  const able = department.layout.protocols.filter((protocol) => department.machinesFor(protocol).length > 0)
  const ct = able.some(({ modality }) => modality === 'CT')
  const prior = (modality: string) => (!ct || modality === 'CT' ? 1 : kind === 'emergency' ? 0.1 : 0.5)
  const { mix }: Learned = memory.learned
  const total = able.reduce((sum, { modality }) => sum + prior(modality), 0)
  const weights = able.map(({ code, modality }) => (5 * prior(modality)) / total + (mix[`${kind}|${code}`] ?? 0))
  const sum = weights.reduce((a, b) => a + b, 0)
  return able.map(({ code }, i) => ({ protocol: code, share: weights[i]! / sum }))
}
