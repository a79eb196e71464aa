import type { Bracket, Notation, Sign } from './notation.ts'

const signs: Readonly<Record<Sign, string>> = {
  plus: ' + ',
  minus: ' - ',
  times: ' * ',
  equals: ' = ',
  assign: ' := ',
  'not-equal': ' != ',
  less: ' < ',
  greater: ' > ',
  'at-most': ' <= ',
  'at-least': ' >= ',
  and: ' and ',
  or: ' or ',
  xor: ' xor ',
  implies: ' implies ',
}

const functionOf: Readonly<Record<Exclude<Bracket, 'round'>, string>> = {
  bar: 'abs',
  floor: 'floor',
  ceiling: 'ceil',
}

/** Characters on a line, as one would type them. */
export const plainText: Notation = {
  planar: false,
  number: (digits, exponent) => (exponent === undefined ? digits : `${digits}e${exponent}`),
  symbol: (id) => id,
  upright: (text) => text,
  words: (text) => text,
  unit: (text) => ` ${text}`,
  sign: (sign) => signs[sign],
  prefixed: (sign, inside) => `${sign === 'minus' ? '-' : 'not '}${inside}`,
  factorial: (inside) => `${inside}!`,
  row: (parts) => parts.join(''),
  bracket: (kind, inside) => `${kind === 'round' ? '' : functionOf[kind]}(${inside})`,
  applied: (name, operands) => `${name}(${operands.join(', ')})`,
  fraction: (above, below) => `${above} / ${below}`,
  power: (base, exponent) => `${base}^${exponent}`,
  root: (radicand, degree) => (degree === undefined ? `sqrt(${radicand})` : `root(${degree}, ${radicand})`),
  subscript: (base, below) => `${base}${below}`,
  cases: (pieces, otherwise) =>
    `{ ${[
      ...pieces.map(({ value, condition }) => `${value} if ${condition}`),
      ...(otherwise === undefined ? [] : [`${otherwise} otherwise`]),
    ].join('; ')} }`,
  lines: (lines) => lines.join('\n  '),
}
