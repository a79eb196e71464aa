import type { QuantityName } from '../quantities.ts'
import { scales } from './scale.ts'

/** Mean and variance, on the quantity's scale, of the first `count` futures at one of several times. */
export function momentsOf(name: QuantityName, members: Float64Array, time: number, size: number, count: number) {
  const { onto } = scales[name]
  let [sum, squares] = [0, 0]
  for (let m = 0; m < count; m++) {
    const value = onto(members[time * size + m]!)
    sum += value
    squares += value * value
  }
  const mean = sum / count
  return { mean, variance: Math.max(0, squares - count * mean * mean) / (count - 1) }
}
