import type { SubjectDetail, TwinKind } from '@counterpart/server/contract'
import { createContext, useContext } from 'react'

/** A part of a subject; `closed`: why nothing may be asked of it alone. */
export interface Part {
  readonly code: string
  readonly label: string
  readonly closed?: string
}

/** Whom a page is about, which of their twins is looked at, and what its definition says of itself. */
export interface SubjectView {
  readonly subject: string
  readonly detail: SubjectDetail
  readonly twin: SubjectDetail['twins'][number] | undefined
  readonly kind: TwinKind | undefined
  /** The parts of the subject that a change may be confined to: the pods of a clinic. */
  readonly parts: readonly Part[]
}

export const SubjectContext = createContext<SubjectView | undefined>(undefined)

export function useSubjectView(): SubjectView {
  const view = useContext(SubjectContext)
  if (!view) throw new Error('useSubjectView is for pages of one subject')
  return view
}
