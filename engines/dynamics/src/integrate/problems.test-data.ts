import { handMade } from './hand-made.test-data.ts'

/** Problems of the literature, with solutions as their sources print them. */

export const decay = () =>
  handMade({
    initial: { x: 1 },
    parameters: { k: 1 },
    rates: (_, y, p, into) => {
      into[0] = -p[0]! * y[0]!
    },
    jacobian: (_, _y, p, into) => {
      into[0] = -p[0]!
    },
  })

/** A circle with a forcing: x = sin t, y = cos t, z = t cos t, all of whose equations depend on time. */
export const forced = () =>
  handMade({
    initial: { x: 0, y: 1, z: 0 },
    rates: (t, y, _, into) => {
      into[0] = y[1]!
      into[1] = -Math.sin(t)
      into[2] = y[1]! - t * y[0]! + 0.5 * (Math.sin(t) - y[0]!)
    },
    jacobian: (t, _y, _, into) => {
      into.set([0, 1, 0, 0, 0, 0, -t - 0.5, 1, 0])
    },
  })

/** Robertson 1966: autocatalytic reaction, the classical stiff problem. */
export const robertson = () =>
  handMade({
    initial: { a: 1, b: 0, c: 0 },
    rates: (_, y, _p, into) => {
      const slow = 0.04 * y[0]!
      const back = 1e4 * y[1]! * y[2]!
      const fast = 3e7 * y[1]! * y[1]!
      into[0] = back - slow
      into[1] = slow - back - fast
      into[2] = fast
    },
    jacobian: (_, y, _p, into) => {
      const [, b, c] = y as unknown as [number, number, number]
      into.set([-0.04, 1e4 * c, 1e4 * b, 0.04, -1e4 * c - 6e7 * b, -1e4 * b, 0, 6e7 * b, 0])
    },
  })

/** Van der Pol's oscillator in the form of the Test Set for IVP Solvers, μ = 1000. */
export const vanDerPol = () =>
  handMade({
    initial: { x: 2, v: 0 },
    rates: (_, y, _p, into) => {
      into[0] = y[1]!
      into[1] = 1000 * (1 - y[0]! * y[0]!) * y[1]! - y[0]!
    },
    jacobian: (_, y, _p, into) => {
      into.set([0, 1, -2000 * y[0]! * y[1]! - 1, 1000 * (1 - y[0]! * y[0]!)])
    },
  })

/** High irradiance responses of photomorphogenesis (Schäfer 1975); Test Set for IVP Solvers. */
export const hires = () =>
  handMade({
    initial: { y1: 1, y2: 0, y3: 0, y4: 0, y5: 0, y6: 0, y7: 0, y8: 0.0057 },
    rates: (_, y, _p, into) => {
      const [a, b, c, d, e, f, g, h] = y as unknown as number[] as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ]
      into[0] = -1.71 * a + 0.43 * b + 8.32 * c + 0.0007
      into[1] = 1.71 * a - 8.75 * b
      into[2] = -10.03 * c + 0.43 * d + 0.035 * e
      into[3] = 8.32 * b + 1.71 * c - 1.12 * d
      into[4] = -1.745 * e + 0.43 * f + 0.43 * g
      into[5] = -280 * f * h + 0.69 * d + 1.71 * e - 0.43 * f + 0.69 * g
      into[6] = 280 * f * h - 1.81 * g
      into[7] = -into[6]!
    },
  })

/** Oregonator (Field, Noyes 1974) in the form of the Test Set for IVP Solvers. */
export const oregonator = () =>
  handMade({
    initial: { y1: 1, y2: 2, y3: 3 },
    rates: (_, y, _p, into) => {
      into[0] = 77.27 * (y[1]! + y[0]! * (1 - 8.375e-6 * y[0]! - y[1]!))
      into[1] = (y[2]! - (1 + y[0]!) * y[1]!) / 77.27
      into[2] = 0.161 * (y[0]! - y[2]!)
    },
    jacobian: (_, y, _p, into) => {
      into.set([
        77.27 * (1 - 2 * 8.375e-6 * y[0]! - y[1]!),
        77.27 * (1 - y[0]!),
        0,
        -y[1]! / 77.27,
        -(1 + y[0]!) / 77.27,
        1 / 77.27,
        0.161,
        0,
        -0.161,
      ])
    },
  })

export const lotkaVolterra = () =>
  handMade({
    initial: { prey: 1, predator: 0.5 },
    rates: (_, y, _p, into) => {
      into[0] = y[0]! - y[0]! * y[1]!
      into[1] = y[0]! * y[1]! - y[1]!
    },
  })

/** Hodgkin and Huxley 1952 as first order equations with a constant current, mV and ms; gates in Rush–Larsen's form. */
export const hodgkinHuxley = (current = 10) => {
  const opening = (v: number) => {
    const x = (v + 40) / 10
    const am = Math.abs(x) < 1e-7 ? 1 : x / -Math.expm1(-x)
    const w = (v + 55) / 10
    const an = Math.abs(w) < 1e-7 ? 0.1 : (0.1 * w) / -Math.expm1(-w)
    return [
      am,
      4 * Math.exp(-(v + 65) / 18),
      0.07 * Math.exp(-(v + 65) / 20),
      1 / (1 + Math.exp(-(v + 35) / 10)),
      an,
      0.125 * Math.exp(-(v + 65) / 80),
    ] as const
  }
  const voltage = (v: number, m: number, h: number, n: number) =>
    current - 120 * m ** 3 * h * (v - 50) - 36 * n ** 4 * (v + 77) - 0.3 * (v + 54.387)
  return handMade({
    initial: { v: -65, m: 0.0529, h: 0.5961, n: 0.3177 },
    rates: (_, y, _p, into) => {
      const [v, m, h, n] = y as unknown as [number, number, number, number]
      const [am, bm, ah, bh, an, bn] = opening(v)
      into[0] = voltage(v, m, h, n)
      into[1] = am * (1 - m) - bm * m
      into[2] = ah * (1 - h) - bh * h
      into[3] = an * (1 - n) - bn * n
    },
    gates: (_, y, _p, linear, constant) => {
      const [v, m, h, n] = y as unknown as [number, number, number, number]
      const [am, bm, ah, bh, an, bn] = opening(v)
      linear.set([0, -am - bm, -ah - bh, -an - bn])
      constant.set([voltage(v, m, h, n), am, ah, an])
    },
  })
}
