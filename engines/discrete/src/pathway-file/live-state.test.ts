import { expect, test } from 'vitest'
import { runForecast } from '../study/run-forecast.ts'
import { programAt, readLiveState } from './live-state.ts'
import { readPathway } from './read-pathway.ts'

const document = readPathway(`pathway: small
time: min
attributes: [age]
classes: { adult: 0, child: 0 }
arrivals: { door: { class: adult, at: [0, 600] } }
resources: { doctor: 1, bed: 2 }
steps:
  bed: { seize: bed }
  care: { needs: doctor, takes: { exponential: 30 } }
  out: { release: bed }
`)

const good = `{
  "now": "9 h",
  "people": [
    { "id": "c", "class": "child", "step": "care", "arrived": 500, "since": 530, "waiting": true, "holding": "bed", "attributes": { "age": 7 } },
    { "id": "a", "class": "adult", "step": "care", "arrived": 490, "since": "520 min", "holding": ["bed"], "space": "bay 1" },
    { "id": "d", "class": "adult", "step": "bed", "arrived": 535, "since": 535, "waiting": true },
    { "class": "adult", "step": "bed", "arrived": 531, "since": 531, "waiting": true }
  ]
}`

test('who is where is read, steps before lines, lines by since', () => {
  const { now, people } = readLiveState(good, document)
  expect(now).toBe(540)
  expect(people.map(({ since, step, waiting }) => [step, since, waiting ?? false])).toEqual([
    ['care', 520, false],
    ['care', 530, true],
    ['bed', 531, true],
    ['bed', 535, true],
  ])
  const { quantities } = runForecast(programAt(document.pathway, now), people, {
    replications: 2,
    horizon: 1e-6,
    every: 1e-6,
  })
  expect(quantities.present!.mean[0]).toBe(4)
  expect(quantities['waiting: bed']!.mean[0]).toBe(2)
})

test('YAML does as well, and somebody in the first of a file needs no id', () => {
  const { people } = readLiveState(
    'now: 1\npeople:\n  - { class: adult, step: care, arrived: -3, since: -2, holding: bed }\n',
    document,
  )
  expect(people).toEqual([{ class: 'adult', step: 'care', arrived: -3, since: -2, holding: ['bed'] }])
})

test.each([
  [
    'a step that is not there',
    '"step": "care", "arrived": 490',
    '"step": "cure", "arrived": 490',
    /^line 5, column \d+: there is no step "cure" .*did you mean "care"/,
  ],
  ['a class that is not there', '"class": "child"', '"class": "chield"', /^line 4, .*no class "chield"/],
  ['an attribute that is not there', '"age": 7', '"ages": 7', /^line 4, .*no attribute "ages"/],
  [
    'a negative time in the step',
    '"since": 530',
    '"since": 550',
    /^line 4, column 5: since 550 is after now, 540: a negative time in the step/,
  ],
  ['there before coming', '"arrived": 490', '"arrived": 525', /^line 5, column 5: came at 525 and is there since 520/],
  ['somebody in two places', '"id": "d"', '"id": "a"', /^line 6, column 5: "a" is in two places, here and in line 5/],
  [
    'two in one space',
    '"id": "d",',
    '"id": "d", "space": "bay 1",',
    /^line 6, column 5: two people are in "bay 1", this one and that of line 5/,
  ],
  [
    'more in a step than it has room for',
    '"since": 530, "waiting": true',
    '"since": 530',
    /^line 5, column 5: no resource is free for "care"/,
  ],
  [
    'waiting for what is not waited for',
    '"step": "bed", "arrived": 531',
    '"step": "out", "arrived": 531',
    /^line 7, column 5: nobody can be waiting for step "out"/,
  ],
  ['a moment without a time', '"now": "9 h"', '"now": "soon"', /^line 2, column \d+: "soon" \(expected a time/],
  [
    'what means nothing',
    '"id": "c"',
    '"di": "c"',
    /^line 4, column 7: "di" means nothing here \(did you mean "id"\?\)/,
  ],
  [
    'somebody without a step',
    ' "step": "bed", "arrived": 535,',
    ' "arrived": 535,',
    /^line 6, column 5: "step" is missing/,
  ],
])('told with its place: %s', (_what, from, to, expected) => {
  const wrong = good.replace(from, to)
  expect(wrong).not.toBe(good)
  expect(() => readLiveState(wrong, document)).toThrow(expected)
})
