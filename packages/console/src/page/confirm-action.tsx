/**
 * Asks before a deployment is stopped or reverted.
 *
 * @module
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import { askAct, sentenceOf } from './ask.ts'
import type { Intent } from './deployments.tsx'

const CONSEQUENCE = {
  stop: 'AppConfig rolls it back: everybody gets the version before.',
  revert: 'Everybody gets the version before at once. AppConfig watches no alarms while it reverts.',
}

interface Props {
  readonly intent: Intent
  readonly onClose: () => void
}

export function ConfirmAction({ intent: { deployment, action }, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [problem, setProblem] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)
  useEffect(() => dialog.current?.showModal(), [])

  async function act(): Promise<void> {
    setIsBusy(true)
    try {
      await askAct(deployment.id, action)
      dialog.current?.close()
    } catch (error) {
      setProblem(sentenceOf(error))
      setIsBusy(false)
    }
  }

  const verb = action === 'stop' ? 'Stop' : 'Revert'
  return (
    <dialog ref={dialog} aria-labelledby="confirm" onClose={onClose}>
      <h2 id="confirm">
        {verb} deployment {deployment.number}?
      </h2>
      <p>
        It brings version {deployment.version} of <strong>{deployment.document}</strong>.{' '}
        {CONSEQUENCE[action]}
      </p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button type="button" class="danger" disabled={isBusy} onClick={() => void act()}>
          {verb} it
        </button>
      </div>
    </dialog>
  )
}
