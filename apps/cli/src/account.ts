import { openAdministration } from '@counterpart/server'
import { type Command, print, readArguments, UsageError } from './usage.ts'

/** `counterpart account`: who may sign in, and a new password for who has lost theirs; also while the server runs. */
export const account: Command = {
  usage: ['account list [--data DIR] [--json]', 'account reset USERNAME [--data DIR]'],
  run: async (args) => {
    const { values, positionals } = readArguments(args, {
      data: { type: 'string', default: './data' },
      json: { type: 'boolean', default: false },
    })
    const [verb, username, extra] = positionals
    const fits = (verb === 'list' && username === undefined) || (verb === 'reset' && username !== undefined)
    if (!fits || extra !== undefined) throw new UsageError('expected: list, or reset USERNAME')
    const administration = await openAdministration(values.data)
    try {
      if (username !== undefined) process.stdout.write(`${await administration.resetPassword(username)}\n`)
      else
        print(values.json, await administration.accounts(), (accounts) =>
          accounts
            .map(({ username: name, roles, disabled }) => `${name}  ${roles.join(', ')}${disabled ? '  disabled' : ''}`)
            .join('\n'),
        )
    } finally {
      await administration.close()
    }
  },
}
