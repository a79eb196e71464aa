// Makes src/emulator.generated.json: a Sobol' design over the parameters, the engine at every point, a least-squares
// polynomial, and its error at points held out. Run: node twins/cardiovascular/build-emulator.ts (under a minute).
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fitEmulator, type PolynomialEmulator, prepareEmulator } from '@counterpart/inference'
import {
  covarianceMatrix,
  matrix,
  normalQuantile,
  randomStream,
  sobolPoints,
  symmetricEigen,
} from '@counterpart/numerics'
import { type Build, buildComponents, unmodelled, unmodelledSpread } from './src/build.ts'
import { type EmulatorFile, emulatedNames } from './src/emulator.ts'
import { emulatorBasis, integrated } from './src/integrated.ts'
import { type Physiology, physiology, physiologyNames } from './src/physiology.ts'

const degree = 5
const points = 12_000
const held = 1_000
const seed = 'cardiovascular-emulator-2'
/** Wide enough for the prior's population under any treatment that the twin knows. */
const low = [0.35, 0.025, 0.12, 0.35, 550, 33]
const high = [35, 0.6, 3, 4.5, 2600, 180]
const dimensions = physiologyNames.length

function physical(logs: readonly number[]): Physiology {
  return Object.fromEntries(physiologyNames.map((name, d) => [name, Math.exp(logs[d]!)])) as unknown as Physiology
}

/** Logarithms over the box, or spread as the prior is, `widen` times as far. */
function place(unit: readonly number[], over: 'box' | 'prior', widen: number): number[] {
  return unit.map((u, d) => {
    const a = Math.log(low[d]!)
    const b = Math.log(high[d]!)
    if (over === 'box') return a + (b - a) * u
    const { median, standardDeviation } = physiology[d]!
    return Math.min(b, Math.max(a, Math.log(median) + widen * standardDeviation * normalQuantile(u)))
  })
}

/** What the polynomial stands for: logarithms, and log-odds for the ejection fraction. */
function target(logs: readonly number[], build: Build = {}): number[] {
  const truth = integrated(physical(logs), build)
  return emulatedNames.map((name) =>
    name === 'ejection-fraction' ? Math.log(truth[name] / (1 - truth[name])) : Math.log(truth[name]),
  )
}

function targets(places: readonly (readonly number[])[]) {
  const inputs = matrix(dimensions, places.length)
  const outputs = matrix(emulatedNames.length, places.length)
  for (const [i, place] of places.entries()) {
    for (const [d, x] of place.entries()) inputs.values[d * places.length + i] = x
    for (const [o, y] of target(place).entries()) outputs.values[o * places.length + i] = y
  }
  return { inputs, outputs }
}

const sobol = sobolPoints(points, dimensions, randomStream(seed, 'design'))
const design = targets(
  Array.from({ length: points }, (_, i) =>
    place(
      Array.from({ length: dimensions }, (_, d) => sobol.values[d * points + i]!),
      i % 3 === 0 ? 'box' : 'prior',
      i % 3 === 1 ? 1.7 : 1,
    ),
  ),
)
const digits = (x: number, count: number) => Number(x.toPrecision(count))
const fitted = fitEmulator({
  inputs: physiologyNames.map((name, d) => ({
    name: `ln ${name}`,
    lower: Math.log(low[d]!),
    upper: Math.log(high[d]!),
  })),
  outputs: emulatedNames,
  points: design.inputs,
  values: design.outputs,
  degree,
})
const emulator: PolynomialEmulator = {
  ...fitted,
  outputs: fitted.outputs.map((output) => ({ ...output, coefficients: output.coefficients.map((c) => digits(c, 9)) })),
}
const ready = prepareEmulator(emulator)
const stream = randomStream(seed, 'held-out')

function errorsOver(over: 'box' | 'prior') {
  const unseen = targets(
    Array.from({ length: held }, () =>
      place(
        Array.from({ length: dimensions }, () => stream.uniform()),
        over,
        1,
      ),
    ),
  )
  const values = matrix(emulatedNames.length, held)
  ready.evaluate(unseen.inputs, values)
  return emulatedNames.map((name, o) => {
    const misses = Array.from({ length: held }, (_, i) => {
      const truth = unseen.outputs.values[o * held + i]!
      const value = values.values[o * held + i]!
      return Math.abs(
        (name === 'ejection-fraction' ? (1 + Math.exp(-truth)) / (1 + Math.exp(-value)) : Math.exp(value - truth)) - 1,
      )
    }).sort((a, b) => a - b)
    return {
      rms: digits(Math.sqrt(misses.reduce((sum, x) => sum + x * x, 0) / held), 3),
      p95: digits(misses[Math.floor(0.95 * held)]!, 3),
      largest: digits(misses.at(-1)!, 3),
    }
  })
}

/** What unmodelled parameters do to the quantities: principal components over bodies drawn for the prior's population. */
function structure(): EmulatorFile['structure'] {
  const bodies = randomStream(seed, 'bodies')
  const shifts = matrix(emulatedNames.length, held)
  for (let i = 0; i < held; i++) {
    const here = place(
      Array.from({ length: dimensions }, () => bodies.uniform()),
      'prior',
      1,
    )
    const build = Object.fromEntries(unmodelled.map((name) => [name, Math.exp(unmodelledSpread * bodies.normal())]))
    const usual = target(here)
    for (const [o, y] of target(here, build).entries()) shifts.values[o * held + i] = y - usual[o]!
  }
  const { values, vectors } = symmetricEigen(covarianceMatrix(shifts))
  // Eigenvalues come smallest first.
  const kept = Array.from({ length: buildComponents }, (_, c) => emulatedNames.length - 1 - c)
  return {
    loadings: kept.map((k) =>
      emulatedNames.map((_, o) => digits(Math.sqrt(values[k]!) * vectors.values[o * emulatedNames.length + k]!, 4)),
    ),
    explained: digits(kept.reduce((sum, k) => sum + values[k]!, 0) / values.reduce((sum, x) => sum + x, 0), 4),
  }
}

const file: EmulatorFile = {
  model: 'regazzoni2020, limit cycle, atrial onset at 0.9 of the cycle',
  hash: createHash('sha256').update(emulatorBasis(low, high)).digest('hex'),
  design: { points, held, seed },
  emulator,
  structure: structure(),
  error: { box: errorsOver('box'), prior: errorsOver('prior') },
}
writeFileSync(join(import.meta.dirname, 'src/emulator.generated.json'), `${JSON.stringify(file)}\n`)
console.table(
  Object.fromEntries(
    emulatedNames.map((name, o) => [
      name,
      {
        'box, rms': file.error.box[o]!.rms,
        'prior, rms': file.error.prior[o]!.rms,
        'prior, largest': file.error.prior[o]!.largest,
      },
    ]),
  ),
)
