import type { Resource } from '@counterpart/discrete'
import { type Instant, minute } from '@counterpart/kernel'
import type { Department } from '../memory/department.ts'
import { type SpaceGroup, spaceGroups, spacesOf } from '../memory/layout.ts'
import { takenSpaces, usableSpaces } from '../memory/pressure.ts'
import { changesOf, onDuty, type StaffRole } from '../memory/roster.ts'
import { disciplineOf } from '../policy/line-order.ts'
import { courseOf, type Effect, effectsOfKind, inForce } from './effects.ts'

/** Names of resources in the pathway. */
const staffResource: Readonly<Record<StaffRole, string>> = {
  clinician: 'clinician',
  nurse: 'nurse',
  'triage-nurse': 'triage nurse',
}

/** Minutes after which no more spaces are in use than usual. */
const settles = 120

/**
 * Everything people are held up by but beds upstairs: from layout and roster, as the effects change it. How many spaces
 * can be used at once differs from time to time: `spacesScore` standard deviations from the mean.
 */
export function resourcesOf(
  department: Department,
  asOf: Instant,
  until: number,
  effects: readonly Effect[],
  spacesScore: number,
): Resource[] {
  const edges = effects.flatMap((e) => ('from' in e ? [e.from, e.until] : []))
  const staff = effectsOfKind(effects, 'staff')
  const absence = effectsOfKind(effects, 'absence')
  const staffed = (role: StaffRole): Resource => {
    const changes = changesOf(department.roster, role, asOf, asOf + until * minute).map((at) => (at - asOf) / minute)
    return {
      name: staffResource[role],
      ...(role === 'clinician' ? discipline : {}),
      // Who is with a patient when the shift ends stays until that is done.
      atChange: 'finish',
      ...courseOf([...changes, ...edges], (at) => {
        const rostered = onDuty(department.roster, role, asOf + at * minute)
        const missing = inForce(absence, at).reduce((sum, e) => sum + (e.role === role ? e.share : 0), 0)
        const more = inForce(staff, at).reduce((sum, e) => sum + (e.role === role ? e.change : 0), 0)
        return rostered * Math.max(0, 1 - missing) + more
      }),
    }
  }
  const order = effectsOfKind(effects, 'order').at(-1)
  const discipline = order === undefined ? {} : { discipline: disciplineOf(order.minutesPerLevel) }
  const [spaces, taken] = [usableSpaces(department, asOf, spacesScore), takenSpaces(department)]
  const all = spacesOf(department.layout)
  const [more, closed] = [effectsOfKind(effects, 'spaces'), effectsOfKind(effects, 'closed')]
  const spaced = (group: SpaceGroup): Resource => ({
    name: group,
    ...discipline,
    ...courseOf([...edges, settles], (at) => {
      const shut = inForce(closed, at).reduce((sum, e) => sum + (e.group === group ? e.share : 0), 0)
      const opened = inForce(more, at).reduce((sum, e) => sum + (e.group === group ? e.change : 0), 0)
      const usable = spaces[group] * Math.max(0, 1 - shut) + opened
      // Who is in more spaces than can usually be used is not sent away.
      return at < settles ? Math.max(usable, Math.min(taken[group], all[group])) : usable
    }),
  })
  const scanners = department.layout.areas
    .filter(({ role }) => role === 'imaging')
    .reduce((sum, area) => sum + Math.max(1, area.spaces.length), 0)
  const down = effectsOfKind(effects, 'scanners-down')
  return [
    staffed('triage-nurse'),
    staffed('clinician'),
    ...(staff.some(({ role }) => role === 'fast-track')
      ? [
          {
            name: 'fast track',
            ...discipline,
            ...courseOf(edges, (at) =>
              inForce(staff, at).reduce((sum, e) => sum + (e.role === 'fast-track' ? e.change : 0), 0),
            ),
          },
        ]
      : []),
    staffed('nurse'),
    ...spaceGroups.map(spaced),
    { name: 'scanner', ...courseOf(edges, (at) => (inForce(down, at).length > 0 ? 0 : Math.max(1, scanners))) },
    ...(effectsOfKind(effects, 'tests').length > 0
      ? [
          {
            name: 'expedited',
            ...courseOf(edges, (at) => (inForce(effectsOfKind(effects, 'tests'), at).length > 0 ? 10_000 : 0)),
          },
        ]
      : []),
  ]
}
