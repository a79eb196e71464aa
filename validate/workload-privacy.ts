// What disclosure control of a clinic's surveys lets through and what it keeps back, beside telling every cell of enough people:
// how many figures of pods are told, and of how many people something follows by adding up and taking away.
import { type RandomStream, randomStream } from '@counterpart/numerics'
import { derivableGroups, releaseCells } from '@counterpart/privacy'
import type { Measurement } from '../scripts/measure.ts'

const clinics = 40
const waves = 8
const minimum = 5
const pods = [9, 9, 9, 9, 8, 8]
const people = pods.flatMap((size, pod) => Array.from({ length: size }, (_, i) => ({ name: `${pod}.${i}`, pod })))

interface Wave {
  readonly answered: readonly string[]
  readonly burnout: ReadonlyMap<string, number>
}

/** Half of whether somebody answers is theirs, half is the day's. Answers move by a step now and then. */
function* wavesOf(random: RandomStream, response: number): Iterable<Wave> {
  const eager = new Map(people.map(({ name }) => [name, random.uniform()]))
  let burnout = new Map(
    people.map(({ name }) => [name, 1 + Math.floor(2.2 * random.uniform() + 2.2 * random.uniform())]),
  )
  for (let wave = 0; wave < waves; wave++) {
    burnout = new Map(
      [...burnout].map(([name, value]) => {
        const step = random.uniform()
        return [name, step < 0.15 ? Math.max(1, value - 1) : step > 0.85 ? Math.min(5, value + 1) : value]
      }),
    )
    const answered = people
      .map(({ name }) => name)
      .filter((name) => 0.5 * eager.get(name)! + 0.5 * random.uniform() < quantileOfMean(response))
    yield { answered, burnout }
  }
}

/** Below which the mean of two uniform numbers lies with this probability. */
function quantileOfMean(p: number): number {
  return p < 0.5 ? Math.sqrt(p / 2) : 1 - Math.sqrt((1 - p) / 2)
}

function cellsOf(wave: number, answered: readonly string[]) {
  const within = (pod?: number) =>
    people
      .filter((each) => (pod === undefined || each.pod === pod) && answered.includes(each.name))
      .map(({ name }) => name)
  return [
    { name: `${wave} clinic`, members: within() },
    ...pods.map((_, pod) => ({ name: `${wave} pod ${pod}`, members: within(pod) })),
  ]
}

interface Told {
  clinic: number
  pods: number
  enough: number
  /** People of whom something follows, each once a wave. */
  exposed: number
}

function judge(response: number, rule: 'size only' | 'within the wave' | 'all'): Told & { seconds: number } {
  const told: Told = { clinic: 0, pods: 0, enough: 0, exposed: 0 }
  let slowest = 0
  for (let c = 0; c < clinics; c++) {
    let before: ReturnType<typeof cellsOf> = []
    let wave = 0
    for (const { answered, burnout } of wavesOf(randomStream('privacy', response, c), response)) {
      const cells = cellsOf(wave++, answered)
      const enough = cells.filter(({ members }) => members.length >= minimum)
      const values = new Map(answered.map((name) => [name, burnout.get(name)!]))
      const having = new Set(answered.filter((name) => burnout.get(name)! >= 3))
      const began = performance.now()
      const release =
        rule === 'size only'
          ? enough.map(({ name }) => name)
          : releaseCells({
              cells,
              minimum,
              values,
              scale: { low: 1, high: 5 },
              having,
              ...(rule === 'all' && { told: before }),
            }).told
      slowest = Math.max(slowest, performance.now() - began)
      const now = cells.filter(({ name }) => release.includes(name))
      told.clinic += now.some(({ name }) => name.endsWith('clinic')) ? 1 : 0
      told.pods += now.filter(({ name }) => name.includes('pod')).length
      told.enough += enough.filter(({ name }) => name.includes('pod')).length
      told.exposed += new Set(derivableGroups(now, minimum, before).flat()).size
      before = now
    }
  }
  return { ...told, seconds: slowest / 1_000 }
}

export async function validate(): Promise<Measurement[]> {
  return [0.6, 0.75, 0.9].flatMap((response) =>
    (['size only', 'within the wave', 'all'] as const).flatMap((rule): Measurement[] => {
      const { clinic, pods: shown, enough, exposed, seconds } = judge(response, rule)
      const all = clinics * waves
      const name = `${100 * response} % answer; ${inWords[rule]}`
      return [
        { name: `${name}: waves with the clinic’s figure`, value: (100 * clinic) / all, unit: '%' },
        {
          name: `${name}: figures of pods told`,
          value: (100 * shown) / enough,
          unit: `% of those with ${minimum} answers`,
          note: `${shown} of ${enough} in ${clinics} clinics, ${waves} waves each; at most ${seconds.toFixed(2)} s a wave`,
        },
        {
          name: `${name}: people of whom something follows`,
          value: exposed / all,
          unit: 'a wave',
          ...(rule === 'all' && { target: '0', met: exposed === 0 }),
          note: 'to one who takes everybody’s answer to be the same as in the wave before',
        },
      ]
    }),
  )
}

const inWords = {
  'size only': 'every cell of enough people is told',
  'within the wave': 'nothing follows within a wave',
  all: 'nor together with the wave before',
} as const
