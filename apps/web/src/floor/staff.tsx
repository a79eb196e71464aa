import type { FloorPicture } from '@counterpart/server/contract'
import { strings as t } from '../strings.ts'
import s from './side.module.css'

/** Who is on duty: a dot each, filled while busy. */
export function Staff({ staff }: { staff: FloorPicture['staff'] }) {
  return (
    <section className={s.duty} aria-labelledby="staff">
      <h3 id="staff">{t.staff.title}</h3>
      {staff.length === 0 ? (
        <p className="quiet">{t.staff.none}</p>
      ) : (
        <dl className={s.staff} data-testid="staff">
          {staff.map((each) => (
            <div key={each.role}>
              <dt>{each.label}</dt>
              <dd>
                <Dots all={each.onDuty} busy={each.busy} />{' '}
                {each.busy === null ? t.staff.onDuty(each.onDuty) : t.staff.ofBusy(each.busy, each.onDuty)}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}

/** More than these are said by their number alone. */
const dotsAtMost = 10

function Dots({ all, busy }: { all: number; busy: number | null }) {
  const shown = Math.max(0, Math.round(all))
  if (shown === 0 || shown > dotsAtMost) return null
  return (
    <svg width={shown * 13} height="14" aria-hidden="true">
      {Array.from({ length: shown }, (_, index) => (
        <circle
          // biome-ignore lint/suspicious/noArrayIndexKey: dots have no identity
          key={index}
          cx={6.5 + index * 13}
          cy="7"
          r="4.5"
          fill={busy !== null && index < busy ? 'var(--ink)' : 'var(--ground)'}
          stroke="var(--ink)"
          strokeWidth="1.5"
        />
      ))}
    </svg>
  )
}
