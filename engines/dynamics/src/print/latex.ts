import type { Bracket, Notation, Sign } from './notation.ts'
import { greekNames, symbolParts } from './symbol-parts.ts'

const signs: Readonly<Record<Sign, string>> = {
  plus: ' + ',
  minus: ' - ',
  times: ' \\cdot ',
  equals: ' = ',
  assign: ' \\mathrel{:=} ',
  'not-equal': ' \\neq ',
  less: ' < ',
  greater: ' > ',
  'at-most': ' \\leq ',
  'at-least': ' \\geq ',
  and: ' \\land ',
  or: ' \\lor ',
  xor: ' \\veebar ',
  implies: ' \\Rightarrow ',
}

const brackets: Readonly<Record<Bracket, readonly [string, string]>> = {
  round: ['(', ')'],
  bar: ['|', '|'],
  floor: ['\\lfloor ', '\\rfloor '],
  ceiling: ['\\lceil ', '\\rceil '],
}

/** LaTeX for mathematics mode, with the package amsmath (and amssymb for exclusive or). */
export const latex: Notation = {
  planar: true,
  number: (digits, exponent) => (exponent === undefined ? digits : `${digits} \\times 10^{${exponent}}`),
  symbol: (id) => {
    const { base, subscripts } = symbolParts(id)
    return subscripts.length === 0 ? identifier(base) : `${identifier(base)}_{${subscripts.map(identifier).join(',')}}`
  },
  upright: (text) => `\\operatorname{${escapeLatex(text)}}`,
  words: (text) => `\\text{${escapeLatex(text)}}`,
  unit: (text) => `\\,\\text{${escapeLatex(text)}}`,
  sign: (sign) => signs[sign],
  prefixed: (sign, inside) => `${sign === 'minus' ? '-' : '\\lnot '}${inside}`,
  factorial: (inside) => `${inside}!`,
  row: (parts) => parts.join(''),
  bracket: (kind, inside) => `\\left${brackets[kind][0]}${inside}\\right${brackets[kind][1]}`,
  applied: (name, operands) => `${name}\\left(${operands.join(', ')}\\right)`,
  fraction: (above, below) => `\\frac{${above}}{${below}}`,
  power: (base, exponent) => `{${base}}^{${exponent}}`,
  root: (radicand, degree) => (degree === undefined ? `\\sqrt{${radicand}}` : `\\sqrt[{${degree}}]{${radicand}}`),
  subscript: (base, below) => `${base}_{${below}}`,
  cases: (pieces, otherwise) => {
    const lines = pieces.map(({ value, condition }) => `${value} & \\text{if } ${condition}`)
    if (otherwise !== undefined) lines.push(`${otherwise} & \\text{otherwise}`)
    return `\\begin{cases} ${lines.join(' \\\\ ')} \\end{cases}`
  },
  lines: (lines) =>
    lines.length === 1
      ? lines[0]!
      : `\\begin{aligned} ${lines.map((line) => `& ${line}`).join(' \\\\ ')} \\end{aligned}`,
}

function identifier(text: string): string {
  const greek = greekNames.get(text)
  if (greek !== undefined) return `\\${greek}`
  if (/^\d+$/.test(text) || /^[A-Za-z]$/.test(text)) return text
  return `\\mathrm{${escapeLatex(text)}}`
}

const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
}

/** Text that LaTeX prints as it is. */
function escapeLatex(text: string): string {
  return text.replace(/[\\{}$&#^_~%]/g, (character) => special[character] ?? `\\${character}`)
}
