import type { Member, Resource } from '../pathway.ts'
import { given, refuse } from './reading.ts'
import {
  choice,
  fields,
  flag,
  isMap,
  isScalar,
  list,
  made,
  mapOf,
  type Named,
  named,
  number,
  oneOf,
  text,
} from './shape.ts'
import { duration, time } from './time-form.ts'

const levels = list(number({ least: 0 }), { least: 1 })
const units = number({ least: 0, whole: true })
const span = fields({ from: time(), to: time() }, {})

const member = made(
  fields(
    {},
    {
      skills: list(text, { short: true }),
      shifts: list(span),
      breaks: list(fields({ at: time(), within: time(), lasts: time() }, {})),
      'repeat-every': time({ above: 0 }),
    },
  ),
  (value): Omit<Member, 'name'> =>
    given({ skills: value.skills, shifts: value.shifts, breaks: value.breaks, repeatEvery: value['repeat-every'] }),
)

type ResourceBody = Omit<Resource, 'name'>

const whole = made(
  fields(
    {},
    {
      describe: text,
      capacity: units,
      schedule: list(fields({ at: time(), capacity: units }, {})),
      'repeat-every': time({ above: 0 }),
      'at-change': oneOf('finish', 'overtime', 'interrupt'),
      closures: list(span),
      breakdowns: fields({ after: duration, repair: duration }, { 'under-way': oneOf('interrupt', 'finish') }),
      preemption: flag,
      discipline: choice<Exclude<Resource['discipline'], undefined>>(
        'first-come, priority, or accumulating over its rates',
        { when: isScalar, shape: oneOf('first-come', 'priority') },
        { when: isMap, shape: fields({ accumulating: levels }, { from: levels }) },
      ),
      cohorts: made(mapOf(text, { uses: 'class' }, 1), (pairs) => Object.fromEntries(pairs)),
      members: mapOf(member, 'free', 1),
      fatigue: number({ least: 0 }),
      handover: time(),
    },
  ),
  (value, node, reading): ResourceBody | undefined => {
    if ((value.capacity === undefined) === (value.members === undefined))
      return refuse(reading, node.place, 'how many there are', 'one of capacity and members')
    const { breakdowns } = value
    return given({
      capacity: value.capacity,
      schedule: value.schedule,
      repeatEvery: value['repeat-every'],
      atChange: value['at-change'],
      closures: value.closures,
      breakdowns: breakdowns && {
        after: breakdowns.after,
        repair: breakdowns.repair,
        ...given({ underWay: breakdowns['under-way'] }),
      },
      preemption: value.preemption,
      discipline: value.discipline,
      cohorts: value.cohorts,
      members: value.members?.map(([name, each]) => ({ name, ...each })),
      fatigue: value.fatigue,
      handover: value.handover,
    })
  },
)

/** A resource: a number of units, or what else there is to say. */
export const resource: Named<ResourceBody> = named('resource', () =>
  choice<ResourceBody>(
    'a number of units, or a map',
    { when: isScalar, shape: made(units, (capacity) => ({ capacity })) },
    { when: () => true, shape: whole },
  ),
)
