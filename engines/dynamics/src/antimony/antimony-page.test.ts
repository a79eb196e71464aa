import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { simulate } from '../integrate/simulate.ts'
import { buildSystem } from '../system/build-system.ts'
import { interpret } from '../system/interpret.ts'
import { readAntimony } from './read-antimony.ts'
import { writeAntimony } from './write-antimony.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/antimony.md'), 'utf8')
const examples = [...page.matchAll(/## ([^\n]*)\n(?:(?!\n## )[\s\S])*?```antimony\n([\s\S]*?)```/g)].map(
  ([, title, text]) => [title!, text!] as const,
)

/** Where everything that changes is after 10. */
function run(text: string): ReadonlyMap<string, number> {
  const system = buildSystem(readAntimony(text))
  const symbols = [...system.quantities.keys()].filter((symbol) => !symbol.includes(':'))
  const { values } = simulate(interpret(system, symbols), { end: 10, steps: 10 })
  return new Map(symbols.map((symbol, column) => [symbol, values[10 * symbols.length + column]!]))
}

describe('the page on Antimony', () => {
  test('has an example in most of its chapters', () => expect(examples.length).toBe(7))

  test.each(examples)('%s: its example runs, and does so when it was written and read again', (_, text) => {
    const end = run(text)
    expect(end.size).toBeGreaterThan(0)
    for (const [symbol, value] of end) expect(value, symbol).not.toBeNaN()
    for (const [symbol, value] of run(writeAntimony(readAntimony(text))))
      expect(value, symbol).toBeCloseTo(end.get(symbol)!, 9)
  })

  test('says what comes of its oral dose', () => {
    const { ka, CL, V, dose } = { ka: 1.2, CL: 4.5, V: 30, dose: 500 }
    const k = CL / V
    // Bateman's function, in the blood as a concentration.
    const expected = ((dose / V) * ka * (Math.exp(-k * 10) - Math.exp(-ka * 10))) / (ka - k)
    expect(run(examples[0]![1]).get('Drug')).toBeCloseTo(expected, 4)
  })
})
