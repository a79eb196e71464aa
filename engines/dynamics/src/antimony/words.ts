import type { Expression, NamedNumber, Operator } from '../expression.ts'

type Build = (operands: readonly Expression[]) => Expression

export interface LanguageFunction {
  readonly least: number
  readonly most: number
  readonly build: Build
}

const number = (value: number): Expression => ({ kind: 'number', value })
const apply = (operator: Operator, operands: readonly Expression[]): Expression => ({
  kind: 'apply',
  operator,
  operands,
})
const takes = (least: number, most: number, build: Build): LanguageFunction => ({ least, most, build })
const operator = (name: Operator, least: number, most = least) => takes(least, most, (given) => apply(name, given))

const inverse = ['sin', 'cos', 'tan', 'sec', 'csc', 'cot', 'sinh', 'cosh', 'tanh', 'sech', 'csch', 'coth'] as const

/**
 * Functions of the language, as libSBML's Level 3 formulas have them: `log` of one operand is natural, as libAntimony
 * sets it.
 */
export const languageFunctions: ReadonlyMap<string, LanguageFunction> = new Map<string, LanguageFunction>([
  ...(['abs', 'exp', 'ln', 'floor', 'factorial', 'not', ...inverse] as const).map(
    (name) => [name, operator(name, 1)] as const,
  ),
  ...inverse.flatMap((name) => [
    [`arc${name}`, operator(`arc${name}`, 1)] as const,
    [`a${name}`, operator(`arc${name}`, 1)] as const,
  ]),
  ['ceil', operator('ceiling', 1)],
  ['ceiling', operator('ceiling', 1)],
  ['sqrt', takes(1, 1, ([x]) => apply('root', [number(2), x!]))],
  ['sqr', takes(1, 1, ([x]) => apply('power', [x!, number(2)]))],
  ['root', takes(1, 2, (given) => apply('root', given.length === 1 ? [number(2), ...given] : given))],
  ['log', takes(1, 2, (given) => apply(given.length === 1 ? 'ln' : 'log', given))],
  ['log10', takes(1, 1, (given) => apply('log', [number(10), ...given]))],
  ['pow', operator('power', 2)],
  ['power', operator('power', 2)],
  ['min', operator('min', 1, Number.POSITIVE_INFINITY)],
  ['max', operator('max', 1, Number.POSITIVE_INFINITY)],
  ['quotient', operator('quotient', 2)],
  ['rem', operator('rem', 2)],
  ['divide', operator('divide', 2)],
  ['minus', operator('minus', 1, 2)],
  ['implies', operator('implies', 2)],
  ['eq', operator('eq', 2, Number.POSITIVE_INFINITY)],
  ['equals', operator('eq', 2, Number.POSITIVE_INFINITY)],
  ['neq', operator('neq', 2, Number.POSITIVE_INFINITY)],
  ...(['gt', 'lt', 'geq', 'leq'] as const).map((name) => [name, operator(name, 2, Number.POSITIVE_INFINITY)] as const),
  ...(['plus', 'times', 'and', 'or', 'xor'] as const).map(
    (name) => [name, operator(name, 0, Number.POSITIVE_INFINITY)] as const,
  ),
])

/** What looks like a function and has a form of its own. */
export const languageForms = ['delay', 'piecewise', 'rateOf'] as const

/** Draws at random: SBML's package `distrib`. */
export const distributions: ReadonlySet<string> = new Set([
  'bernoulli',
  'binomial',
  'cauchy',
  'chisquare',
  'exponential',
  'gamma',
  'laplace',
  'lognormal',
  'normal',
  'poisson',
  'rayleigh',
  'truncatedExponential',
  'truncatedGamma',
  'truncatedNormal',
  'truncatedPoisson',
  'uniform',
])

export const namedNumbers: ReadonlyMap<string, NamedNumber> = new Map<string, NamedNumber>([
  ['pi', 'pi'],
  ['exponentiale', 'e'],
  ['avogadro', 'avogadro'],
  ...['inf', 'INF', 'infinity'].map((word) => [word, 'infinity'] as const),
  ...['nan', 'NaN', 'NAN', 'notanumber'].map((word) => [word, 'not-a-number'] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, 'true'] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, 'false'] as const),
])

/** Words between or before operands. */
export const wordOperators: ReadonlyMap<string, string> = new Map([
  ['and', '&&'],
  ['AND', '&&'],
  ['or', '||'],
  ['OR', '||'],
])

export const keywords: ReadonlySet<string> = new Set([
  'DNA',
  'after',
  'at',
  'compartment',
  'const',
  'constraint',
  'delete',
  'end',
  'event',
  'ext',
  'formula',
  'function',
  'gene',
  'has',
  'import',
  'in',
  'is',
  'maximize',
  'minimize',
  'model',
  'module',
  'operator',
  'reaction',
  'species',
  'substanceOnly',
  'unit',
  'var',
])

/** Units of this name are the model's own, as `unit time_unit = 60 second`. */
export const modelUnits = {
  time: 'time_unit',
  substance: 'substance',
  extent: 'extent',
  volume: 'volume',
  area: 'area',
  length: 'length',
} as const

/** Words that no element may be called. */
export const isReserved = (word: string): boolean =>
  keywords.has(word) ||
  languageFunctions.has(word) ||
  (languageForms as readonly string[]).includes(word) ||
  distributions.has(word) ||
  namedNumbers.has(word) ||
  wordOperators.has(word) ||
  word === 'time'

/** The candidate nearest to a word, if it is near enough to have been meant. */
function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.min(3, Math.max(1, Math.floor(word.length / 2)))
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > least) continue
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    const replaced = distance === Math.max(word.length, candidate.length)
    if (!replaced && (distance < least || (distance === least && best === undefined))) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** "did you mean …?" or nothing. */
export const suggestion = (word: string, candidates: Iterable<string>): string | undefined => {
  const candidate = nearest(word, candidates)
  return candidate === undefined ? undefined : `did you mean "${candidate}"?`
}

/** Insertions, deletions and substitutions that lead from one word to the other (Levenshtein 1966). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const above = row
    row = [i]
    for (let j = 1; j <= to.length; j++)
      row.push(Math.min(row[j - 1]! + 1, above[j]! + 1, above[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)))
  }
  return row[to.length]!
}
