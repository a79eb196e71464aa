import { useLayoutEffect, useRef } from 'react'

/** A formula that the server wrote in MathML; the browser typesets it. `text` says the same in characters. */
export function Formula({ mathml, text }: { mathml: string; text: string }) {
  const holder = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    // Read as XML, which knows no scripts and no handlers of its own, and taken over only if it is one formula.
    const { documentElement } = new DOMParser().parseFromString(mathml, 'application/xml')
    const isFormula = documentElement.localName === 'math' && !documentElement.querySelector('parsererror')
    holder.current!.replaceChildren(isFormula ? document.importNode(documentElement, true) : text)
  }, [mathml, text])
  return <span ref={holder} />
}
