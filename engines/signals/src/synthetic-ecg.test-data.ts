/** P, Q, R, S and T as bumps: time from the R peak (s), width (s), height (mV); shapes after McSharry et al. 2003. */
const waves = [
  [-0.17, 0.025, 0.12],
  [-0.035, 0.01, -0.1],
  [0, 0.011, 1.1],
  [0.035, 0.01, -0.25],
  [0.26, 0.045, 0.3],
] as const

export interface SyntheticEcg {
  readonly signal: Float64Array
  /** Sample numbers of the R peaks. */
  readonly beats: Int32Array
}

/** An ECG with an R peak at each of the given times (seconds), plus whatever `added` gives at a time. */
export function syntheticEcg(
  samplesPerSecond: number,
  duration: number,
  times: readonly number[],
  added: (time: number) => number = () => 0,
): SyntheticEcg {
  const signal = Float64Array.from({ length: Math.round(duration * samplesPerSecond) }, (_, i) =>
    added(i / samplesPerSecond),
  )
  for (const time of times)
    for (const [shift, width, height] of waves) {
      const centre = (time + shift) * samplesPerSecond
      const sigma = width * samplesPerSecond
      for (let i = Math.max(0, Math.floor(centre - 5 * sigma)); i < Math.min(signal.length, centre + 5 * sigma); i++)
        signal[i]! += height * Math.exp(-((i - centre) ** 2) / (2 * sigma * sigma))
    }
  return { signal, beats: Int32Array.from(times, (time) => Math.round(time * samplesPerSecond)) }
}

/** Beats at a steady rate from 0.4 s on, leaving half a second at the end. */
export function steadyBeats(beatsPerMinute: number, duration: number): number[] {
  const times: number[] = []
  for (let time = 0.4; time < duration - 0.5; time += 60 / beatsPerMinute) times.push(time)
  return times
}

/** A repeatable stream of numbers in (−1, 1): a linear congruential generator (Numerical Recipes, 2nd ed., §7.1). */
export function noise(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  }
}
