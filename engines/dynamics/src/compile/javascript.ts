import type { Node } from '../node.ts'
import { expandedExponential } from './exponential.ts'
import { createFormulas } from './formula.ts'
import { createNames } from './names.ts'
import { crossing, cut, declaredIn, usedIn } from './parts.ts'
import { type Schedule, type Step, schedule } from './schedule.ts'

/** JavaScript of one function: the values of some nodes, written into an array. */
export interface FunctionText {
  readonly text: string
  /** How many numbers it keeps in the array `w` between its parts. */
  readonly workSize: number
}

interface FunctionTextOptions {
  readonly places?: ArrayLike<number> | undefined
  /** Exponentials are written out: V8 puts only the first few calls of a function in place. */
  readonly expand?: boolean
}

/** Operations to a part: V8 optimises functions of up to 60 KB of bytecode, and takes long over large ones. */
const mostOperations = 3000
/** A side of a choice is computed apart when it costs more than a few additions. */
const branchFrom = 6

/**
 * `function name(t, y, p, u, l, into)` that sets `into[at]` for each root `at`, or `into[places[at]]`: time, states, parameters,
 * unknowns and lags in.
 * Long ones are cut into parts that follow one another and hand values on in `w`.
 *
 * The text is made of numbers, operators, the language's words and cleaned names only ({@link createNames}).
 */
export function functionText(
  name: string,
  roots: readonly Node[],
  symbols: ReadonlyMap<Node, string>,
  { places, expand = false }: FunctionTextOptions = {},
): FunctionText {
  const plan = schedule(roots, {
    named: (node) => symbols.has(node) || (expand && node.op === 'exp'),
    keepLeaves: true,
    branchFrom,
  })
  const parts = cut(plan.steps, mostOperations, plan)
  const handedOn = parts.length > 1 ? crossing(parts, plan) : new Map<Node, number>()
  const texts = parts.map((steps, i) =>
    partText(parts.length === 1 ? name : `${name}_${i + 1}`, steps, plan, symbols, handedOn, { places, expand }),
  )
  if (parts.length > 1) {
    const calls = parts.map((_, i) => `  ${name}_${i + 1}(t, y, p, u, l, into)`)
    texts.push(`function ${name}(t, y, p, u, l, into) {\n${calls.join('\n')}\n}`)
  }
  return { text: texts.join('\n\n'), workSize: handedOn.size }
}

function partText(
  name: string,
  steps: readonly Step[],
  plan: Schedule,
  symbols: ReadonlyMap<Node, string>,
  handedOn: ReadonlyMap<Node, number>,
  { places, expand }: FunctionTextOptions,
): string {
  const nameOf = createNames(symbols)
  const { value, truth } = createFormulas((node) => (plan.kept.has(node) ? nameOf(node) : undefined))
  const lines: string[] = []
  const declared = declaredIn(steps)
  for (const node of usedIn(steps, plan)) {
    if (declared.has(node)) continue
    const from = handedOn.get(node)
    lines.push(`const ${nameOf(node)} = ${from === undefined ? value(node, true) : `w[${from}]`}`)
  }
  write(steps, '')
  return `function ${name}(t, y, p, u, l, into) {\n${lines.map((line) => `  ${line}\n`).join('')}}`

  function write(steps: readonly Step[], indent: string): void {
    for (const step of steps) {
      const { node } = step
      if (step.kind === 'output') lines.push(`${indent}into[${places?.[step.at] ?? step.at}] = ${value(node)}`)
      else if (step.kind === 'value' && expand && node.op === 'exp')
        lines.push(...expandedExponential(nameOf(node), value(node.a)).map((line) => indent + line))
      else if (step.kind === 'value') lines.push(`${indent}const ${nameOf(node)} = ${value(node, true)}`)
      else {
        const name = nameOf(node)
        lines.push(`${indent}let ${name}`, `${indent}if (${truth(step.node.a)}) {`)
        write(step.whenTrue, `${indent}  `)
        lines.push(`${indent}  ${name} = ${value(step.node.b)}`, `${indent}} else {`)
        write(step.whenFalse, `${indent}  `)
        lines.push(`${indent}  ${name} = ${value(step.node.c)}`, `${indent}}`)
      }
      const to = handedOn.get(node)
      if (step.kind !== 'output' && to !== undefined && indent === '') lines.push(`w[${to}] = ${nameOf(node)}`)
    }
  }
}
