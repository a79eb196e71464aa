import { checkFlow, checkUsage } from './flow-check.ts'
import { forecastFlow, forecastUsage } from './flow-forecast.ts'
import { runFlow, runUsage } from './flow-run.ts'
import { type Command, UsageError } from './usage.ts'

const verbs: Readonly<Record<string, (args: readonly string[]) => void | Promise<void>>> = {
  run: runFlow,
  forecast: forecastFlow,
  check: checkFlow,
}

/** `counterpart flow`: pathways of patients in YAML are checked, run and forecast from a live state. */
export const flow: Command = {
  usage: [runUsage, forecastUsage, checkUsage],
  run: async ([verb, ...args]) => {
    if (verb === undefined || !Object.hasOwn(verbs, verb))
      throw new UsageError(`expected one of: ${Object.keys(verbs).join(', ')}`)
    await verbs[verb]!(args)
  },
}
