/**
 * AppConfig's control plane as a rollout uses it.
 *
 * Every call has a time-out. Names are resolved once for each control plane, which is meant to live as long
 * as a process: ids do not change.
 *
 * @module
 */
import type { AppConfigClient } from '@aws-sdk/client-appconfig'
import { DEFAULT_TIMEOUT_MS, type Ports } from './ports.ts'

/** Sends commands, and remembers what cannot change. */
export interface ControlPlane {
  readonly send: AppConfigClient['send']
  /** The result of `find` under this key: found once, and again only after it failed or found nothing. */
  once<T>(key: string, find: () => Promise<T>): Promise<T>
}

const planes = new WeakMap<Ports, ControlPlane>()

/** The control plane of these ports; the same for the same ports. */
export function controlPlaneOf(ports: Ports): ControlPlane {
  const known = planes.get(ports)
  if (known) return known
  const made = createControlPlane(ports)
  planes.set(ports, made)
  return made
}

function createControlPlane({ client, timeoutMs = DEFAULT_TIMEOUT_MS }: Ports): ControlPlane {
  const found = new Map<string, Promise<unknown>>()
  const send = (command: Parameters<AppConfigClient['send']>[0]): Promise<unknown> =>
    client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) })
  return {
    send: send as AppConfigClient['send'],
    once<T>(key: string, find: () => Promise<T>): Promise<T> {
      const known = found.get(key) as Promise<T> | undefined
      if (known) return known
      const finding = find()
      found.set(key, finding)
      finding.then(
        (value) => value === undefined && found.delete(key),
        () => found.delete(key),
      )
      return finding
    },
  }
}

/** A page of a list, as every List operation answers it. */
export interface Page<T> {
  readonly Items?: T[] | undefined
  readonly NextToken?: string | undefined
}

/**
 * The items of all pages. The SDK's own paginators take no client but one of their own copy of the SDK.
 *
 * @param isEnough whether the rest of the list is not needed.
 */
export async function allItems<T>(
  getPage: (token: string | undefined) => Promise<Page<T>>,
  isEnough: (items: readonly T[]) => boolean = () => false,
): Promise<T[]> {
  const items: T[] = []
  let token: string | undefined
  do {
    const page = await getPage(token)
    items.push(...(page.Items ?? []))
    token = page.NextToken
  } while (token !== undefined && !isEnough(items))
  return items
}
