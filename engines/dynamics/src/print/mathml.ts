import type { Bracket, Notation, Sign } from './notation.ts'
import { symbolParts } from './symbol-parts.ts'

const signs: Readonly<Record<Sign, string>> = {
  plus: '+',
  minus: '−',
  times: '⋅',
  equals: '=',
  assign: '≔',
  'not-equal': '≠',
  less: '&lt;',
  greater: '&gt;',
  'at-most': '≤',
  'at-least': '≥',
  and: '∧',
  or: '∨',
  xor: '⊻',
  implies: '⇒',
}

const brackets: Readonly<Record<Bracket, readonly [string, string]>> = {
  round: ['(', ')'],
  bar: ['|', '|'],
  floor: ['⌊', '⌋'],
  ceiling: ['⌈', '⌉'],
}

const operator = (sign: string) => `<mo>${sign}</mo>`
const open = (sign: string) => `<mo stretchy="true" form="prefix" fence="true">${sign}</mo>`
const close = (sign: string) => `<mo stretchy="true" form="postfix" fence="true">${sign}</mo>`
const row = (parts: readonly string[]) => (parts.length === 1 ? parts[0]! : `<mrow>${parts.join('')}</mrow>`)
const listed = (parts: readonly string[]) => parts.flatMap((part, i) => (i === 0 ? [part] : [operator(','), part]))
const identifier = (text: string) => `<mi>${escapeMarkup(text)}</mi>`
/** Blanks at the ends of an `mtext` do not show unless they do not break. */
const words = (text: string) => `<mtext>${escapeMarkup(text.replace(/^ | $/g, '\u00a0'))}</mtext>`

/**
 * Presentation MathML within MathML Core (W3C), which browsers typeset themselves. A name of several letters stands
 * upright by itself there. Cells of tables are to stand at the left: `columnalign` says it to other renderers, a page's
 * own style sheet (`math mtd { text-align: left }`) to browsers; a style attribute would need a laxer content policy.
 */
export const mathml: Notation = {
  planar: true,
  number: (digits, exponent) =>
    exponent === undefined
      ? `<mn>${digits}</mn>`
      : row([`<mn>${digits}</mn>`, operator('×'), `<msup><mn>10</mn><mn>${exponent.replace('-', '−')}</mn></msup>`]),
  symbol: (id) => {
    const { base, subscripts } = symbolParts(id)
    if (subscripts.length === 0) return identifier(base)
    const below = subscripts.map((part) => (/^\d+$/.test(part) ? `<mn>${part}</mn>` : identifier(part)))
    return `<msub>${identifier(base)}${row(listed(below))}</msub>`
  },
  upright: (text) => `<mi mathvariant="normal">${escapeMarkup(text)}</mi>`,
  words,
  unit: (text) => `<mspace width="0.17em"/><mtext>${escapeMarkup(text)}</mtext>`,
  sign: (sign) => operator(signs[sign]),
  prefixed: (sign, inside) => `<mrow><mo form="prefix">${sign === 'minus' ? '−' : '¬'}</mo>${inside}</mrow>`,
  factorial: (inside) => `<mrow>${inside}<mo form="postfix">!</mo></mrow>`,
  row,
  bracket: (kind, inside) => `<mrow>${open(brackets[kind][0])}${inside}${close(brackets[kind][1])}</mrow>`,
  applied: (name, operands) =>
    `<mrow>${name}<mo>&#x2061;</mo><mrow>${open('(')}${listed(operands).join('')}${close(')')}</mrow></mrow>`,
  fraction: (above, below) => `<mfrac>${above}${below}</mfrac>`,
  power: (base, exponent) => `<msup>${base}${exponent}</msup>`,
  root: (radicand, degree) =>
    degree === undefined ? `<msqrt>${radicand}</msqrt>` : `<mroot>${radicand}${degree}</mroot>`,
  subscript: (base, below) => `<msub>${base}${below}</msub>`,
  cases: (pieces, otherwise) => {
    const line = (value: string, when: string) => `<mtr><mtd>${value}</mtd><mtd>${when}</mtd></mtr>`
    const lines = pieces.map(({ value, condition }) => line(value, row([words('if '), condition])))
    if (otherwise !== undefined) lines.push(line(otherwise, words('otherwise')))
    return `<mrow>${open('{')}<mtable columnalign="left" displaystyle="true">${lines.join('')}</mtable></mrow>`
  },
  lines: (lines) =>
    lines.length === 1
      ? lines[0]!
      : `<mtable columnalign="left" displaystyle="true">${lines.map((line) => `<mtr><mtd>${line}</mtd></mtr>`).join('')}</mtable>`,
}

/** Text as it may stand in markup, in an attribute too. */
export function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
