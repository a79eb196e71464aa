import { expect, test } from 'vitest'
import type { PathwayDocument } from './document-form.ts'
import { everything } from './everything.test-data.ts'
import { readPathway } from './read-pathway.ts'
import { writePathway } from './write-pathway.ts'

test('a pathway that uses every word comes back as it was, to the last digit', () => {
  const document = readPathway(everything)
  const written = writePathway(document)
  expect(readPathway(written)).toEqual(document)
})

test('names that look like something else keep their place and kind', () => {
  const document: PathwayDocument = {
    pathway: {
      name: 'true',
      classes: [{ name: '2' }, { name: '1' }],
      sources: [{ name: 'null', class: '1', arrivals: { kind: 'times', times: [1.5] } }],
      resources: [{ name: '~', capacity: 1 }],
      steps: [
        { kind: 'activity', name: '10', needs: { '~': 1 }, duration: { kind: 'constant', value: 0.1 + 0.2 } },
        { kind: 'delay', name: '9', duration: { kind: 'gamma', shape: 1 / 3, scale: 7 } },
        { kind: 'delay', name: 'a: b # c', duration: { kind: 'weibull', shape: 2, scale: 1e-7 } },
      ],
    },
    time: 'h',
    study: {},
    metrics: {},
    quantities: {},
  }
  expect(readPathway(writePathway(document))).toEqual(document)
})
