import { Dialog } from '@base-ui/react/dialog'
import type { Statement } from '@counterpart/server/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { makeStatement } from '../api/clinic-queries.ts'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { ownWorkStrings as o } from '../strings-own-work.ts'
import s from './my-work.module.css'

export interface AboutFigure {
  readonly about: Statement['about']
  /** What it is about, in words. */
  readonly label: string
}

/** The first of the two clicks: this figure. */
export function ContestButton({ label, onPress }: { label: string; onPress: () => void }) {
  return (
    <button
      type="button"
      className={`${s.contest} no-print`}
      aria-label={o.contest.buttonLabel(label)}
      onClick={onPress}
    >
      {o.contest.button}
    </button>
  )
}

/** The second: what is wrong with it. A usual reason is sent as it is chosen; other words and mere notes are written. */
export function Contest({ figure, onClose }: { figure: AboutFigure; onClose: () => void }) {
  const client = useQueryClient()
  const id = useId()
  const [text, setText] = useState('')
  const [missing, setMissing] = useState(false)
  const send = useMutation({
    mutationFn: ({ kind, words }: { kind: Statement['kind']; words: string }) =>
      makeStatement({ kind, about: figure.about, text: words }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['own-statements'] })
      void client.invalidateQueries({ queryKey: ['own-work'] })
      void client.invalidateQueries({ queryKey: ['own-picture'] })
      onClose()
    },
  })
  const written = (kind: Statement['kind']) => {
    const words = text.trim()
    setMissing(words.length < leastLetters)
    if (words.length >= leastLetters) send.mutate({ kind, words })
  }
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={p.drawerBack} />
        <Dialog.Popup className={p.drawer} data-testid="contest">
          <div className={p.drawerHead}>
            <Dialog.Title className={s.drawerTitle}>{o.contest.title(figure.label)}</Dialog.Title>
            <Dialog.Close className={p.button}>{t.close}</Dialog.Close>
          </div>
          <div className={s.form}>
            <p>{o.contest.lead}</p>
            {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a wrapping row in every browser */}
            <div className={s.choices} role="group" aria-label={o.contest.usual}>
              {o.contest.reasons.map((words) => (
                <button
                  key={words}
                  type="button"
                  className={p.button}
                  disabled={send.isPending}
                  onClick={() => send.mutate({ kind: 'contest', words })}
                >
                  {words}
                </button>
              ))}
            </div>
            <div className={p.field}>
              <label htmlFor={`${id}text`}>{o.contest.own}</label>
              {missing ? (
                <span id={`${id}missing`} className={s.error} role="alert">
                  {o.contest.missing}
                </span>
              ) : null}
              <textarea
                id={`${id}text`}
                className={`${p.input} ${s.text}`}
                rows={4}
                maxLength={2000}
                value={text}
                aria-invalid={missing}
                aria-describedby={missing ? `${id}missing` : undefined}
                onChange={(event) => setText(event.target.value)}
              />
            </div>
            <div className={s.choices}>
              <button type="button" className={p.primary} disabled={send.isPending} onClick={() => written('contest')}>
                {o.contest.contest}
              </button>
              <button
                type="button"
                className={p.button}
                disabled={send.isPending}
                onClick={() => written('annotation')}
              >
                {o.contest.note}
              </button>
            </div>
            <p className="small quiet">{o.contest.what}</p>
            {send.isPending ? <p role="status">{t.decide.decideBusy}</p> : null}
            {send.error ? <ProblemNote error={send.error} /> : null}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** As the server has it. */
const leastLetters = 3
