// What queueing theory says exactly, for the validations of engines/discrete.
import { normalCumulative } from '@counterpart/numerics'

/** The probability that all of `servers` are busy and an arrival waits, by the offered load in Erlangs. */
export function erlangC(servers: number, load: number): number {
  let blocked = 1
  for (let n = 1; n <= servers; n++) blocked = (load * blocked) / (n + load * blocked)
  return (servers * blocked) / (servers - load * (1 - blocked))
}

/** Mean wait in line of M/M/c. */
export function waitOfMmc(rate: number, service: number, servers: number): number {
  return (erlangC(servers, rate * service) * service) / (servers - rate * service)
}

/** Mean wait of M/G/1 (Pollaczek and Khinchine). */
export function waitOfMg1(rate: number, service: number, variance: number): number {
  return (rate * (variance + service ** 2)) / (2 * (1 - rate * service))
}

/** Mean waits by class of M/M/c with priorities that do not interrupt, the first class first (Cobham; Kella and Yechiali). */
export function waitsWithPriority(rates: readonly number[], service: number, servers: number): number[] {
  const load = rates.reduce((sum, rate) => sum + rate, 0) * service
  const first = (erlangC(servers, load) * service) / servers
  let before = 0
  return rates.map((rate) => {
    const after = before + (rate * service) / servers
    const wait = first / ((1 - before) * (1 - after))
    before = after
    return wait
  })
}

/**
 * Mean times in the system by class of M/M/c where higher classes interrupt and work is resumed: the first k classes
 * together see nothing of the rest, so their number is that of M/M/c with their rates.
 */
export function staysWithInterruption(rates: readonly number[], service: number, servers: number): number[] {
  let sum = 0
  let before = 0
  return rates.map((rate) => {
    sum += rate
    const present = sum * (waitOfMmc(sum, service, servers) + service)
    const stay = (present - before) / rate
    before = present
    return stay
  })
}

/** Erlang-A, M/M/c with exponential patience: share that leaves unserved, mean number in line, utilisation. */
export function erlangA(rate: number, service: number, servers: number, patience: number) {
  let weight = 1
  let total = 1
  let line = 0
  let busy = 0
  for (let n = 1; weight > 1e-18 * total || n <= servers; n++) {
    weight *= rate / (Math.min(n, servers) / service + Math.max(0, n - servers) / patience)
    total += weight
    line += Math.max(0, n - servers) * weight
    busy += Math.min(n, servers) * weight
  }
  const length = line / total
  return { leaving: length / patience / rate, length, utilisation: busy / total / servers }
}

/** Waits by node, mean number and mean time in the whole of an open Jackson network; `routing[i][j]` from i to j. */
export function jackson(
  outside: readonly number[],
  routing: readonly (readonly number[])[],
  services: readonly number[],
  servers: readonly number[],
) {
  let rates = [...outside]
  // A power series that converges because everybody leaves some time.
  for (let i = 0; i < 1000; i++)
    rates = outside.map((own, j) => own + rates.reduce((sum, rate, from) => sum + rate * routing[from]![j]!, 0))
  const waits = rates.map((rate, i) => waitOfMmc(rate, services[i]!, servers[i]!))
  const present = rates.reduce((sum, rate, i) => sum + rate * (waits[i]! + services[i]!), 0)
  return { rates, waits, present, stay: present / outside.reduce((sum, rate) => sum + rate, 0) }
}

/**
 * The law of the number in M(t)/M/c after each period of constant arrival rate, from a known number at the start: the
 * Kolmogorov equations solved by uniformisation, which is exact but for what lies above `most` people.
 */
export function transientMmc(
  rates: readonly number[],
  period: number,
  service: number,
  servers: number,
  begin: number,
  most = 400,
): Float64Array[] {
  let law = new Float64Array(most + 1)
  law[begin] = 1
  return rates.map((rate) => {
    const leaving = servers / service
    const jump = rate + leaving
    const next = new Float64Array(most + 1)
    let now = law
    let weight = Math.exp(-jump * period)
    for (let k = 0, left = 1; left > 1e-15 && k < 10_000; k++) {
      for (let n = 0; n <= most; n++) next[n]! += weight * now[n]!
      left -= weight
      weight *= (jump * period) / (k + 1)
      const after = new Float64Array(most + 1)
      for (let n = 0; n <= most; n++) {
        const up = n < most ? rate : 0
        const down = Math.min(n, servers) / service
        if (up > 0) after[n + 1]! += (now[n]! * up) / jump
        if (down > 0) after[n - 1]! += (now[n]! * down) / jump
        after[n]! += now[n]! * (1 - (up + down) / jump)
      }
      now = after
    }
    law = next
    return next
  })
}

/** The law of the number present at `time` in M/G/∞ with log-normal stays, begun from people who have stayed `elapsed`. */
export function transientDelay(
  rate: number,
  median: number,
  sigma: number,
  elapsed: readonly number[],
  time: number,
  most = 200,
): Float64Array {
  const exceeds = (t: number) => (t > 0 ? normalCumulative((Math.log(median) - Math.log(t)) / sigma) : 1)
  // Of those who come, the mean still there: the integral of the survival function up to `time`.
  const whole = median * Math.exp(sigma ** 2 / 2)
  const within = normalCumulative((Math.log(time / median) - sigma ** 2) / sigma)
  const mean = rate * (time * exceeds(time) + whole * within)
  let law = new Float64Array(most + 1)
  law[0] = Math.exp(-mean)
  for (let n = 1; n <= most; n++) law[n] = (law[n - 1]! * mean) / n
  for (const e of elapsed) {
    const stays = exceeds(e + time) / exceeds(e)
    law = law.map((p, n) => p * (1 - stays) + (n > 0 ? law[n - 1]! * stays : 0))
  }
  return law
}

/** Mean of a function of a number whose law is given. */
export function expectation(law: Float64Array, of: (n: number) => number): number {
  return law.reduce((sum, p, n) => sum + p * of(n), 0)
}

/** The smallest number whose cumulative probability reaches `level`. */
export function quantileOfLaw(law: Float64Array, level: number): number {
  let sum = 0
  for (let n = 0; n < law.length; n++) {
    sum += law[n]!
    if (sum >= level) return n
  }
  return law.length
}
