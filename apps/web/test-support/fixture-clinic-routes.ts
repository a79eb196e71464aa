/** Addresses of clinics and of people's own work on the fixture server. */
import type { Statement, SurveyRecord } from '@counterpart/server/contract'
import { clinicDetail, rotaProposal } from './fixture-clinic-people.ts'
import { ownPicture } from './fixture-clinic-pictures.ts'
import { ownWorkStore } from './fixture-own-work.ts'

export interface Answer {
  readonly status?: number
  readonly value: unknown
  /** Sent as it is, not as JSON. */
  readonly text?: string
}

interface Ask {
  readonly method: string
  /** The parts of the path after `/api/`. */
  readonly parts: readonly string[]
  readonly body: Record<string, unknown>
  readonly now: number
}

interface RotaCase {
  readonly takes: number
  readonly clash: boolean
}

export interface ClinicRoutes {
  /** How long a proposal for a rota takes from now on, in milliseconds, and whether its rules clash. */
  rota(next: RotaCase): void
  /** Answers `/clinics/…`; undefined: no such address. */
  clinics(ask: Ask): Answer | undefined
  /** Answers `/me/…` for the bound account. */
  me(ask: Ask): Answer | undefined
}

const refused = (status: number, code: string, title: string, detail: string): Answer => ({
  status,
  value: { type: 'about:blank', title, status, code, detail, reference: 'fixture-2' },
})

export function clinicRoutes(began: number): ClinicRoutes {
  const own = ownWorkStore(began)
  const proposals = new Map<string, RotaCase & { began: number; stopped: boolean }>()
  let rota: RotaCase = { takes: 1_500, clash: false }
  return {
    rota(next) {
      rota = next
    },
    clinics({ method, parts, now }) {
      if (parts[1] !== 'north-family') return refused(404, 'clinic-unknown', 'No such clinic', parts[1] ?? '')
      if (parts.length === 2) return { value: clinicDetail(now) }
      if (parts[2] !== 'rota-proposals') return undefined
      if (parts.length === 3 && method === 'POST') {
        const id = `rota-${proposals.size + 1}`
        proposals.set(id, { ...rota, began: now, stopped: false })
        return { value: rotaProposal(id, 0, now, { takes: 1, clash: false }) }
      }
      const id = parts[3] ?? ''
      const known = proposals.get(id)
      if (!known) return refused(404, 'proposal-unknown', 'No such proposal', id)
      if (parts[4] === 'rota.csv') return { value: null, text: 'day,half,provider,work\n' }
      if (method === 'DELETE') known.stopped = true
      const proposal = rotaProposal(id, now - known.began, now, known)
      return { value: known.stopped ? { ...proposal, state: 'stopped', message: 'Stopped.', result: null } : proposal }
    },
    me({ method, parts, body, now }) {
      const [, what, id, deed] = parts
      if (what === 'work') return { value: own.work(now) }
      if (what === 'private') return { value: own.privateRecord() }
      if (what === 'looked') return { value: own.looked(now) }
      if (what === 'pictures') {
        const picture = ownPicture(id ?? '', now)
        return picture ? { value: picture } : undefined
      }
      if (what === 'consents' && method === 'PUT') {
        const consent = own.consent(id ?? '', body as Parameters<typeof own.consent>[1], now)
        return consent ? { value: consent } : undefined
      }
      if (what === 'surveys') {
        const given = own.work(now).consents.find((each) => each.what === 'surveys')?.state === 'given'
        if (!given) return refused(409, 'no-consent', 'Not kept', 'You have not agreed that your answers are kept.')
        const { instrument, answers } = body as unknown as Pick<SurveyRecord, 'instrument' | 'answers'>
        return { value: own.answer({ instrument, answers }, now) }
      }
      if (what === 'statements' && deed === 'withdraw') {
        const statement = own.withdraw(id ?? '', now)
        return statement ? { value: statement } : undefined
      }
      if (what === 'statements' && method === 'POST')
        return { value: own.state(body as unknown as Pick<Statement, 'kind' | 'about' | 'text'>, now) }
      if (what === 'statements') return { value: own.statements() }
      if (what === 'wearable') return { value: { days: own.wear(String(body.csv)) } }
      if (what === 'erase-private') {
        own.erase()
        return { value: own.work(now) }
      }
      return undefined
    },
  }
}
