import type {
  ForecastBands,
  LiveEvent,
  Reading,
  SubjectDetail,
  SubjectList,
  SummaryFigures,
  TwinState,
} from '@counterpart/server/contract'
import type { QueryClient } from '@tanstack/react-query'

/** Puts a new reading in its channel's place; an older one than what stands there changes nothing. */
export function withReading(latest: readonly Reading[], reading: Reading): Reading[] {
  const at = latest.findIndex((each) => each.channel === reading.channel)
  if (at < 0) return [...latest, reading]
  const standing = latest[at]!
  if (standing.effective > reading.effective) return latest as Reading[]
  return latest.map((each, index) => (index === at ? reading : each))
}

/** Moves a twin's estimates (and what it infers, where that is told) on to what a belief event says. */
export function withBelief(
  state: TwinState,
  asOf: number,
  quantities: Readonly<Record<string, SummaryFigures>>,
  variables: Readonly<Record<string, SummaryFigures>> = {},
): TwinState {
  if (state.asOf !== null && asOf < state.asOf) return state
  return {
    ...state,
    asOf,
    quantities: state.quantities.map((each) => {
      const estimate = quantities[each.name]
      return estimate ? { ...each, estimate } : each
    }),
    variables: (state.variables ?? []).map((each) => {
      const belief = variables[each.name]
      return belief ? { ...each, belief } : each
    }),
  }
}

/** Moves the list's rows on, in their places. */
export function withListEvents(list: SubjectList, events: readonly LiveEvent[]): SubjectList {
  const bySubject = new Map<string, LiveEvent[]>()
  for (const event of events) {
    if (!event.subject || (event.name !== 'observation' && event.name !== 'belief')) continue
    const known = bySubject.get(event.subject)
    if (known) known.push(event)
    else bySubject.set(event.subject, [event])
  }
  if (bySubject.size === 0) return list
  let changed = false
  const subjects = list.subjects.map((subject) => {
    const own = bySubject.get(subject.id) ?? bySubject.get(`${subject.kind}/${subject.id}`)
    if (!own) return subject
    changed = true
    let next = subject
    for (const event of own) {
      if (event.name === 'observation') {
        const effective = (event.data as Partial<Reading>).effective ?? event.at
        next = { ...next, lastObservation: Math.max(next.lastObservation ?? 0, effective) }
      } else {
        const { asOf, quantities } = beliefOf(event)
        next = {
          ...next,
          lastObservation: Math.max(next.lastObservation ?? 0, asOf),
          twins: next.twins.map((twin) =>
            twin.id !== event.twin
              ? twin
              : {
                  ...twin,
                  asOf: Math.max(twin.asOf ?? 0, asOf),
                  headlines: twin.headlines.map((headline) => ({
                    ...headline,
                    summary: quantities[headline.quantity] ?? headline.summary,
                  })),
                },
          ),
        }
      }
    }
    return next
  })
  return changed ? { ...list, subjects } : list
}

export function beliefOf(event: LiveEvent): {
  asOf: number
  quantities: Readonly<Record<string, SummaryFigures>>
  variables: Readonly<Record<string, SummaryFigures>>
} {
  const data = event.data as {
    asOf?: number
    quantities?: Record<string, SummaryFigures>
    variables?: Record<string, SummaryFigures>
  }
  return { asOf: data.asOf ?? event.at, quantities: data.quantities ?? {}, variables: data.variables ?? {} }
}

/** What must be fetched again because of these events, as query-key beginnings. */
export function staleKeys(events: readonly LiveEvent[]): readonly (readonly string[])[] {
  const keys = new Map<string, readonly string[]>()
  const add = (...key: string[]) => keys.set(key.join('\u0000'), key)
  for (const { name, subject, twin } of events) {
    if (name === 'belief' && twin) add('live-picture', twin)
    if (name === 'forecast' && twin) add('forecast', twin)
    if (name === 'score' && twin) {
      add('scores', twin)
      add('forecasts', twin)
    }
    if (name === 'recommendation' || name === 'decision' || name === 'action' || name === 'outcome') {
      if (twin) {
        add('recommendations', twin)
        add('twin', twin)
      } else if (name === 'action') {
        // A treatment reported by the hospital is told of the subject; it concerns every twin of theirs.
        add('twin')
      }
      if (name === 'recommendation' || name === 'decision') add('subjects')
      if (subject && (name === 'recommendation' || name === 'decision')) add('subject', subject)
    }
    if (name === 'encounter') {
      add('subjects')
      if (subject) add('subject', subject)
    }
    if (name === 'quarantine') add('quarantine')
  }
  return [...keys.values()]
}

/**
 * Keeps the query cache in step with live events. Returns the function to hand batches to. What an event does not tell in
 * full is fetched again a second later, all of it together; a belief tells nearly everything, so its rest (hash, event to
 * trace it by) is fetched again after ten.
 */
export function cacheUpdater(
  client: QueryClient,
  schedule: (work: () => void, milliseconds: number) => void,
): (events: readonly LiveEvent[]) => void {
  const refetchAfter = (milliseconds: number) => {
    const waiting = new Map<string, readonly string[]>()
    return (keys: readonly (readonly string[])[]) => {
      if (keys.length === 0) return
      const scheduled = waiting.size > 0
      for (const key of keys) waiting.set(key.join('\u0000'), key)
      if (scheduled) return
      schedule(() => {
        const due = [...waiting.values()]
        waiting.clear()
        for (const queryKey of due) void client.invalidateQueries({ queryKey: [...queryKey] })
      }, milliseconds)
    }
  }
  const soon = refetchAfter(1000)
  const later = refetchAfter(10_000)
  return (events) => {
    client.setQueriesData<SubjectList>({ queryKey: ['subjects'] }, (list) =>
      list ? withListEvents(list, events) : list,
    )
    for (const event of events) {
      if (event.name === 'observation' && event.subject && 'channel' in event.data)
        client.setQueryData<SubjectDetail>(['subject', event.subject], (detail) =>
          detail ? { ...detail, latest: withReading(detail.latest, event.data as unknown as Reading) } : detail,
        )
      if (event.name === 'belief' && event.twin) {
        const { asOf, quantities, variables } = beliefOf(event)
        client.setQueryData<TwinState>(['twin', event.twin], (state) =>
          state ? withBelief(state, asOf, quantities, variables) : state,
        )
        const { forecastOutdated: outdated } = event.data as { forecastOutdated?: boolean }
        client.setQueryData<ForecastBands>(['forecast', event.twin], (bands) =>
          bands && outdated !== undefined && bands.outdated !== outdated ? { ...bands, outdated } : bands,
        )
        if (event.subject)
          client.setQueryData<SubjectDetail>(['subject', event.subject], (detail) =>
            detail
              ? {
                  ...detail,
                  twins: detail.twins.map((twin) =>
                    twin.id === event.twin ? { ...twin, asOf: Math.max(twin.asOf ?? 0, asOf) } : twin,
                  ),
                }
              : detail,
          )
      }
    }
    soon(staleKeys(events))
    later(events.flatMap((event) => (event.name === 'belief' && event.twin ? [['twin', event.twin]] : [])))
  }
}
