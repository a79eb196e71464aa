import { Dialog } from '@base-ui/react/dialog'
import type { TraceNode } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { traceQuery } from '../api/queries.ts'
import { formatNumber } from '../format/number.ts'
import { prettyMessage } from '../format/raw.ts'
import { writeDuration, writeMoment } from '../format/time.ts'
import { unitText } from '../format/unit.ts'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { countTypes, generationsOf } from './generations.ts'
import s from './why.module.css'

/** The trace beside the page it was asked from. */
export function WhyDrawer({ event, onClose }: { event: string; onClose: () => void }) {
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={p.drawerBack} />
        <Dialog.Popup className={p.drawer} data-testid="why">
          <div className={p.drawerHead}>
            <Dialog.Title>{t.why.title}</Dialog.Title>
            <span style={{ display: 'flex', gap: 16 }}>
              <Link to="/why" search={{ event }} className={p.link}>
                {t.why.openPage}
              </Link>
              <Dialog.Close className={p.button}>{t.close}</Dialog.Close>
            </span>
          </div>
          <TraceView event={event} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

export function WhyPage() {
  const { event } = useSearch({ from: '/inside/why' })
  useEffect(() => {
    document.title = `${t.why.title} – ${t.product}`
  }, [])
  return (
    <div className={p.page}>
      <h1>{t.why.title}</h1>
      {event ? <TraceView event={event} /> : <p className={p.empty}>{t.why.nothing}</p>}
    </div>
  )
}

function TraceView({ event }: { event: string }) {
  const trace = useQuery(traceQuery(event))
  if (trace.error) return <ProblemNote error={trace.error} retry={() => void trace.refetch()} />
  if (!trace.data)
    return (
      <p className={p.empty} role="status">
        {t.why.loading}
      </p>
    )
  const root = trace.data.nodes.find((node) => node.event === trace.data.root)
  const counts = [...countTypes(trace.data)]
    .map(([type, count]) => `${formatNumber(count, 0)} × ${typeName(type)}`)
    .join(', ')
  return (
    <div>
      {root ? (
        <p className={s.lead}>
          {counts
            ? t.why.summary(typeName(root.type), writeMoment(root.recorded), counts)
            : `${typeName(root.type)}. ${t.why.restsOnNothing}`}{' '}
          {root.madeBy ? t.why.madeBySentence(root.madeBy.definition, root.madeBy.version) : null}
        </p>
      ) : (
        <p className={p.empty}>{t.why.nothing}</p>
      )}
      {trace.data.truncated ? <p className="small quiet">{t.why.truncated}</p> : null}
      {generationsOf(trace.data).map((generation) => (
        <section key={`${generation.step}${generation.type}`} className={s.generation} data-step={generation.step}>
          <h3>
            {t.why.generations(typeName(generation.type), generation.nodes.length)}
            <span className="small quiet">{t.why.step(generation.step)}</span>
          </h3>
          {generation.nodes.map((node) => (
            <Node key={node.event} node={node} open={generation.step === 0} />
          ))}
        </section>
      ))}
    </div>
  )
}

function typeName(type: string): string {
  return t.why.types[type] ?? type
}

function Node({ node, open }: { node: TraceNode; open: boolean }) {
  const lag = node.recorded - node.effective
  const raw = node.type === 'message.received' && typeof node.payload?.text === 'string' ? node.payload.text : null
  return (
    <details className={s.node} open={open} data-testid="trace-node" data-type={node.type}>
      <summary>
        {gist(node)} <span className="small quiet">{writeMoment(node.effective)}</span>
      </summary>
      <dl className={s.facts}>
        <dt>{t.why.effective}</dt>
        <dd>{writeMoment(node.effective)}</dd>
        <dt>{t.why.recorded}</dt>
        <dd>
          {writeMoment(node.recorded)}
          {lag >= 1000 ? <span className="quiet"> ({t.why.lag(writeDuration(lag))})</span> : null}
        </dd>
        {node.madeBy ? (
          <>
            <dt>{t.why.madeBy}</dt>
            <dd>
              {node.madeBy.definition} {node.madeBy.version}
              {node.madeBy.seed ? (
                <>
                  {' '}
                  · {t.why.seed} <code>{node.madeBy.seed}</code>
                </>
              ) : null}
            </dd>
          </>
        ) : null}
        <dt>{t.why.event}</dt>
        <dd>
          <code>{node.event}</code>
        </dd>
        <dt>{t.why.hash}</dt>
        <dd>
          <code>{node.hash}</code>
        </dd>
        {node.from.length > 0 ? (
          <>
            <dt>{t.why.from}</dt>
            <dd>
              {node.from.slice(0, 6).map((from) => (
                <div key={from}>
                  <code>{from}</code>
                </div>
              ))}
              {node.fromCount > Math.min(6, node.from.length) ? (
                <span className="quiet">{t.why.fromMore(node.fromCount - Math.min(6, node.from.length))}</span>
              ) : null}
            </dd>
          </>
        ) : null}
      </dl>
      {node.payload === null ? (
        <p className="quiet">{t.why.erased}</p>
      ) : raw !== null ? (
        <RawMessage text={raw} payload={node.payload} />
      ) : (
        <details>
          <summary className="small quiet">{t.why.content}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard */}
          <pre className={s.raw} tabIndex={0}>
            {JSON.stringify(node.payload, null, 2)}
          </pre>
        </details>
      )}
    </details>
  )
}

/** What a person would say of an event, in a few words. */
function gist(node: TraceNode): string {
  const payload = node.payload
  const observation = payload?.observation as
    | { channel?: string; value?: number | null; text?: string; unit?: string; code?: { display?: string } }
    | undefined
  if (observation) {
    const label = observation.code?.display ?? observation.channel ?? ''
    const value = observation.value ?? observation.text ?? ''
    return `${label} ${value} ${observation.unit ? unitText(observation.unit) : ''}`.trim()
  }
  if (node.type === 'message.received')
    return (
      `${t.protocols[String(payload?.protocol)] ?? payload?.protocol ?? ''} ${payload?.system ?? ''} ${payload?.controlId ?? ''}`.trim() ||
      typeName(node.type)
    )
  return typeName(node.type)
}

function RawMessage({ text, payload }: { text: string; payload: Record<string, unknown> }) {
  const pretty = prettyMessage(text)
  return (
    <div>
      <p className="small quiet">
        {t.why.raw} ·{' '}
        {[t.protocols[String(payload.protocol)] ?? payload.protocol, payload.system, payload.contentType]
          .filter(Boolean)
          .map(String)
          .join(' · ')}
      </p>
      {pretty.segments ? (
        pretty.segments.map((segment, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: segments repeat and are known by their place
          <div key={index} className={s.segment}>
            <h5>{segment.name}</h5>
            <dl className={s.fields}>
              {segment.fields.map((field) => (
                <FieldRow key={field.position} position={field.position} value={field.value} />
              ))}
            </dl>
          </div>
        ))
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
        <pre className={s.raw} tabIndex={0} data-testid="raw-message">
          {pretty.text}
        </pre>
      )}
      {pretty.segments ? (
        <details>
          <summary className="small quiet">{t.why.asSent}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard */}
          <pre className={s.raw} tabIndex={0} data-testid="raw-message">
            {pretty.text}
          </pre>
        </details>
      ) : null}
    </div>
  )
}

function FieldRow({ position, value }: { position: string; value: string }) {
  return (
    <>
      <dt>{position}</dt>
      <dd>{value}</dd>
    </>
  )
}
