import { openAdministration } from '@counterpart/server'
import { type Command, print, readArguments, UsageError } from './usage.ts'

/** How many arguments each verb takes. */
const takes: Readonly<Record<string, readonly number[]>> = { list: [0], add: [2, 3], bind: [2], reset: [1] }

/** `counterpart account`: who may sign in, and as whom; a new password for who has lost theirs. Also while the server runs. */
export const account: Command = {
  usage: [
    'account list [--data DIR] [--json]',
    'account add USERNAME ROLE [SUBJECT] [--data DIR]',
    'account bind USERNAME SUBJECT [--data DIR]',
    'account reset USERNAME [--data DIR]',
  ],
  run: async (args) => {
    const { values, positionals } = readArguments(args, {
      data: { type: 'string', default: './data' },
      json: { type: 'boolean', default: false },
    })
    const [verb = '', username = '', ...rest] = positionals
    if (!takes[verb]?.includes(positionals.length - 1))
      throw new UsageError('expected: list, add USERNAME ROLE [SUBJECT], bind USERNAME SUBJECT, or reset USERNAME')
    const administration = await openAdministration(values.data)
    try {
      if (verb === 'reset') process.stdout.write(`${await administration.resetPassword(username)}\n`)
      else if (verb === 'add') process.stdout.write(`${await administration.add(username, rest[0]!, rest[1])}\n`)
      else if (verb === 'bind') await administration.bind(username, rest[0]!)
      else
        print(values.json, await administration.accounts(), (accounts) =>
          accounts
            .map(({ username: name, roles, subject, disabled }) =>
              [name, roles.join(', '), ...(subject ? [subject] : []), ...(disabled ? ['disabled'] : [])].join('  '),
            )
            .join('\n'),
        )
    } finally {
      await administration.close()
    }
  },
}
