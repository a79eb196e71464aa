import { type Command, UsageError } from './usage.ts'

interface Verb {
  readonly usage: string
  /** Each is read only when it is called, so that the others start quickly. */
  load(): Promise<(args: readonly string[]) => void | Promise<void>>
}

const verbs: Readonly<Record<string, Verb>> = {
  measures: {
    usage:
      'workload measures LOG [--providers FILE] [--schedule FILE] [--zone ZONE] [--from DAY] [--until DAY] [--by day|week|month|all] [--map FILE] [--outage FROM/UNTIL] [--inactivity S] [--tail S] [--by-pod] [--minimum-cell N] [--workers N] [--json]',
    load: async () => (await import('./workload-measures.ts')).measureWorkload,
  },
  simulate: {
    usage: 'workload simulate FILE [--weeks N] [--seed S] [--replications N] [--json]',
    load: async () => (await import('./workload-simulate.ts')).simulateWorkload,
  },
  advise: {
    usage: 'workload advise FILE [--objective O] [--horizon WEEKS] [--seed S] [--json]',
    load: async () => (await import('./workload-advise.ts')).adviseWorkload,
  },
  rota: {
    usage: 'workload rota FILE [--limit SECONDS] [--gap SHARE] [--csv] [--json]',
    load: async () => (await import('./workload-rota.ts')).makeRota,
  },
}

/** `counterpart workload`: the work of a clinic's providers, from their audit log and rota. */
export const workload: Command = {
  usage: Object.values(verbs).map(({ usage }) => usage),
  run: async ([verb, ...args]) => {
    if (verb === undefined || !Object.hasOwn(verbs, verb))
      throw new UsageError(`expected one of: ${Object.keys(verbs).join(', ')}`)
    await (await verbs[verb]!.load())(args)
  },
}
