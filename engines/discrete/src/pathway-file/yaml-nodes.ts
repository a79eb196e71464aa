import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { Place } from '../errors.ts'
import type { Problem } from './problem.ts'

/** YAML as plain data that remembers where it stood. Maps keep their order. */
export type YamlNode = YamlMap | YamlList | YamlScalar

export interface YamlEntry {
  readonly key: string
  readonly place: Place
  readonly value: YamlNode
}

export interface YamlMap {
  readonly kind: 'map'
  readonly place: Place
  readonly entries: readonly YamlEntry[]
}

interface YamlList {
  readonly kind: 'list'
  readonly place: Place
  readonly items: readonly YamlNode[]
}

interface YamlScalar {
  readonly kind: 'scalar'
  readonly place: Place
  readonly value: string | number | boolean | null
}

/** Characters in a file. */
const LARGEST = 1 << 20
/** Nodes once aliases are followed. */
const MOST_NODES = 200_000
const DEEPEST = 50

const CORE_TAGS = /^tag:yaml\.org,2002:(?:map|seq|str|int|float|bool|null)$/

/**
 * Reads one YAML 1.2 document (core schema). Anchors and aliases are followed within a bound; tags, several documents and
 * keys that are not text are refused. What is wrong is added to `problems`; undefined when nothing can be made of it.
 */
export function yamlNodes(text: string, problems: Problem[]): YamlNode | undefined {
  const refuse = (place: Place, what: string, expected?: string, mend?: string): undefined => {
    problems.push({ severity: 'error', place, what, ...(expected ? { expected } : {}), ...(mend ? { mend } : {}) })
    return undefined
  }
  const start = { line: 1, column: 1 }
  if (text.length > LARGEST)
    return refuse(
      start,
      `the file has ${text.length} characters`,
      `at most ${LARGEST}`,
      'split it into several pathways',
    )
  const depth = nestingOf(text)
  if (depth > 4 * DEEPEST) return refuse(start, 'the file is nested too deeply', `at most ${DEEPEST} levels`)
  const counter = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: counter,
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: true,
    stringKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  const placeAt = (offset: number): Place => {
    const { line, col } = counter.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  for (const { message, pos } of document.errors.slice(0, 20)) refuse(placeAt(pos[0]), message)
  if (document.errors.length > 0) return undefined
  if (document.contents === null) return refuse(start, 'the file is empty', 'a pathway')

  let nodes = 0
  const anchors = new Map<string, Node>()
  const follow = (node: Node | null, fallback: Place, level: number): YamlNode | undefined => {
    const place = node?.range ? placeAt(node.range[0]) : fallback
    if (++nodes > MOST_NODES)
      return nodes === MOST_NODES + 1
        ? refuse(place, `the file has more than ${MOST_NODES} parts once its aliases are followed`)
        : undefined
    if (level > DEEPEST) return refuse(place, 'the file is nested too deeply', `at most ${DEEPEST} levels`)
    if (node === null) return { kind: 'scalar', place, value: null }
    if (isAlias(node)) {
      const target = anchors.get(node.source)
      return target ? follow(target, place, level + 1) : refuse(place, `there is no anchor "${node.source}" above`)
    }
    if (node.anchor) anchors.set(node.anchor, node)
    if (node.tag && !CORE_TAGS.test(node.tag))
      return refuse(place, `the tag ${node.tag.slice(0, 50)}`, 'plain YAML without tags')
    if (isScalar(node)) {
      const { value } = node
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
        ? { kind: 'scalar', place, value }
        : refuse(place, 'a value of a kind that YAML 1.2 does not have', 'text, a number, true, false or nothing')
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => follow(item as Node | null, place, level + 1))
      return items.includes(undefined) ? undefined : { kind: 'list', place, items: items as YamlNode[] }
    }
    if (!isMap(node)) return refuse(place, 'something that is no map, list or value')
    const entries: YamlEntry[] = []
    let whole = true
    for (const pair of node.items) {
      const key = isPair(pair) ? (pair.key as Node | null) : null
      if (!isScalar(key) || key.value === null || typeof key.value === 'object') {
        refuse(key?.range ? placeAt(key.range[0]) : place, 'a key that is not text', 'a name before the colon')
        whole = false
        continue
      }
      const at = key.range ? placeAt(key.range[0]) : place
      const value = follow(pair.value as Node | null, at, level + 1)
      if (value) entries.push({ key: key.source ?? String(key.value), place: at, value })
      else whole = false
    }
    return whole ? { kind: 'map', place, entries } : undefined
  }
  return follow(document.contents as Node, start, 0)
}

/** An upper bound of how deep flow collections and indentation nest, so that the parser's recursion is bounded too. */
function nestingOf(text: string): number {
  let open = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x5b || c === 0x7b) deepest = Math.max(deepest, ++open)
    else if (c === 0x5d || c === 0x7d) open = Math.max(0, open - 1)
  }
  let dashes = 0
  for (const [run] of text.matchAll(/^(?:\s*[-?:]\s)+/gm)) dashes = Math.max(dashes, run.length / 2)
  return Math.max(deepest, dashes)
}

/** The value of a key; undefined where the map does not have it. */
export const entryOf = (node: YamlMap, key: string): YamlEntry | undefined => node.entries.find((e) => e.key === key)

/**
 * A map changed by another as in JSON Merge Patch (RFC 7396): maps are merged key by key, `null` takes a key away, and
 * everything else is put in place of what was there. New keys come last. Each part keeps its own place in the text.
 */
export function patched(node: YamlNode, patch: YamlNode): YamlNode {
  if (patch.kind !== 'map') return patch
  const base: YamlMap = node.kind === 'map' ? node : { kind: 'map', place: patch.place, entries: [] }
  const entries = [...base.entries]
  for (const change of patch.entries) {
    const at = entries.findIndex((e) => e.key === change.key)
    if (change.value.kind === 'scalar' && change.value.value === null) {
      if (at >= 0) entries.splice(at, 1)
    } else if (at >= 0) entries[at] = { ...entries[at]!, value: patched(entries[at]!.value, change.value) }
    else entries.push(change)
  }
  return { kind: 'map', place: base.place, entries }
}
