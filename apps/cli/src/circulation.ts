import { readFileSync } from 'node:fs'
import { parseCirculationFile, runCirculation } from '@counterpart/circulation'
import { type Command, print, readArguments, UsageError } from './usage.ts'

/** `counterpart circulation run`: the closed loop of a parameter file. */
export const circulation: Command = {
  usage: ['circulation run FILE.json [--json]'],
  run: async (args) => {
    const { values, positionals } = readArguments(args, { json: { type: 'boolean', default: false } })
    const [verb, file, extra] = positionals
    if (verb !== 'run' || file === undefined || extra !== undefined) throw new UsageError('expected: run FILE.json')
    let text: string
    try {
      text = readFileSync(file, 'utf8')
    } catch (error) {
      throw new Error(`cannot read ${file}: ${(error as Error).message}`)
    }
    let parsed: unknown
    try {
      parsed = JSON.parse(text)
    } catch (error) {
      throw new Error(`${file} is no JSON: ${(error as Error).message}`)
    }
    const result = runCirculation(parseCirculationFile(parsed))
    print(values.json, result, (each) => JSON.stringify(each, null, 2))
  },
}
