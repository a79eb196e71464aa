import { describeModel, equationKinds, equations, writeAntimony, writeSbml } from '@counterpart/dynamics'
import { readModelFile, within } from './model-file.ts'
import { runModel, runUsage } from './model-run.ts'
import { describedInWords, equationsInWords } from './model-words.ts'
import { type Command, print, readArguments, UsageError } from './usage.ts'

const writers = { sbml: writeSbml, antimony: writeAntimony } as const

const verbs: Readonly<Record<string, (args: readonly string[]) => void>> = {
  run: runModel,
  check,
  equations: show,
  convert,
}

/** `counterpart model`: models in Antimony, SBML and CellML are run, checked, shown and written. */
export const model: Command = {
  usage: [
    runUsage,
    'model check FILE [--json]',
    'model equations FILE [--latex | --mathml | --json]',
    'model convert FILE --to sbml|antimony',
  ],
  run: async ([verb, ...args]) => {
    if (verb === undefined || !Object.hasOwn(verbs, verb))
      throw new UsageError(`expected one of: ${Object.keys(verbs).join(', ')}`)
    verbs[verb]!(args)
  },
}

function check(args: readonly string[]): void {
  const { values, positionals } = readArguments(args, { json: { type: 'boolean', default: false } })
  const file = onlyFile(positionals)
  const described = within(file, () => describeModel(readModelFile(file)))
  print(values.json, described, describedInWords)
  const clashes = described.unitFindings.filter(({ severity }) => severity === 'error').length
  if (clashes > 0) throw new Error(`${file}: ${clashes === 1 ? 'a unit clashes' : `${clashes} units clash`}; see above`)
}

function show(args: readonly string[]): void {
  const flag = { type: 'boolean', default: false } as const
  const { values, positionals } = readArguments(args, { latex: flag, mathml: flag, json: flag })
  const chosen = (['latex', 'mathml', 'json'] as const).filter((each) => values[each])
  if (chosen.length > 1) throw new UsageError('choose one of --latex, --mathml and --json')
  const file = onlyFile(positionals)
  const all = within(file, () => equations(readModelFile(file)))
  if (chosen[0] === 'latex' || chosen[0] === 'mathml') {
    const notation = chosen[0]
    for (const each of all) process.stdout.write(`${each[notation]}\n`)
  } else print(values.json, all, (list) => equationsInWords(list, equationKinds))
}

function convert(args: readonly string[]): void {
  const { values, positionals } = readArguments(args, { to: { type: 'string' } })
  const { to } = values
  if (to !== 'sbml' && to !== 'antimony') throw new UsageError('--to must be sbml or antimony')
  const file = onlyFile(positionals)
  process.stdout.write(within(file, () => writers[to](readModelFile(file))).replace(/\n*$/, '\n'))
}

function onlyFile([file, extra]: readonly string[]): string {
  if (file === undefined || extra !== undefined) throw new UsageError('expected one FILE')
  return file
}
