import { finiteJacobian } from './finite-jacobian.ts'
import { createLu } from './lu.ts'
import type { Method, Step } from './step.ts'

/**
 * Rodas5P (Steinebach, BIT Numer Math 2023;63:27): a Rosenbrock method of order 5 with eight stages, stiffly accurate
 * and L-stable, error estimate of order 4, dense output of order 4. Its coefficients are given in the form that needs
 * no product with the Jacobian (Hairer, Wanner, Solving Ordinary Differential Equations II, IV.7, (7.25)).
 *
 * No iteration that could fail, and each stage is a solve with the same factors: what suits the stiff systems of some
 * tens to hundreds of states that models of physiology are. `timeDerivative` gives ∂ rate / ∂ time.
 */
export function rodas(stateCount: number, timeDerivative: (step: Step, into: Float64Array) => void): Method {
  const n = stateCount
  const lu = createLu(n)
  const jacobian = new Float64Array(n * n)
  const matrix = new Float64Array(n * n)
  const byTime = new Float64Array(n)
  const y = new Float64Array(n)
  const rates = new Float64Array(n)
  const stages = Array.from({ length: 8 }, () => new Float64Array(n))
  const [u1, u2, u3, u4, u5, u6, u7, u8] = stages as [F, F, F, F, F, F, F, F]
  /** Follows the eigenvector of the largest eigenvalue, one product a step. */
  const direction = new Float64Array(n).fill(1)
  const image = new Float64Array(n)
  /** Where the Jacobian was taken. */
  let takenAt = Number.NaN

  function attempt(step: Step): number {
    const { machine, parameters: p, from: t, size: h, start: y0, end: y1 } = step
    if (takenAt !== t) {
      finiteJacobian(machine, t, y0, p, step.startRates, jacobian)
      timeDerivative(step, byTime)
      takenAt = t
    }
    const diagonal = 1 / (h * GAMMA)
    for (let i = 0; i < n * n; i++) matrix[i] = -jacobian[i]!
    for (let i = 0; i < n; i++) matrix[i * n + i]! += diagonal
    if (!lu.factor(matrix)) return Number.NaN

    for (let i = 0; i < n; i++) u1[i] = step.startRates[i]! + h * D1 * byTime[i]!
    lu.solve(matrix, u1)

    for (let i = 0; i < n; i++) y[i] = y0[i]! + A21 * u1[i]!
    machine.rates(t + C2 * h, y, p, rates)
    for (let i = 0; i < n; i++) u2[i] = rates[i]! + (G21 / h) * u1[i]! + h * D2 * byTime[i]!
    lu.solve(matrix, u2)

    for (let i = 0; i < n; i++) y[i] = y0[i]! + (A31 * u1[i]! + A32 * u2[i]!)
    machine.rates(t + C3 * h, y, p, rates)
    for (let i = 0; i < n; i++) u3[i] = rates[i]! + (G31 * u1[i]! + G32 * u2[i]!) / h + h * D3 * byTime[i]!
    lu.solve(matrix, u3)

    for (let i = 0; i < n; i++) y[i] = y0[i]! + (A41 * u1[i]! + A42 * u2[i]! + A43 * u3[i]!)
    machine.rates(t + C4 * h, y, p, rates)
    for (let i = 0; i < n; i++)
      u4[i] = rates[i]! + (G41 * u1[i]! + G42 * u2[i]! + G43 * u3[i]!) / h + h * D4 * byTime[i]!
    lu.solve(matrix, u4)

    for (let i = 0; i < n; i++) y[i] = y0[i]! + (A51 * u1[i]! + A52 * u2[i]! + A53 * u3[i]! + A54 * u4[i]!)
    machine.rates(t + C5 * h, y, p, rates)
    for (let i = 0; i < n; i++)
      u5[i] = rates[i]! + (G51 * u1[i]! + G52 * u2[i]! + G53 * u3[i]! + G54 * u4[i]!) / h + h * D5 * byTime[i]!
    lu.solve(matrix, u5)

    for (let i = 0; i < n; i++)
      y[i] = y0[i]! + (A61 * u1[i]! + A62 * u2[i]! + A63 * u3[i]! + A64 * u4[i]! + A65 * u5[i]!)
    machine.rates(t + h, y, p, rates)
    for (let i = 0; i < n; i++)
      u6[i] = rates[i]! + (G61 * u1[i]! + G62 * u2[i]! + G63 * u3[i]! + G64 * u4[i]! + G65 * u5[i]!) / h
    lu.solve(matrix, u6)

    for (let i = 0; i < n; i++) y[i]! += u6[i]!
    machine.rates(t + h, y, p, rates)
    for (let i = 0; i < n; i++)
      u7[i] = rates[i]! + (G71 * u1[i]! + G72 * u2[i]! + G73 * u3[i]! + G74 * u4[i]! + G75 * u5[i]! + G76 * u6[i]!) / h
    lu.solve(matrix, u7)

    for (let i = 0; i < n; i++) y[i]! += u7[i]!
    machine.rates(t + h, y, p, rates)
    for (let i = 0; i < n; i++)
      u8[i] =
        rates[i]! +
        (G81 * u1[i]! + G82 * u2[i]! + G83 * u3[i]! + G84 * u4[i]! + G85 * u5[i]! + G86 * u6[i]! + G87 * u7[i]!) / h
    lu.solve(matrix, u8)

    const { absoluteTolerance, relativeTolerance } = step
    let largest = 0
    for (let i = 0; i < n; i++) {
      y1[i] = y[i]! + u8[i]!
      const error = Math.abs(u8[i]!)
      if (error === 0) continue
      const before = Math.abs(y0[i]!)
      const after = Math.abs(y1[i]!)
      const ratio = error / (absoluteTolerance[i]! + relativeTolerance * Math.max(before, after))
      if (!(ratio <= largest)) largest = ratio
      if (Number.isNaN(ratio)) return Number.NaN
    }
    machine.rates(t + h, y1, p, step.endRates)
    return largest
  }

  function finish(step: Step): void {
    const { start: y0, end: y1, dense } = step
    for (let i = 0; i < n; i++) {
      let second = 0
      let third = 0
      let fourth = 0
      for (let j = 0; j < 8; j++) {
        const u = stages[j]![i]!
        second += H2[j]! * u
        third += H3[j]! * u
        fourth += H4[j]! * u
      }
      dense[i] = y0[i]!
      dense[n + i] = y1[i]! - y0[i]!
      dense[2 * n + i] = second
      dense[3 * n + i] = third + fourth
      dense[4 * n + i] = -fourth
    }
  }

  function stiffness(step: Step): number {
    let before = 0
    let after = 0
    for (let i = 0; i < n; i++) {
      let sum = 0
      for (let j = 0; j < n; j++) sum += jacobian[i * n + j]! * direction[j]!
      image[i] = sum
      const weight = step.absoluteTolerance[i]! + step.relativeTolerance * Math.abs(step.end[i]!)
      if (!(weight > 0)) continue
      before += (direction[i]! / weight) ** 2
      after += (sum / weight) ** 2
    }
    const growth = before > 0 ? Math.sqrt(after / before) : 0
    if (!(growth > 0 && growth < Number.POSITIVE_INFINITY)) {
      direction.fill(1)
      return 0
    }
    for (let i = 0; i < n; i++) direction[i] = image[i]! / growth
    return Math.abs(step.size) * growth
  }

  return {
    name: 'rodas',
    order: 5,
    beta: 0,
    adaptive: true,
    attempt,
    finish,
    restart() {},
    stiffness,
  }
}

type F = Float64Array

const GAMMA = 0.21193756319429014
const A21 = 3
const A31 = 2.849394379747939
const A32 = 0.45842242204463923
const A41 = -6.954028509809101
const A42 = 2.489845061869568
const A43 = -10.358996098473584
const A51 = 2.8029986275628964
const A52 = 0.5072464736228206
const A53 = -0.3988312541770524
const A54 = -0.04721187230404641
const A61 = -7.502846399306121
const A62 = 2.561846144803919
const A63 = -11.627539656261098
const A64 = -0.18268767659942256
const A65 = 0.030198172008377946
const G21 = -14.155112264123755
const G31 = -17.97296035885952
const G32 = -2.859693295451294
const G41 = 147.12150275711716
const G42 = -1.41221402718213
const G43 = 71.68940251302358
const G51 = 165.43517024871676
const G52 = -0.4592823456491126
const G53 = 42.90938336958603
const G54 = -5.961986721573306
const G61 = 24.854864614690072
const G62 = -3.0009227002832186
const G63 = 47.4931110020768
const G64 = 5.5814197821558125
const G65 = -0.6610691825249471
const G71 = 30.91273214028599
const G72 = -3.1208243349937974
const G73 = 77.79954646070892
const G74 = 34.28646028294783
const G75 = -19.097331116725623
const G76 = -28.087943162872662
const G81 = 37.80277123390563
const G82 = -3.2571969029072276
const G83 = 112.26918849496327
const G84 = 66.9347231244047
const G85 = -40.06618937091002
const G86 = -54.66780262877968
const G87 = -9.48861652309627
const C2 = 0.6358126895828704
const C3 = 0.4095798393397535
const C4 = 0.9769306725060716
const C5 = 0.4288403609558664
const D1 = GAMMA
const D2 = -0.42387512638858027
const D3 = -0.3384627126235924
const D4 = 1.8046452872882734
const D5 = 2.325825639765069
const H2 = [
  25.948786856663858, -2.5579724845846235, 10.433815404888879, -2.3679251022685204, 0.524948541321073,
  1.1241088310450404, 0.4272876194431874, -0.17202221070155493,
]
const H3 = [
  -9.91568850695171, -0.9689944594115154, 3.0438037242978453, -24.495224566215796, 20.176138334709044,
  15.98066361424651, -6.789040303419874, -6.710236069923372,
]
const H4 = [
  11.419903575922262, 2.8879645146136994, 72.92137995996029, 80.12511834622643, -52.072871366152654, -59.78993625266729,
  -0.15582684282751913, 4.883087185713722,
]
