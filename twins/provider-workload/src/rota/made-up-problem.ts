import { randomStream } from '@counterpart/numerics'
import type { RotaPerson, RotaProblem, RotaRules, Weekday, When } from './rota-problem.ts'
import { usualRules } from './rota-rules.ts'

export interface MadeUp {
  readonly seed: string
  readonly physicians?: number
  readonly pods?: number
  readonly weeks?: number
  /** 0: easy; 1: about as much asked as there is. */
  readonly tightness?: number
  readonly rules?: Partial<RotaRules>
}

const days: readonly Weekday[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri']
const letters = 'ABCDEFGHIJ'

/**
 * A made-up family-medicine clinic with every kind of rule: full-time and part-time people, residents, leave, meetings,
 * patterns, wishes, nights on call and Saturdays, a rota in force that another month's people kept to.
 */
export function madeUpProblem({
  seed,
  physicians = 52,
  pods = 6,
  weeks = 4,
  tightness = 0.5,
  rules = {},
}: MadeUp): RotaProblem {
  const stream = randomStream('rota', seed)
  const from = '2026-05-04'
  const date = (d: number) => new Date(Date.parse(`${from}T00:00:00Z`) + d * 86_400_000).toISOString().slice(0, 10)
  const pick = <T>(from: readonly T[]): T => from[stream.integer(from.length)]!
  const podOf = (i: number) => letters[i % pods]!
  const people = Array.from({ length: physicians }, (_, i): RotaPerson => {
    const resident = i >= physicians - pods
    const fte = resident ? 0.6 : pick([1, 1, 1, 0.9, 0.8, 0.8, 0.7, 0.6, 0.5, 0.4])
    const contract = Math.round(10 * fte)
    const free = pick(days)
    const part = fte < 0.95
    const patterned = !resident && fte <= 0.6 && stream.uniform() < 0.5
    const away = stream.uniform() < 0.2 + 0.25 * tightness
    const length = pick([1, 2, 5, 5, 12])
    const start = 7 * stream.integer(weeks) + (length >= 5 ? 0 : stream.integer(5))
    const whole = fte >= 0.9 && !resident && stream.uniform() < 0.1
    const meeting: When = `${pick(days.filter((day) => day !== free))} ${pick(['am', 'pm'])}`
    const neighbour = letters[(letters.indexOf(podOf(i)) + 1) % pods]!
    return {
      code: `p${String(i + 1).padStart(3, '0')}`,
      label: `Dr ${names[i % names.length]}${i < names.length ? '' : ` ${1 + Math.floor(i / names.length)}`}`,
      pod: podOf(i),
      ...(stream.uniform() < 0.3 && pods > 1 ? { alsoIn: [neighbour] } : {}),
      clinicalFte: fte,
      halfDays: { min: Math.max(1, contract - 2), max: Math.min(10, contract + 1) },
      skills: [
        ...(!resident && stream.uniform() < 0.6 ? ['supervision'] : []),
        ...(stream.uniform() < 0.4 ? ['procedures'] : []),
      ],
      ...(resident ? { resident: true, notOn: ['on-call', 'evening', 'saturday'] } : {}),
      ...(away ? { leave: [`${date(start)}..${date(Math.min(7 * weeks - 1, start + length - 1))}`] } : {}),
      ...(stream.uniform() < 0.3 && !patterned && !whole
        ? { fixed: [{ at: [meeting], work: pick(['teaching', 'administration'] as const) }] }
        : {}),
      ...(part && !patterned && fte <= 0.8 && stream.uniform() < 0.5 ? { forbidden: [free] } : {}),
      ...(patterned
        ? {
            patterns: [
              ['Mon', 'Tue', 'Wed', 'Thu'],
              ['Tue', 'Wed', 'Thu', 'Fri'],
              ['Mon', 'Tue', 'Thu', 'Fri'],
            ] as const,
          }
        : {}),
      ...(whole ? { wholeDays: true } : {}),
      wishes: [
        { at: [`${pick(days)} pm`], want: 'free', weight: 1 + stream.integer(5) },
        { at: [pick(days)], want: pick(['free', 'work'] as const), weight: 1 + stream.integer(3) },
        { at: [`${date(7 * stream.integer(weeks) + stream.integer(5))}`], want: 'free', weight: 5 + stream.integer(6) },
      ],
      daysWorkedBefore: stream.integer(12) === 0 ? 2 : 0,
      turnsDone: { 'on-call': stream.integer(3), saturday: stream.integer(2) },
      protectedQuarters: fte >= 0.8 ? 3 : 2,
    }
  })
  const own = (pod: string) => people.filter((person) => person.pod === pod)
  const strength = (pod: string) => own(pod).reduce((sum, { clinicalFte }) => sum + clinicalFte, 0)
  const podList = Array.from({ length: pods }, (_, k) => letters[k]!)
  return {
    name: `made up ${seed}`,
    timeZone: 'Europe/London',
    from,
    weeks,
    hours: { am: ['08:30', '12:30'], pm: ['13:30', '17:30'] },
    closed: weeks > 3 ? ['2026-05-25'] : [],
    late: [],
    unpopular: ['Mon am', 'Fri pm'],
    pods: podList.map((code) => ({
      code,
      label: `pod ${code}`,
      rooms: Math.ceil(strength(code) * (1.2 - 0.1 * tightness)) + 1,
      roomsAt: [{ at: ['Wed pm'], rooms: Math.ceil(strength(code) * (1.1 - 0.1 * tightness)) }],
    })),
    people,
    demand: podList.flatMap((pod) => [
      {
        pod,
        at: ['all'],
        min: Math.floor(strength(pod) * (0.4 + 0.2 * tightness)),
        target: quarters(strength(pod) * (0.8 + 0.05 * tightness)),
        max: Math.ceil(strength(pod)) + 2,
      },
      {
        pod,
        at: ['Mon am'],
        min: Math.floor(strength(pod) * (0.5 + 0.2 * tightness)),
        target: quarters(strength(pod) * 0.95),
        max: Math.ceil(strength(pod)) + 2,
      },
      ...(people.some(({ skills, ...each }) => each.pod === pod && skills?.includes('procedures'))
        ? [{ pod, at: [pick(['Tue am', 'Thu am', 'Thu pm'] as const)], skill: 'procedures', min: 1 }]
        : []),
    ]),
    inbox: podList.map((pod) => ({ pod, at: ['all'], quarters: Math.max(1, Math.floor(own(pod).length / 4)) })),
    turns: [
      {
        code: 'on-call',
        label: 'on call',
        at: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'],
        hours: ['18:00', '22:00'],
        people: 1,
        halfDays: 1,
        freeMorningAfter: true,
      },
      {
        code: 'evening',
        label: 'evening clinic',
        at: ['Tue', 'Thu'],
        hours: ['17:30', '20:00'],
        people: Math.max(1, Math.round(physicians / 18)),
        halfDays: 1,
        freeMorningAfter: true,
      },
      {
        code: 'saturday',
        label: 'Saturday clinic',
        at: ['Sat'],
        hours: ['09:00', '13:00'],
        people: Math.max(1, Math.round(physicians / 18)),
        halfDays: 1,
        freeMorningAfter: false,
      },
    ],
    pairs: podList.flatMap((pod) => {
      const fullTime = own(pod).filter(({ clinicalFte, leave }) => clinicalFte >= 0.7 && leave === undefined)
      return fullTime.length >= 2 ? [[fullTime[0]!.code, fullTime[1]!.code] as const] : []
    }),
    inForce: Object.fromEntries(
      people.map(({ code, pod, clinicalFte, forbidden }) => {
        const usual = days.flatMap((day) => (forbidden?.includes(day) ? [] : [`${day} am`, `${day} pm`]))
        const chosen = usual.map((when) => ({ when, at: stream.uniform() })).sort((a, b) => a.at - b.at)
        return [code, { [pod]: chosen.slice(0, Math.round(10 * clinicalFte)).map(({ when }) => when) }]
      }),
    ),
    rules: { ...usualRules, ...rules },
  }
}

const quarters = (x: number) => Math.round(4 * x) / 4

const names =
  'Adeyemi Baker Castillo Dhillon Eriksen Farouk Gallagher Hoshino Ivanova Jensen Kaplan Lindqvist Moreau Nakamura Okafor Petrov Quiroga Rossi Schmidt Tanaka Ueda Varga Walsh Xu Yilmaz Zielinski'.split(
    ' ',
  )
