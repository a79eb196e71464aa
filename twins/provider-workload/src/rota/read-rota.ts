import {
  clockSpan,
  day,
  flag,
  listOf,
  number,
  object,
  oneOf,
  type Reader,
  recordOf,
  refuse,
  text,
  weekday,
  when,
} from './reading.ts'
import { weekdayOf } from './rota-calendar.ts'
import {
  type Demand,
  type RotaPerson,
  type RotaPod,
  type RotaProblem,
  type RotaRules,
  type RuleName,
  type RuleSetting,
  ruleUnits,
  type TurnKind,
} from './rota-problem.ts'
import { usualRules } from './rota-rules.ts'

const whens = listOf(when)
const fixedWork = ['clinic', 'inbox', 'administration', 'teaching'] as const

const setting: Reader<RuleSetting> = (value, where) =>
  value === 'must' || value === 'off' || (typeof value === 'number' && value >= 0 && value <= 1000)
    ? value
    : refuse(where, value, 'must, off or points from 0 to 1000')

const podMembers = object(
  { code: text, rooms: number(0, 500) },
  { label: text, roomsAt: listOf(object({ at: whens, rooms: number(0, 500) })) },
)
const pod: Reader<RotaPod> = (value, where) => {
  const read = podMembers(value, where)
  return { label: read.code, ...read }
}

const halfDays = object({ min: number(0, 14), max: number(0, 14) })

const person = object(
  { code: text, pod: text, clinicalFte: number(0, 1, false) },
  {
    label: text,
    alsoIn: listOf(text, 20),
    halfDays,
    skills: listOf(text, 50),
    resident: flag,
    leave: whens,
    fixed: listOf(object({ at: whens, work: oneOf(fixedWork) }, { counts: flag })),
    forbidden: whens,
    wishes: listOf(object({ at: whens, want: oneOf(['work', 'free']), weight: number(1, 10, false) })),
    patterns: listOf(listOf(weekday, 7), 20),
    wholeDays: flag,
    daysWorkedBefore: number(0, 31),
    notOn: listOf(text, 50),
    turnsDone: recordOf(number(0, 1000)),
    protectedQuarters: number(0, 5),
  },
)

const demand: Reader<Demand> = object(
  { pod: text, at: whens, min: number(0, 200, false) },
  { skill: text, target: number(0, 200, false), max: number(0, 200, false) },
)

const turn: Reader<TurnKind> = (value, where) => {
  const read = object(
    { code: text, at: whens, hours: clockSpan, people: number(1, 50) },
    { label: text, skill: text, halfDays: number(0, 4, false), freeMorningAfter: flag },
  )(value, where)
  return { label: read.code, halfDays: 0, freeMorningAfter: false, ...read }
}

const pair: Reader<readonly [string, string]> = (value, where) => {
  const [a, b, ...more] = Array.isArray(value) ? value : []
  return more.length === 0 && a !== b ? [text(a, where), text(b, where)] : refuse(where, value, 'two different people')
}

const ruleSettings = Object.fromEntries(Object.keys(ruleUnits).map((rule) => [rule, setting])) as Record<
  RuleName,
  Reader<RuleSetting>
>
const rules = object(
  {},
  {
    ...ruleSettings,
    maxDaysInARow: number(1, 30),
    residentsPerSupervisor: number(1, 20),
    contractWithin: number(0, 50, false),
    ownDoctorWithinDays: number(1, 30),
  },
)

const problem = object(
  { from: day, weeks: number(1, 8), pods: listOf(pod, 50), people: listOf(person, 500), demand: listOf(demand, 5000) },
  {
    name: text,
    timeZone: text,
    hours: object({ am: clockSpan, pm: clockSpan }),
    closed: whens,
    late: whens,
    unpopular: whens,
    inbox: listOf(object({ pod: text, at: whens, quarters: number(0, 100) })),
    turns: listOf(turn, 50),
    pairs: listOf(pair),
    inForce: recordOf(recordOf(whens)),
    rules,
  },
)

/**
 * Reads a rota problem from what a YAML or JSON file says; everything that may be left out has its usual value. Throws
 * `RotaError` that names the place, what stands there and what was expected: also names that nothing declares.
 *
 * @example
 * readRotaProblem(parse(text)).people.length
 */
export function readRotaProblem(value: unknown): RotaProblem {
  const read = problem(value, 'rota')
  const whole: RotaProblem = {
    name: 'rota',
    timeZone: 'UTC',
    hours: { am: ['08:00', '12:00'], pm: ['13:00', '17:00'] },
    closed: [],
    late: [],
    unpopular: [],
    inbox: [],
    turns: [],
    pairs: [],
    ...read,
    people: read.people.map((each): RotaPerson => {
      const contract = Math.round(10 * each.clinicalFte)
      const usual = { min: Math.max(0, contract - 1), max: Math.min(10, contract + 1) }
      return { label: each.code, halfDays: usual, ...each }
    }),
    rules: { ...usualRules, ...(read.rules as Partial<RotaRules> | undefined) },
  }
  checkCalendar(whole)
  checkNames(whole)
  checkAmounts(whole)
  return whole
}

function checkCalendar({ from, timeZone, hours }: RotaProblem): void {
  if (weekdayOf(from) !== 0) refuse('rota.from', from, 'a Monday')
  if (hours.am[1] > hours.pm[0]) refuse('rota.hours', hours, 'a.m. to end before p.m. begins')
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    refuse('rota.timeZone', timeZone, 'an IANA zone such as Europe/London')
  }
}

function checkNames({ pods, people, demand, inbox, turns, pairs, inForce = {} }: RotaProblem): void {
  const known = (kind: string, codes: readonly string[]) => {
    const twice = codes.find((code, i) => codes.indexOf(code) < i)
    if (twice !== undefined) refuse(`rota.${kind}`, twice, 'every code to be there once')
    return (code: string, where: string) => {
      if (!codes.includes(code))
        refuse(where, code, `one of ${codes.slice(0, 12).join(', ')}${codes.length > 12 ? ', …' : ''}`)
    }
  }
  const isPod = known(
    'pods',
    pods.map(({ code }) => code),
  )
  const isPerson = known(
    'people',
    people.map(({ code }) => code),
  )
  const isTurn = known(
    'turns',
    turns.map(({ code }) => code),
  )
  for (const { code, pod, alsoIn = [], notOn = [], turnsDone = {} } of people) {
    const where = `rota.people (${code})`
    isPod(pod, `${where}.pod`)
    for (const other of alsoIn) isPod(other, `${where}.alsoIn`)
    if (new Set([pod, ...alsoIn]).size <= alsoIn.length) refuse(`${where}.alsoIn`, alsoIn, 'other pods, each once')
    for (const turn of [...notOn, ...Object.keys(turnsDone)]) isTurn(turn, where)
  }
  for (const [i, { pod }] of demand.entries()) isPod(pod, `rota.demand[${i + 1}].pod`)
  for (const [i, { pod }] of inbox.entries()) isPod(pod, `rota.inbox[${i + 1}].pod`)
  for (const [i, pair] of pairs.entries()) for (const code of pair) isPerson(code, `rota.pairs[${i + 1}]`)
  for (const [person, byPod] of Object.entries(inForce)) {
    isPerson(person, 'rota.inForce')
    for (const pod of Object.keys(byPod)) isPod(pod, `rota.inForce.${person}`)
  }
}

function checkAmounts({ people, demand }: RotaProblem): void {
  for (const { code, halfDays, patterns = [] } of people) {
    const where = `rota.people (${code})`
    if (halfDays.min > halfDays.max) refuse(`${where}.halfDays`, halfDays, 'min to be at most max')
    if (patterns.some((days) => days.length === 0)) refuse(`${where}.patterns`, patterns, 'a day in each pattern')
  }
  for (const [i, { min, target, max, skill }] of demand.entries()) {
    const where = `rota.demand[${i + 1}]`
    const [middle, most] = [target ?? min, max ?? Math.max(min, target ?? min)]
    if (min > middle || middle > most) refuse(where, { min, target, max }, 'min, target and max in this order')
    if (skill !== undefined && (target !== undefined || max !== undefined))
      refuse(where, { skill, target, max }, 'a min alone where a skill is asked for')
  }
}
