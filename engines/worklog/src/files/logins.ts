import { WorklogError } from '../errors.ts'
import type { Login } from '../work-event.ts'
import { readRows } from './table.ts'

/**
 * Reads who is who: CSV with the columns `provider,login` and, for groups, `pod`; somebody with two logins has two lines. Throws
 * {@link WorklogError} `invalid-file` that names the line.
 *
 * @example readLogins('provider,login,pod\np001,adeyemi,north\np001,adeyemi-home,north')
 */
export function readLogins(text: string): readonly Login[] {
  const pods = new Map<string, string>()
  return readRows(text, 'list of logins', ['provider', 'login']).map(({ line, cells }) => {
    const { provider = '', login = '', pod = '' } = cells
    if (provider === '' || login === '')
      throw new WorklogError('invalid-file', `there is no ${provider === '' ? 'provider' : 'login'}`, line)
    const before = pods.get(provider) ?? pod
    if (before !== pod)
      throw new WorklogError('invalid-file', `"${provider}" is said to be of the pods "${before}" and "${pod}"`, line)
    pods.set(provider, pod)
    return { provider, login, ...(pod === '' ? {} : { pod }) }
  })
}
