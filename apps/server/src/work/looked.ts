import type { AuditRecord } from '@counterpart/governance'
import type { Looked } from '../contract/index.ts'

/** An entry of the audit trail as those are told whom it concerns. */
export function lookedInWords(entry: AuditRecord, about: 'you' | 'clinic'): Looked['entries'][number] {
  const { at, who, role, action, resource, outcome, id } = entry
  return {
    at,
    who: who ?? 'nobody signed in',
    role: role ?? '',
    about,
    what: (outcome === 'denied' ? 'Was refused: ' : '') + (words[action] ?? action.replaceAll('-', ' ')),
    resource,
    outcome,
    event: id,
  }
}

const words: Readonly<Record<string, string>> = {
  'view-own-work': 'own work',
  'record-own-work': 'a change of what is kept of own work',
  'view-staff': 'who works in the clinic, with the rota',
  'set-roster': 'the rota was handed in',
  ingest: 'a log of work was handed in',
  'view-subject': 'that it is there',
  'view-observations': 'figures about groups',
  'run-what-if': 'what a change would do, for groups',
  'view-audit': 'who looked',
  'view-trust': 'how well forecasts did',
  'take-decision': 'a decision',
  'reverse-decision': 'a decision taken back',
  'erase-subject': 'erasure',
  'count-in-groups': 'counted in figures about groups, as consented to',
}
