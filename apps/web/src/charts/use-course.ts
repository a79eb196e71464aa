import type { BeliefHistory, Series } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { historyQuery, seriesQuery } from '../api/queries.ts'
import { live } from '../app-context.tsx'
import { serverNow } from '../live/clock.ts'
import { type Ahead, bandOf, type Course, emptyCourse, takeBatch } from './course.ts'

/** From when to fetch: the start of the span, held for as long as the page stands so that nothing is fetched twice. */
export function useSpanStart(span: number): number {
  const [start, setStart] = useState({ span, from: Math.floor((serverNow() - span) / 60_000) * 60_000 })
  if (start.span !== span) setStart({ span, from: Math.floor((serverNow() - span) / 60_000) * 60_000 })
  return start.from
}

/** A twin's history, once for all its quantities. */
export function useHistory(twin: string, from: number): BeliefHistory | undefined {
  return useQuery(historyQuery(twin, from)).data
}

/** What a quantity did, kept up to date by live events without drawing the tree anew. */
export function useCourse(who: {
  readonly subject: string
  readonly twin: string
  readonly quantity: string
  readonly channel: string | null
  readonly from: number
  readonly history: BeliefHistory | undefined
  readonly reference?: readonly [number, number] | null
  readonly ahead?: readonly Ahead[]
  readonly past?: Course['past']
}): { course: Course; subscribe: (redraw: () => void) => () => void; loading: boolean } {
  const { subject, twin, quantity, channel, from, history } = who
  const series = useQuery({ ...seriesQuery(subject, channel ?? '', from), enabled: channel !== null })
  const measured: Series | undefined = series.data
  const course = useMemo(() => {
    const made = emptyCourse()
    if (measured)
      for (const point of measured.points)
        made.measured.push({ t: point.effective, value: point.value, quality: point.quality })
    if (history)
      for (const point of history.points) {
        const summary = point.quantities[quantity]
        if (summary) made.estimates.push(bandOf(point.asOf, summary))
      }
    return made
  }, [measured, history, quantity])
  course.ahead = who.ahead ?? none
  course.past = who.past ?? noPast
  course.reference = who.reference ?? null
  const current = useRef(course)
  current.current = course
  const subscribe = useCallback(
    (redraw: () => void) =>
      live.onBatch((events) => {
        if (takeBatch(current.current, events, { subject, twin, channel, quantity }, from)) redraw()
      }),
    [subject, twin, channel, quantity, from],
  )
  return { course, subscribe, loading: series.isLoading }
}

const none: readonly Ahead[] = []
const noPast: Course['past'] = []
