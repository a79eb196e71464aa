// The pathways whose truth is known, shared by the validations of engines/discrete.
import type { Duration, Pathway, Resource } from '@counterpart/discrete'

/** Arrivals per hour from 06:00 to midnight of Nelson's urgent-care exercise. */
export const nelsonRates: readonly number[] = [
  2.36667, 2.8, 8.83333, 10.43333, 14.8, 26.26667, 31.4, 18.06667, 16.46667, 12.03333, 11.6, 28.86667, 18.03333, 11.5,
  5.3, 4.06667, 2.2, 2.1,
]

export const exponential = (mean: number): Duration => ({ kind: 'exponential', mean })

type Activity = Extract<Pathway['steps'][number], { kind: 'activity' }>

/** One line before one kind of staff: a Poisson source for each class, the first class first. */
export function singleQueue(
  rates: readonly number[],
  service: Duration,
  capacity: number,
  resource: Partial<Resource> = {},
  taking: Partial<Activity> = {},
): Pathway {
  return {
    name: 'single queue',
    classes: rates.map((_, i) => ({ name: `class ${i}`, priority: i })),
    sources: rates.map((rate, i) => ({
      name: `source ${i}`,
      class: `class ${i}`,
      arrivals: { kind: 'intervals', between: exponential(1 / rate) },
    })),
    resources: [{ name: 'staff', capacity, ...resource }],
    steps: [{ kind: 'activity', name: 'service', needs: { staff: 1 }, duration: service, ...taking }],
  }
}

/** The same with arrivals whose rates change every hour. */
export function hourlyQueue(rates: readonly number[], service: Duration, capacity: number): Pathway {
  const door = { name: 'door', class: 'class 0', arrivals: { kind: 'rates', every: 1, rates } } as const
  return { ...singleQueue([1], service, capacity), sources: [door] }
}

/** Three nodes with return from the third to the second; what theory calls open Jackson. */
export const jacksonCase = {
  outside: [10, 0, 0],
  routing: [
    [0, 0.9, 0.1],
    [0, 0, 0.6],
    [0, 0.15, 0],
  ],
  services: [1 / 15, 1 / 4, 1 / 5],
  servers: [1, 4, 2],
} as const

export function jacksonNetwork(): Pathway {
  const { outside, routing, services, servers } = jacksonCase
  return {
    name: 'open network',
    classes: [{ name: 'any' }],
    sources: outside.flatMap((rate, i) =>
      rate > 0
        ? [
            {
              name: `door ${i}`,
              class: 'any',
              to: `node ${i}`,
              arrivals: { kind: 'intervals', between: exponential(1 / rate) },
            },
          ]
        : [],
    ),
    resources: servers.map((capacity, i) => ({ name: `server ${i}`, capacity })),
    steps: services.flatMap((mean, i): Pathway['steps'] => {
      const ways = routing[i]!.map((probability, to) => ({ probability, to: `node ${to}` }))
      const stays = ways.reduce((sum, { probability }) => sum + probability, 0)
      return [
        { kind: 'activity', name: `node ${i}`, needs: { [`server ${i}`]: 1 }, duration: exponential(mean) },
        {
          kind: 'branch',
          name: `after ${i}`,
          options: [...ways.filter(({ probability }) => probability > 0), { probability: 1 - stays, to: 'leave' }],
        },
      ]
    }),
  }
}
