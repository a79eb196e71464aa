import { readFileSync } from 'node:fs'
import { type CirculationResult, type LimitCycle, parseCirculationFile, runCirculation } from '@counterpart/circulation'
import { type Command, print, readArguments, UsageError } from './usage.ts'

type VentricleCycle = LimitCycle['leftVentricle']
type PressureCycle = LimitCycle['systemicArtery']

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
    print(values.json, result, inWords)
  },
}

function inWords({ limitCycle }: CirculationResult): string {
  const ventricle = ({ endDiastolicVolume, endSystolicVolume, ejectionFraction, maximumPressure }: VentricleCycle) =>
    `${endDiastolicVolume.toFixed(1)} to ${endSystolicVolume.toFixed(1)} mL, ejection fraction ${(100 * ejectionFraction).toFixed(1)} %, up to ${maximumPressure.toFixed(1)} mmHg`
  const artery = ({ systolic, diastolic, mean }: PressureCycle) =>
    `${systolic.toFixed(1)}/${diastolic.toFixed(1)} mmHg, mean ${mean.toFixed(1)}`
  return [
    `limit cycle at ${limitCycle.heartRate.toFixed(0)} beats a minute, ${limitCycle.cardiacOutput.toFixed(2)} L/min`,
    `  left ventricle    ${ventricle(limitCycle.leftVentricle)}`,
    `  right ventricle   ${ventricle(limitCycle.rightVentricle)}`,
    `  systemic artery   ${artery(limitCycle.systemicArtery)}`,
    `  pulmonary artery  ${artery(limitCycle.pulmonaryArtery)}`,
  ].join('\n')
}
