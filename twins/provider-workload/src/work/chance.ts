import { normalQuantile, portableExp } from '@counterpart/numerics'
import type { ClinicParameters } from './parameters.ts'

/** What turns hashed numbers into durations, times of day and counts without asking a stream for each of them. */
export interface Chance {
  /** Factors of mean 1 on minutes, at {@link points} equally likely points of their law. */
  readonly message: Float64Array
  readonly visit: Float64Array
  /** Standard normal, likewise. */
  readonly normal: Float64Array
}

/** Points of a law: ten bits of a hash. */
export const points = 1024
const normals = Float64Array.from({ length: points }, (_, i) => normalQuantile((i + 0.5) / points))

const logNormal = (spread: number): Float64Array => normals.map((z) => portableExp(spread * z - (spread * spread) / 2))

export const chanceOf = ({ messageSpread, visitSpread }: ClinicParameters): Chance => ({
  message: logNormal(messageSpread),
  visit: logNormal(visitSpread),
  normal: normals,
})

/**
 * 32 bits of number `index` of a sequence that begins with `seed`: so the chance of one message or visit does not depend on
 * how many others there are. A bijective finaliser with the constants of Ettinger's search (hash-prospector, 16-21f0aaad-
 * 15-d35a2d97-15, public domain); `seed` comes from a named stream.
 */
export function hashed(seed: number, index: number): number {
  let x = (seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0xd35a2d97)
  return (x ^ (x >>> 15)) >>> 0
}

/** A uniform number of 32 bits in (0, 1). */
export const uniform = (bits: number): number => (bits + 0.5) * 2 ** -32

/** How many, of a mean, by inversion: a higher mean never gives fewer by the same `u`. */
export function poissonAt(mean: number, u: number): number {
  if (mean <= 0) return 0
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normals[Math.floor(u * points)]!))
  let term = portableExp(-mean)
  let sum = term
  let n = 0
  while (u > sum && n < 200) {
    n++
    term *= mean / n
    sum += term
  }
  return n
}

/** A whole number with this mean: the fraction is its chance of one more. */
export const wholeAt = (mean: number, u: number): number => Math.floor(mean) + (u < mean - Math.floor(mean) ? 1 : 0)
