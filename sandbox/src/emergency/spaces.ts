import { type Acuity, type Area, minute } from '@counterpart/kernel'
import type { Visit, World } from './world.ts'

/** A bay, room or chair with a place for one patient. */
export interface Space {
  readonly area: string
  readonly code: string
  readonly role: Area['role']
  visit: Visit | null
  /** Overflow is closed until somebody opens it. */
  open: boolean
  cleaning: boolean
}

const numbered = (stem: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${stem}${String(i + 1).padStart(2, '0')}`)

/** The floor of the department. Overflow spaces are there but closed until somebody opens them. */
export const floor: readonly Area[] = [
  { code: 'ED-WAIT', label: 'Waiting room', role: 'waiting', spaces: [] },
  { code: 'ED-TRI', label: 'Triage', role: 'triage', spaces: numbered('TR', 3) },
  { code: 'ED-RES', label: 'Resuscitation', role: 'resuscitation', spaces: numbered('RS', 4) },
  { code: 'ED-MAJ', label: 'Majors', role: 'majors', spaces: numbered('MJ', 20) },
  { code: 'ED-MIN', label: 'Minors', role: 'minors', spaces: numbered('MN', 7) },
  { code: 'ED-PAED', label: 'Children', role: 'paediatric', spaces: numbered('PD', 5) },
  { code: 'ED-OBS', label: 'Observation unit', role: 'observation', spaces: numbered('OB', 6) },
  { code: 'ED-IMG', label: 'Imaging', role: 'imaging', spaces: ['XR01', 'XR02', 'CT01'] },
  { code: 'ED-OVF', label: 'Overflow', role: 'overflow', spaces: numbered('OV', 8) },
]

const treatment = new Set<Area['role']>(['resuscitation', 'majors', 'minors', 'paediatric', 'observation', 'overflow'])

/** The treatment spaces and who is in them. */
export class Spaces {
  readonly all: readonly Space[]
  /** Acuity 3 who can walk may be seen in minors when majors is full. */
  streaming = false
  readonly #world: World
  readonly #freed: () => void

  /** `freed` is told when a space can be used again. */
  constructor(world: World, freed: () => void) {
    this.#world = world
    this.#freed = freed
    this.all = floor.flatMap(({ code, role, spaces }) =>
      treatment.has(role)
        ? spaces.map(
            (space): Space => ({
              area: code,
              code: space,
              role,
              visit: null,
              open: role !== 'overflow',
              cleaning: false,
            }),
          )
        : [],
    )
  }

  /** Free spaces of a role. */
  free(role: Area['role']): number {
    let count = 0
    for (const space of this.all) if (space.role === role && usable(space)) count++
    return count
  }

  /** A free space that suits, the best first. */
  find(visit: Visit): Space | undefined {
    for (const [role, keep] of this.#suitable(visit)) {
      if (this.free(role) <= keep) continue
      return this.all.find((space) => space.role === role && usable(space))
    }
    return undefined
  }

  take(visit: Visit, space: Space): void {
    this.leave(visit)
    space.visit = visit
    visit.space = space
    visit.area = space.area
    this.#world.happen(visit, { what: 'placed', at: { area: space.area, bed: space.code } })
  }

  /** Goes to a place without a space of their own, such as the waiting room. */
  sit(visit: Visit, area: string): void {
    this.leave(visit)
    visit.area = area
    this.#world.happen(visit, { what: 'placed', at: { area } })
  }

  /** Leaves the space, which is then cleaned. */
  leave(visit: Visit): void {
    const { space } = visit
    if (!space) return
    visit.space = null
    space.visit = null
    space.cleaning = true
    const cleaning = (space.role === 'minors' ? 3 : space.role === 'resuscitation' ? 15 : 8) * minute
    this.#world.after(cleaning, () => {
      space.cleaning = false
      if (space.open) this.#freed()
    })
  }

  /** Where somebody may go, and how many spaces there are kept for those who need them more. */
  #suitable({ visitor, acuity }: Visit): readonly (readonly [Area['role'], number])[] {
    const child = visitor.age < 16
    if (acuity === 1)
      return [
        ['resuscitation', 0],
        ['majors', 0],
        ['overflow', 0],
        ['paediatric', 0],
      ]
    if (child)
      return acuity <= 3
        ? [
            ['paediatric', 0],
            ['majors', 1],
          ]
        : [
            ['minors', 0],
            ['paediatric', 2],
          ]
    if (acuity === 2)
      return [
        ['majors', 0],
        ['overflow', 0],
        ['resuscitation', 1],
      ]
    if (acuity === 3) {
      const usual = [
        ['majors', 1],
        ['overflow', 0],
      ] as const
      return this.streaming && visitor.fitToSit ? [...usual, ['minors', 1]] : usual
    }
    return [
      ['minors', 0],
      ['majors', 6],
    ]
  }
}

function usable(space: Space): boolean {
  return space.open && !space.cleaning && !space.visit
}

/** Lower goes first: by acuity, ambulances before chairs, near the four-hour target a little sooner. */
export function placementOrder(world: World, visit: Visit): number {
  const waited = (world.now - visit.arrived) / minute
  const weight: Readonly<Record<Acuity, number>> = { 1: -10_000, 2: -180, 3: 0, 4: 30, 5: 40 }
  // Crews that cannot leave press, more and more.
  const crew = visit.stage === 'ambulance' ? 45 + 2 * Math.max(0, waited - 30) : 0
  return weight[visit.acuity] - waited - crew - (waited > 170 ? 40 : 0)
}
