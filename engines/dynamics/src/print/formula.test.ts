import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Expression } from '../expression.ts'
import { writeFormula } from './formula.ts'
import { latex } from './latex.ts'
import { mathml } from './mathml.ts'
import { plainText } from './plain-text.ts'
import { apply, divide, minus, n, plus, power, s, times } from './print.test-data.ts'

const names = { time: 't', drawn: (id: string) => id, unit: (id: string) => id }
const text = (of: Expression) => writeFormula(of, plainText, names)
const tex = (of: Expression) => writeFormula(of, latex, names)
const ml = (of: Expression) => writeFormula(of, mathml, names)
const [a, b, c] = [s('a'), s('b'), s('c')]

describe('formulas as text', () => {
  it.each([
    [plus(a, times(b, c)), 'a + b * c'],
    [times(plus(a, b), c), '(a + b) * c'],
    [minus(a, plus(b, c)), 'a - (b + c)'],
    [minus(minus(a, b), c), 'a - b - c'],
    [minus(a, minus(b, c)), 'a - (b - c)'],
    [plus(a, minus(b, c)), 'a + (b - c)'],
    [plus(a, minus(b)), 'a - b'],
    [minus(a, minus(b)), 'a + b'],
    [plus(a, n(-2)), 'a - 2'],
    [minus(plus(a, b)), '-(a + b)'],
    [times(minus(a), b), '-a * b'],
    [times(a, minus(b)), 'a * (-b)'],
    [divide(a, times(b, c)), 'a / (b * c)'],
    [divide(divide(a, b), c), 'a / b / c'],
    [divide(a, divide(b, c)), 'a / (b / c)'],
    [power(minus(a), n(2)), '(-a)^2'],
    [minus(power(a, n(2))), '-a^2'],
    [power(a, power(b, c)), 'a^(b^c)'],
    [power(power(a, b), c), '(a^b)^c'],
    [power(n(-2), n(2)), '(-2)^2'],
    [power(a, minus(b)), 'a^(-b)'],
    [apply('root', n(2), a), 'sqrt(a)'],
    [apply('root', n(3), plus(a, b)), 'root(3, a + b)'],
    [apply('log', n(10), a), 'log10(a)'],
    [apply('and', apply('or', a, b), apply('not', c)), '(a or b) and not c'],
    [apply('not', apply('lt', a, b)), 'not (a < b)'],
    [apply('lt', a, b, c), 'a < b < c'],
    [apply('eq', apply('lt', a, b), c), '(a < b) = c'],
    [times(), '1'],
    [plus(), '0'],
    [plus(a), 'a'],
    [n(1e-7), '1e-7'],
    [n(0.1), '0.1'],
    [n(3, 'mM'), '3 mM'],
    [{ kind: 'delay', of: a, by: plus(b, c) }, 'a(t - (b + c))'],
    [{ kind: 'delay', of: times(a, b), by: c }, 'delay(a * b, c)'],
    [times({ kind: 'rate-of', id: 'x' }, a), 'dx/dt * a'],
    [{ kind: 'call', function: 'hill', operands: [a, plus(b, c)] }, 'hill(a, b + c)'],
    [
      {
        kind: 'piecewise',
        pieces: [{ value: a, condition: apply('gt', { kind: 'time' }, n(1)) }],
        otherwise: plus(b, c),
      },
      '{ a if t > 1; b + c otherwise }',
    ],
  ] as [Expression, string][])('%#: as precedence asks', (expression, written) => {
    expect(text(expression)).toBe(written)
  })

  it('loses nothing: read back as JavaScript, the text means the same', () => {
    const leaf = fc.constantFrom<Expression>(a, b, c, n(2), n(-3), n(0.5))
    const { formula } = fc.letrec<{ formula: Expression }>((tie) => ({
      formula: fc.oneof(
        { maxDepth: 6 },
        leaf,
        fc
          .tuple(fc.constantFrom('plus', 'minus', 'times', 'divide', 'power' as const), tie('formula'), tie('formula'))
          .map(([operator, x, y]) => apply(operator, x, y)),
        tie('formula').map((x) => minus(x)),
        fc.tuple(tie('formula'), tie('formula'), tie('formula')).map(([x, y, z]) => times(x, y, z)),
      ),
    }))
    const at = { a: 1.5, b: -0.75, c: 2.25 }
    fc.assert(
      fc.property(formula, (expression) => {
        const run = new Function(
          'a',
          'b',
          'c',
          `return ${text(expression)
            .replace(/-(?=\S)/g, '-1 * ')
            .replaceAll('^', '**')}`,
        )
        const got = run(at.a, at.b, at.c) as number
        const wanted = evaluate(expression, at)
        // Brackets left out of sums and products may round differently.
        if (Number.isFinite(wanted) && Math.abs(wanted) < 1e12 && Math.abs(wanted) > 1e-9)
          expect(got / wanted).toBeCloseTo(1, 6)
      }),
      { numRuns: 500 },
    )
  })

  it('writes sums of many thousand terms, and refuses what nests too deep', () => {
    let sum: Expression = a
    for (let i = 0; i < 50_000; i += 1) sum = plus(sum, b)
    expect(text(sum)).toHaveLength(1 + 4 * 50_000)
    let deep: Expression = a
    for (let i = 0; i < 1_001; i += 1) deep = apply('sin', deep)
    expect(() => text(deep)).toThrow(/1000 levels deep/)
  })
})

describe('formulas in two dimensions', () => {
  it('draws fractions, roots, powers and Greek letters', () => {
    const gate = divide(times(s('alpha_m'), minus(n(1), a)), apply('root', n(2), power(s('tau_f_Ca'), n(2))))
    expect(tex(gate)).toBe('\\frac{\\alpha_{m} \\cdot \\left(1 - a\\right)}{\\sqrt{{\\tau_{f,\\mathrm{Ca}}}^{2}}}')
    expect(ml(gate)).toBe(
      '<mfrac><mrow><msub><mi>α</mi><mi>m</mi></msub><mo>⋅</mo><mrow>' +
        '<mo stretchy="true" form="prefix" fence="true">(</mo><mrow><mn>1</mn><mo>−</mo><mi>a</mi></mrow>' +
        '<mo stretchy="true" form="postfix" fence="true">)</mo></mrow></mrow>' +
        '<msqrt><msup><msub><mi>τ</mi><mrow><mi>f</mi><mo>,</mo><mi>Ca</mi></mrow></msub><mn>2</mn></msup></msqrt></mfrac>',
    )
  })

  it('leaves out brackets that a fraction bar makes needless, and keeps those of its power', () => {
    expect(tex(divide(plus(a, b), plus(b, c)))).toBe('\\frac{a + b}{b + c}')
    expect(tex(power(divide(a, b), n(2)))).toBe('{\\left(\\frac{a}{b}\\right)}^{2}')
    expect(tex(divide(divide(a, b), plus(b, c)))).toBe('\\frac{a}{b \\cdot \\left(b + c\\right)}')
    expect(tex(times(a, divide(b, c)))).toBe('a \\cdot \\frac{b}{c}')
  })

  it('draws pieces as cases, in brackets where something follows', () => {
    const piecewise: Expression = {
      kind: 'piecewise',
      pieces: [{ value: a, condition: apply('leq', b, n(0)) }],
      otherwise: c,
    }
    expect(tex(piecewise)).toBe('\\begin{cases} a & \\text{if } b \\leq 0 \\\\ c & \\text{otherwise} \\end{cases}')
    expect(tex(plus(piecewise, a))).toMatch(/^\\left\(\\begin\{cases\}.*\\right\) \+ a$/)
  })

  it('draws pieces that nest in each other’s last as one list, however many', () => {
    let table: Expression = c
    for (let i = 0; i < 3_000; i += 1)
      table = { kind: 'piecewise', pieces: [{ value: a, condition: apply('lt', b, n(i)) }], otherwise: table }
    expect(text(table).split(';')).toHaveLength(3_001)
  })

  it('writes small and large numbers with powers of ten', () => {
    expect(tex(n(1.5e-9))).toBe('1.5 \\times 10^{-9}')
    expect(ml(n(6.02e23))).toContain('<msup><mn>10</mn><mn>23</mn></msup>')
    expect(tex(power(n(1e-9), n(2)))).toBe('{\\left(1 \\times 10^{-9}\\right)}^{2}')
  })

  it('lets nothing through that would be markup', () => {
    const evil = { kind: 'symbol', id: '<img src=x onerror=alert(1)>"\'&' } as const
    expect(ml(evil)).toBe('<mi>&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;</mi>')
    expect(tex({ kind: 'symbol', id: '}\\input{/etc/passwd}' })).not.toContain('\\input')
    const unit = { ...names, unit: () => '</mtext><script>' }
    expect(writeFormula(n(1, 'u'), mathml, unit)).not.toContain('<script>')
  })
})

function evaluate(of: Expression, at: Readonly<Record<string, number>>): number {
  if (of.kind === 'number') return of.value
  if (of.kind === 'symbol') return at[of.id]!
  if (of.kind !== 'apply') throw new Error(of.kind)
  const values = of.operands.map((each) => evaluate(each, at))
  if (of.operator === 'minus' && values.length === 1) return -values[0]!
  const step: Readonly<Record<string, (x: number, y: number) => number>> = {
    plus: (x, y) => x + y,
    minus: (x, y) => x - y,
    times: (x, y) => x * y,
    divide: (x, y) => x / y,
    power: (x, y) => x ** y,
  }
  return values.reduce(step[of.operator]!)
}
