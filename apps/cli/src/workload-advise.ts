import type { RankedOption } from '@counterpart/kernel'
import { adviseClinicFile, providerWorkload, RotaError, readClinicFile } from '@counterpart/provider-workload'
import { parse } from 'yaml'
import { textOf } from './text-file.ts'
import { print, readArguments, UsageError, wholeNumber } from './usage.ts'

const objectives = providerWorkload.objectives.map(({ name }) => name)

/** People in a file: beyond these an answer takes more than some minutes. */
const mostPeople = 200

type Advice = NonNullable<ReturnType<typeof adviseClinicFile>>

/** `counterpart workload advise`: what could be done about the work of a clinic that a YAML or JSON file describes. */
export function adviseWorkload(args: readonly string[]): void {
  const { values, positionals } = readArguments(args, {
    objective: { type: 'string', default: objectives[0]! },
    horizon: { type: 'string', default: '52' },
    seed: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  })
  const [file, extra] = positionals
  if (file === undefined || extra !== undefined) throw new UsageError('expected one FILE')
  const { objective, seed } = values
  if (!objectives.includes(objective))
    throw new UsageError(`--objective must be one of ${objectives.join(', ')}, not "${objective}"`)
  const weeks = wholeNumber(values.horizon, '--horizon', 4, 104)
  let said: unknown
  try {
    said = parse(textOf(file))
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`)
  }
  try {
    const clinic = readClinicFile(said)
    if (clinic.providers.length > mostPeople)
      throw new Error(`${file}: ${clinic.providers.length} people; advice from a file is for ${mostPeople} at most`)
    const advice = adviseClinicFile(clinic, { objective, weeks, seed })
    print(values.json, { name: clinic.name, from: clinic.from, objective, weeks, advice }, inWords)
  } catch (error) {
    throw error instanceof RotaError ? new Error(`${file}: ${error.message}`, { cause: error }) : error
  }
}

function inWords({ name, advice }: { readonly name: string; readonly advice: Advice | null }): string {
  if (advice === null) return `${name}: nothing that could be done is worth it beside carrying on.`
  const { finding, objective, options } = advice
  return [
    `${name}: ${finding}`,
    objective.statement,
    '',
    ...options.map(optionWords),
    '',
    'What was published, beside what is expected here:',
    ...evidenceWords(options),
  ].join('\n')
}

function optionWords({ rank, scenario, reason, worth, probabilityOfHarm }: RankedOption): string {
  const lines = [`${rank}. ${scenario.name}`, `   ${reason}`]
  if (probabilityOfHarm > 0.005) lines.push(`   Breaks its limit with ${Math.round(100 * probabilityOfHarm)} %.`)
  for (const { who, how } of worth?.worseOff ?? []) lines.push(`   Worse off: ${who}: ${how}`)
  return lines.join('\n')
}

/** Each finding once, as it stands beside the best option that it speaks of. */
function evidenceWords(options: readonly RankedOption[]): string[] {
  const words = { yes: 'agrees', no: 'disagrees', mixed: 'open' }
  const told = new Map<string, string>()
  for (const { worth } of options)
    for (const { finding, source, agrees } of worth?.evidence ?? [])
      if (!told.has(`${source}${finding}`)) told.set(`${source}${finding}`, `- ${words[agrees]}: ${finding} ${source}`)
  return [...told.values()]
}
