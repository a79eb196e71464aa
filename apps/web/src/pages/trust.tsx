import type { Reading, Score, TwinKind } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { scoresQuery, twinQuery } from '../api/queries.ts'
import { useMay } from '../app-context.tsx'
import { describeCoverage } from '../format/describe.ts'
import { formatNumber, writeProbability } from '../format/number.ts'
import { isStale, writeDuration } from '../format/time.ts'
import { useNow } from '../live/clock.ts'
import { MarkdownView } from '../parts/markdown-view.tsx'
import { Age, Section, useMeasure, Why } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { PictureSection } from '../pictures/picture-section.tsx'
import { strings as t } from '../strings.ts'
import { Contested } from './contested.tsx'
import { Decided, Looked } from './looked.tsx'
import { SourcesTable } from './sources.tsx'
import { useSubjectView } from './subject-context.ts'
import s from './trust.module.css'

const ScoreCharts = lazy(() => import('./score-charts.tsx').then((module) => ({ default: module.ScoreCharts })))

export function TrustPage() {
  const { subject, detail, twin, kind } = useSubjectView()
  const state = useQuery(twinQuery(twin!.id))
  const mayAudit = useMay('view-audit')
  const mayEngineer = useMay('view-engineering')
  if (!kind) return <Loading />
  return (
    <div className={p.page} style={{ gap: 32 }}>
      <Section id="intended" title={t.trust.intended} aside={t.trust.version(kind.label, kind.version)}>
        <dl className={s.use}>
          <dt>{t.trust.user}</dt>
          <dd>{kind.intendedUse.user}</dd>
          <dt>{t.trust.decision}</dt>
          <dd>{kind.intendedUse.decision}</dd>
          <dt>{t.trust.validFor}</dt>
          <dd>{kind.intendedUse.validFor}</dd>
          <dt>{t.trust.notFor}</dt>
          <dd className={s.notFor}>{kind.intendedUse.notFor}</dd>
          <dt>{t.trust.risk}</dt>
          <dd>{t.decide.risks[kind.intendedUse.riskClass]}</dd>
          {state.data ? (
            <>
              <dt>{t.trust.hash}</dt>
              <dd>
                <code title={state.data.beliefHash}>{state.data.beliefHash.slice(0, 16)}</code>{' '}
                <Why event={state.data.beliefEvent} label={t.trust.hash} />
              </dd>
            </>
          ) : null}
        </dl>
      </Section>
      {kind.pictures
        .filter((each) => each.kind === 'groups' && !each.audience)
        .map((offer) => (
          <PictureSection key={offer.name} twin={twin!.id} offer={offer} atOnce />
        ))}
      <Contested subject={subject} />
      <Scores twin={twin!.id} />
      <Section id="channels" title={t.trust.channels}>
        <Channels kind={kind} latest={detail.latest} />
      </Section>
      {mayEngineer ? (
        <Section id="sources" title={t.trust.sources}>
          <SourcesTable />
        </Section>
      ) : null}
      <Section id="decided" title={t.looked.decided}>
        <Decided twin={twin!.id} />
      </Section>
      <Section id="looked" title={t.trust.looked}>
        {mayAudit ? <Looked subject={subject} /> : <p className="quiet">{t.looked.notYours}</p>}
      </Section>
      <Section id="card" title={t.trust.card}>
        <div className={s.card}>
          <MarkdownView source={kind.modelCard.replace(/^\s*# [^\n]*\n/, '')} headingOffset={1} />
        </div>
      </Section>
    </div>
  )
}

function Scores({ twin }: { twin: string }) {
  const search = useSearch({ from: '/inside/subjects/$kind/$id/trust' })
  const navigate = useNavigate({ from: '/subjects/$kind/$id/trust' })
  const answer = useQuery(scoresQuery(twin))
  if (answer.error && !answer.data) return <ProblemNote error={answer.error} retry={() => void answer.refetch()} />
  if (!answer.data) return <Loading />
  const overall = answer.data.scores.filter((each) => each.lead === null)
  const scored = overall.filter((each) => each.count > 0)
  const chosen = scored.find((each) => each.quantity === search.q) ?? scored[0]
  const levels = [...new Set(overall.flatMap((each) => each.coverage.map((one) => one.level)))].sort((a, b) => a - b)
  return (
    <Section id="scores" title={t.trust.scores}>
      {!chosen ? (
        <p className={p.empty}>{t.trust.noScores}</p>
      ) : (
        <>
          <Scroll label={t.trust.scores}>
            <table data-testid="scores">
              <thead>
                <tr>
                  <th scope="col">{t.trust.quantity}</th>
                  <th scope="col" className="num">
                    {t.trust.count}
                  </th>
                  {levels.map((level) => (
                    <th key={level} scope="col" className="num">
                      {t.trust.coverage} {writeProbability(level)}
                    </th>
                  ))}
                  <th scope="col" className="num">
                    {t.trust.meanCrps}
                  </th>
                  <th scope="col" className="num">
                    {t.trust.persistence}
                  </th>
                  <th scope="col" className="num">
                    {t.trust.skill}
                  </th>
                </tr>
              </thead>
              <tbody>
                {overall.map((score) => (
                  <ScoreRow key={score.quantity} score={score} levels={levels} chosen={score === chosen} />
                ))}
              </tbody>
            </table>
          </Scroll>
          <div className={s.tools}>
            <label>
              {t.next.chooseQuantity}{' '}
              <select
                className={p.input}
                value={chosen.quantity}
                onChange={(event) =>
                  void navigate({
                    search: (before) => ({ ...before, q: event.target.value }),
                    replace: true,
                    resetScroll: false,
                  })
                }
              >
                {scored.map((each) => (
                  <option key={each.quantity} value={each.quantity}>
                    {each.label}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <p>{describeCoverage(chosen)}</p>
          <Suspense fallback={<Loading />}>
            <ScoreCharts
              overall={chosen}
              byLead={answer.data.scores.filter((each) => each.quantity === chosen.quantity && each.lead !== null)}
            />
          </Suspense>
        </>
      )}
    </Section>
  )
}

function ScoreRow({ score, levels, chosen }: { score: Score; levels: readonly number[]; chosen: boolean }) {
  const measure = useMeasure({ unit: score.unit, name: score.quantity })
  const crps = (value: number | null) =>
    value === null
      ? '–'
      : new Intl.NumberFormat(undefined, { minimumSignificantDigits: 2, maximumSignificantDigits: 2 }).format(
          value * measure.factor,
        )
  return (
    <tr className={chosen ? s.chosen : undefined}>
      <th scope="row">
        {score.label} <span className={p.unit}>{measure.unitText}</span>
      </th>
      <td className="num">{formatNumber(score.count, 0)}</td>
      {levels.map((level) => {
        const at = score.coverage.find((each) => each.level === level)
        if (!at || score.count === 0)
          return (
            <td key={level} className="num quiet">
              –
            </td>
          )
        const off = level < at.low || level > at.high
        return (
          <td key={level} className="num">
            <span className={off ? s.bad : undefined}>
              {writeProbability(at.observed)}
              {off ? <span aria-hidden="true"> {at.observed < level ? '▾' : '▴'}</span> : null}
            </span>{' '}
            <span className={p.interval}>
              ({formatNumber(at.low * 100, 0)}–{formatNumber(at.high * 100, 0)})
            </span>
          </td>
        )
      })}
      <td className="num">{crps(score.meanCrps)}</td>
      <td className="num">{crps(score.persistenceCrps)}</td>
      <td className="num">
        {score.skill === null ? (
          '–'
        ) : (
          <span className={score.skill > 0 ? s.good : s.bad}>{formatNumber(score.skill, 2, { signed: true })}</span>
        )}
      </td>
    </tr>
  )
}

function Channels({ kind, latest }: { kind: TwinKind; latest: readonly Reading[] }) {
  return (
    <Scroll label={t.trust.channels}>
      <table data-testid="channels">
        <thead>
          <tr>
            <th scope="col">{t.trust.channel}</th>
            <th scope="col">{t.trust.sensor}</th>
            <th scope="col">{t.trust.last}</th>
            <th scope="col">{t.trust.staleAfter}</th>
            <th scope="col" className="num">
              {t.trust.plausible}
            </th>
            <th scope="col">{t.trust.code}</th>
            <th scope="col">{t.trust.error}</th>
          </tr>
        </thead>
        <tbody>
          {kind.channels.map((channel) => (
            <ChannelRow
              key={channel.name}
              channel={channel}
              reading={latest.find((each) => each.channel === channel.name)}
            />
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function ChannelRow({ channel, reading }: { channel: TwinKind['channels'][number]; reading: Reading | undefined }) {
  const now = useNow()
  const measure = useMeasure({ unit: channel.unit, name: channel.name, digits: channel.digits })
  const stale = reading ? isStale(reading.effective, channel.staleAfter, now) : false
  const state = !reading ? 'never' : stale ? 'stale' : reading.quality.score < 0.5 ? 'doubtful' : 'fresh'
  return (
    <tr className={stale || !reading ? p.stale : undefined}>
      <th scope="row">{channel.label}</th>
      <td>{t.trust.sensorStates[state]}</td>
      <td>{reading ? <Age at={reading.effective} suffix /> : '–'}</td>
      <td>{writeDuration(channel.staleAfter)}</td>
      <td className="num">
        {/* What happened has no range: it was so or it was not. */}
        {isFact(channel) ? (
          '–'
        ) : (
          <>
            {measure.write(channel.plausible[0])}–{measure.write(channel.plausible[1])}{' '}
            <span className={p.unit}>{measure.unitText}</span>
          </>
        )}
      </td>
      <td className="small">
        {channel.codes.map((code) => (
          <div key={`${code.system}${code.code}`} title={code.system}>
            <code>{code.code}</code> <span className="quiet">{code.display}</span>
          </div>
        ))}
      </td>
      <td className="small quiet">{channel.errorSource}</td>
    </tr>
  )
}

function isFact({ unit, plausible }: TwinKind['channels'][number]): boolean {
  return (unit === '' || unit === '1') && plausible[0] === 0 && plausible[1] === 1
}
