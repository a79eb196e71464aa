import { portableExp, portableLog } from '@counterpart/numerics'

/** The probability of these log-odds, without overflow at either end. */
export function probabilityOf(logOdds: number): number {
  if (logOdds >= 0) return 1 / (1 + portableExp(-logOdds))
  const e = portableExp(logOdds)
  return e / (1 + e)
}

/** log(1 + eˣ), without overflow or loss at either end. */
export function softplus(x: number): number {
  const small = portableExp(-Math.abs(x))
  return Math.max(x, 0) + (small < 1e-16 ? small : portableLog(1 + small))
}

/** The log-odds of a probability, which is first moved at least `floor` away from 0 and 1. */
export function logOddsOf(probability: number, floor = 1e-12): number {
  const p = Math.min(Math.max(probability, floor), 1 - floor)
  return portableLog(p / (1 - p))
}
