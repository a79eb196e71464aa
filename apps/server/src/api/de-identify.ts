import type { ThreadEvent } from '@counterpart/thread'
import type { RecommendationThread } from '../contract/index.ts'

/**
 * What may be shown to those who see data without the people (`de-identify` in the policies): no names, record numbers,
 * birth dates, raw messages, free text, nor who decided. Whatever is not known to be free of them is left out.
 */
export function deIdentifiedPayload(event: ThreadEvent): Readonly<Record<string, unknown>> {
  const payload = event.payload ?? {}
  if (/^observation\./.test(event.type))
    // Senders put record numbers into their names for messages and devices.
    return { observation: without(payload.observation, 'text', 'source') }
  if (event.type === 'decision.taken') {
    const { reason, ...decision } = without(payload.decision, 'by')
    return { decision: { ...decision, reason: without(reason, 'text') } }
  }
  return showable.test(event.type) ? payload : {}
}

const showable =
  /^(treatment\.reported|waveform\.recorded|belief\.updated|forecast\.(issued|scored)|recommendation\.made|action\.[a-z]+|outcome\.observed)$/

/** A recommendation without who decided and what they wrote. */
export function deIdentifiedAdvice(advice: RecommendationThread): RecommendationThread {
  return {
    ...advice,
    decisions: advice.decisions.map((decision) => ({
      ...decision,
      by: { ...decision.by, userId: '', name: '' },
      reason: { code: decision.reason.code },
    })),
    actions: advice.actions.map((action) => ({ ...action, lastError: null })),
  }
}

function without(thing: unknown, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries((thing ?? {}) as object).filter(([name]) => !names.includes(name)))
}
