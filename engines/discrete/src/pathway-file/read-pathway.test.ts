import { describe, expect, test } from 'vitest'
import type { DiscreteError } from '../errors.ts'
import { problemInWords } from './problem.ts'
import { examinePathway, readPathway } from './read-pathway.ts'

const minor = `pathway: minor injuries
time: min
classes:
  urgent: 0
  routine: { priority: 1 }
arrivals:
  ambulance: { class: urgent, every: { exponential: 1 h } }
  door:
    class: routine
    per-hour: [3, 7.5]
    repeat: true
resources:
  doctor: { capacity: 2, schedule: [{ at: 8 h, capacity: 1 }], at-change: overtime }
  room: 3
steps:
  consultation:
    needs: { doctor: 1, room: 1 }
    takes: { log-normal: { mean: 13.3, variance: 2 } }
    patience: { exponential: 2 h }
    next: leave
`

test('a pathway is read in its unit of time', () => {
  expect(readPathway(minor)).toEqual({
    pathway: {
      name: 'minor injuries',
      classes: [
        { name: 'urgent', priority: 0 },
        { name: 'routine', priority: 1 },
      ],
      sources: [
        {
          name: 'ambulance',
          class: 'urgent',
          arrivals: { kind: 'intervals', between: { kind: 'exponential', mean: 60 } },
        },
        { name: 'door', class: 'routine', arrivals: { kind: 'rates', every: 60, rates: [0.05, 0.125], repeat: true } },
      ],
      resources: [
        { name: 'doctor', capacity: 2, schedule: [{ at: 480, capacity: 1 }], atChange: 'overtime' },
        { name: 'room', capacity: 3 },
      ],
      steps: [
        {
          kind: 'activity',
          name: 'consultation',
          needs: { doctor: 1, room: 1 },
          duration: { kind: 'log-normal', mean: 13.3, standardDeviation: Math.SQRT2 },
          patience: { kind: 'exponential', mean: 120 },
          next: 'leave',
        },
      ],
    },
    time: 'min',
    study: {},
    metrics: {},
    quantities: {},
  })
})

test('the same pathway in hours differs by the unit only', () => {
  const { pathway } = readPathway(
    minor.replace('time: min', 'time: h').replace('mean: 13.3, variance: 2', 'median: 12 min, sigma: 0.5'),
  )
  expect(pathway.sources[1]!.arrivals).toMatchObject({ every: 1, rates: [3, 7.5] })
  expect(pathway.resources[0]!.schedule).toEqual([{ at: 8, capacity: 1 }])
  const { duration } = pathway.steps[0] as { duration: { mean: number; standardDeviation: number } }
  // Of a log-normal: mean = median·exp(σ²/2), variance = mean²·(exp(σ²) − 1).
  expect(duration.mean).toBeCloseTo(0.2 * Math.exp(0.125), 12)
  expect(duration.standardDeviation ** 2).toBeCloseTo(duration.mean ** 2 * (Math.exp(0.25) - 1), 12)
})

/** The change of the text, and how the only error must read. */
const mistakes: readonly (readonly [string, string, string, RegExp])[] = [
  [
    'a key that means nothing',
    'patience:',
    'patients:',
    /^line 19, column 5: error: "patients" means nothing here \(did you mean "patience"\?\)$/,
  ],
  ['something missing', 'class: urgent, ', '', /^line 7, column 14: error: "class" is missing$/],
  [
    'an unknown resource',
    'doctor: 1, room',
    'docter: 1, room',
    /^line 17, column 14: error: there is no resource "docter" \(expected one of doctor, room; did you mean "doctor"\?\)$/,
  ],
  [
    'an unknown class',
    'class: routine',
    'class: minor',
    /^line 9, column 12: error: there is no class "minor" \(expected one of urgent, routine\)$/,
  ],
  ['an unknown step', 'next: leave', 'next: treatment', /^line 20, column 11: error: there is no step "treatment"/],
  [
    'a unit that is none',
    'every: { exponential: 1 h }',
    'every: { exponential: 1 hour }',
    /^line 7, column 53: error: "1 hour" \(expected a time above 0, as 12 min\)$/,
  ],
  [
    'a negative time',
    'at: 8 h',
    'at: -8 h',
    /^line 13, column 43: error: "-8 h" \(expected a time of at least 0, as 12 min\)$/,
  ],
  [
    'two spreads',
    'variance: 2',
    'variance: 2, standard-deviation: 1',
    /^line 18, column 26: error: .*mean with variance or standard-deviation/,
  ],
  [
    'part of a person',
    'capacity: 2',
    'capacity: 2.5',
    /^line 13, column 23: error: 2.5 \(expected a whole number of at least 0\)$/,
  ],
  [
    'more than there will ever be',
    'doctor: 1, room',
    'doctor: 3, room',
    /^line 16, column 3: error: .*needs 3 of "doctor".*more than 2/,
  ],
  [
    'somebody who never rests',
    '  room: 3',
    '  room: { members: { ann: {} }, fatigue: 0.1 }',
    /^line 14, column 3: error: member "ann" of "room" tires/,
  ],
  ['a name twice', '  room: 3', '  doctor: 3', /^line 14, column 3: error: .*unique/],
  ['a name with a meaning', '  consultation:', '  leave:', /^line 16, column 3: error: a step is named "leave"/],
  [
    'a name of JavaScript’s',
    'leave\n',
    'leave\n  constructor: { takes: 1 }\n',
    /^line 21, column 3: error: the step "constructor"/,
  ],
  [
    'a step that does nothing',
    '    needs: { doctor: 1, room: 1 }\n    takes',
    '    lasts',
    /^line 17, column 5: error: a map with lasts, patience, next \(expected a step with one of branch, .*takes\)$/,
  ],
  [
    'no step',
    minor.slice(minor.indexOf('  consultation')),
    '',
    /^line 15, column 7: error: nothing \(expected a map of names\)$/,
  ],
  ['text that is no YAML', 'room: 3', 'room: "3', /^line \d+, column \d+: error: /],
  [
    'a resource that is never there',
    '{ capacity: 2, schedule: [{ at: 8 h, capacity: 1 }], at-change: overtime }',
    '0',
    /^line 13, column 3: error: the resource "doctor" is needed but never provided/,
  ],
]

test.each(mistakes)('told with its place: %s', (_what, from, to, expected) => {
  const text = minor.replace(from, to)
  expect(text).not.toBe(minor)
  const { document, problems } = examinePathway(text)
  expect(document).toBeUndefined()
  const errors = problems.filter(({ severity }) => severity === 'error').map(problemInWords)
  expect(errors).toHaveLength(1)
  expect(errors[0]).toMatch(expected)
})

test('several mistakes are told at once, in the order of the text', () => {
  const text = minor
    .replace('room: 3', 'room: many')
    .replace('urgent: 0', 'urgent: 99')
    .replace('needs: {', 'needs: { nurse: 1,')
  let thrown: unknown
  try {
    readPathway(text)
  } catch (error) {
    thrown = error
  }
  const { code, message, place } = thrown as DiscreteError
  expect([code, place]).toEqual(['invalid-pathway', { line: 4, column: 11 }])
  expect(message.split('\n').map((line) => line.slice(0, 7))).toEqual(['line 4,', 'line 14', 'line 17'])
})

const walk = (steps: string, more = '') =>
  examinePathway(`pathway: walk
classes: { patient: 0 }
arrivals: { door: { class: patient, per-hour: 4 } }
resources: { nurse: 1 }
steps:
${steps.replaceAll(/^/gm, '  ')}${more}`).problems.map(problemInWords)

describe('what the graph shows', () => {
  test('a dead end', () => {
    expect(walk('triage: { needs: nurse, takes: 5 }\nfirst: { takes: 1 }\nsecond: { takes: 2, next: first }')).toEqual([
      'line 7, column 3: error: a dead end: whoever comes to "first" never leaves but goes round first, second (lead one of these steps to "leave" or to a step that does)',
    ])
  })

  test('steps that nobody reaches and resources that nobody needs are doubtful', () => {
    expect(walk('triage: { takes: 5, next: leave }\nlonely: { takes: 1 }')).toEqual([
      'line 4, column 14: warning: no step needs the resource "nurse" (use it, or take it away)',
      'line 7, column 3: warning: nobody can reach the step "lonely" (lead there, or take it away)',
    ])
  })

  test('a circle in which no time passes, unlike one in which some does', () => {
    const circle = (takes: string) =>
      walk(
        `triage: { needs: nurse, takes: 5 }\nagain: { takes: ${takes} }\ntwice: { branch: { again: 0.5, leave: rest } }`,
      )
    expect(circle('3')).toEqual([])
    expect(circle('0')).toEqual([expect.stringMatching(/^line 7, .*no time passes: again → twice → again/)])
    expect(
      walk(
        'triage: { needs: nurse, takes: 5 }\none: { branch: { two: 0.5, leave: rest } }\ntwo: { classify: patient, next: one }',
      ),
    ).toEqual([
      'line 7, column 3: error: a circle in which no time passes: one → two → one (put a step that takes time into it)',
    ])
  })

  test('probabilities that do not sum to 1', () => {
    const [problem] = walk('triage: { needs: nurse, takes: 5 }\nout: { branch: { triage: 0.5, leave: 0.4 } }')
    expect(problem).toMatch(
      /^line 7, column 10: error: the probabilities sum to 0.9 \(expected a sum of 1; write "rest"/,
    )
  })

  test('a resource that is gone for good', () => {
    const text = minor.replace('capacity: 1 }]', 'capacity: 0 }]')
    expect(examinePathway(text).problems.map(problemInWords)).toEqual([
      'line 13, column 3: warning: the resource "doctor" is gone for good after 480 (end its schedule with some capacity, or repeat it)',
    ])
  })
})

describe('variants', () => {
  const text = `${minor}variants:
  more:
    resources: { doctor: { capacity: 4 } }
  calm:
    arrivals: { ambulance: null }
    resources: { doctor: { schedule: null } }
`

  test('change what they name and leave the rest, in the order asked for', () => {
    const { pathway } = readPathway(text, { variants: ['more', 'calm'] })
    expect(pathway.resources[0]).toEqual({ name: 'doctor', capacity: 4, atChange: 'overtime' })
    expect(pathway.sources.map(({ name }) => name)).toEqual(['door'])
    expect(readPathway(text).pathway).toEqual(readPathway(minor).pathway)
    expect(examinePathway(text).variants).toEqual(['more', 'calm'])
  })

  test('are checked with the file, each by itself', () => {
    const wrong = text.replace('{ capacity: 4 }', '{ capacity: four }')
    expect(examinePathway(wrong).problems.map(problemInWords)).toEqual([
      'line 23, column 38: error: in variant "more": "four" (expected a whole number of at least 0)',
    ])
    expect(examinePathway(wrong, { variants: ['calm'] }).problems).toEqual([])
  })

  test('that are not there are told with the nearest', () => {
    expect(() => readPathway(text, { variants: ['mor'] })).toThrow(/there is no variant "mor" .*did you mean "more"\?/)
  })
})
