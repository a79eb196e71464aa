import { z } from '@hono/zod-openapi'
import { instant, role } from './common.ts'

/** POST /api/session */
export const signInRequest = z
  .object({ username: z.string().min(1).max(200), password: z.string().min(1).max(1000) })
  .openapi('SignInRequest')

const permissions = z.array(
  z.enum([
    'view-subject-list',
    'view-subject',
    'run-what-if',
    'take-decision',
    'view-quarantine',
    'resubmit-quarantine',
    'view-audit',
    'view-engineering',
    'use-models',
    'view-own-work',
  ]),
)

/** GET /api/session (401 when not signed in), POST /api/session; DELETE /api/session signs out. */
export const session = z
  .object({
    /** `subject`: who the account is bound to, a patient or (`provider/…`) somebody who works in a clinic. */
    user: z.object({ id: z.string(), name: z.string(), role, subject: z.string().nullable() }),
    /** What this person may do at all, so that a screen can leave out what would be refused. */
    may: permissions,
    /** What this person may do of departments: shift leads run them, and need not see patients for it. */
    mayOnDepartments: permissions,
    /** And of clinics: of the one where this person works, where they work in one. */
    mayOnClinics: permissions,
    expires: instant,
  })
  .openapi('Session')

/** GET /api/sign-in-options, without signing in. */
export const signInOptions = z
  .object({
    password: z.boolean(),
    /** Where to send the browser for OpenID Connect, when configured. */
    openid: z.object({ label: z.string(), url: z.string() }).nullable(),
    sandbox: z.boolean().openapi({ description: 'True when the patients are simulated' }),
    version: z.string(),
  })
  .openapi('SignInOptions')

export type Session = z.infer<typeof session>
export type SignInOptions = z.infer<typeof signInOptions>
