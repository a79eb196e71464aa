import { day, hour, minute } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import type { ImagingEvent } from './events.ts'
import { imagingObservationsOf } from './observations.ts'
import { ImagingRecords } from './records.ts'
import { simulateImaging } from './simulation.ts'

const from = Date.UTC(2026, 0, 5)

function eventsOf(seed: string, days: number, slice = days * day): ImagingEvent[] {
  const imaging = simulateImaging({ seed, from })
  const events: ImagingEvent[] = []
  for (let to = from + slice; to <= from + days * day; to += slice) events.push(...imaging.advance(to))
  return events
}

const exams = (events: readonly ImagingEvent[]) => {
  const stories = new Map<string, Extract<ImagingEvent, { kind: 'exam' }>[]>()
  for (const event of events)
    if (event.kind === 'exam') stories.set(event.exam, [...(stories.get(event.exam) ?? []), event])
  return stories
}

describe('a simulated imaging department', () => {
  it('does the same from the same seed, in whatever slices it is moved on, and otherwise from another', () => {
    const whole = eventsOf('one', 2)
    expect(eventsOf('one', 2, 3 * hour)).toEqual(whole)
    expect(eventsOf('two', 2)).not.toEqual(whole)
  })

  it('tells every exam in order: ordered, there, prepared, scanned sequence by sequence, reported', () => {
    const order = ['ordered', 'booked', 'arrived', 'prepared', 'started', 'sequence-done', 'finished', 'reported']
    let complete = 0
    for (const story of exams(eventsOf('order', 7)).values()) {
      const steps = story.map(({ happening }) => order.indexOf(happening.what)).filter((step) => step >= 0)
      expect(steps).toEqual([...steps].sort((a, b) => a - b))
      expect(story[0]!.happening.what).toBe('ordered')
      if (story.at(-1)!.happening.what === 'reported') complete++
    }
    expect(complete).toBeGreaterThan(200)
  })

  it('has one patient at a time in each machine, and none while it stands still', () => {
    const busy = new Map<string, string>()
    const down = new Set<string>()
    const where = new Map<string, string>()
    for (const event of eventsOf('rooms', 14)) {
      if (event.kind === 'machine') {
        if (event.machine.state === 'up') down.delete(event.machine.machine)
        else down.add(event.machine.machine)
      }
      if (event.kind !== 'exam') continue
      if (event.happening.what === 'started') {
        const { machine } = event.happening
        expect(busy.get(machine)).toBeUndefined()
        expect(down.has(machine)).toBe(false)
        busy.set(machine, event.exam)
        where.set(event.exam, machine)
      } else if (event.happening.what === 'finished') busy.delete(where.get(event.exam)!)
    }
    expect(where.size).toBeGreaterThan(400)
  })

  it('takes emergencies sooner than those who are booked, whom it keeps waiting, and misses some', () => {
    const stories = [...exams(eventsOf('waits', 14)).values()]
    const wait = (origin: string) => {
      const waits = stories.flatMap((story) => {
        const [ordered] = story
        const at = (what: string) => story.find(({ happening }) => happening.what === what)?.at
        const [ready, started] = [at('prepared'), at('started')]
        return ordered!.happening.what === 'ordered' && ordered!.happening.origin === origin && ready && started
          ? [(started - ready) / minute]
          : []
      })
      return waits.reduce((sum, each) => sum + each, 0) / waits.length
    }
    expect(wait('emergency')).toBeLessThan(wait('outpatient'))
    const ends = stories.map((story) => story.at(-1)!.happening.what)
    expect(ends.filter((end) => end === 'no-show').length).toBeGreaterThan(5)
  })

  it('gives one observation for every event, and a message for every one but the layout', () => {
    const events = eventsOf('fhir', 1)
    const observations = imagingObservationsOf(events, 'department/north-imaging')
    expect(new Set(observations.map(({ id }) => id)).size).toBe(events.length)
    const [layout] = events
    if (layout?.kind !== 'layout') throw new Error('the layout comes first')
    const messages = new ImagingRecords('fhir', layout.layout).write(events)
    const told = events.filter(({ kind }) => kind !== 'layout')
    expect(messages.map(({ due }) => due)).toEqual(told.map(({ at }) => at))
    const text = JSON.stringify(messages)
    for (const type of ['Appointment', 'Task', 'Procedure']) expect(text).toContain(`"resourceType":"${type}"`)
    for (const type of ['ORM^O01', 'SIU^S12', 'SIU^S15', 'SIU^S26', 'ORU^R01']) expect(text).toContain(`|${type}^`)
  })

  it('refuses a time that is none', () => {
    expect(() => simulateImaging({ seed: 'x', from: Number.NaN })).toThrow(/from is NaN/)
  })
})
