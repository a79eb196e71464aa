/** A model for the fixture server, with its course in closed form; nothing is read or computed here. */
import type { ModelCheck, ModelDescription, ModelRun, ModelRunRequest, StoredModel } from '@counterpart/server/contract'

const text = "k = 0.5 // by hand\nx = 10\nx' = -k * x\n"
const math = (inside: string, alttext: string) =>
  `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block" alttext="${alttext}">${inside}</math>`

export const storedModel: StoredModel = {
  id: 'decay',
  title: 'Decay',
  summary: 'One thing that fades.',
  citation: 'Nobody, this test.',
  text,
  suggested: {
    end: 10,
    steps: 100,
    observed: ['x'],
    sets: [
      { name: 'As written', given: {} },
      { name: 'Twice as fast', given: { k: 1 } },
    ],
  },
}

const description: ModelDescription = {
  name: 'Decay',
  format: 'antimony',
  version: '2.14',
  notes: 'Written for a test.',
  identity: '5f'.repeat(32),
  timeUnit: 's',
  states: [{ symbol: 'x', label: 'What is left', unit: 'mg', value: 10, line: 2 }],
  parameters: [
    { symbol: 'k', label: 'Rate', unit: 's⁻¹', value: 0.5, line: 1, note: 'by hand', computed: false, discrete: false },
  ],
  unknowns: [],
  events: [],
  quantities: [
    { symbol: 'k', label: 'Rate', unit: 's⁻¹', kind: 'parameter' },
    { symbol: 'x', label: 'What is left', unit: 'mg', kind: 'parameter' },
  ],
  equations: [
    {
      kind: 'rate',
      symbol: 'x',
      label: 'What is left',
      unit: 'mg',
      mathml: math(
        '<mrow><mfrac><mrow><mi>d</mi><mi>x</mi></mrow><mrow><mi>d</mi><mi>t</mi></mrow></mfrac><mo>=</mo><mo>−</mo><mi>k</mi><mo>⋅</mo><mi>x</mi></mrow>',
        'dx/dt = -k * x',
      ),
      latex: '',
      text: 'dx/dt = -k * x',
    },
    {
      kind: 'initial',
      symbol: 'x',
      label: 'What is left',
      unit: 'mg',
      mathml: math('<mrow><mi>x</mi><mo>=</mo><mn>10</mn></mrow>', 'x(0) = 10'),
      latex: '',
      text: 'x(0) = 10',
    },
  ],
  equationsLeftOut: 0,
  unitFindings: [{ severity: 'error', element: 'x', line: 3, message: 'mg s⁻¹ stands against mg' }],
  warnings: ['parameter “j” is used nowhere'],
}

export function checkModel(given: string): ModelCheck {
  const wrong = given.split('\n').findIndex((line) => line.includes('= ='))
  if (wrong < 0) return { outcome: 'understood', model: description }
  const line = wrong + 1
  const message = `line ${line}, column 5: found "=" (expected a number)`
  return { outcome: 'refused', refusal: { code: 'syntax', message, element: null, line, column: 5 } }
}

export function runModel({ end, steps, sets, observed }: ModelRunRequest): ModelRun {
  const times = Array.from({ length: steps + 1 }, (_, row) => (end * row) / steps)
  const failing = sets.find(({ given }) => (given.k ?? 0) < 0)
  if (failing)
    return {
      outcome: 'refused',
      set: failing.name,
      refusal: { code: 'not-finite', message: 'x grows beyond all bounds', element: 'x', line: null, column: null },
    }
  return {
    outcome: 'ran',
    identity: description.identity,
    times,
    columns: observed.map((symbol) => ({ symbol, label: 'What is left', unit: 'mg' })),
    runs: sets.map(({ name, given }) => ({
      name,
      values: observed.map(() => times.map((time) => (given.x ?? 10) * Math.exp(-(given.k ?? 0.5) * time))),
      warnings: [],
    })),
    milliseconds: 12,
  }
}
