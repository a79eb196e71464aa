import { Dialog } from '@base-ui/react/dialog'
import { Link } from '@tanstack/react-router'
import { writeProbability } from '../format/number.ts'
import { writeClock, writeDuration, writeMinute } from '../format/time.ts'
import { useMinute } from '../live/clock.ts'
import p from '../parts/parts.module.css'
import { strings as t } from '../strings.ts'
import { AcuityMark } from './acuity-mark.tsx'
import type { Placed } from './people.ts'
import s from './side.module.css'
import { acuityWords, breachWords, targetOf } from './words.ts'

/** All that is known of one visit, beside the page: nothing of the floor moves for it. */
export function PersonDrawer(props: {
  readonly placed: Placed | undefined
  readonly mayOpenPatient: boolean
  readonly onClose: () => void
}) {
  const { placed } = props
  const now = useMinute()
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : props.onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={p.drawerBack} />
        <Dialog.Popup className={p.drawer} data-testid="person">
          <div className={p.drawerHead}>
            <Dialog.Title className={s.title}>
              {placed ? <AcuityMark acuity={placed.person.acuity} large /> : null}
              {t.person.title(placed?.person.label ?? '')}
            </Dialog.Title>
            <Dialog.Close className={p.button}>{t.close}</Dialog.Close>
          </div>
          {placed ? <Facts placed={placed} now={now} mayOpenPatient={props.mayOpenPatient} /> : <p>{t.person.gone}</p>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Facts({ placed, now, mayOpenPatient }: { placed: Placed; now: number; mayOpenPatient: boolean }) {
  const { person, area, space } = placed
  const breach = breachWords(person, now, true)
  return (
    <div className={s.card}>
      <dl>
        <dt>{t.person.acuity}</dt>
        <dd>{acuityWords(person)}</dd>
        <dt>{t.person.where}</dt>
        <dd>{space === null ? area : `${area}, ${space}`}</dd>
        <dt>{t.person.state}</dt>
        <dd>
          {t.floor.states[person.state]} {t.person.since} {writeClock(person.since)} (
          {writeDuration(now - person.since)})
        </dd>
        <dt>{t.person.arrived}</dt>
        <dd>
          {writeClock(person.arrived)} ({t.floor.hereFor(writeDuration(now - person.arrived))})
        </dd>
        {person.breachAt === undefined ? null : (
          <>
            <dt>{t.person.target}</dt>
            <dd>
              {t.person.targetAt(targetOf(person), writeMinute(person.breachAt))}
              {breach === null ? null : <strong>: {breach}</strong>}
            </dd>
          </>
        )}
      </dl>
      {person.attention ? (
        <section className={p.notice}>
          <h3>
            ⚑ {t.person.lookAgain}: {person.attention.sentence}
          </h3>
          <p>
            {t.person.risk}: <RiskFigures risk={person.attention.risk} />
          </p>
          <ul>
            {person.attention.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </section>
      ) : null}
      {person.doubt ? (
        <section className={p.problem}>
          <h3>{t.person.doubt}</h3>
          <p>{person.doubt}</p>
          <p className="small quiet">{t.person.doubtNote}</p>
        </section>
      ) : null}
      {mayOpenPatient ? (
        <Link
          to="/subjects/$kind/$id/now"
          params={{
            kind: person.patient.split('/')[0] ?? 'patient',
            id: person.patient.split('/').slice(1).join('/'),
          }}
          search={{}}
        >
          {t.person.patient}
        </Link>
      ) : null}
    </div>
  )
}

/** "18 % (9–31 %)" */
export function RiskFigures({ risk }: { risk: { p05: number; p50: number; p95: number } }) {
  return (
    <>
      {writeProbability(risk.p50)}{' '}
      <span className={p.interval}>
        ({writeProbability(risk.p05).replace(' %', '')}–{writeProbability(risk.p95)})
      </span>
    </>
  )
}
