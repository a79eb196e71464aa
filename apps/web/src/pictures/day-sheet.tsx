import type { DayPicture } from '@counterpart/server/contract'
import { useRef } from 'react'
import { BehindChart } from '../charts/chart-frame.tsx'
import { linear } from '../charts/scale.ts'
import { useWidth } from '../charts/use-width.ts'
import { formatNumber, writeProbability } from '../format/number.ts'
import { writeMinute } from '../format/time.ts'
import { useMinute } from '../live/clock.ts'
import { strings as t } from '../strings.ts'
import { lanesOf } from './lanes.ts'
import s from './pictures.module.css'

const hour = 3_600_000
const nameWidth = 92
const narrowest = 760
/** Ends of sessions come first, then what is doubted of single exams. */
const notesFromAfar = 3

/**
 * One day of machines: a row each, slots along the hours; how likely each runs over is a mark and a number. `far`: seen from
 * across a room, where there is nothing to open and small print is of no use.
 */
export function DaySheet({ picture, far = false }: { picture: DayPicture; far?: boolean }) {
  const holder = useRef<HTMLDivElement>(null)
  const width = Math.max(narrowest, useWidth(holder, 1200))
  const now = useMinute()
  const x = linear([picture.from, picture.until], [nameWidth, width - 8])
  // What began before the sheet or ends after it is cut off at its edge.
  const within = (at: number) => x(Math.max(picture.from, Math.min(picture.until, at)))
  const first = Math.ceil(picture.from / hour) * hour
  const every = (width - nameWidth) / ((picture.until - picture.from) / hour) < 52 ? 2 : 1
  const hours = Array.from(
    { length: Math.max(0, Math.floor((picture.until - first) / (every * hour)) + 1) },
    (_, index) => first + index * every * hour,
  )
  return (
    <div className={s.picture} data-testid="day">
      {/* The notes say it in lines of their own. */}
      <p className={far || picture.notes.length > 0 ? 'hidden' : 'quiet'}>{picture.description}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard */}
      <section className={s.dayScroll} ref={holder} aria-label={picture.title} tabIndex={0}>
        <div className={s.day} style={{ width }}>
          <div className={s.hours} aria-hidden="true">
            {hours
              .filter((at) => picture.until - at > hour / 3)
              .map((at) => (
                <span key={at} style={{ left: x(at) }}>
                  {writeMinute(at)}
                </span>
              ))}
          </div>
          {picture.rows.map((row) => (
            <Machine key={row.name} row={row} x={within} />
          ))}
          {now > picture.from && now < picture.until ? (
            <div className={s.nowLine} style={{ left: x(now) }}>
              <span>{t.next.now}</span>
            </div>
          ) : null}
        </div>
      </section>
      <Key picture={picture} />
      {picture.notes.length > 0 ? (
        <ul className={s.notes} aria-label={t.day.notes}>
          {(far ? picture.notes.slice(0, notesFromAfar) : picture.notes).map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      ) : null}
      {far ? null : (
        <BehindChart
          label={picture.title}
          table={{
            head: [t.day.machine, t.day.from, t.day.until, t.day.kind, t.day.what, t.day.overrunColumn],
            rows: () =>
              picture.rows.flatMap((row) =>
                row.slots.map((slot) => [
                  row.label,
                  writeMinute(slot.from),
                  writeMinute(slot.until),
                  t.day.kinds[slot.kind] ?? slot.kind,
                  slot.label,
                  slot.overrun === undefined ? '' : writeProbability(slot.overrun, { sampled: true }),
                ]),
              ),
          }}
        />
      )}
    </div>
  )
}

const laneHeight = 46
const narrowestWord = 26

function Machine({ row, x }: { row: DayPicture['rows'][number]; x: (at: number) => number }) {
  const { lanes, count } = lanesOf(row.slots)
  return (
    <div className={s.machine}>
      <strong style={{ width: nameWidth - 8 }}>{row.label}</strong>
      <ul aria-label={row.label} style={{ height: count * laneHeight - 2 }}>
        {row.slots.map((slot, index) => (
          <Slot
            // biome-ignore lint/suspicious/noArrayIndexKey: slots are known by their place in the day
            key={index}
            slot={slot}
            left={x(slot.from)}
            right={x(slot.until)}
            top={lanes[index]! * laneHeight}
          />
        ))}
      </ul>
    </div>
  )
}

function Slot({
  slot,
  left,
  right,
  top,
}: {
  slot: DayPicture['rows'][number]['slots'][number]
  left: number
  right: number
  top: number
}) {
  const likely = slot.overrun !== undefined && slot.overrun >= 0.1
  const words = [
    `${writeMinute(slot.from)}–${writeMinute(slot.until)}`,
    slot.label,
    t.day.kinds[slot.kind] ?? slot.kind,
    ...(likely ? [t.day.overrunLong(writeProbability(slot.overrun!, { sampled: true }))] : []),
  ].join(', ')
  return (
    <li
      className={s.slot}
      data-kind={slot.kind}
      data-over={likely ? (slot.overrun! >= 0.4 ? 'likely' : 'maybe') : undefined}
      style={{ top, left: left - nameWidth, width: Math.max(3, right - left - 1) }}
      title={words}
    >
      <span className="hidden">{words}</span>
      <span aria-hidden="true">{labelIn(slot.label, right - left)}</span>
      {likely && right - left > 46 ? (
        <span className={s.over} aria-hidden="true">
          ▲ {formatNumber(slot.overrun! * 100, 0)}
        </span>
      ) : null}
    </li>
  )
}

/** What of a label can be read in so many pixels: all of it, its first word, or nothing. */
function labelIn(label: string, width: number): string {
  if (width < narrowestWord) return ''
  return width < 2 * narrowestWord ? label.split(' ')[0]! : label
}

function Key({ picture }: { picture: DayPicture }) {
  const kinds = new Set(picture.rows.flatMap((row) => row.slots.map((slot) => slot.kind)))
  return (
    <p className={s.dayKey} aria-hidden="true">
      {[...kinds].map((kind) => (
        <span key={kind}>
          <i className={s.slot} data-kind={kind} /> {t.day.kinds[kind]}
        </span>
      ))}
      <span>{t.day.overrunKey}</span>
    </p>
  )
}
