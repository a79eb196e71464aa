/**
 * For the contract test: a process that appends until it is killed, and the one that kills it. Run as a program it takes
 * a JSON place and a prefix, and prints the keys of each append when it has been acknowledged.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type NewEvent, openThread } from './index.ts'

interface AppenderPlace {
  readonly directory: string
  readonly databaseUrl?: string
}

/** Starts the appender `kills` times, kills it in the middle of its work, and returns all keys it saw acknowledged. */
export async function killsWhileAppending({ directory, databaseUrl }: AppenderPlace, kills: number): Promise<string[]> {
  const acknowledged: string[] = []
  for (let round = 0; round < kills; round++) {
    const child = spawn(
      process.execPath,
      ['--no-warnings', fileURLToPath(import.meta.url), JSON.stringify({ directory, databaseUrl }), `${round}`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    // Another moment in each round; the child goes on appending while these lines are on their way.
    let linesLeft = 1 + ((round * 5) % 13)
    for await (const line of createInterface(child.stdout)) {
      acknowledged.push(...(JSON.parse(line) as string[]))
      if (--linesLeft === 0) child.kill('SIGKILL')
    }
  }
  return acknowledged
}

async function appendForEver(place: AppenderPlace, prefix: string): Promise<never> {
  const thread = await openThread({ ...place, clock: () => Date.now() })
  const writer = async (name: string): Promise<never> => {
    for (let i = 0; ; i++) {
      const events = Array.from({ length: 1 + (i % 5) }, (_, k): NewEvent => {
        const subject = `patient/${name}` as const
        return {
          stream: subject,
          type: 'observation.recorded',
          effective: i,
          idempotencyKey: `${prefix} ${name} ${i} ${k}`,
          subject,
          payload: { value: i, text: 'x'.repeat((i * 37) % 900) },
        }
      })
      await thread.append(events)
      process.stdout.write(`${JSON.stringify(events.map(({ idempotencyKey }) => idempotencyKey))}\n`)
    }
  }
  return Promise.race(['a', 'b', 'c'].map(writer))
}

if (import.meta.main) await appendForEver(JSON.parse(process.argv[2]!), process.argv[3]!)
