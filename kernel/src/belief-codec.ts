import type { Belief } from './belief.ts'
import type { TwinDefinition } from './define-twin.ts'
import { KernelError } from './errors.ts'
import type { Json, JsonObject } from './json.ts'
import type { SubjectId } from './subject.ts'

/**
 * A belief as bytes, the same bytes for the same belief on every machine: what is hashed, and what checkpoints hold.
 *
 * Layout, little-endian: `u32` length of the header; the header as canonical JSON (keys sorted) in UTF-8; the values and
 * then the weights of the ensemble as IEEE 754 doubles.
 */
export function encodeBelief(belief: Belief): Uint8Array {
  const { twin, asOf, ensemble, memory } = belief
  const header = new TextEncoder().encode(
    canonicalJson({
      twin: { kind: twin.kind, version: twin.version, subject: twin.subject },
      asOf,
      variables: ensemble.variables.map((variable) => variable.name),
      size: ensemble.size,
      memory,
    }),
  )
  const bytes = new Uint8Array(4 + header.length + 8 * (ensemble.values.length + ensemble.weights.length))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, header.length, true)
  bytes.set(header, 4)
  let at = 4 + header.length
  for (const numbers of [ensemble.values, ensemble.weights])
    for (const number of numbers) {
      view.setFloat64(at, number, true)
      at += 8
    }
  return bytes
}

/** The belief that {@link encodeBelief} wrote. Throws {@link KernelError} `belief-invalid` when it does not fit the definition. */
export function decodeBelief(bytes: Uint8Array, definition: TwinDefinition): Belief {
  const invalid = (what: string): never => {
    throw new KernelError(
      'belief-invalid',
      `this is no belief of twin "${definition.kind}" ${definition.version}: ${what}`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4 || view.getUint32(0, true) > bytes.length - 4) invalid('it is cut short')
  const headerLength = view.getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerLength))) as {
    twin: { kind: string; version: string; subject: SubjectId }
    asOf: number
    variables: string[]
    size: number
    memory: JsonObject
  }
  const names = definition.variables.map((variable) => variable.name)
  if (header.twin.kind !== definition.kind || header.twin.version !== definition.version)
    invalid(`it was made by ${header.twin.kind} ${header.twin.version}`)
  if (header.variables.join() !== names.join()) invalid(`its variables are ${header.variables.join(', ')}`)
  if (bytes.length !== 4 + headerLength + 8 * header.size * (names.length + 1)) invalid('its length is wrong')
  const numbers = new Float64Array(header.size * (names.length + 1))
  for (let i = 0; i < numbers.length; i++) numbers[i] = view.getFloat64(4 + headerLength + 8 * i, true)
  const split = header.size * names.length
  return {
    twin: header.twin,
    asOf: header.asOf,
    ensemble: {
      variables: definition.variables,
      size: header.size,
      values: numbers.slice(0, split),
      weights: numbers.slice(split),
    },
    memory: header.memory,
  }
}

/** JSON with the keys of every object in code-unit order and nothing optional: one text for one value. */
export function canonicalJson(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const object = value as JsonObject
    return `{${Object.keys(object)
      .filter((key) => object[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key])}`)
      .join(',')}}`
  }
  return JSON.stringify(value ?? null)
}
