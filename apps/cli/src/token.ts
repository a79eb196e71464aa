import { openAdministration } from '@counterpart/server'
import { type Command, readArguments, UsageError, wholeNumber } from './usage.ts'

/** `counterpart token`: a bearer token for scripts, printed on stdout; also while the server runs. */
export const token: Command = {
  usage: ['token --role ROLE [--data DIR] [--hours 24] [--label TEXT]'],
  run: async (args) => {
    const { values } = readArguments(args, {
      role: { type: 'string' },
      data: { type: 'string', default: './data' },
      hours: { type: 'string', default: '24' },
      label: { type: 'string', default: 'command line' },
    })
    if (values.role === undefined) throw new UsageError('which role? add --role, e.g. --role clinician')
    const hours = wholeNumber(values.hours, '--hours', 1, 24 * 90)
    const administration = await openAdministration(values.data)
    try {
      const issued = await administration.issueToken(values.role, hours * 3_600_000, values.label)
      process.stdout.write(`${issued}\n`)
    } finally {
      await administration.close()
    }
  },
}
