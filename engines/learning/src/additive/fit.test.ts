import { matrix, randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import {
  areaUnderCurve,
  explain,
  fitAdditiveModel,
  fitWithHeldOut,
  LearningError,
  logisticRegression,
  normalForm,
  predictRows,
  scoreRows,
  shapesOf,
} from '../index.ts'
import { features, simulated } from './simulated.test-data.ts'

const stream = randomStream('learning', 'fit')
const train = simulated(8000, 'train')
const fresh = simulated(8000, 'fresh')
const outcome = { kind: 'binary', name: 'admitted', values: train.binary } as const
const model = fitAdditiveModel({ features, columns: train.columns, outcome }, { stream, bags: 4 })
const lengthOfStay = { kind: 'continuous', name: 'length of stay', unit: 'h', values: train.continuous } as const

function rootMeanSquare(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0) / a.length)
}

describe('a boosted additive model', () => {
  it('recovers the log-odds it was simulated from', () => {
    // All but a twentieth of the variance, which is 36·(1/5 − 1/9) from age alone.
    expect(rootMeanSquare(scoreRows(model, fresh.columns), fresh.logOdds) ** 2).toBeLessThan(3.2 / 20)
  })

  it('recovers a continuous truth within the noise', () => {
    const fitted = fitAdditiveModel({ features, columns: train.columns, outcome: lengthOfStay }, { stream, bags: 4 })
    expect(rootMeanSquare(predictRows(fitted, fresh.columns), fresh.logOdds)).toBeLessThan(0.15)
  })

  it('ranks unseen patients better than logistic regression where the truth bends', () => {
    const design = (columns: typeof train.columns) =>
      matrix(
        columns.age.length,
        4,
        columns.arrival.flatMap((arrival, i) => [
          1,
          columns.age[i]! / 100,
          Number.isNaN(columns.lactate[i]!) ? 0 : columns.lactate[i]!,
          arrival === 'ambulance' ? 1 : 0,
        ]),
      )
    const { coefficients } = logisticRegression(design(train.columns), train.binary)
    const { values } = design(fresh.columns)
    const linear = fresh.binary.map((_, i) => coefficients.reduce((sum, b, j) => sum + b * values[4 * i + j]!, 0))
    const glassBox = areaUnderCurve(scoreRows(model, fresh.columns), fresh.binary)
    const straight = areaUnderCurve(linear, fresh.binary)
    const best = areaUnderCurve(fresh.logOdds, fresh.binary)
    expect(glassBox.low).toBeGreaterThan(straight.high)
    expect(best.area - glassBox.area).toBeLessThan(0.01)
  })

  it('explains each prediction by contributions that add to it exactly', () => {
    const scores = scoreRows(model, fresh.columns)
    const probabilities = predictRows(model, fresh.columns)
    for (let i = 0; i < 300; i++) {
      const { age, lactate, arrival, noise } = fresh.columns
      const row = { age: age[i]!, lactate: lactate[i]!, arrival: arrival[i]!, noise: noise[i]! }
      const { score, prediction, intercept, contributions } = explain(model, row)
      expect(contributions.reduce((sum, { value }) => sum + value, intercept)).toBe(score)
      expect(score).toBe(scores[i])
      expect(prediction).toBe(probabilities[i])
    }
  })

  it('says when a row is unlike anything seen', () => {
    const { contributions } = explain(model, { age: 130, lactate: null, arrival: 'helicopter', noise: 0 })
    const unseen = contributions.filter((part) => part.unseen && part.features.length === 1)
    expect(unseen.map(({ features: [name] }) => name)).toEqual(['age', 'arrival'])
    expect(contributions.find(({ features: [name] }) => name === 'arrival')!.value).toBe(0)
  })

  it('is the same, bit for bit, whatever the order of rows and columns', () => {
    const rows = 1500
    const small = simulated(rows, 'order')
    const order = Array.from({ length: rows }, (_, i) => ((i * 7) % rows === 0 && i > 0 ? i : (i * 7) % rows))
    const turn = <T>(column: ArrayLike<T>) => order.map((i) => column[i]!)
    const { age, lactate, arrival, noise } = small.columns
    const columns = { noise: turn(noise), arrival: turn(arrival), lactate: turn(lactate), age: turn(age) }
    expect(new Set(order).size).toBe(rows)
    const options = { stream, bags: 2 }
    const one = fitAdditiveModel(
      { features, columns: small.columns, outcome: { ...outcome, values: small.binary } },
      options,
    )
    const other = fitAdditiveModel(
      { features: [...features].reverse(), columns, outcome: { ...outcome, values: turn(small.binary) } },
      options,
    )
    expect(normalForm(other)).toBe(normalForm(one))
    expect(JSON.parse(JSON.stringify(one))).toEqual(one)
    const elsewhere = { stream: randomStream('elsewhere'), bags: 2 }
    const third = fitAdditiveModel(
      { features, columns: small.columns, outcome: { ...outcome, values: small.binary } },
      elsewhere,
    )
    expect(normalForm(third)).not.toBe(normalForm(one))
  })

  it('keeps a monotone feature monotone, either way, whatever the data say', () => {
    for (const monotone of ['rising', 'falling'] as const) {
      const bound = features.map((f) => (f.name === 'age' && f.kind === 'numeric' ? { ...f, monotone } : f))
      const fitted = fitAdditiveModel({ features: bound, columns: train.columns, outcome }, { stream, bags: 2 })
      const term = fitted.terms.find(({ axes }) => axes.length === 1 && axes[0].name === 'age')!
      const steps = term.values
        .slice(2)
        .map((value, k) => (value - term.values[k + 1]!) * (monotone === 'rising' ? 1 : -1))
      expect(Math.min(...steps)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...steps)).toBeGreaterThan(0.01)
      expect(fitted.terms.some(({ axes }) => axes.length === 2 && axes.some(({ name }) => name === 'age'))).toBe(false)
    }
  })

  it('finds the one pair that acts together, and leaves what is single to the single shapes', () => {
    const draws = randomStream('learning', 'pair')
    const columns = Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((name) => [name, Float64Array.from({ length: 4000 }, () => draws.normal())]),
    )
    const values = columns.a!.map(
      (a, i) => a + (columns.b![i]! > 0 === columns.d![i]! > 0 ? 1 : -1) + 0.3 * draws.normal(),
    )
    const named = ['a', 'b', 'c', 'd'].map((name) => ({ kind: 'numeric', name }) as const)
    const fitted = fitAdditiveModel(
      { features: named, columns, outcome: { kind: 'continuous', name: 'y', values } },
      { stream, bags: 3, pairs: 1 },
    )
    const pair = fitted.terms.find(({ axes }) => axes.length === 2)!
    expect(pair.axes.map(({ name }) => name)).toEqual(['b', 'd'])
    expect(shapesOf(fitted)[0]!.features.map(({ name }) => name)).toEqual(['b', 'd'])
    const width = pair.values.length / (pair.axes[1]!.kind === 'numeric' ? pair.axes[1]!.edges.length + 2 : 0)
    const columnsOfGrid = pair.values.length / width
    for (let r = 0; r < width; r++) {
      const cells = pair.values.slice(r * columnsOfGrid, (r + 1) * columnsOfGrid)
      const mean = cells.reduce((sum, v, c) => sum + v * pair.weights[r * columnsOfGrid + c]!, 0)
      expect(Math.abs(mean)).toBeLessThan(1e-8)
    }
  })

  it('has error bars that hold the truth about as often as they say, and no more than needed', () => {
    let [held, bins] = [0, 0]
    for (const rows of [2000, 8000]) {
      const { columns, binary } = rows === 8000 ? train : simulated(rows, 'few')
      const fitted =
        rows === 8000
          ? model
          : fitAdditiveModel({ features, columns, outcome: { ...outcome, values: binary } }, { stream, bags: 4 })
      const shape = shapesOf(fitted).find(({ features: [f] }) => f!.name === 'age')!
      shape.levels.forEach(({ lower, upper, weight }, k) => {
        const bin = shape.features[0]!.bins[k]!
        if (bin.kind !== 'interval' || weight === 0) return
        bins++
        // The mean of 6((x − 50)/50)² over 0…100 is 2.
        const t = 6 * (((bin.from + bin.to) / 2 - 50) / 50) ** 2 - 2
        if (lower <= t && t <= upper) held++
      })
    }
    // Two curves of 64 bins each, whose errors hang together: 95 % ± 7.
    expect(held / bins).toBeGreaterThan(0.88)
    const { errors } = model.terms.find(({ axes }) => axes[0].name === 'age')!
    expect(errors.reduce((sum, each) => sum + each, 0) / errors.length).toBeLessThan(0.3)
  })

  it('holds the log-odds of new patients within the error of their score', () => {
    const { age, lactate, arrival, noise } = fresh.columns
    const held = Array.from({ length: 500 }, (_, i) => {
      const row = { age: age[i]!, lactate: lactate[i]!, arrival: arrival[i]!, noise: noise[i]! }
      const { score, error } = explain(model, row)
      return Math.abs(score - fresh.logOdds[i]!) <= 1.96 * error
    }).filter(Boolean).length
    expect(held / 500).toBeGreaterThan(0.93)
  })

  it('takes a row that stands for several cases as those cases', () => {
    // Few distinct rows, so that many are equal.
    const { age, arrival } = simulated(3000, 'counts').columns
    const values = train.binary.slice(0, 3000)
    const decade = age.map((a) => 10 * Math.floor(a / 10))
    const keys = Array.from(values, (y, i) => JSON.stringify([decade[i], arrival[i], y]))
    const distinct = [...new Set(keys)]
    const rows = distinct.map((key) => JSON.parse(key) as [number, string, number])
    const counts = distinct.map((key) => keys.filter((other) => other === key).length)
    const two = features.filter(({ name }) => name === 'age' || name === 'arrival')
    const options = { stream, bags: 2, pairs: 0 }
    const whole = fitAdditiveModel(
      { features: two, columns: { age: decade, arrival }, outcome: { ...outcome, values } },
      options,
    )
    const grouped = fitAdditiveModel(
      {
        features: two,
        columns: { age: rows.map(([a]) => a), arrival: rows.map(([, a]) => a) },
        outcome: { ...outcome, values: rows.map(([, , y]) => y) },
      },
      { ...options, counts },
    )
    expect(grouped.training.rows).toBe(3000)
    const differences = grouped.terms.flatMap(({ values: v }, t) => v.map((x, k) => x - whole.terms[t]!.values[k]!))
    expect(Math.max(...differences.map(Math.abs))).toBeLessThan(1e-9)
    expect(Math.abs(grouped.terms[0]!.values[1]!)).toBeGreaterThan(0)
  })

  it('learns the difference to a published model that it begins with', () => {
    const few = { columns: train.columns, outcome: { ...outcome, values: train.binary } }
    const exact = fitWithHeldOut({ features, ...few }, { stream, bags: 3, offset: train.logOdds, startSpread: 0.5 })
    // What it begins with is the truth: there is nothing to add.
    const largest = Math.max(...exact.model.terms.flatMap(({ values }) => values.map(Math.abs)))
    expect(largest).toBeLessThan(0.35)
    expect(Math.abs(exact.model.intercept)).toBeLessThan(0.1)
    // Without the offset each row's own score leaves its outcome out, and tells as much as for strangers.
    const free = fitWithHeldOut({ features, ...few }, { stream, bags: 8 })
    const told = [...free.heldOut.keys()].filter((i) => !Number.isNaN(free.heldOut[i]!))
    expect(told.length).toBeGreaterThan(7500)
    const area = areaUnderCurve(
      told.map((i) => free.heldOut[i]!),
      told.map((i) => train.binary[i]!),
    ).area
    expect(Math.abs(area - areaUnderCurve(scoreRows(free.model, fresh.columns), fresh.binary).area)).toBeLessThan(0.015)
    // Everybody's log-odds 1 too low: many cases say so.
    const low = train.logOdds.map((s) => s - 1)
    expect(fitAdditiveModel({ features, ...few }, { stream, bags: 2, offset: low }).intercept).toBeCloseTo(1, 0)
    // A few say this or that by chance, and are not believed at once.
    const astray = (startSpread: number) => {
      const all = [0, 1, 2, 3, 4, 5].map((part) => {
        const some = <T>(column: ArrayLike<T>) => Array.from({ length: 60 }, (_, i) => column[60 * part + i]!)
        const { age, lactate, arrival, noise } = train.columns
        const columns = { age: some(age), lactate: some(lactate), arrival: some(arrival), noise: some(noise) }
        const few60 = { columns, outcome: { ...outcome, values: some(train.binary) } }
        const options = { stream, offset: some(train.logOdds), startSpread, patience: 1 }
        return Math.abs(fitAdditiveModel({ features, ...few60 }, options).intercept)
      })
      return all.reduce((sum, each) => sum + each, 0) / all.length
    }
    expect(astray(0.1)).toBeLessThan(0.6 * astray(10))
    expect(() => fitAdditiveModel({ features, ...few }, { stream, offset: [1] })).toThrow(/the offset has 1 values/)
    expect(() => fitAdditiveModel({ features, ...few }, { stream, counts: train.binary })).toThrow(/count \d+ is 0/)
  })

  it('gives the rare class more say with balanced weights', () => {
    const balanced = fitAdditiveModel(
      {
        features,
        columns: train.columns,
        outcome: { ...outcome, values: train.binary.map((y, i) => (i % 5 ? 0 : y)) },
      },
      { stream, bags: 2, classWeights: 'balanced' },
    )
    expect(balanced.training.outcomeMean).toBeLessThan(0.2)
    const mean = predictRows(balanced, train.columns).reduce((sum, p) => sum + p, 0) / 8000
    expect(mean).toBeGreaterThan(0.4)
  })

  it('names what is wrong with what it is given', () => {
    const fit = (change: object, options: object = {}) =>
      fitAdditiveModel({ features, columns: train.columns, outcome, ...change }, { stream, ...options })
    expect(() => fit({ features: [...features, features[0]] })).toThrow(/"age" is named twice/)
    expect(() => fit({ columns: { age: train.columns.age } })).toThrow(/no column for the feature "arrival"/)
    expect(() => fit({ columns: { ...train.columns, age: [1, 2] } })).toThrow(/"age" has 2 values/)
    expect(() => fit({ columns: { ...train.columns, age: train.columns.arrival } })).toThrow(/"age" holds "/)
    expect(() => fit({ outcome: { ...outcome, values: train.continuous } })).toThrow(/expected 0 or 1/)
    expect(() => fit({ outcome: { ...outcome, values: train.binary.map(() => 1) } })).toThrow(/all 8000 outcomes are 1/)
    expect(() => fit({}, { learningRate: 0 })).toThrow(LearningError)
    expect(() => fit({}, { weights: train.binary.map(() => -1) })).toThrow(/weight 0 is -1/)
    expect(() => explain(model, { age: 3 })).toThrow(/the row has no "arrival"/)
  })
})
