import type { CirculationParameters } from './parameters.ts'
import { valveFlow } from './valve-law.ts'

/**
 * The closed loop of Regazzoni et al. 2020 (arXiv:2011.15040), section 2.3, as numbers in arrays: four chambers
 * `p = E(t) (V - V0)`, four valves whose resistance depends on the pressure across them, and four vessel beds with
 * resistance, compliance and inertance.
 *
 * Parameters are packed once per run so that the inner loop reads one array and never divides by a constant.
 */
const packedSize = 49
const chamberOrder = ['LA', 'LV', 'RA', 'RV'] as const

/** Positions in the packed array: cycle, then EA EB TC TR tC V0 for each of LA LV RA RV, then valves and vessels. */
export const at = {
  cycle: 0,
  chamber: 1,
  perChamber: 6,
  valveOffset: 25,
  valveSlope: 26,
  vessels: 27,
  /** pi/TC and pi/TR per chamber. */
  angular: 39,
  /** Whether the right atrium (then: ventricle) beats in step with the left one, so that they share a cosine. */
  inStep: 47,
} as const

export function packParameters(
  parameters: CirculationParameters,
  into: Float64Array = new Float64Array(packedSize),
): Float64Array {
  const cycle = 1 / parameters.heartRate
  into[at.cycle] = cycle
  for (const [c, name] of chamberOrder.entries()) {
    const base = at.chamber + c * at.perChamber
    into[base] = parameters[`${name}.EA`]
    into[base + 1] = parameters[`${name}.EB`]
    into[base + 2] = parameters[`${name}.TC`]
    into[base + 3] = parameters[`${name}.TR`]
    into[base + 4] = parameters[`${name}.tC`] % cycle
    into[base + 5] = parameters[`${name}.V0`]
    into[at.angular + 2 * c] = Math.PI / into[base + 2]!
    into[at.angular + 2 * c + 1] = Math.PI / into[base + 3]!
  }
  // R = 10^(log10 Rmin + log10(Rmax/Rmin) (atan(100 pi dp)/pi + 1/2)) is exp(-offset + slope atan(100 pi dp)).
  const range = Math.log(parameters['valves.Rmax'] / parameters['valves.Rmin'])
  into[at.valveOffset] = -Math.log(parameters['valves.Rmin']) - range / 2
  into[at.valveSlope] = range / Math.PI
  let i: number = at.vessels
  for (const bed of ['systemic', 'pulmonary'] as const)
    for (const side of ['AR', 'VEN'] as const) {
      into[i++] = 1 / parameters[`${bed}.C_${side}`]
      into[i++] = parameters[`${bed}.R_${side}`]
      into[i++] = 1 / parameters[`${bed}.L_${side}`]
    }
  into[at.inStep] = inStep(into, 1, 13) ? 1 : 0
  into[at.inStep + 1] = inStep(into, 7, 19) ? 1 : 0
  return into
}

/** Elastance of chamber `c` (0 LA, 1 LV, 2 RA, 3 RV) at `t` seconds into the cycle, mmHg/mL. */
export function elastance(P: Float64Array, c: number, t: number): number {
  const base = 1 + c * 6
  const EB = P[base + 1]!
  const TC = P[base + 2]!
  let a = t - P[base + 4]!
  if (a < 0) a += P[0]!
  if (a < TC) return EB + P[base]! * 0.5 * (1 - Math.cos(a * P[39 + 2 * c]!))
  const TR = P[base + 3]!
  a -= TC
  if (a < TR) return EB + P[base]! * 0.5 * (1 + Math.cos(a * P[40 + 2 * c]!))
  return EB
}

/** Time derivative of {@link elastance}, mmHg/mL/s. */
export function elastanceRate(P: Float64Array, c: number, t: number): number {
  const base = 1 + c * 6
  const TC = P[base + 2]!
  let a = t - P[base + 4]!
  if (a < 0) a += P[0]!
  if (a < TC) return (P[base]! * 0.5 * Math.PI * Math.sin((Math.PI * a) / TC)) / TC
  const TR = P[base + 3]!
  a -= TC
  if (a < TR) return (-P[base]! * 0.5 * Math.PI * Math.sin((Math.PI * a) / TR)) / TR
  return 0
}

/** The four elastances at `t`, written to `E`; chambers that beat in step share the cosine. */
export function elastances(P: Float64Array, t: number, E: Float64Array): void {
  E[0] = elastance(P, 0, t)
  E[1] = elastance(P, 1, t)
  E[2] = P[47] === 1 ? P[14]! + ((E[0]! - P[2]!) * P[13]!) / P[1]! : elastance(P, 2, t)
  E[3] = P[48] === 1 ? P[20]! + ((E[1]! - P[8]!) * P[19]!) / P[7]! : elastance(P, 3, t)
}

function inStep(P: Float64Array, a: number, b: number): boolean {
  return P[a]! > 0 && P[a + 2] === P[b + 2] && P[a + 3] === P[b + 3] && P[a + 4] === P[b + 4]
}

/**
 * Time derivative of the state `y` under the elastances `E`, written to `dy`.
 * Equations (1)-(12) of the closed loop: valve flows are algebraic, dV = in - out, C dp = in - out,
 * L dQ = dp - R Q.
 */
export function derivative(P: Float64Array, E: Float64Array, y: Float64Array, dy: Float64Array): void {
  const pLA = E[0]! * (y[0]! - P[6]!)
  const pLV = E[1]! * (y[1]! - P[12]!)
  const pRA = E[2]! * (y[2]! - P[18]!)
  const pRV = E[3]! * (y[3]! - P[24]!)
  const pArSys = y[4]!
  const pVenSys = y[5]!
  const pArPul = y[6]!
  const pVenPul = y[7]!
  const qArSys = y[8]!
  const qVenSys = y[9]!
  const qArPul = y[10]!
  const qVenPul = y[11]!
  const offset = P[25]!
  const slope = P[26]!
  const mitral = valveFlow(pLA - pLV, offset, slope)
  const aortic = valveFlow(pLV - pArSys, offset, slope)
  const tricuspid = valveFlow(pRA - pRV, offset, slope)
  const pulmonary = valveFlow(pRV - pArPul, offset, slope)
  dy[0] = qVenPul - mitral
  dy[1] = mitral - aortic
  dy[2] = qVenSys - tricuspid
  dy[3] = tricuspid - pulmonary
  dy[4] = (aortic - qArSys) * P[27]!
  dy[5] = (qArSys - qVenSys) * P[30]!
  dy[6] = (pulmonary - qArPul) * P[33]!
  dy[7] = (qArPul - qVenPul) * P[36]!
  dy[8] = (pArSys - pVenSys - P[28]! * qArSys) * P[29]!
  dy[9] = (pVenSys - pRA - P[31]! * qVenSys) * P[32]!
  dy[10] = (pArPul - pVenPul - P[34]! * qArPul) * P[35]!
  dy[11] = (pVenPul - pLA - P[37]! * qVenPul) * P[38]!
}
