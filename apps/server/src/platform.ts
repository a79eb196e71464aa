import type { Accounts, Audit, OpenIdSignIn, Policy, Sessions } from '@counterpart/governance'
import type { DepartmentSettings, Intake } from '@counterpart/intake'
import type { Catalogue, Instant, TwinDefinition } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import type { LiveHub } from './live.ts'
import type { ModelPool } from './models/model-pool.ts'
import type { ProjectionStore } from './projection.ts'
import type { Sources } from './sources.ts'
import type { SubjectState } from './subjects.ts'
import type { ComputePool } from './twins/compute-pool.ts'
import type { TwinHost } from './twins/twin-host.ts'
import type { TwinState } from './twins/twin-state.ts'
import type { ClinicState } from './work/clinic-state.ts'
import type { RotaProposals } from './work/rota-proposals.ts'

/** Everything that the routes and listeners share, wired once in `start.ts`. */
export interface Platform {
  readonly definitions: readonly TwinDefinition[]
  /** Whether a definition is of this subject; see {@link definitionsFor}. */
  readonly follows: (definition: TwinDefinition, subject: string) => boolean
  readonly catalogue: Catalogue
  /** Departments of this hospital, as the file says. */
  readonly departments: readonly DepartmentSettings[]
  readonly thread: Thread
  readonly intake: Intake
  readonly subjects: ProjectionStore<SubjectState>
  /** Rotas, absences and how much is held of each person, by clinic. */
  readonly clinics: ProjectionStore<ClinicState>
  readonly twins: ProjectionStore<TwinState>
  readonly host: TwinHost
  readonly pool: ComputePool
  readonly models: ModelPool
  readonly rotas: RotaProposals
  readonly live: LiveHub
  readonly sources: Sources
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly policy: Policy
  readonly audit: Audit
  readonly openId: OpenIdSignIn | undefined
  readonly sandbox: boolean
  /** Whether browsers reach us over https only. */
  readonly secure: boolean
  readonly clock: () => Instant
  readonly newId: () => string
  readonly log: Log
  readonly version: string
}

export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void
  error(message: string, error: unknown, details?: Readonly<Record<string, unknown>>): void
}

/** A subject's twins that exist, or may come to exist with its first observation. */
export function definitionsFor(
  platform: Pick<Platform, 'definitions' | 'follows'>,
  subject: string,
): readonly TwinDefinition[] {
  return platform.definitions.filter((definition) => platform.follows(definition, subject))
}
