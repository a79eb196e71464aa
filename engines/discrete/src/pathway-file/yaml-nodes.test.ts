import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Problem } from './problem.ts'
import { examinePathway } from './read-pathway.ts'
import { yamlNodes } from './yaml-nodes.ts'

const problemsOf = (text: string): Problem[] => {
  const problems: Problem[] = []
  yamlNodes(text, problems)
  return problems
}

test('anchors are followed', () => {
  const problems: Problem[] = []
  const node = yamlNodes('a: &x [1, two]\nb: *x\n', problems)
  expect(problems).toEqual([])
  expect(node).toMatchObject({
    entries: [{ key: 'a' }, { key: 'b', value: { items: [{ value: 1 }, { value: 'two' }] } }],
  })
})

test('aliases that multiply are stopped', () => {
  const lines = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`)
  const started = performance.now()
  expect(problemsOf(`l0: &l0 [x]\n${lines.join('\n')}\n`)[0]!.what).toMatch(/more than 200000 parts/)
  expect(performance.now() - started).toBeLessThan(3000)
})

test('an alias that holds itself is stopped', () => {
  expect(problemsOf('a: &a [*a]\n')).not.toEqual([])
})

test.each([
  ['tags', 'a: !!js/function "x"\n', /tag/],
  ['tags of one’s own', 'a: !thing {}\n', /tag/],
  ['a file that is too long', `a: "${'x'.repeat(1 << 20)}"`, /characters/],
  ['deep nesting', `a: ${'['.repeat(5000)}${']'.repeat(5000)}`, /nested too deeply/],
  ['deep lists', `${'- '.repeat(5000)}x`, /nested too deeply/],
  ['moderately deep nesting', `a: ${'['.repeat(80)}${']'.repeat(80)}`, /nested too deeply/],
  ['nothing', '', /empty/],
  ['a key twice', 'a: 1\na: 2\n', /unique/],
  ['keys that are maps', '? { a: 1 }\n: 2\n', /key that is not text/],
  ['two documents', 'a: 1\n---\nb: 2\n', /./],
])('refused with a place: %s', (_what, text, expected) => {
  const [problem] = problemsOf(text)
  expect(problem!.what).toMatch(expected)
  expect(problem!.place.line).toBeGreaterThan(0)
})

test('whatever the text, it is read or refused, never an exception of another kind', () => {
  const words = fc.constantFrom(
    'pathway',
    'steps',
    'classes',
    'takes',
    ':',
    ' ',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '&a',
    '*a',
    '1',
    '12 min',
    '!x',
    '"',
    "'",
    '|',
    '?',
    '#',
    ',',
  )
  fc.assert(
    fc.property(
      fc.array(words, { maxLength: 60 }).map((each) => each.join('')),
      (text) => {
        const { document, problems } = examinePathway(text)
        expect(document === undefined).toBe(problems.some(({ severity }) => severity === 'error'))
      },
    ),
    { numRuns: 500 },
  )
})
