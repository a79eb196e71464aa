import type { PersonMark } from '@counterpart/server/contract'
import { strings as t } from '../strings.ts'
import s from './marks.module.css'

/** A shape of its own for each acuity, so that none needs its colour to be told apart: octagon, diamond, square, circle, ring. */
const shapes: Readonly<Record<number, string>> = {
  1: 'M7 1h10l6 6v10l-6 6H7l-6-6V7z',
  2: 'M12 .5 23.5 12 12 23.5.5 12z',
  3: 'M2 2h20v20H2z',
  4: 'M12 1a11 11 0 1 0 .01 0z',
  5: 'M12 2a10 10 0 1 0 .01 0z',
}

/** How bad, as a shape with its number in it; the colours are those of the Manchester triage scale. */
export function AcuityMark({ acuity, large = false }: { acuity: PersonMark['acuity']; large?: boolean }) {
  const size = large ? 30 : 22
  return (
    <svg className={s.acuity} data-acuity={acuity ?? 'none'} width={size} height={size} viewBox="0 0 24 24" aria-hidden>
      <title>{acuity === null ? t.floor.noAcuity : t.floor.acuity(acuity)}</title>
      <path d={shapes[acuity ?? 0] ?? 'M3 3h18v18H3z'} />
      <text x="12" y="16.8" textAnchor="middle">
        {acuity ?? '?'}
      </text>
    </svg>
  )
}
