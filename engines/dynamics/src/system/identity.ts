import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { reachable } from '../graph/reachable.ts'
import type { Node } from '../node.ts'
import type { System } from '../system.ts'

const commutative: ReadonlySet<string> = new Set(['min', 'max', 'eq', 'ne', 'and', 'or'])
const hashOf = (text: string) => bytesToHex(sha256(utf8ToBytes(text)))
const modulus = 1n << 256n
const asNumber = (hash: string) => BigInt(`0x${hash}`)

/**
 * SHA-256 (hex) of a system's equations in normal form: one line for each definition, sorted. Sums and products count
 * as what they are sums and products of, in whatever order, by adding up hashes (Bellare & Micciancio, EUROCRYPT 1997).
 * Names of events and reactions' signs of reversibility, units, labels and notes are no part of it.
 */
export function identityOf(system: Omit<System, 'identity'>): string {
  const { states, parameters, implicit, events, lags, quantities, constraints } = system
  const unknownNames = new Map(
    implicit.flatMap((block) => block.unknowns.map(({ slot, symbol }) => [slot, symbol] as const)),
  )
  const leafName = (node: Node, lagNames: readonly string[]) => {
    switch (node.op) {
      case 'number':
        return `number ${node.value}`
      case 'state':
        return `held ${states[node.slot]!.symbol}`
      case 'parameter':
        return `held ${parameters[node.slot]!.symbol}`
      case 'unknown':
        return `unknown ${unknownNames.get(node.slot)}`
      case 'lag':
        return lagNames[node.slot] ?? 'lag'
      default:
        return node.op
    }
  }
  // What is delayed may contain delays: they go by their names without them first.
  const first = createNodeHash((node) => leafName(node, []))
  const lagNames = lags.map(({ of, by }) => `lag ${first(of)} ${first(by)}`)
  const hash = createNodeHash((node) => leafName(node, lagNames))
  const optional = (node: Node | undefined) => (node ? hash(node) : '')

  const lines: string[] = []
  for (const { symbol, initial, rate } of states) {
    lines.push(`${symbol}(0) = ${hash(initial)}`, `${symbol}' = ${hash(rate)}`)
  }
  for (const { symbol, initial } of parameters) {
    lines.push(`${symbol}(0) = ${typeof initial === 'number' ? hashOf(`number ${initial}`) : hash(initial)}`)
  }
  for (const { symbol, kind, value } of quantities.values()) {
    if (kind !== 'amount' && kind !== 'concentration') lines.push(`${symbol} = ${hash(value)}`)
  }
  for (const block of implicit) for (const residual of block.residuals) lines.push(`0 = ${hash(residual)}`)
  for (const { condition, implied } of constraints) if (!implied) lines.push(`ought ${hash(condition)}`)
  for (const event of events) {
    const { initialValue, persistent, useValuesFromTriggerTime } = event
    const assignments = event.assignments.map(({ symbol, value }) => `${symbol} := ${hash(value)}`).sort()
    const timing = [hash(event.trigger), optional(event.delay), optional(event.priority)]
    lines.push(`at ${[...timing, initialValue, persistent, useValuesFromTriggerTime, ...assignments].join(' ')}`)
  }
  return hashOf(lines.sort().join('\n'))
}

/** Hashes of nodes that do not depend on the order in which they were made. */
function createNodeHash(leafName: (node: Node) => string): (root: Node) => string {
  const seen = new Set<Node>()
  const hashes = new Map<Node, string>()
  const sums = new Map<Node, bigint>()
  const products = new Map<Node, bigint>()
  const of = (node: Node) => hashes.get(node)!
  const sum = (node: Node) => sums.get(node) ?? asNumber(of(node))
  const product = (node: Node) => products.get(node) ?? asNumber(of(node))
  const keep = (parts: Map<Node, bigint>, kind: string, node: Node, value: bigint) => {
    const within = ((value % modulus) + modulus) % modulus
    parts.set(node, within)
    return hashOf(`${kind} ${within.toString(36)}`)
  }
  const hash = (node: Node): string => {
    if (!('a' in node)) return hashOf(leafName(node))
    switch (node.op) {
      case 'add':
        return keep(sums, 'sum', node, sum(node.a) + sum(node.b))
      case 'sub':
        return keep(sums, 'sum', node, sum(node.a) - sum(node.b))
      case 'neg':
        return keep(sums, 'sum', node, -sum(node.a))
      case 'mul':
        return keep(products, 'product', node, product(node.a) + product(node.b))
      case 'div':
        return keep(products, 'product', node, product(node.a) - product(node.b))
    }
    const operands = [of(node.a), ...('b' in node ? [of(node.b)] : []), ...('c' in node ? [of(node.c)] : [])]
    if (commutative.has(node.op)) operands.sort()
    return hashOf(`${node.op} ${operands.join(' ')}`)
  }
  return (root) => {
    for (const node of reachable([root], seen)) hashes.set(node, hash(node))
    return of(root)
  }
}
