import { clinicOfProvider } from '@counterpart/governance'
import type { ClinicLayoutDetail, ClinicProvider, SubjectId } from '@counterpart/kernel'
import type { Context } from 'hono'
import { type Access, accessOf } from '../http/access.ts'
import { RequestError } from '../http/problem.ts'
import type { Platform } from '../platform.ts'
import { layoutOf, memberOf } from './clinic-state.ts'

/** Whoever asks, as somebody who works in a clinic. */
export interface Myself {
  readonly access: Access
  readonly subject: SubjectId
  readonly clinic: SubjectId
  readonly layout: ClinicLayoutDetail
  readonly provider: ClinicProvider
}

/** The one who asks. Throws `not-a-provider` (404) for an account that is bound to nobody who works in a clinic. */
export async function myself(
  platform: Platform,
  context: Context,
  action: 'view-own-work' | 'record-own-work',
): Promise<Myself> {
  const access = await accessOf(platform, context)
  const { subject } = access.principal
  const clinic = subject?.startsWith('provider/') ? clinicOfProvider(subject) : undefined
  if (!subject || !clinic) throw notAProvider()
  await access.require(action, { subject })
  const layout = await layoutOf(platform.subjects, clinic)
  const provider = layout && memberOf(layout, clinic, subject)
  if (!layout || !provider) throw notAProvider()
  return { access, subject, clinic, layout, provider }
}

function notAProvider(): RequestError {
  return new RequestError(404, 'not-a-provider', 'This account is not bound to anybody who works in a clinic here.')
}
